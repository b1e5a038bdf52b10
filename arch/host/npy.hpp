// numpy array files (.npy, format versions 1 to 3), the form in which users hand arrays in and get them back.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace aie4ml::arch {

enum class NpyType : std::uint8_t { int8, uint8, int16, uint16, int32, int64, float32, float64 };

// Little-endian, C order. `bytes` holds the elements one after the other.
struct NpyArray {
  NpyType type{};
  std::vector<std::int64_t> shape;
  std::vector<std::uint8_t> bytes;
  [[nodiscard]] std::int64_t elements() const;
  // Of an integer type: the element. `index` counts in C order and is in range.
  [[nodiscard]] std::int64_t integer_at(std::int64_t index) const;
  // Of any type, rounded to a double.
  [[nodiscard]] double real_at(std::int64_t index) const;
  friend bool operator==(const NpyArray&, const NpyArray&) = default;
};

int bytes_of(NpyType type);
bool is_integer(NpyType type);
std::string to_string(NpyType type);  // numpy's name, "int8"
std::string to_string(
    const std::vector<std::int64_t>& dims);  // as numpy prints a shape: "(3, 8)", "(3,)", "()"

// Throws InputError naming the file, what is wrong with it and what would help: not an npy file, truncated,
// Fortran order, big endian, a type not listed above, a shape whose size overflows or does not match the
// data.
NpyArray read_npy(const std::filesystem::path& file);
// The same of contents in memory; `where` names them in errors.
NpyArray parse_npy(std::string_view contents, const std::string& where);

// A file of format version 1.0, the bytes numpy itself would write. `where` names it in errors: throws
// InputError for a shape that no header holds.
std::string npy_contents(const NpyArray& array, const std::string& where);

}  // namespace aie4ml::arch
