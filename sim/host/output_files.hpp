// Arrays of a run to files.
#pragma once

#include <filesystem>

#include "arch/host/npy.hpp"
#include "arch/host/port_array.hpp"
#include "arch/image/image.hpp"

namespace aie4ml::sim {

// The file is complete or not there. Throws InputError if it cannot be written.
void write_npy(const std::filesystem::path& file, const arch::NpyArray& array);

// Makes sure that outputs can be written before time is spent on them: makes the directory. Throws
// arch::InputError if it cannot, and if two tensors have the same file name.
void prepare_output_directory(const std::filesystem::path& directory, const arch::Image& image);
// `<tensor>.npy` of each, every file complete or not there.
void write_port_files(const std::filesystem::path& directory, const arch::Image& image,
                      const arch::PortArrays& arrays);

}  // namespace aie4ml::sim
