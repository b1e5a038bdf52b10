// The header of an npy file: a Python dictionary of three fixed entries (numpy.lib.format). Internal to the
// folder.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace aie4ml::arch {

struct NpyHeader {
  std::string descr;  // "<f4"
  bool fortran_order{};
  std::vector<std::int64_t> shape;  // none negative
};

// `text` is the header with its padding, anybody's bytes. Throws InputError naming `where`: anything but a
// dictionary with exactly these three keys, in any order, as numpy or another program writes it.
NpyHeader parse_npy_header(std::string_view text, const std::string& where);
// Without padding, as numpy writes it: "{'descr': '|i1', 'fortran_order': False, 'shape': (3,), }".
std::string to_text(const NpyHeader& header);

}  // namespace aie4ml::arch
