#!/usr/bin/env python3
"""layering.py finds what it is there to find."""
import pathlib
import tempfile
import unittest

import layering


class Layering(unittest.TestCase):
    def found(self, files):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name, text in files.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text)
            return list(layering.violations(root))

    def test_arrows_of_the_design_are_allowed(self):
        self.assertEqual([], self.found({
            "arch/a.hpp": "", "traces/t.hpp": '#include "arch/a.hpp"', "kernels/k.hpp": '#include "arch/a.hpp"',
            "compiler/c.cpp": '#include "kernels/k.hpp"\n#include "arch/a.hpp"',
            "sim/s.cpp": '#include <systemc>\n#include "traces/t.hpp"',
            "compiler/app/main.cpp": '#include "sim/s.hpp"', "sim/s.hpp": "", "tests/x.cpp": '#include "sim/s.hpp"'}))

    def test_every_arrow_against_them_is_found(self):
        for owner, used in (("arch", "traces"), ("traces", "sim"), ("kernels", "compiler"), ("compiler", "sim"),
                            ("compiler", "traces"), ("sim", "compiler"), ("sim", "kernels"), ("arch", "tests")):
            with self.subTest(owner=owner, used=used):
                self.assertEqual([f'{owner}/a.cpp:1: {owner} may not include "{used}/b.hpp"'],
                                 self.found({f"{owner}/a.cpp": f'#include "{used}/b.hpp"', f"{used}/b.hpp": ""}))

    def test_systemc_outside_sim(self):
        self.assertEqual(["traces/t.hpp:1: traces may not see <systemc>"],
                         self.found({"traces/t.hpp": "#include <systemc>"}))

    def test_library_may_not_use_a_program(self):
        self.assertEqual(['compiler/c.cpp:1: compiler may not include "compiler/app/o.hpp"'],
                         self.found({"compiler/c.cpp": '#include "compiler/app/o.hpp"', "compiler/app/o.hpp": ""}))

    def test_host_headers_stand_alone(self):
        self.assertEqual([], self.found({
            "arch/a.hpp": "", "sim/adf/n.hpp": "", "sim/adf/include/adf.h": "#include <cstdint>",
            "sim/adf/include/x/y.hpp": "#include <adf.h>",
            "sim/adf/n.cpp": '#include "arch/a.hpp"\n#include "sim/adf/n.hpp"\n#include <x/y.hpp>'}))
        self.assertEqual(["sim/adf/include/y.hpp:1: an installed header may not see <fmt/format.h>",
                          'sim/adf/include/y.hpp:2: sim may not include "arch/a.hpp"',
                          'sim/adf/n.cpp:1: sim may not include "sim/s.hpp"',
                          'sim/adf/n.cpp:2: sim may not include "traces/t.hpp"'],
                         self.found({"arch/a.hpp": "", "sim/s.hpp": "", "traces/t.hpp": "",
                                     "sim/adf/include/y.hpp": '#include <fmt/format.h>\n#include "arch/a.hpp"',
                                     "sim/adf/n.cpp": '#include "sim/s.hpp"\n#include "traces/t.hpp"'}))

    def test_includes_start_at_the_root(self):
        self.assertEqual(['arch/a.cpp:1: arch may not include "a.hpp"'],
                         self.found({"arch/a.cpp": '#include "a.hpp"', "arch/a.hpp": ""}))
        self.assertEqual(['arch/a.cpp:1: no file "arch/b.hpp" from the root'],
                         self.found({"arch/a.cpp": '#include "arch/b.hpp"'}))

    def test_long_files(self):
        self.assertEqual(["arch/a.cpp: 1001 lines, more than 1000"], self.found({"arch/a.cpp": "\n" * 1001}))


if __name__ == "__main__":
    unittest.main()
