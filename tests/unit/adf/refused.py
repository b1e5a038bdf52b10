#!/usr/bin/env python3
"""What the headers do not have is a compile error that says so.

usage: refused.py COMPILER INCLUDE_DIR FOLDER     every FOLDER/*.cpp must fail with the text of its first line
"""
import pathlib
import subprocess
import sys

SAYS = "// says: "


def problem(compiler, include, source):
    """What is wrong with how the compiler takes the source, or None."""
    first, *rest = source.read_text(encoding="utf-8").splitlines()
    if not first.startswith(SAYS):
        return "the first line has no text to expect"
    run = subprocess.run([compiler, "-std=c++20", "-fsyntax-only", f"-I{include}", str(source)],
                         capture_output=True, text=True, check=False, env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"})
    if run.returncode == 0:
        return "compiles"
    # Compilers quote differently, and break nothing inside a text of an assertion.
    if first.removeprefix(SAYS) not in run.stderr:
        return "another error:\n" + run.stderr[:2000]
    if f"{source.name}:" not in run.stderr:
        return "the error does not name the file"
    return None


def main():
    compiler, include, folder = sys.argv[1:]
    sources = sorted(pathlib.Path(folder).glob("*.cpp"))
    found = [(source.name, problem(compiler, include, source)) for source in sources]
    for name, text in found:
        if text:
            print(f"{name}: {text}")
    print(f"{len(sources)} sources")
    return 0 if sources and not any(text for _, text in found) else 1


if __name__ == "__main__":
    sys.exit(main())
