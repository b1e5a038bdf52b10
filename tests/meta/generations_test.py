#!/usr/bin/env python3
"""generations.py finds what it is there to find."""
import pathlib
import tempfile
import unittest

import generations

DEVICES = {"arch/devices/aie_x.json": '{"name": "aie_x", "generation": "aie_x"}',
           "arch/devices/vx1.json": '{"name": "vx1", "part": "xcvx1"}'}


class Generations(unittest.TestCase):
    def found(self, files):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name, text in {**DEVICES, **files}.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text)
            return list(generations.violations(root))

    def test_comments_examples_and_longer_words_are_allowed(self):
        self.assertEqual([], self.found({
            "sim/a.cpp": '// aie_x\n/* vx1\n vx1 */ int vx12; const char* s = "// not vx1y";',
            "compiler/app/main.cpp": 'std::string device{"vx1"};', "arch/b.cpp": 'if (name == "aie_x")'}))

    def test_names_are_found(self):
        for folder in generations.FOLDERS:
            for name in ("aie_x", "vx1", "xcvx1"):
                with self.subTest(folder=folder, name=name):
                    self.assertEqual(
                        [f"{folder}/a.cpp:2: names {name}; make what differs a number of the device"],
                        self.found({f"{folder}/a.cpp": f'/* \n*/ if (device == "{name}")'}))

    def test_the_generation_is_found(self):
        for access in ("d.generation", "d->generation"):
            self.assertEqual(
                ["kernels/k.hpp:1: asks for the generation; make what differs a number of the device"],
                self.found({"kernels/k.hpp": f"if ({access} == other)"}))


if __name__ == "__main__":
    unittest.main()
