#include "arch/host/npy.hpp"

#include <array>
#include <bit>
#include <cstring>
#include <fstream>
#include <limits>
#include <sstream>

#include <fmt/format.h>

#include "arch/check.hpp"
#include "arch/error.hpp"
#include "arch/host/npy_header.hpp"

namespace aie4ml::arch {
namespace {

static_assert(std::endian::native == std::endian::little,
              "elements are read and written as they lie in memory");

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr std::size_t kFixedBytes = 10;    // of version 1: magic, version, two bytes of header length
constexpr std::size_t kAlignment = 64;     // numpy aligns the data to it
constexpr std::size_t kGrowthDigits = 21;  // numpy leaves room for the first size to grow to a 64-bit number

struct TypeRow {
  NpyType type;
  std::string_view code;  // of numpy, without the byte order
  std::string_view name;
  int bytes;
};
constexpr std::array<TypeRow, 8> kTypes{{{NpyType::int8, "i1", "int8", 1},
                                         {NpyType::uint8, "u1", "uint8", 1},
                                         {NpyType::int16, "i2", "int16", 2},
                                         {NpyType::uint16, "u2", "uint16", 2},
                                         {NpyType::int32, "i4", "int32", 4},
                                         {NpyType::int64, "i8", "int64", 8},
                                         {NpyType::float32, "f4", "float32", 4},
                                         {NpyType::float64, "f8", "float64", 8}}};

const TypeRow& row(NpyType type) {
  for (const TypeRow& candidate : kTypes) {
    if (candidate.type == type) return candidate;
  }
  check(false, "every NpyType is in the table");
  return kTypes[0];
}

template <class T>
T load(const NpyArray& array, std::int64_t index) {
  T value;
  std::memcpy(&value, array.bytes.data() + static_cast<std::size_t>(index) * sizeof(T), sizeof(T));
  return value;
}

NpyType type_of(const std::string& descr, const std::string& where) {
  const std::string_view code = std::string_view(descr).substr(descr.empty() ? 0 : 1);
  for (const TypeRow& candidate : kTypes) {
    if (candidate.code != code) continue;
    const char order = descr[0];
    if (order == '<' || order == '=' || candidate.bytes == 1) return candidate.type;
    if (order != '>') break;
    throw InputError(where, fmt::format("holds big-endian {}", candidate.name),
                     fmt::format("save it with .astype('<{}')", candidate.code));
  }
  throw InputError(
      where, fmt::format("holds elements of type '{}'", descr),
      "convert it with .astype() to int8, uint8, int16, uint16, int32, int64, float32 or float64");
}

// Number of bytes the elements take. Throws for a shape that no memory can hold.
std::size_t data_bytes(const NpyArray& array, const std::string& where) {
  std::int64_t total = bytes_of(array.type);
  bool empty = false;
  for (const std::int64_t size : array.shape) {
    if (size == 0) {
      empty = true;
    } else if (total > std::numeric_limits<std::int64_t>::max() / size) {
      throw InputError(where, fmt::format("its shape {} is too large", to_string(array.shape)),
                       "save the array again with numpy.save");
    } else {
      total *= size;
    }
  }
  return empty ? 0 : static_cast<std::size_t>(total);
}

[[noreturn]] void truncated(const std::string& where) {
  throw InputError(where, "is cut off within its header", "save the array again with numpy.save");
}

// The header text, and in `contents` what follows it.
std::string_view take_header(std::string_view& contents, const std::string& where) {
  if (contents.starts_with("PK")) {
    throw InputError(where, "is an npz archive", "save one array a file with numpy.save");
  }
  if (!contents.starts_with(kMagic)) {
    throw InputError(where, "is no npy file", "save the array with numpy.save");
  }
  if (contents.size() < kFixedBytes) truncated(where);
  const auto byte = [&](std::size_t at) {
    return static_cast<std::size_t>(static_cast<std::uint8_t>(contents[at]));
  };
  const std::size_t major = byte(6);
  if (major < 1 || major > 3 || byte(7) != 0) {
    throw InputError(where, fmt::format("is of npy format version {}.{}", major, byte(7)),
                     "save it as version 1.0, 2.0 or 3.0");
  }
  std::size_t begin = kFixedBytes;
  std::size_t length = byte(8) | byte(9) << 8U;
  if (major > 1) {
    begin += 2;
    if (contents.size() < begin) truncated(where);
    length |= byte(10) << 16U | byte(11) << 24U;
  }
  if (contents.size() - begin < length) truncated(where);
  const std::string_view header = contents.substr(begin, length);
  contents.remove_prefix(begin + length);
  return header;
}

}  // namespace

std::int64_t NpyArray::elements() const {
  return static_cast<std::int64_t>(bytes.size()) / bytes_of(type);
}

std::int64_t NpyArray::integer_at(std::int64_t index) const {
  switch (type) {
    case NpyType::int8:
      return load<std::int8_t>(*this, index);
    case NpyType::uint8:
      return load<std::uint8_t>(*this, index);
    case NpyType::int16:
      return load<std::int16_t>(*this, index);
    case NpyType::uint16:
      return load<std::uint16_t>(*this, index);
    case NpyType::int32:
      return load<std::int32_t>(*this, index);
    case NpyType::int64:
      return load<std::int64_t>(*this, index);
    case NpyType::float32:
    case NpyType::float64:
      break;
  }
  check(false, "integer_at() is for integer arrays");
  return 0;
}

double NpyArray::real_at(std::int64_t index) const {
  if (type == NpyType::float32) return load<float>(*this, index);
  if (type == NpyType::float64) return load<double>(*this, index);
  return static_cast<double>(integer_at(index));
}

int bytes_of(NpyType type) {
  return row(type).bytes;
}

bool is_integer(NpyType type) {
  return type != NpyType::float32 && type != NpyType::float64;
}

std::string to_string(NpyType type) {
  return std::string(row(type).name);
}

std::string to_string(const std::vector<std::int64_t>& dims) {
  return fmt::format("({}{})", fmt::join(dims, ", "), dims.size() == 1 ? "," : "");
}

NpyArray parse_npy(std::string_view contents, const std::string& where) {
  const NpyHeader header = parse_npy_header(take_header(contents, where), where);
  NpyArray array;
  array.type = type_of(header.descr, where);
  array.shape = header.shape;
  if (header.fortran_order) {
    throw InputError(where, "is in Fortran order", "save it with numpy.ascontiguousarray()");
  }
  const std::size_t bytes = data_bytes(array, where);
  if (bytes != contents.size()) {
    throw InputError(where,
                     fmt::format("{} of shape {} is {} bytes, the file holds {}", to_string(array.type),
                                 to_string(array.shape), bytes, contents.size()),
                     "save the array again with numpy.save");
  }
  array.bytes.assign(contents.begin(), contents.end());
  return array;
}

NpyArray read_npy(const std::filesystem::path& file) {
  std::error_code ignored;
  if (std::filesystem::is_directory(file, ignored)) {
    throw InputError(file.string(), "is a directory", "give an npy file");
  }
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw InputError(file.string(), "cannot be read", "check its name and permissions");
  std::ostringstream contents;
  contents << stream.rdbuf();  // to its end: the file may be a pipe and have no size
  if (stream.bad()) throw InputError(file.string(), "cannot be read to its end", "");
  return parse_npy(contents.view(), file.string());
}

std::string npy_contents(const NpyArray& array, const std::string& where) {
  check(data_bytes(array, where) == array.bytes.size(), "an array holds what its shape says");
  const TypeRow& type = row(array.type);
  std::string header =
      to_text(NpyHeader{fmt::format("{}{}", type.bytes == 1 ? '|' : '<', type.code), false, array.shape});
  if (!array.shape.empty()) {
    const std::size_t digits = fmt::to_string(array.shape.front()).size();
    header.append(kGrowthDigits - std::min(kGrowthDigits, digits), ' ');
  }
  const std::size_t used = kFixedBytes + header.size() + 1;
  header.append((kAlignment - used % kAlignment) % kAlignment, ' ');
  header += '\n';
  if (header.size() > std::numeric_limits<std::uint16_t>::max()) {
    throw InputError(where, "its shape does not fit into an npy header", "");
  }
  std::string contents(kMagic);
  contents += '\x01';
  contents += '\0';
  contents += static_cast<char>(header.size() & 0xffU);
  contents += static_cast<char>(header.size() >> 8U);
  contents += header;
  contents.append(reinterpret_cast<const char*>(array.bytes.data()), array.bytes.size());
  return contents;
}

}  // namespace aie4ml::arch
