// Files that numpy wrote (tests/models), files put together by hand after numpy's format description, and
// damaged ones.
#include <limits>
#include <random>

#include <gtest/gtest.h>

#include "arch/host/npy.hpp"
#include "tests/support/host_files.hpp"

namespace aie4ml::arch {
namespace {

using test::error_of;
using test::npy_file;

// Every array under tests/models was written by numpy 2.4: reading and writing gives its bytes again.
TEST(Npy, WritesTheBytesOfNumpy) {
  int files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(
           std::filesystem::path(AIE4ML_SOURCE_DIR) / "tests" / "models")) {
    if (entry.path().extension() != ".npy") continue;
    ++files;
    const NpyArray array = read_npy(entry.path());
    EXPECT_EQ(npy_contents(array, "copy.npy"), test::contents(entry.path())) << entry.path();
  }
  EXPECT_GE(files, 10);
}

TEST(Npy, ReadsWhatNumpyWrote) {
  const NpyArray labels =
      read_npy(std::filesystem::path(AIE4ML_SOURCE_DIR) / "tests" / "models" / "digits_b1" / "labels.npy");
  EXPECT_EQ(labels.type, NpyType::uint8);
  EXPECT_EQ(labels.shape, (std::vector<std::int64_t>{16, 1}));
  EXPECT_EQ(labels.elements(), 16);
  for (std::int64_t i = 0; i < 16; ++i) EXPECT_LE(labels.integer_at(i), 9);
}

TEST(Npy, AllVersionsAndSpellings) {
  const std::string data("\x01\x00\xfe\xff", 4);
  for (const char* header : {
           "{'descr': '<i2', 'fortran_order': False, 'shape': (2,), }                                 \n",
           "{'descr': '<i2', 'fortran_order': False, 'shape': (2,)}\n",
           "{\"shape\":(2,),\"fortran_order\":False,\"descr\":\"<i2\"}",
           "  { 'shape' : ( 2L , ) , 'descr' : '=i2' , 'fortran_order' : False , }  ",
       }) {
    for (const int version : {1, 2, 3}) {
      const NpyArray array = parse_npy(npy_file(header, data, version), "f");
      EXPECT_EQ(array.type, NpyType::int16);
      EXPECT_EQ(array.shape, std::vector<std::int64_t>{2});
      EXPECT_EQ(array.integer_at(0), 1);
      EXPECT_EQ(array.integer_at(1), -2);
    }
  }
}

TEST(Npy, AllTypes) {
  struct Case {
    const char* descr;
    NpyType type;
    std::string bytes;
    double value;
  };
  const std::vector<Case> cases = {
      {"|i1", NpyType::int8, "\xff", -1},
      {"|u1", NpyType::uint8, "\xff", 255},
      {"<i2", NpyType::int16, {"\x00\x80", 2}, -32768},
      {"<u2", NpyType::uint16, {"\x00\x80", 2}, 32768},
      {"<i4", NpyType::int32, {"\x01\x02\x00\x80", 4}, -2147483135},
      {"<i8", NpyType::int64, {"\x00\x00\x00\x00\x00\x01\x00\x00", 8}, 1099511627776},
      {"<f4", NpyType::float32, {"\x00\x00\xc0\xbf", 4}, -1.5},
      {"<f8", NpyType::float64, {"\x00\x00\x00\x00\x00\x00\xf8\x3f", 8}, 1.5}};
  for (const Case& c : cases) {
    const std::string header =
        std::string("{'descr': '") + c.descr + "', 'fortran_order': False, 'shape': (), }\n";
    const NpyArray array = parse_npy(npy_file(header, c.bytes), "f");
    EXPECT_EQ(array.type, c.type) << c.descr;
    EXPECT_TRUE(array.shape.empty());
    EXPECT_EQ(array.real_at(0), c.value) << c.descr;
    if (is_integer(c.type)) {
      EXPECT_EQ(static_cast<double>(array.integer_at(0)), c.value) << c.descr;
    }
  }
}

TEST(Npy, EmptyAndOneDimensionalArraysComeBack) {
  for (const std::vector<std::int64_t>& shape : {std::vector<std::int64_t>{}, {5}, {0, 7}, {1, 1, 1, 1, 5}}) {
    NpyArray array{NpyType::int32, shape, {}};
    std::int64_t elements = 1;
    for (const std::int64_t size : shape) elements *= size;
    array.bytes.assign(static_cast<std::size_t>(elements) * 4, 7);
    const std::string contents = npy_contents(array, "a.npy");
    EXPECT_EQ(parse_npy(contents, "a.npy"), array);
    EXPECT_EQ((contents.size() - array.bytes.size()) % 64, 0U);
  }
}

// Anybody's bytes: an array that holds what its shape says, or an InputError, nothing else.
TEST(Npy, DamagedFilesAreReadOrRefused) {
  std::mt19937 engine(7);
  const auto below = [&](std::size_t limit) { return static_cast<std::size_t>(engine()) % limit; };
  const std::vector<std::string> snippets = {"(",
                                             ")",
                                             ",",
                                             "'",
                                             "{",
                                             "}",
                                             "9223372036854775807",
                                             "shape",
                                             "'x'",
                                             "True",
                                             "\\",
                                             "-1",
                                             std::string(1, '\0'),
                                             "4294967296, 4294967296",
                                             "'descr'",
                                             ">f4",
                                             "[('a'",
                                             "99999",
                                             "L",
                                             "\n"};
  const std::string data(24, '\x55');
  int refused = 0;
  constexpr int kFiles = 6000;
  for (int n = 0; n < kFiles; ++n) {
    const int version = 1 + static_cast<int>(below(3));
    std::string header = "{'descr': '|i1', 'fortran_order': False, 'shape': (2, 3, 4), }      \n";
    const bool whole = below(2) == 0;  // damage the header only and keep its length right, or the whole file
    std::string file = whole ? npy_file(header, data, version) : header;
    for (std::size_t changes = 1 + below(4); changes > 0 && !file.empty(); --changes) {
      const std::size_t at = below(file.size());
      switch (below(4)) {
        case 0:
          file[at] = static_cast<char>(below(256));
          break;
        case 1:
          file.erase(at, 1 + below(8));
          break;
        case 2:
          file.insert(at, snippets[below(snippets.size())]);
          break;
        default:
          file.resize(at);
          break;
      }
    }
    if (!whole) file = npy_file(file, data, version);
    try {
      const NpyArray array = parse_npy(file, "f");
      std::int64_t elements = 1;
      for (const std::int64_t size : array.shape) elements *= size;
      EXPECT_EQ(elements, array.elements());
      if (is_integer(array.type)) {
        for (std::int64_t i = 0; i < elements; ++i) {
          EXPECT_EQ(static_cast<double>(array.integer_at(i)), array.real_at(i));
        }
      }
    } catch (const arch::InputError&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, kFiles / 2);
  EXPECT_LT(refused, kFiles);
}

}  // namespace
}  // namespace aie4ml::arch
