// Which file belongs to which graph input or output. In a file name a tensor has every character outside
// [A-Za-z0-9_] replaced by '_'.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "arch/image/image.hpp"
#include "sim/host/port_array.hpp"

namespace aie4ml::sim {

std::string file_name_of(std::string_view tensor);  // "x/0:input" -> "x_0_input"

// Indices into Image::ports, in their order.
std::vector<std::size_t> ports_of(const arch::Image& image, arch::PlioChannel::Direction direction);

struct PortFile {
  std::size_t port{};  // index into Image::ports
  std::filesystem::path file;
};
// `text` is "NAME=FILE", with the tensor's name as it is or as in a file name, or "FILE" where the graph has
// one port in that direction. Throws InputError naming the tensors there are.
PortFile parse_port_file(const arch::Image& image, arch::PlioChannel::Direction direction,
                         const std::string& text);

// Reads them all; the arrays' sources are the files. Throws InputError as parse_port_file() and read_npy(),
// and for a tensor that is given twice.
PortArrays read_port_files(const arch::Image& image, arch::PlioChannel::Direction direction,
                           const std::vector<std::string>& texts);

// Makes sure that outputs can be written before time is spent on them: makes the directory. Throws InputError
// if it cannot, and if two tensors have the same file name.
void prepare_output_directory(const std::filesystem::path& directory, const arch::Image& image);
// `<tensor>.npy` of each, every file complete or not there.
void write_port_files(const std::filesystem::path& directory, const arch::Image& image,
                      const PortArrays& arrays);

}  // namespace aie4ml::sim
