#!/usr/bin/env python3
"""Fits the assumed DMA constants on all networks but one and prints how far predictions are off on that one.

  leave_one_out.py CASES.json [--bin build/dev/bin] [--device ve2802]

What is fitted is what the published cases can tell: the sum of the latencies of a DMA pass, as first_word_cycles and
write_cycles of every DMA. Every pair of values is simulated once. For each network the pair with the least mean absolute
error on the others is taken.
"""
import argparse
import itertools
import json
import subprocess
import tempfile
from pathlib import Path

DMAS = ("tile_dma", "memory_tile_dma", ("shim", "dma"))


def edited(value_first: int, value_write: int, device: str) -> dict:
    """A device file that differs from the built-in one in these numbers only."""
    def number(value):
        return {"value": value, "unit": "cycles", "source": "leave_one_out.py", "status": "assumed"}

    timing = {"timing": {"first_word_cycles": number(value_first), "write_cycles": number(value_write)}}
    facts = {"schema": "aie4ml.device/1", "name": f"{device}_fit", "extends": device}
    for dma in DMAS:
        if isinstance(dma, tuple):
            facts.setdefault(dma[0], {})[dma[1]] = timing
        else:
            facts[dma] = timing
    return facts


def errors(args, first: int, write: int, folder: Path) -> dict:
    """Percent by case and metric."""
    device, result = folder / "device.json", folder / "result.json"
    device.write_text(json.dumps(edited(first, write, args.device)))
    subprocess.run([str(Path(args.bin) / "aie4ml-validate"), args.cases, "--device-file", str(device), "--json",
                    str(result)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return {(c["id"], c["metric"]): c["error_percent"] for c in json.loads(result.read_text())["cases"]}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("cases")
    parser.add_argument("--bin", default="build/dev/bin")
    parser.add_argument("--device", default="ve2802")
    parser.add_argument("--first", type=int, nargs="+", default=[2, 3, 4, 5], help="first_word_cycles tried")
    parser.add_argument("--write", type=int, nargs="+", default=[3, 4, 5], help="write_cycles tried")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        runs = {pair: errors(args, *pair, Path(folder)) for pair in itertools.product(args.first, args.write)}
    networks = sorted({key[0].split("/")[0] for key in next(iter(runs.values()))})
    print(f"{'left out':24} {'first':>5} {'write':>5} {'mean %':>8} {'worst %':>8}")
    for network in networks:
        def others(pair):
            rest = [abs(e) for key, e in runs[pair].items() if key[0].split("/")[0] != network]
            return sum(rest) / len(rest)

        best = min(runs, key=others)
        own = [e for key, e in runs[best].items() if key[0].split("/")[0] == network]
        print(f"{network:24} {best[0]:5} {best[1]:5} {sum(own) / len(own):+8.2f} {max(map(abs, own)):8.2f}")


if __name__ == "__main__":
    main()
