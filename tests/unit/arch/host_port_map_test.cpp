// Arrays to words and back, against words written out by hand and against loops over the definition of
// PlioSlice.
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "arch/host/port_map.hpp"
#include "tests/support/host_files.hpp"

namespace aie4ml::arch {
namespace {

using arch::ElementType;
using Direction = arch::PlioChannel::Direction;
using test::array_of_values;

arch::GraphPort port(const std::string& tensor, Direction direction, std::vector<std::int64_t> shape,
                     ElementType type, std::vector<arch::PlioSlice> slices) {
  arch::GraphPort result;
  result.tensor = tensor;
  result.direction = direction;
  result.shape = std::move(shape);
  result.type = type;
  result.slices = std::move(slices);
  return result;
}

arch::Image image_with(std::vector<arch::GraphPort> ports, std::size_t plios) {
  arch::Image image;
  image.ports = std::move(ports);
  image.plios.resize(plios);
  return image;
}

// 2 x 3 bytes: columns 0..1 on PLIO 0, padded to 4 and to 3 rows; column 2 on PLIO 1, row 1 before row 0.
TEST(PortMap, WordsByHand) {
  const arch::Image image =
      image_with({port("x", Direction::input, {2, 3}, ElementType::int8,
                       {{0, 0, 2, 3, 0, 2, 4}, {1, 1, 1, 1, 2, 1, 4}, {1, 0, 1, 1, 2, 1, 8}})},
                 2);
  const NpyArray x = array_of_values<std::int8_t>(NpyType::int8, {2, 2, 3},
                                                  {1, 2, 3, 4, 5, -1,  //
                                                   17, 18, 19, 20, 21, 22});
  const PlioWords words = words_from_inputs(image, {{0, {"x.npy", x}}}, 2);
  ASSERT_EQ(words.size(), 2U);
  EXPECT_EQ(words[0], (std::vector<std::uint32_t>{0x0201, 0x0504, 0, 0x1211, 0x1514, 0}));
  EXPECT_EQ(words[1], (std::vector<std::uint32_t>{0xff, 0x03, 0, 0x16, 0x13, 0}));
}

TEST(PortMap, WiderElementsAreLittleEndian) {
  const arch::Image image =
      image_with({port("a", Direction::input, {2}, ElementType::int16, {{0, 0, 1, 1, 0, 2, 2}}),
                  port("b", Direction::input, {1}, ElementType::int64, {{1, 0, 1, 1, 0, 1, 1}})},
                 2);
  const NpyArray a = array_of_values<std::int16_t>(NpyType::int16, {1, 2}, {0x1234, -2});
  const NpyArray b = array_of_values<std::int64_t>(NpyType::int64, {1, 1}, {0x123456789abcdef0});
  const PlioWords words = words_from_inputs(image, {{0, {"a", a}}, {1, {"b", b}}}, 1);
  EXPECT_EQ(words[0], std::vector<std::uint32_t>{0xfffe1234});
  EXPECT_EQ(words[1], (std::vector<std::uint32_t>{0x9abcdef0, 0x12345678}));
}

// The definition in image.hpp as loops: element by element, padding included.
std::vector<std::uint8_t> stream_bytes(const arch::GraphPort& p, std::size_t plio,
                                       const std::vector<std::uint16_t>& values, std::int64_t iterations,
                                       std::uint16_t padding) {
  const std::int64_t cols = p.shape.back();
  const std::int64_t rows = p.shape[0] * p.shape[1];
  std::vector<std::uint8_t> bytes;
  for (std::int64_t i = 0; i < iterations; ++i) {
    for (const arch::PlioSlice& s : p.slices) {
      if (static_cast<std::size_t>(s.plio) != plio) continue;
      for (int r = 0; r < s.rows_on_stream; ++r) {
        for (int c = 0; c < s.cols_on_stream; ++c) {
          const bool inside = r < s.rows && c < s.cols;
          const std::int64_t at = (i * rows + s.row + r) * cols + s.col + c;
          const std::uint16_t value = inside ? values[static_cast<std::size_t>(at)] : padding;
          bytes.push_back(static_cast<std::uint8_t>(value & 0xffU));
          bytes.push_back(static_cast<std::uint8_t>(value >> 8U));
        }
      }
    }
  }
  return bytes;
}

std::vector<std::uint32_t> packed(const std::vector<std::uint8_t>& bytes) {
  std::vector<std::uint32_t> words(bytes.size() / 4);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    words[i / 4] |= static_cast<std::uint32_t>(bytes[i]) << (8 * (i % 4));
  }
  return words;
}

TEST(PortMap, BoxesOfAThreeDimensionalTensorThereAndBack) {
  constexpr std::int64_t kIterations = 3;
  const std::vector<arch::PlioSlice> slices = {
      {2, 0, 4, 4, 0, 5, 6}, {2, 4, 2, 4, 0, 5, 8}, {0, 0, 6, 8, 5, 2, 2}};
  const arch::Image image = image_with({port("x", Direction::input, {2, 3, 7}, ElementType::uint16, slices),
                                        port("y", Direction::output, {2, 3, 7}, ElementType::uint16,
                                             {{3, 0, 6, 6, 0, 4, 4}, {1, 0, 6, 7, 4, 3, 4}})},
                                       4);
  std::vector<std::uint16_t> values(kIterations * 42);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<std::uint16_t>(i * 257 + 3);
  const NpyArray array = array_of_values(NpyType::uint16, {kIterations, 2, 3, 7}, values);

  const PlioWords words = words_from_inputs(image, {{0, {"x", array}}}, kIterations);
  for (const std::size_t plio : {0U, 2U}) {
    EXPECT_EQ(words[plio], packed(stream_bytes(image.ports[0], plio, values, kIterations, 0))) << plio;
  }
  EXPECT_TRUE(words[1].empty());
  EXPECT_TRUE(words[3].empty());

  PlioWords out(4);
  for (const std::size_t plio : {1U, 3U}) {
    out[plio] = packed(stream_bytes(image.ports[1], plio, values, kIterations, 0xdead));
  }
  const PortArrays outputs = outputs_from_words(image, out, kIterations);
  ASSERT_EQ(outputs.size(), 1U);
  EXPECT_EQ(outputs.at(1).array, array);
}

TEST(PortMap, FloatsAreQuantizedHalfToEvenAndSaturated) {
  arch::GraphPort x = port("x", Direction::input, {12}, ElementType::int8, {{0, 0, 1, 1, 0, 12, 12}});
  x.is_float = true;
  x.frac = 2;
  const arch::Image image = image_with({x}, 1);
  constexpr float kInf = std::numeric_limits<float>::infinity();
  // in quarters: 1, 0.5, 1.5, 2.5, -0.5, -1.5, 127.4, 127.5, -128.5, -129, inf, -inf
  const NpyArray array = array_of_values<float>(
      NpyType::float32, {1, 12},
      {0.25F, 0.125F, 0.375F, 0.625F, -0.125F, -0.375F, 31.85F, 31.875F, -32.125F, -32.25F, kInf, -kInf});
  const PlioWords words = words_from_inputs(image, {{0, {"x", array}}}, 1);
  EXPECT_EQ(words[0], packed({1, 0, 2, 2, 0, 0xfe, 127, 127, 0x80, 0x80, 127, 0x80}));
}

TEST(PortMap, CodesOf64BitSaturateToo) {
  arch::GraphPort x = port("x", Direction::input, {2}, ElementType::int64, {{0, 0, 1, 1, 0, 2, 2}});
  x.is_float = true;
  const NpyArray array = array_of_values<float>(NpyType::float32, {1, 2}, {1e30F, -1e30F});
  const PlioWords words = words_from_inputs(image_with({x}, 1), {{0, {"x", array}}}, 1);
  EXPECT_EQ(words[0], (std::vector<std::uint32_t>{0xffffffff, 0x7fffffff, 0, 0x80000000}));
}

TEST(PortMap, FloatOutputsAreCodesTimesThePowerOfTwo) {
  for (const int frac : {-3, 0, 5}) {
    arch::GraphPort y = port("y", Direction::output, {256}, ElementType::int8, {{0, 0, 1, 1, 0, 256, 256}});
    y.is_float = true;
    y.frac = frac;
    std::vector<std::uint8_t> bytes(256);
    for (int i = 0; i < 256; ++i) bytes[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(i);
    const NpyArray array = outputs_from_words(image_with({y}, 1), {packed(bytes)}, 1).at(0).array;
    EXPECT_EQ(array.type, NpyType::float32);
    EXPECT_EQ(array.shape, (std::vector<std::int64_t>{1, 256}));
    for (int i = 0; i < 256; ++i) {
      EXPECT_EQ(array.real_at(i), (i < 128 ? i : i - 256) * std::pow(2.0, -frac)) << i;
    }
  }
}

TEST(PortMap, RandomInputsCoverTheTypeAndRepeat) {
  arch::GraphPort real = port("r", Direction::input, {64}, ElementType::uint8, {{1, 0, 1, 1, 0, 64, 64}});
  real.is_float = true;
  real.frac = 4;
  const arch::Image image =
      image_with({port("x", Direction::input, {64}, ElementType::int8, {{0, 0, 1, 1, 0, 64, 64}}), real}, 2);
  const PortArrays once = random_inputs(image, 100, 5);
  EXPECT_EQ(once.at(0).array, random_inputs(image, 100, 5).at(0).array);
  EXPECT_NE(once.at(0).array, random_inputs(image, 100, 6).at(0).array);
  std::array<int, 256> seen{};
  for (std::int64_t i = 0; i < 6400; ++i)
    ++seen[static_cast<std::size_t>(once.at(0).array.integer_at(i) + 128)];
  for (const int count : seen) EXPECT_GT(count, 0);
  std::array<int, 256> codes{};
  for (std::int64_t i = 0; i < 6400; ++i)
    ++codes.at(static_cast<std::size_t>(once.at(1).array.real_at(i) * 16));
  for (const int count : codes) EXPECT_GT(count, 0);
  EXPECT_EQ(check_inputs(image, once), 100);
}

TEST(PortMap, IterationsAreDroppedAndRepeated) {
  NpyArray array = array_of_values<std::int16_t>(NpyType::int16, {2, 2}, {1, 2, 3, 4});
  repeat(array, 5);
  EXPECT_EQ(array, array_of_values<std::int16_t>(NpyType::int16, {5, 2}, {1, 2, 3, 4, 1, 2, 3, 4, 1, 2}));
  truncate(array, 1);
  EXPECT_EQ(array, array_of_values<std::int16_t>(NpyType::int16, {1, 2}, {1, 2}));
}

}  // namespace
}  // namespace aie4ml::arch
