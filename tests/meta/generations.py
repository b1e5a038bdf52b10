#!/usr/bin/env python3
"""Checks that no code asks which device or generation it is for: what differs is data (docs/architecture.md, D1).

usage: generations.py ROOT      prints every violation, exit 1 if there is one
"""
import json
import pathlib
import re
import sys

FOLDERS = ("compiler", "kernels", "sim", "traces")
SUFFIXES = {".hpp", ".cpp", ".h", ".cc", ".in"}
# A program names a device in its usage, and it and the host's adf.h have one for users who give none.
EXAMPLES = re.compile(r"^((compiler|sim)/app/|sim/adf/runtime/grid\.cpp$)")
COMMENT = re.compile(r'"(?:\\.|[^"\\\n])*"|//[^\n]*|/\*.*?\*/', re.DOTALL)


def names(root):
    """What devices, parts and generations are called."""
    found = set()
    for file in (root / "arch" / "devices").glob("*.json"):
        device = json.loads(file.read_text(encoding="utf-8"))
        found |= {device[key] for key in ("name", "generation", "part") if key in device}
    return found


def without_comments(text):
    """The code with its strings; lines stay where they are."""
    return COMMENT.sub(lambda m: m[0] if m[0][0] == '"' else "\n" * m[0].count("\n"), text)


def violations(root):
    known = names(root)
    word = re.compile(r"(?<![A-Za-z0-9_])(" + "|".join(sorted(map(re.escape, known))) + r")(?![A-Za-z0-9_])")
    for folder in FOLDERS:
        for file in sorted((root / folder).rglob("*")):
            if file.suffix not in SUFFIXES or not file.is_file():
                continue
            path = file.relative_to(root).as_posix()
            for number, line in enumerate(without_comments(file.read_text(encoding="utf-8")).splitlines(), 1):
                if re.search(r"(\.|->)generation\b", line):
                    yield f"{path}:{number}: asks for the generation; make what differs a number of the device"
                elif (match := word.search(line)) and not EXAMPLES.match(path):
                    yield f"{path}:{number}: names {match[0]}; make what differs a number of the device"


def main():
    found = list(violations(pathlib.Path(sys.argv[1])))
    print("\n".join(found) if found else "no code asks for a device or a generation")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
