// Reads a NumPy .npy file (version 1 or 2, C order, little-endian, as numpy writes by default).
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace aie4ml::tests {

struct Npy {
  std::string type;  // numpy's: "|i1", "<f4"
  std::vector<std::int64_t> shape;
  std::vector<std::int64_t> codes;  // of integer types
  std::vector<float> reals;         // of "<f4"
};

// Throws std::runtime_error for a file that is no such array.
Npy read_npy(const std::filesystem::path& path);

}  // namespace aie4ml::tests
