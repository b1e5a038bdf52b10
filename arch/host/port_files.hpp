// Which file belongs to which graph input or output. In a file name a tensor has every character outside
// [A-Za-z0-9_] replaced by '_'.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "arch/host/port_array.hpp"
#include "arch/image/image.hpp"

namespace aie4ml::arch {

std::string file_name_of(std::string_view tensor);  // "x/0:input" -> "x_0_input"

// Indices into Image::ports, in their order.
std::vector<std::size_t> ports_of(const Image& image, PlioChannel::Direction direction);

struct PortFile {
  std::size_t port{};  // index into Image::ports
  std::filesystem::path file;
};
// `text` is "NAME=FILE", with the tensor's name as it is or as in a file name, or "FILE" where the graph has
// one port in that direction. Throws InputError naming the tensors there are.
PortFile parse_port_file(const Image& image, PlioChannel::Direction direction, const std::string& text);

// Reads them all; the arrays' sources are the files. Throws InputError as parse_port_file() and read_npy(),
// and for a tensor that is given twice.
PortArrays read_port_files(const Image& image, PlioChannel::Direction direction,
                           const std::vector<std::string>& texts);

}  // namespace aie4ml::arch
