#!/usr/bin/env python3
"""Checks who includes whom (docs/architecture.md) and that no file outgrows a reader.

usage: layering.py ROOT      prints every violation, exit 1 if there is one
"""
import pathlib
import re
import sys

# What each library may use besides itself. Programs (compiler/app, sim/app) may use every library.
MAY_USE = {
    "arch": set(),
    "traces": {"arch"},
    "kernels": {"arch"},
    "compiler": {"kernels", "arch"},
    "sim": {"traces", "arch"},
}
LIBRARIES = set(MAY_USE)
# The headers under sim/adf/include are installed alone: they see each other and the standard library, in <>. The
# library behind them sees facts and formats, nothing of the machine.
ADF = ("sim", "adf")
ADF_HEADERS = ("sim", "adf", "include")
SEES_SYSTEMC = {"sim", "tests"}
SUFFIXES = {".hpp", ".cpp", ".h", ".cc", ".in"}
MAX_LINES = 1000
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')


def is_app(path):
    return len(path.parts) > 2 and path.parts[0] in LIBRARIES and path.parts[1] == "app"


def allowed(path, target):
    """Whether the file may include the target, both relative to the root."""
    owner, used = path.parts[0], target.parts[0]
    if path.parts[:3] == ADF_HEADERS:
        return False
    if path.parts[:2] == ADF:
        return used == "arch" or target.parts[:2] == ADF
    if owner == "tests":
        return used in LIBRARIES or used == "tests"
    if used not in LIBRARIES:
        return False
    if is_app(target):
        return is_app(path) and path.parts[0] == target.parts[0]
    return is_app(path) or used == owner or used in MAY_USE[owner]


def visible_from_installed(root, name):
    """A header of the standard library or another that is installed with it."""
    return "/" not in name and "." not in name or root.joinpath(*ADF_HEADERS, name).is_file()


def violations(root):
    for folder in sorted(LIBRARIES | {"tests"}):
        for file in sorted((root / folder).rglob("*")):
            if file.suffix not in SUFFIXES or not file.is_file():
                continue
            path = file.relative_to(root)
            lines = file.read_text(encoding="utf-8").splitlines()
            if len(lines) > MAX_LINES:
                yield f"{path}: {len(lines)} lines, more than {MAX_LINES}"
            for number, line in enumerate(lines, 1):
                match = INCLUDE.match(line)
                if not match:
                    continue
                kind, name = match.groups()
                if kind == "<":
                    if re.match(r"(systemc|tlm|sysc/)", name) and folder not in SEES_SYSTEMC:
                        yield f"{path}:{number}: {folder} may not see <{name}>"
                    if path.parts[:3] == ADF_HEADERS and not visible_from_installed(root, name):
                        yield f"{path}:{number}: an installed header may not see <{name}>"
                elif not allowed(path, pathlib.PurePosixPath(name)):
                    yield f"{path}:{number}: {folder} may not include \"{name}\""
                elif ".in" not in path.suffixes and not (root / name).is_file() and not name.endswith(".pb.h"):
                    yield f"{path}:{number}: no file \"{name}\" from the root"


def main():
    root = pathlib.Path(sys.argv[1])
    found = list(violations(root))
    print("\n".join(found) if found else "layering holds")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
