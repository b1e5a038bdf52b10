#!/usr/bin/env python3
"""Makes the small quantized networks under tests/models, their inputs and their expected outputs.

The networks (but the MLP-Mixer block, whose weights are random) learn scikit-learn's digits (the images ship inside the
package, nothing is downloaded), are quantized to int8 with power-of-two scales, and are written as ONNX with explicit
QuantizeLinear / DequantizeLinear. The expected outputs come from plain int64 numpy, and every test image must give the same bits in onnxruntime, else the script fails.

The same bytes come out of every run: fixed seeds, one thread, no dates, and a training whose sums do not depend on the
order in which a BLAS adds (see `product`).

  make_models.py [--out DIR]    write all models (default: tests/models of this repository)
  make_models.py --check        write nothing, compare with what is there; exit 1 when a byte differs
"""
import argparse
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")  # read by numpy when it is imported

import json
import numpy as np
import onnx
import onnxruntime as ort
import sklearn
from onnx import TensorProto, helper, numpy_helper
from sklearn.datasets import load_digits

FEATURES, CLASSES, TEST_IMAGES, BATCH = 64, 10, 360, 8
SPLIT_SEED, EDGE_SEED, BAD_SEED = 20, 21, 22
GRID = 2.0**18  # `product` rounds its operands to multiples of 1/GRID
MIN_ACCURACY = 0.95
ONNX_TYPE = {np.dtype(np.int8): TensorProto.INT8, np.dtype(np.uint8): TensorProto.UINT8,
             np.dtype(np.float32): TensorProto.FLOAT}


def require(condition, message: str) -> None:
    """Ends the script: a file that fails one of its own checks must not reach the repository."""
    if not condition:
        sys.exit(f"make_models: {message}")


# ---------------------------------------------------------------- data and training


def digits():
    """(train images, train labels, test images, test labels); pixels 0..16 are moved to about -0.8..1.8."""
    data = load_digits()
    images = ((data.data - 5.0) / 6.0).astype(np.float32)
    order = np.random.default_rng(SPLIT_SEED).permutation(len(images))
    test, train = order[:TEST_IMAGES], order[TEST_IMAGES:]
    return images[train], data.target[train], images[test], data.target[test]


def product(a, b):
    """a @ b with operands rounded to multiples of 1/GRID: every partial sum is then exact in float64, so neither the
    BLAS, nor its threads, nor the CPU's vector width can change a bit of the trained weights."""
    a, b = np.rint(a * GRID), np.rint(b * GRID)
    require(np.abs(a).max() * np.abs(b).max() * a.shape[1] < 2.0**53, "training left the range of exact products")
    return (a @ b) / (GRID * GRID)


def train(images, labels, hidden: tuple, seed: int, epochs: int = 60, batch: int = 32, rate: float = 3e-3):
    """A ReLU network, cross entropy, Adam with a falling rate and weight decay. Returns [(weights [K,N], bias [N])]."""
    rng = np.random.default_rng(seed)
    sizes = (FEATURES, *hidden, CLASSES)
    params = []
    for fan_in, fan_out in zip(sizes, sizes[1:]):
        params += [(rng.random((fan_in, fan_out)) * 2 - 1) * np.sqrt(6.0 / fan_in), np.zeros(fan_out)]
    mean, square = [np.zeros_like(p) for p in params], [np.zeros_like(p) for p in params]
    targets = np.eye(CLASSES)[labels]
    steps, decay1, decay2 = epochs * (len(images) // batch), 1.0, 1.0
    for step in range(steps):
        at = step * batch % (len(images) // batch * batch)
        if at == 0:
            order = rng.permutation(len(images))
        pick = order[at:at + batch]
        acts = [images[pick].astype(np.float64)]
        for i in range(0, len(params), 2):
            out = product(acts[-1], params[i]) + params[i + 1]
            acts.append(np.maximum(out, 0.0) if i + 2 < len(params) else out)
        # exp() may differ in its last bit between libraries; on the grid it does not
        odds = np.rint(np.exp(acts[-1] - acts[-1].max(axis=1, keepdims=True)) * GRID)
        delta = odds / odds.sum(axis=1, keepdims=True) - targets[pick]
        decay1, decay2 = decay1 * 0.9, decay2 * 0.999
        for i in range(len(params) - 2, -1, -2):
            grads = product(acts[i // 2].T, delta) / batch, product(np.ones((1, len(pick))), delta)[0] / batch
            delta = product(delta, params[i].T) * (acts[i // 2] > 0)
            for j, grad in zip((i, i + 1), grads):
                mean[j] = 0.9 * mean[j] + 0.1 * grad
                square[j] = 0.999 * square[j] + 0.001 * grad * grad
                move = (mean[j] / (1 - decay1)) / (np.sqrt(square[j] / (1 - decay2)) + 1e-8) + 0.02 * params[j]
                params[j] = params[j] - rate * (1 - step / steps) * move
    return list(zip(params[0::2], params[1::2]))


# ---------------------------------------------------------------- quantization and the integer reference


@dataclass
class Layer:
    """y = saturate(round_half_even((x @ weights + bias, ReLU) / 2^shift)); a scale is 2^-frac."""
    name: str
    weights: np.ndarray  # int8 [K, N]
    bias: np.ndarray  # int32 [N], at the scale of x times that of the weights
    relu: bool
    in_frac: int
    w_frac: int
    out_frac: int
    out_type: np.dtype

    @property
    def shift(self) -> int:
        return self.in_frac + self.w_frac - self.out_frac


def saturate(codes, dtype):
    limits = np.iinfo(dtype)
    return np.clip(codes, limits.min, limits.max).astype(dtype)


def quantize(real, frac: int, dtype):
    return saturate(np.rint(np.asarray(real, np.float64) * 2.0**frac), dtype)


def best_frac(real, dtype) -> int:
    """The power of two with the least squared error on the given values."""
    def error(frac):
        return np.square(quantize(real, frac, dtype) * 2.0**-frac - real).sum()
    return min(range(-4, 16), key=error)


def accumulate(layer: Layer, codes):
    acc = codes.astype(np.int64) @ layer.weights.astype(np.int64) + layer.bias.astype(np.int64)
    return np.maximum(acc, 0) if layer.relu else acc


def round_shift(acc, shift: int):
    """acc / 2^shift, halves to even, in integers only."""
    floor = acc >> shift
    rest, half = acc - (floor << shift), 1 << (shift - 1)
    return floor + ((rest > half) | ((rest == half) & (floor & 1 == 1)))


def reference(layers, codes):
    """The integer answer; also how often the interesting cases of rounding and saturation happened, per layer."""
    coverage = []
    for layer in layers:
        acc = accumulate(layer, codes)
        wide = round_shift(acc, layer.shift)
        codes = saturate(wide, layer.out_type)
        ties = (acc & ((1 << layer.shift) - 1)) == 1 << (layer.shift - 1)
        coverage.append({"ties": int(ties.sum()), "saturated": int((wide != codes).sum())})
    return codes, coverage


def quantize_network(params, calibration, hidden_type):
    """Scales are chosen layer by layer on what the already quantized layers before deliver."""
    in_frac = best_frac(calibration, np.int8)
    codes, layers = quantize(calibration, in_frac, np.int8), []
    for i, (weights, bias) in enumerate(params):
        last = i + 1 == len(params)
        w_frac = best_frac(weights, np.int8)
        layer = Layer(f"fc{i + 1}", quantize(weights, w_frac, np.int8), quantize(bias, in_frac + w_frac, np.int32),
                      not last, in_frac, w_frac, 0, np.dtype(np.int8 if last else hidden_type))
        acc = accumulate(layer, codes)
        layer.out_frac = in_frac = best_frac(acc * 2.0**-(layer.in_frac + w_frac), layer.out_type)
        require(layer.shift >= 1, f"{layer.name}: shift {layer.shift}, round_shift wants at least 1")
        # onnxruntime adds in float32, which is exact below 2^24
        worst = 255 * np.abs(layer.weights.astype(np.int64)).sum(axis=0).max() + int(np.abs(layer.bias).max())
        require(worst < 2**24, f"{layer.name}: sums may reach {worst}, too large for the float oracle")
        codes = saturate(round_shift(acc, layer.shift), layer.out_type)
        layers.append(layer)
    return layers


# ---------------------------------------------------------------- ONNX


class Graph:
    """Collects nodes and initializers; `save` writes opset 17, IR 8, no dates."""

    def __init__(self, name: str):
        self.name, self.nodes, self.inits, self.inputs, self.outputs, self.values = name, [], [], [], [], []

    def constant(self, name, array) -> str:
        self.inits.append(numpy_helper.from_array(np.asarray(array), name))
        return name

    def node(self, op, name, inputs, output, **attributes) -> str:
        self.nodes.append(helper.make_node(op, inputs, [output], name=name, **attributes))
        return output

    def scale(self, name, frac, dtype) -> list:
        """The two parameters of a Q or DQ: power of two (one, or one per channel) and zero point 0."""
        scales = np.exp2(-np.asarray(frac, np.float64)).astype(np.float32)
        return [self.constant(f"{name}_s", scales), self.constant(f"{name}_z", np.zeros(scales.shape, dtype))]

    def weight(self, name, codes, frac) -> str:
        """A constant with its DQ; several scales go along the last axis."""
        axis = {"axis": codes.ndim - 1} if np.ndim(frac) else {}
        inputs = [self.constant(f"{name}_q", codes), *self.scale(name, frac, codes.dtype)]
        return self.node("DequantizeLinear", f"{name}_dq", inputs, name, **axis)

    def value(self, where, name, dtype, shape) -> str:
        where.append(helper.make_tensor_value_info(name, ONNX_TYPE[np.dtype(dtype)], shape))
        return name

    def model(self):
        graph = helper.make_graph(self.nodes, self.name, self.inputs, self.outputs, self.inits, value_info=self.values)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8,
                                 producer_name="scripts/make_models.py")


def build(name: str, layers, lead, form: str, float_io: bool):
    """lead: batch or its symbol. form: gemm (weights [K,N]), gemm_transb (weights [N,K]) or matmul (MatMul + Add)."""
    g = Graph(name)
    scale = g.scale("x", layers[0].in_frac, np.int8)
    shape = [lead, FEATURES]
    if float_io:
        codes = g.node("QuantizeLinear", "x_q", [g.value(g.inputs, "x", np.float32, shape), *scale], "x_q")
        at = g.node("DequantizeLinear", "x_dq", [codes, *scale], "x_real")
    else:
        at = g.node("DequantizeLinear", "x_dq", [g.value(g.inputs, "x_q", np.int8, shape), *scale], "x")
    for layer in layers:
        n, shape = layer.name, [lead, layer.weights.shape[1]]
        transpose = form == "gemm_transb"
        w = g.weight(f"{n}_w", np.ascontiguousarray(layer.weights.T) if transpose else layer.weights, layer.w_frac)
        b = g.weight(f"{n}_b", layer.bias, layer.in_frac + layer.w_frac)
        if form == "matmul":
            at = g.node("MatMul", n, [at, w], g.value(g.values, f"{n}_mm", np.float32, shape))
            at = g.node("Add", f"{n}_bias", [at, b], g.value(g.values, f"{n}_sum", np.float32, shape))
        else:
            at = g.node("Gemm", n, [at, w, b], g.value(g.values, f"{n}_sum", np.float32, shape),
                        **({"transB": 1} if transpose else {}))
        if layer.relu:
            at = g.node("Relu", f"{n}_relu", [at], g.value(g.values, f"{n}_r", np.float32, shape))
        last = layer is layers[-1]
        out = "y" if last else f"{n}_out"
        scale = g.scale(out, layer.out_frac, layer.out_type)
        at = g.node("QuantizeLinear", f"{out}_q", [at, *scale],
                    g.value(g.outputs if last and not float_io else g.values, f"{out}_q", layer.out_type, shape))
        if not last or float_io:
            at = g.node("DequantizeLinear", f"{out}_dq", [at, *scale],
                        g.value(g.outputs if last else g.values, out, np.float32, shape))
    return g.model()


def run_onnxruntime(model: bytes, samples, level):
    """samples [iteration, batch, feature] -> outputs, one thread."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.graph_optimization_level = level
    # without VNNI the fused u8 x s8 kernel saturates 16-bit pair sums unless told to be exact
    options.add_session_config_entry("session.x64quantprecision", "1")
    session = ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    return np.stack([session.run(None, {name: sample})[0] for sample in samples])


# ---------------------------------------------------------------- the models


@dataclass
class Spec:
    name: str
    hidden: tuple
    seed: int
    lead: object  # leading dimension in the ONNX file
    batch: int  # leading dimension in the .npy files, after the iterations
    iterations: int  # of test images in the files
    form: str = "gemm"
    float_io: bool = False
    hidden_type: type = np.int8
    edge: bool = False  # one more iteration of extreme inputs, for rounding and saturation


SPECS = [
    Spec("digits_mlp", (64, 32), 1, BATCH, BATCH, TEST_IMAGES // BATCH),
    Spec("digits_mlp_float", (64, 32), 1, BATCH, BATCH, 4, "matmul", float_io=True, hidden_type=np.uint8, edge=True),
    Spec("digits_wide", (150, 100), 2, BATCH, BATCH, 4, "gemm_transb", edge=True),
    Spec("digits_b1", (64, 32), 1, 1, 1, 16),
    Spec("digits_dyn", (64, 32), 1, "batch", BATCH, 2),
]


def edge_samples(spec: Spec, layers):
    """One iteration of inputs no image has: the ends of int8, all of its range, inputs that drive layers to the ends of
    theirs, and for floats halves and overflow."""
    rng = np.random.default_rng(EDGE_SEED)
    codes = rng.integers(-128, 128, (1, spec.batch, FEATURES)).astype(np.float64)
    codes[0, 0], codes[0, 1] = -128, 127
    weights = [layer.weights.astype(np.int64) for layer in layers]
    through = np.linalg.multi_dot(weights)[:, 0]  # what class 0 gains from each input where no ReLU is in the way
    strongest = weights[0][:, np.abs(weights[0]).sum(axis=0).argmax()]
    for row, direction in ((2, strongest), (6, through), (7, -through)):
        codes[0, row] = np.where(direction > 0, 127, -128)
    if not spec.float_io:
        return codes.astype(np.int8)
    codes[0, 3] = np.arange(FEATURES) - 32 + 0.5  # ties, both signs, even and odd neighbours
    codes[0, 4] = np.where(np.arange(FEATURES) % 2, 127.5, -128.5)  # ties at the ends of the range
    codes[0, 5] = rng.uniform(-1000, 1000, FEATURES)  # mostly beyond it
    return (codes * 2.0**-layers[0].in_frac).astype(np.float32)


def tensor_bytes(array) -> bytes:
    with tempfile.TemporaryFile() as file:
        np.save(file, np.ascontiguousarray(array))
        file.seek(0)
        return file.read()


def make_model(spec: Spec, params, data) -> dict:
    """All files of one model as {name: bytes}."""
    train_images, _, images, labels = data
    layers = quantize_network(params, train_images, spec.hidden_type)
    in_frac, out_frac = layers[0].in_frac, layers[-1].out_frac
    model = build(spec.name, layers, spec.lead, spec.form, spec.float_io)
    onnx.checker.check_model(model, full_check=True)
    blob = model.SerializeToString(deterministic=True)

    samples = images if spec.float_io else quantize(images, in_frac, np.int8)
    samples = samples.reshape(-1, spec.batch, FEATURES)
    edges = edge_samples(spec, layers) if spec.edge else samples[:0]
    everything = np.concatenate([samples, edges])
    codes, _ = reference(layers, quantize(everything, in_frac, np.int8) if spec.float_io else everything)
    expected = (codes * 2.0**-out_frac).astype(np.float32) if spec.float_io else codes
    for level in (ort.GraphOptimizationLevel.ORT_DISABLE_ALL, ort.GraphOptimizationLevel.ORT_ENABLE_ALL):
        got = run_onnxruntime(blob, everything, level)
        require(got.dtype == expected.dtype and got.shape == expected.shape, f"{spec.name}: {got.dtype} {got.shape}")
        differing = int((got.view(np.uint8) != expected.view(np.uint8)).sum())
        require(differing == 0, f"{spec.name}: onnxruntime ({level.name}) differs in {differing} bytes")

    answers = codes[:len(samples)].reshape(-1, CLASSES).argmax(axis=1)
    correct = int((answers == labels).sum())
    require(correct >= MIN_ACCURACY * TEST_IMAGES, f"{spec.name}: {correct} of {TEST_IMAGES} images right")

    kept = np.r_[0:spec.iterations, len(samples):len(everything)]
    in_codes = quantize(everything[kept], in_frac, np.int8) if spec.float_io else everything[kept]
    _, coverage = reference(layers, in_codes)
    meta = {
        "name": spec.name,
        "accuracy": correct / TEST_IMAGES, "correct": correct, "total": TEST_IMAGES,
        "input": {"name": "x" if spec.float_io else "x_q", "shape": [spec.lead, FEATURES], "frac": in_frac},
        "output": {"name": "y" if spec.float_io else "y_q", "shape": [spec.lead, CLASSES], "frac": out_frac},
        "iterations": len(kept), "iterations_with_labels": spec.iterations, "batch": spec.batch,
        "layers": [{"name": layer.name, "shape": list(layer.weights.shape), "form": spec.form, "relu": layer.relu,
                    "in_frac": layer.in_frac, "w_frac": layer.w_frac, "out_frac": layer.out_frac,
                    "shift": layer.shift, "out_type": layer.out_type.name, **cases}
                   for layer, cases in zip(layers, coverage)],
        "seed": spec.seed, "split_seed": SPLIT_SEED,
        "versions": {m.__name__: m.__version__ for m in (np, onnx, ort, sklearn)},
    }
    print(f"{spec.name:18} {correct}/{TEST_IMAGES} = {meta['accuracy']:.4f}, onnxruntime equal on {codes.size} values")
    return {"model.onnx": blob, f"in_{meta['input']['name']}.npy": tensor_bytes(everything[kept]),
            f"out_{meta['output']['name']}.npy": tensor_bytes(expected[kept]),
            "labels.npy": tensor_bytes(labels.astype(np.uint8).reshape(-1, spec.batch)[:spec.iterations]),
            "meta.json": (json.dumps(meta, indent=1) + "\n").encode()}


# ---------------------------------------------------------------- an MLP-Mixer block

MIXER_SEED, TOKENS, CHANNELS, TOKEN_HIDDEN, CHANNEL_HIDDEN, MIXER_ITERATIONS = 23, 16, 32, 32, 64, 8


class Mixer:
    """Two token MLPs (between transposes) and two channel MLPs, each with a residual Add; int8 throughout, random
    weights. Builds the ONNX and computes the integer answer for samples [iteration, 1, token, channel] side by side."""

    def __init__(self, samples):
        self.graph, self.rng, self.codes, self.saturated = Graph("mixer_i8"), np.random.default_rng(MIXER_SEED), samples, 0
        self.frac = 4
        shape = [1, TOKENS, CHANNELS]
        codes = self.graph.value(self.graph.inputs, "x_q", np.int8, shape)
        self.at = self.dequantize("x", codes)
        for block in ("token1", "channel1", "token2", "channel2"):
            self.mlp(block, transposed=block.startswith("token"))
        last = self.graph.node("QuantizeLinear", "y_q", [self.at, *self.graph.scale("y", self.frac, np.int8)], "y_q")
        self.graph.value(self.graph.outputs, last, np.int8, shape)

    def dequantize(self, name, codes) -> str:
        return self.graph.node("DequantizeLinear", f"{name}_dq", [codes, *self.graph.scale(name, self.frac, np.int8)], name)

    def requantize(self, name, real, wide) -> str:
        """Q and DQ behind a layer; `wide` are its codes before saturation."""
        self.codes = saturate(wide, np.int8)
        self.saturated += int((wide != self.codes).sum())
        scale = self.graph.scale(f"{name}_out", self.frac, np.int8)
        return self.dequantize(name, self.graph.node("QuantizeLinear", f"{name}_q", [real, *scale], f"{name}_q"))

    def dense(self, name, x, features, relu) -> str:
        k = self.codes.shape[-1]
        w_frac = 6 + round(np.log2(k) / 2)  # a result somewhat smaller than the input
        weights = self.rng.integers(-64, 65, (k, features)).astype(np.int8)
        bias = self.rng.integers(-2000, 2001, features).astype(np.int32)
        layer = Layer(name, weights, bias, relu, self.frac, w_frac, self.frac, np.dtype(np.int8))
        acc = accumulate(layer, self.codes)
        real = self.graph.node("MatMul", name, [x, self.graph.weight(f"{name}_w", weights, w_frac)], f"{name}_mm")
        real = self.graph.node("Add", f"{name}_bias",
                               [real, self.graph.weight(f"{name}_b", bias, self.frac + w_frac)], f"{name}_sum")
        if relu:
            real = self.graph.node("Relu", f"{name}_relu", [real], f"{name}_r")
        return self.requantize(name, real, round_shift(acc, layer.shift))

    def transpose(self, name, x) -> str:
        self.codes = self.codes.swapaxes(-1, -2)
        return self.graph.node("Transpose", name, [x], f"{name}_out", perm=[0, 2, 1])

    def mlp(self, block, transposed) -> None:
        """x + MLP(x), along the tokens or along the channels."""
        residual, before, at = self.at, self.codes, self.at
        if transposed:
            at = self.transpose(f"{block}_in", at)
        width = self.codes.shape[-1]
        at = self.dense(f"{block}_fc1", at, TOKEN_HIDDEN if transposed else CHANNEL_HIDDEN, relu=True)
        at = self.dense(f"{block}_fc2", at, width, relu=False)
        if transposed:
            at = self.transpose(f"{block}_back", at)
        total = self.graph.node("Add", f"{block}_add", [residual, at], f"{block}_sum")
        self.at = self.requantize(f"{block}_add", total, before.astype(np.int64) + self.codes)


def make_mixer() -> dict:
    rng = np.random.default_rng(MIXER_SEED + 1)
    samples = rng.integers(-60, 61, (MIXER_ITERATIONS, 1, TOKENS, CHANNELS)).astype(np.int8)
    samples[-1] = rng.integers(0, 2, samples[-1].shape) * 255 - 128  # the ends of int8
    mixer = Mixer(samples)
    model = mixer.graph.model()
    onnx.checker.check_model(model, full_check=True)
    blob = model.SerializeToString(deterministic=True)
    for level in (ort.GraphOptimizationLevel.ORT_DISABLE_ALL, ort.GraphOptimizationLevel.ORT_ENABLE_ALL):
        differing = int((run_onnxruntime(blob, samples, level) != mixer.codes).sum())
        require(differing == 0, f"mixer_i8: onnxruntime ({level.name}) differs in {differing} values")
    require(0 < mixer.saturated < mixer.codes.size, f"mixer_i8: {mixer.saturated} results saturate on the way")
    require(np.std(mixer.codes.astype(np.float64)) > 16, "mixer_i8: the answer is nearly constant")
    print(f"{'mixer_i8':18} onnxruntime equal on {mixer.codes.size} values, {mixer.saturated} results saturate on the way")
    return {"model.onnx": blob, "in_x_q.npy": tensor_bytes(samples), "out_y_q.npy": tensor_bytes(mixer.codes)}


def bad_models() -> dict:
    """Models the compiler must refuse with a message (exit code 2): one dense layer, one thing wrong in each."""
    rng = np.random.default_rng(BAD_SEED)
    weights = rng.integers(-40, 41, (32, 16)).astype(np.int8)
    bias = rng.integers(-500, 501, 16).astype(np.int32)

    def dense(name, inputs=32, w_frac=7, sine=False, **replaced) -> bytes:
        """replaced: initializers by name, with arrays that differ from the good model's."""
        g = Graph(name)
        codes = g.value(g.inputs, "x_q", np.int8, [BATCH, inputs])
        at = g.node("DequantizeLinear", "x_dq", [codes, *g.scale("x", 5, np.int8)], "x")
        w, b = g.weight("fc1_w", weights, w_frac), g.weight("fc1_b", bias, 5 + w_frac)
        at = g.node("Gemm", "fc1", [at, w, b], "fc1_sum")
        if sine:
            at = g.node("Sin", "fc1_sin", [at], "fc1_act")
        result = g.value(g.outputs, "y_q", np.int8, [BATCH, 16])
        g.node("QuantizeLinear", "y_q", [at, *g.scale("y", 3, np.int8)], result)
        for init in g.inits:
            if init.name in replaced:
                init.CopyFrom(numpy_helper.from_array(np.asarray(replaced.pop(init.name)), init.name))
        require(not replaced, f"bad/{name}: no initializer {list(replaced)}")
        return g.model().SerializeToString(deterministic=True)

    whole = dense("truncated")
    return {
        "truncated.onnx": whole[:len(whole) * 2 // 5],
        "unsupported_op.onnx": dense("unsupported_op", sine=True),
        "scale_not_pow2.onnx": dense("scale_not_pow2", y_s=np.float32(0.1)),
        "shape_mismatch.onnx": dense("shape_mismatch", inputs=24),
        "nonzero_zero_point.onnx": dense("nonzero_zero_point", y_z=np.int8(3)),
        "per_axis_scale.onnx": dense("per_axis_scale", w_frac=6 + np.arange(16) % 3),
        "dynamic_features.onnx": dense("dynamic_features", inputs="features"),
    }


def check_bad_models(files: dict) -> None:
    """Each file must be wrong in the way its name says, and only in that: onnxruntime tells valid from invalid ONNX."""
    invalid = {"truncated.onnx", "shape_mismatch.onnx"}
    sample = np.random.default_rng(BAD_SEED).integers(-128, 128, (1, BATCH, 32)).astype(np.int8)
    for name, blob in files.items():
        try:
            run_onnxruntime(blob, sample, ort.GraphOptimizationLevel.ORT_DISABLE_ALL)
            ran = True
        except Exception:  # onnxruntime's exception classes share no public base
            ran = False
        require(ran != (name in invalid), f"bad/{name}: onnxruntime {'accepts' if ran else 'refuses'} it")


def make_all() -> dict:
    """Every file as {path below tests/models: bytes}."""
    data, trained, files = digits(), {}, {}
    for spec in SPECS:
        key = spec.hidden, spec.seed
        if key not in trained:
            trained[key] = train(data[0], data[1], *key)
        files |= {f"{spec.name}/{name}": blob for name, blob in make_model(spec, trained[key], data).items()}
    files |= {f"mixer_i8/{name}": blob for name, blob in make_mixer().items()}
    bad = bad_models()
    check_bad_models(bad)
    return files | {f"bad/{name}": blob for name, blob in bad.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path(__file__).resolve().parent.parent / "tests" / "models")
    parser.add_argument("--check", action="store_true", help="compare with the files in --out instead of writing")
    args = parser.parse_args()
    files = make_all()
    if args.check:
        wrong = [p for p, blob in files.items() if not (args.out / p).is_file() or (args.out / p).read_bytes() != blob]
        require(not wrong, f"{len(wrong)} files differ or are missing in {args.out}: {' '.join(wrong)}")
    else:
        for path, blob in files.items():
            (args.out / path).parent.mkdir(parents=True, exist_ok=True)
            (args.out / path).write_bytes(blob)
    print(f"{len(files)} files, {sum(map(len, files.values()))} bytes {'equal' if args.check else 'written'}")


if __name__ == "__main__":
    main()
