#!/usr/bin/env python3
"""Writes an int8 MLP with random weights and power-of-two scales as ONNX: layers of one width, a ReLU behind each but the
last. For questions of speed, which weights have no part in; the same arguments give the same bytes.

  make_mlp.py MLP.onnx [--layers 7] [--width 512] [--batch 32] [--seed 1]

Needs numpy and onnx (scripts/requirements.txt).
"""
import argparse
from pathlib import Path

import numpy as np
from onnx import TensorProto, helper, numpy_helper

IN_FRAC = W_FRAC = OUT_FRAC = 4  # of int8 codes: value = code * 2^-frac


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    for name, default in (("layers", 7), ("width", 512), ("batch", 32), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=default, metavar="N", help=f"default: {default}")
    args = parser.parse_args()
    if min(args.layers, args.width, args.batch) < 1:
        parser.error("--layers, --width and --batch are positive numbers")
    return args


class Writer:
    def __init__(self):
        self.nodes, self.constants = [], []

    def constant(self, name, array):
        self.constants.append(numpy_helper.from_array(np.asarray(array), name))
        return name

    def node(self, op, inputs, output, **attributes):
        self.nodes.append(helper.make_node(op, inputs, [output], name=output, **attributes))
        return output

    def scale(self, name, frac, dtype):
        return [self.constant(f"{name}_s", np.float32(2.0**-frac)), self.constant(f"{name}_z", dtype(0))]

    def weight(self, name, codes, frac):
        return self.node("DequantizeLinear", [self.constant(f"{name}_q", codes), *self.scale(name, frac, codes.dtype.type)], name)


def main():
    args = arguments()
    rng, w = np.random.default_rng(args.seed), Writer()
    at = w.node("DequantizeLinear", ["x_q", *w.scale("x", IN_FRAC, np.int8)], "x")
    spread = max(1, round(2**W_FRAC / np.sqrt(args.width)))  # sums keep the size of what goes in
    for i in range(1, args.layers + 1):
        name, last = f"fc{i}", i == args.layers
        codes = rng.integers(-2 * spread, 2 * spread + 1, (args.width, args.width)).astype(np.int8)
        bias = rng.integers(-256, 257, args.width).astype(np.int32)
        at = w.node("Gemm", [at, w.weight(f"{name}_w", codes, W_FRAC), w.weight(f"{name}_b", bias, IN_FRAC + W_FRAC)], name)
        at = at if last else w.node("Relu", [at], f"{name}_relu")
        out = "y" if last else f"{name}_out"
        scale = w.scale(out, OUT_FRAC, np.int8)
        at = w.node("QuantizeLinear", [at, *scale], f"{out}_q")
        at = at if last else w.node("DequantizeLinear", [at, *scale], out)
    tensor = lambda name: helper.make_tensor_value_info(name, TensorProto.INT8, [args.batch, args.width])
    graph = helper.make_graph(w.nodes, f"mlp_{args.layers}x{args.width}", [tensor("x_q")], [tensor("y_q")], w.constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8,
                              producer_name="scripts/make_mlp.py")
    args.file.write_bytes(model.SerializeToString(deterministic=True))


if __name__ == "__main__":
    main()
