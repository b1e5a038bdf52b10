#!/usr/bin/env python3
"""Lets aie4ml emit projects, compiles them unchanged with the host headers (sim/adf), runs them, and compares what they
write with onnxruntime: bit for bit, but for layer normalisation (1 code) and softmax (2), whose integer algorithms are
aie4ml's own.

  check_aie4ml_projects.py BUILD_DIR [--only NAME ...]     needs the target aie4ml_adf, and a Python with aie4ml 0.1.x or
                                                           0.2.x, jinja2, onnx and onnxruntime (pip install)
"""
import argparse
import inspect
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper

ROOT = Path(__file__).resolve().parents[1]
ITERATIONS = 2
PARTS = {20: "xilinx_vek280_base_202520_1", 22: "vek385_base"}  # __AIE_ARCH__: aie4ml's part
ROWS, DEPTH, COLUMNS, IMAGE = 16, 64, 32, 16


class Model:
    """A quantized graph in the making: scales are powers of two."""

    def __init__(self, seed):
        self.nodes, self.constants, self.random = [], [], np.random.default_rng(seed)

    def constant(self, name, value):
        self.constants.append(numpy_helper.from_array(np.array(value), name))
        return name

    def node(self, op, inputs, output, **attributes):
        self.nodes.append(helper.make_node(op, inputs, [output], name="n_" + output, **attributes))
        return output

    def quantized(self, op, value, output, frac, zero):
        scale = self.constant(output + "_scale", np.float32(2.0 ** -frac))
        return self.node(op, [value, scale, self.constant(output + "_zero", zero)], output)

    def weights(self, shape, dtype):
        values = self.constant("w", self.random.integers(-100, 100, shape).astype(dtype))
        return self.quantized("DequantizeLinear", values, "wf", 6, dtype(0))

    def save(self, path, value, frac, zero, shapes):
        """Quantizes the value, which is the output; shapes and type of the input come first."""
        dtype, in_shape, out_shape = shapes
        self.quantized("DequantizeLinear", self.quantized("QuantizeLinear", value, "y", frac, zero), "out", frac, zero)
        graph = helper.make_graph(
            self.nodes, "g", [helper.make_tensor_value_info("x", helper.np_dtype_to_tensor_dtype(np.dtype(dtype)), in_shape)],
            [helper.make_tensor_value_info("out", TensorProto.FLOAT, out_shape)], self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)])
        model.ir_version = 10
        onnx.save(model, path)
        return frac


def dense(path, dtype, weight):
    m = Model(1)
    x = m.quantized("DequantizeLinear", "x", "xf", 4 if dtype == np.int8 else 8, dtype(0))
    y = m.node("Relu", [m.node("MatMul", [x, m.weights((DEPTH, COLUMNS), weight)], "mm")], "relu")
    return m.save(path, y, 4, dtype(0), (dtype, [ROWS, DEPTH], [ROWS, COLUMNS]))


def add(path):
    m = Model(2)
    x = m.quantized("DequantizeLinear", "x", "xf", 4, np.int8(0))
    y = m.quantized("QuantizeLinear", m.node("MatMul", [x, m.weights((DEPTH, DEPTH), np.int8)], "mm"), "q", 4, np.int8(0))
    y = m.node("Add", [m.quantized("DequantizeLinear", y, "qf", 4, np.int8(0)), x], "sum")
    return m.save(path, y, 4, np.int8(0), (np.int8, [ROWS, DEPTH], [ROWS, DEPTH]))


def layer_norm(path):
    m = Model(3)
    x = m.quantized("DequantizeLinear", "x", "xf", 4, np.int8(0))
    gamma = m.constant("gamma", m.random.uniform(0.5, 1.5, DEPTH).astype(np.float32))
    beta = m.constant("beta", m.random.uniform(-0.5, 0.5, DEPTH).astype(np.float32))
    y = m.node("LayerNormalization", [x, gamma, beta], "ln", axis=-1, epsilon=2.0 ** -8)
    return m.save(path, y, 4, np.int8(0), (np.int8, [ROWS, DEPTH], [ROWS, DEPTH]))


def softmax(path):
    m = Model(4)
    y = m.node("Softmax", [m.quantized("DequantizeLinear", "x", "xf", 4, np.int8(0))], "sm", axis=-1)
    return m.save(path, y, 8, np.uint8(0), (np.int8, [ROWS, DEPTH], [ROWS, DEPTH]))


def conv(path, depthwise):
    m = Model(5)
    out_channels, group = (8, 8) if depthwise else (16, 1)
    x = m.node("Transpose", [m.quantized("DequantizeLinear", "x", "xf", 4, np.int8(0))], "nchw", perm=[0, 3, 1, 2])
    y = m.node("Conv", [x, m.weights((out_channels, 8 // group, 3, 3), np.int8)], "cv", pads=[1] * 4, group=group)
    y = m.node("Transpose", [m.node("Relu", [y], "relu")], "nhwc", perm=[0, 2, 3, 1])
    return m.save(path, y, 4, np.int8(0), (np.int8, [1, IMAGE, IMAGE, 8], [1, IMAGE, IMAGE, out_channels]))


# name: builder, codes that may differ by, whether aie4ml 0.1.x has it
CASES = {
    "dense_i8": (lambda p: dense(p, np.int8, np.int8), 0, True),
    "dense_i16": (lambda p: dense(p, np.int16, np.int16), 0, True),
    "dense_i16_i8": (lambda p: dense(p, np.int16, np.int8), 0, True),
    "add": (add, 0, True),
    "layer_norm": (layer_norm, 1, True),
    "softmax": (softmax, 2, True),
    "conv": (lambda p: conv(p, False), 0, False),
    "depthwise": (lambda p: conv(p, True), 0, False),
}


def build(project, headers, libraries, arch):
    """The program of the graph: app.cpp and the kernels that headers do not include themselves."""
    used = {name for header in project.rglob("src/**/*.h") for name in re.findall(r"\w+\.cpp", header.read_text())}
    kernels = sorted(f for f in project.glob("src/kernels/**/*.cpp") if f.name in used)
    source = project / "whole.cpp"
    source.write_text("".join(f'#include "{f.relative_to(project)}"\n' for f in [project / "app.cpp", *kernels]))
    folders = [".", "src", "src/weights", "src/kernels", *(str(d.relative_to(project)) for d in project.glob("src/kernels/*/"))]
    subprocess.run(["g++", "-std=c++20", "-O1", "-Wno-psabi", "-D__AIENGINE__", "-D__X86SIM__", f"-D__AIE_ARCH__={arch}",
                    f"-I{headers}", *(f"-I{f}" for f in folders), source.name, *map(str, libraries), "-o", "run"],
                   cwd=project, check=True)


def frame_in(values, project):
    """Images lie in a frame with a zero border in the kernel's buffer (parameters.h)."""
    text = (project / "src/parameters.h").read_text()
    number = {n: int(v) for n, v in re.findall(r"\b(IN_ROWS|IN_COLS|IN_ORIGIN_R|IN_ORIGIN_C) = (\d+)", text)}
    frame = np.zeros((ITERATIONS, number["IN_ROWS"], number["IN_COLS"], values.shape[-1]), values.dtype)
    row, column = number["IN_ORIGIN_R"], number["IN_ORIGIN_C"]
    frame[:, row:row + IMAGE, column:column + IMAGE] = values.reshape(ITERATIONS, IMAGE, IMAGE, -1)
    return frame


def image_out(values, project, channels):
    """... and come as [block of 8 channels][row][column][8] where the kernel writes more columns than there are."""
    columns = int(re.search(r"\bOUT_COLS = (\d+)", (project / "src/parameters.h").read_text())[1])
    if columns == IMAGE:
        return values.reshape(ITERATIONS, IMAGE, IMAGE, channels)
    blocks = values.reshape(ITERATIONS, -1, IMAGE, columns, 8).transpose(0, 2, 3, 1, 4)
    return blocks.reshape(ITERATIONS, IMAGE, columns, -1)[:, :, :IMAGE, :channels]


def check(name, arch, headers, libraries, folder):
    from aie4ml import from_onnx
    builder, tolerance, _ = CASES[name]
    path, project = folder / f"{name}.onnx", folder / f"{name}_{arch}"
    frac = builder(path)
    config = {"Part": PARTS[arch], "AIEConfig": {"Iterations": ITERATIONS}}
    from_onnx(str(path), config, output_dir=str(project), project_name="p").write()
    build(project, headers, libraries, arch)

    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = ort.InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])
    shape, dtype = session.get_inputs()[0].shape, np.int16 if "16" in session.get_inputs()[0].type else np.int8
    bound = 4096 if dtype == np.int16 else 128
    inputs = np.random.default_rng(6).integers(-bound, bound, [ITERATIONS, *shape]).astype(dtype)
    want = np.rint(np.stack([session.run(None, {"x": x})[0] for x in inputs]) * 2.0 ** frac).astype(np.int64)

    image = name in ("conv", "depthwise")
    app = (project / "app.cpp").read_text()
    ports = int(re.search(r"plio_data\[(\d+)\];", app)[1])
    values = frame_in(inputs, project) if image else inputs
    for port in range(ports):  # of an Add every port takes the whole tensor
        part = values if name == "add" else values.reshape(ITERATIONS, ports, -1)[:, port]
        lines = part.reshape(-1, 16 // dtype().itemsize)
        (project / "data" / f"ifm_c{port}.txt").write_text("".join(" ".join(map(str, line)) + "\n" for line in lines))
    subprocess.run(["./run"], cwd=project, check=True, stdout=subprocess.DEVNULL)

    got = []
    for port in range(int(re.search(r"plio_ofm\[(\d+)\];", app)[1])):
        text = next(project.rglob(f"y_p{port}.txt")).read_text()
        words = [w for line in text.splitlines() if not line.startswith("T") for w in line.split()]
        got.append(np.array(words, np.int64).reshape(ITERATIONS, -1))
    result = np.concatenate(got, axis=1)
    result = image_out(result, project, want.shape[-1]) if image else result
    difference = np.abs(result.reshape(want.shape) - want)
    print(f"{name} __AIE_ARCH__={arch}: {np.count_nonzero(difference)} of {difference.size} differ, "
          f"by at most {difference.max()}")
    return difference.max() <= tolerance


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=Path)
    parser.add_argument("--only", nargs="+", choices=CASES, default=list(CASES))
    args = parser.parse_args()
    import aie4ml
    older = not (Path(inspect.getfile(aie4ml)).parent / "templates/nnet_utils/conv2d").is_dir()
    headers = ROOT / "sim/adf/include"
    libraries = [(args.build / f).resolve() for f in ("sim/adf/libaie4ml_adf.a", "arch/libaie4ml_arch.a")]
    with tempfile.TemporaryDirectory() as folder:
        # aie4ml 0.1.x asks for AIE-MLv2 multiplies that AMD's API has not (int16 in lanes of 64 bits)
        good = [check(name, arch, headers, libraries, Path(folder)) for name in args.only
                for arch in ([20] if older else PARTS) if CASES[name][2] or not older]
    return 0 if good and all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
