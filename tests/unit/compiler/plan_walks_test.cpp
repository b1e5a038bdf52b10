// Both ends of a stream walk a rectangle in the same order: every word of a tile's blocks meets the same
// elements as the word of the row-major buffer. The order expected here is written down element by element.
#include <map>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "compiler/plan/edges.hpp"
#include "compiler/plan/walks.hpp"

namespace aie4ml::tests {
namespace {

using compiler::BlockFormat;
using compiler::Slice;
using compiler::Walk;

constexpr std::int32_t kMaxWrap = 255;

std::vector<std::int64_t> words_of(const Walk& walk) {
  std::vector<std::int64_t> addresses{walk.address_words};
  for (const arch::BdDimension& dimension : walk.dimensions) {
    std::vector<std::int64_t> longer;
    for (std::int32_t i = 0; i < dimension.size; ++i) {
      for (const std::int64_t address : addresses)
        longer.push_back(address + std::int64_t{i} * dimension.stride_words);
    }
    addresses = std::move(longer);
  }
  return addresses;
}

struct Shape {
  std::int32_t rows, cols;  // of the tile's slice
  BlockFormat format;
  int bytes;
};

// Byte address of an element in the tile.
std::int64_t in_tile(const Shape& s, std::int32_t row, std::int32_t col) {
  const auto [m, n, transposed] = s.format;
  const std::int64_t block = std::int64_t{row / m} * (s.cols / n) + col / n;
  const std::int32_t inside = transposed ? col % n * m + row % m : row % m * n + col % n;
  return (block * m * n + inside) * s.bytes;
}

void expect_same_order(const Shape& s, const Slice& slice, std::int32_t pitch) {
  std::int64_t elements = 0;
  for (const Slice& part : descriptor_parts(slice, s.format)) {
    ASSERT_TRUE(on_words(part, s.format, s.bytes));
    const Walk tile = tile_walk(part, s.cols, s.format, s.bytes, kMaxWrap);
    const compiler::Corner at = s.format.transposed ? compiler::Corner{part.cols.begin, part.rows.begin}
                                                    : compiler::Corner{part.rows.begin, part.cols.begin};
    const Walk memory = memory_walk(part, at, pitch, s.format, s.bytes, 0, kMaxWrap);
    EXPECT_LE(tile.dimensions.size(), 3U);
    EXPECT_LE(memory.dimensions.size(), 4U);
    const auto tile_words = words_of(tile);
    const auto memory_words = words_of(memory);
    ASSERT_EQ(tile_words.size(), memory_words.size());
    ASSERT_EQ(static_cast<std::int64_t>(tile_words.size()) * 4, part.elements() * s.bytes);
    elements += part.elements();
    std::map<std::int64_t, std::int64_t> meets;  // word of the tile, byte of the row-major buffer
    for (std::size_t i = 0; i < tile_words.size(); ++i) meets[tile_words[i]] = memory_words[i] * 4;
    for (std::int32_t r = part.rows.begin; r < part.rows.end; ++r) {
      for (std::int32_t c = part.cols.begin; c < part.cols.end; ++c) {
        const std::int64_t byte = in_tile(s, r, c);
        const std::int64_t there =
            (s.format.transposed ? std::int64_t{c} * pitch + r : std::int64_t{r} * pitch + c) * s.bytes;
        ASSERT_EQ(meets.at(byte / 4) + byte % 4, there) << "row " << r << ", column " << c;
      }
    }
  }
  EXPECT_EQ(elements, slice.elements());
}

TEST(PlanWalks, BothEndsHaveOneOrder) {
  std::mt19937 random(11);
  const auto pick = [&](int low, int high) {
    return low + static_cast<int>(random() % static_cast<unsigned>(high - low + 1));
  };
  for (int trial = 0; trial < 400; ++trial) {
    Shape s{};
    s.bytes = pick(1, 2);
    s.format = {4, pick(0, 1) == 0 ? 8 : 4, pick(0, 1) == 1};
    s.rows = pick(1, 6) * s.format.block_rows;
    s.cols = pick(1, 8) * s.format.block_cols;
    const auto interval = [&](std::int32_t size, std::int32_t step) {
      const std::int32_t begin = pick(0, size / step - 1) * step;
      return compiler::Interval{begin, begin + pick(1, (size - begin) / step) * step};
    };
    const std::int32_t word = 4 / s.bytes;
    const Slice slice{interval(s.rows, s.format.transposed ? word : 1),
                      interval(s.cols, s.format.transposed ? 1 : word)};
    SCOPED_TRACE(testing::Message() << "trial " << trial);
    expect_same_order(s, slice, (s.format.transposed ? s.rows : s.cols) + 4 * pick(0, 3));
    if (HasFatalFailure()) return;
  }
}

TEST(PlanWalks, WholeBlocksStayOneDescriptor) {
  const BlockFormat format{4, 8, false};
  EXPECT_EQ(descriptor_parts({{0, 8}, {8, 40}}, format).size(), 1U);
  EXPECT_EQ(descriptor_parts({{0, 8}, {4, 40}}, format).size(), 2U);
  EXPECT_EQ(descriptor_parts({{0, 8}, {4, 36}}, format).size(), 3U);
  EXPECT_EQ(descriptor_parts({{0, 8}, {4, 8}}, format).size(), 1U);
}

TEST(PlanWalks, ContiguousIsLinear) {
  EXPECT_EQ(compiler::tile_walk({{0, 16}, {0, 512}}, 512, {4, 8, false}, 1, kMaxWrap).dimensions.size(), 1U);
}

// 512 columns of 1024 are 64 blocks of 8 words: more than a wrap of 8 bit counts in one run.
TEST(PlanWalks, KeepsToTheWrap) {
  for (const arch::BdDimension& d :
       compiler::tile_walk({{0, 8}, {0, 512}}, 1024, {4, 8, false}, 1, kMaxWrap).dimensions) {
    EXPECT_LE(d.size, kMaxWrap);
  }
}

TEST(PlanEdges, PlioSlicesHaveWholeWords) {
  EXPECT_EQ(compiler::plio_columns_on_stream(10, 1), 12);
  EXPECT_EQ(compiler::plio_columns_on_stream(12, 1), 12);
  EXPECT_EQ(compiler::plio_columns_on_stream(5, 2), 6);
}

// Word for word the same element at both ends, in the three dimensions of a tile's descriptors.
void expect_direct(std::int32_t rows, std::int32_t cols, const BlockFormat& from, const BlockFormat& to,
                   int bytes, std::size_t most_dimensions) {
  const auto walks = compiler::direct_walks(rows, cols, from, to, bytes, 3, kMaxWrap);
  ASSERT_TRUE(walks) << rows << " x " << cols;
  EXPECT_LE(std::max(walks->from.dimensions.size(), walks->to.dimensions.size()), most_dimensions);
  const Shape source{rows, cols, from, bytes};
  const Shape target = to.transposed ? Shape{cols, rows, to, bytes} : Shape{rows, cols, to, bytes};
  std::map<std::int64_t, std::int64_t> expected;  // word here -> word there
  for (std::int32_t row = 0; row < rows; ++row) {
    for (std::int32_t col = 0; col < cols; col += 4 / bytes) {
      expected[in_tile(source, row, col) / 4] =
          (to.transposed ? in_tile(target, col, row) : in_tile(target, row, col)) / 4;
    }
  }
  const auto sent = words_of(walks->from);
  const auto received = words_of(walks->to);
  ASSERT_EQ(sent.size(), expected.size());
  ASSERT_EQ(received.size(), expected.size());
  std::map<std::int64_t, std::int64_t> found;
  for (std::size_t i = 0; i < sent.size(); ++i) found[sent[i]] = received[i];
  EXPECT_EQ(found, expected) << rows << " x " << cols;
}

TEST(PlanWalks, DirectlyFromBlocksToBlocks) {
  expect_direct(8, 64, {4, 8, false}, {4, 8, false}, 1, 1);  // nothing to do: one run of words
  expect_direct(8, 64, {4, 8, false}, {4, 4, false}, 2, 3);  // 16 x 8 bit to 16 x 16 bit
  expect_direct(8, 16, {4, 8, false}, {4, 8, true}, 1, 3);   // turned
  expect_direct(4, 8, {4, 8, false}, {4, 8, false}, 1, 1);
}

TEST(PlanWalks, DirectWalksThatNeedMoreDimensionsAreRefused) {
  // Blocks divided in rows and joined in columns.
  EXPECT_FALSE(compiler::direct_walks(16, 48, {2, 8, false}, {4, 4, false}, 2, 3, kMaxWrap));
  EXPECT_FALSE(compiler::direct_walks(24, 32, {4, 4, false}, {2, 8, false}, 2, 3, kMaxWrap));
  // Three rows in a block are no whole rows of the other's four.
  EXPECT_FALSE(compiler::direct_walks(12, 8, {3, 8, false}, {4, 8, false}, 1, 3, kMaxWrap));
}

}  // namespace
}  // namespace aie4ml::tests
