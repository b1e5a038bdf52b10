#include "tests/support/npy.hpp"

#include <cstring>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

namespace aie4ml::tests {
namespace {

template <class T, class Into>
void decode(const std::string& data, std::vector<Into>& into) {
  for (std::size_t at = 0; at + sizeof(T) <= data.size(); at += sizeof(T)) {
    T value;
    std::memcpy(&value, data.data() + at, sizeof value);
    into.push_back(static_cast<Into>(value));
  }
}

}  // namespace

Npy read_npy(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  const std::string bytes(std::istreambuf_iterator<char>(in), {});
  if (bytes.size() < 12 || bytes.compare(0, 6, "\x93NUMPY") != 0)
    throw std::runtime_error(path.string() + ": no .npy");
  const auto byte = [&](std::size_t i) {
    return static_cast<std::size_t>(static_cast<unsigned char>(bytes[i]));
  };
  const std::size_t start = byte(6) == 1 ? 10 : 12;
  const std::size_t length =
      byte(6) == 1 ? byte(8) + 256 * byte(9) : byte(8) + 256 * byte(9) + 65536 * byte(10);
  const std::string header = bytes.substr(start, length);
  const std::string data = bytes.substr(start + length);

  // {'descr': '|i1', 'fortran_order': False, 'shape': (3, 8, 128), }
  const std::string descr = "'descr': '";
  const std::size_t type_at = header.find(descr);
  const std::size_t shape_at = header.find("'shape': (");
  if (type_at == std::string::npos || shape_at == std::string::npos ||
      header.find("'fortran_order': False") == std::string::npos) {
    throw std::runtime_error(path.string() + ": unexpected header " + header);
  }
  Npy array;
  array.type = header.substr(type_at + descr.size(), 3);
  std::istringstream dims(header.substr(shape_at + 10, header.find(')', shape_at) - shape_at - 10));
  for (std::string dim; std::getline(dims, dim, ',');) {
    if (dim.find_first_of("0123456789") != std::string::npos) array.shape.push_back(std::stoll(dim));
  }
  if (array.type == "|i1") decode<std::int8_t>(data, array.codes);
  if (array.type == "|u1") decode<std::uint8_t>(data, array.codes);
  if (array.type == "<i2") decode<std::int16_t>(data, array.codes);
  if (array.type == "<i4") decode<std::int32_t>(data, array.codes);
  if (array.type == "<i8") decode<std::int64_t>(data, array.codes);
  if (array.type == "<f4") decode<float>(data, array.reals);
  std::int64_t count = 1;
  for (const std::int64_t dim : array.shape) count *= dim;
  if (static_cast<std::int64_t>(array.codes.size() + array.reals.size()) != count) {
    throw std::runtime_error(path.string() + ": data does not fill the shape");
  }
  return array;
}

}  // namespace aie4ml::tests
