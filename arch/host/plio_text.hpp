// Words of a PLIO as the text files that AMD's simulators read and write: integers separated by blanks, as
// many on a line as the PLIO carries in a beat; floats in the shortest form that reads back as the same.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "arch/image/image.hpp"

namespace aie4ml::arch {

// What the file of a PLIO or GMIO is called in an ADF project: "data/ifm_c0.txt".
std::string plio_file(const Image& image, std::size_t host_end);

// The type of the elements on it, as the graph port says that it carries a slice of. The end carries one.
ElementType plio_type(const Image& image, std::size_t host_end);

std::string plio_text(const std::vector<std::uint32_t>& words, ElementType type, int width_bits);

// Back; lines with TLAST and time stamps ("T 10 ns") are left out. Throws InputError naming `where` and the
// line for what is no value of the type, and if the values do not fill whole words.
std::vector<std::uint32_t> plio_words(std::string_view text, ElementType type, const std::string& where);

}  // namespace aie4ml::arch
