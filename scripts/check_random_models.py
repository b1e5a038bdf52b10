#!/usr/bin/env python3
"""Runs the random networks of tests/support/random_model in onnxruntime and compares every output bit for bit with the
integer arithmetic of the generator, which is what the compiler's tests compare with.

  check_random_models.py BUILD_DIR [--first N] [--count N]      needs the target write_random_models
"""
import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort

NUMPY_TYPE = {"tensor(float)": np.float32, "tensor(int8)": np.int8, "tensor(uint8)": np.uint8}


def differing(path: Path) -> int:
    onnx.checker.check_model(onnx.load(path), full_check=True)
    case = json.loads(path.with_suffix(".json").read_text())
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # as the file says it: fused integer kernels requantize with float multipliers
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = ort.InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])
    types = {i.name: NUMPY_TYPE[i.type] for i in session.get_inputs()}
    feed = {i["name"]: np.array(i["values"]).reshape(i["shape"]).astype(types[i["name"]]) for i in case["inputs"]}
    outputs = session.run([o["name"] for o in case["outputs"]], feed)
    return sum(int((got.astype(np.float64) != np.array(want["values"], np.float64).reshape(want["shape"])).sum())
               for got, want in zip(outputs, case["outputs"]))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=Path)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--count", type=int, default=300)
    args = parser.parse_args()
    program = next(args.build.glob("**/write_random_models"), None)
    if program is None:
        sys.exit(f"check_random_models: no write_random_models below {args.build}; build that target")
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([program, folder, str(args.first), str(args.count)], check=True)
        paths = sorted(Path(folder).glob("*.onnx"))
        for path in paths:
            if count := differing(path):
                bad += 1
                print(f"{path.stem}: {count} values differ\n{json.loads(path.with_suffix('.json').read_text())['text']}")
    print(f"{len(paths) - bad} of {len(paths)} random networks equal onnxruntime {ort.__version__} bit for bit")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
