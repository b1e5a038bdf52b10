#include "compiler/plan/walks.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>
#include <utility>

#include "compiler/plan/slicing.hpp"

namespace aie4ml::compiler {
namespace {

constexpr int kWordBytes = 4;
constexpr int kAccessWords = 4;  // of 128 bit
using arch::BdDimension;

// Whole blocks in the middle, parts of blocks at the ends.
std::vector<Interval> block_parts(const Interval& interval, std::int32_t block) {
  const std::int32_t up = round_up(interval.begin, block);
  const std::int32_t down = interval.end / block * block;
  if (up > down) return {interval};
  std::vector<Interval> parts;
  for (const Interval& part :
       {Interval{interval.begin, up}, Interval{up, down}, Interval{down, interval.end}}) {
    if (part.size() > 0) parts.push_back(part);
  }
  return parts;
}

std::vector<BdDimension> joined(const std::vector<BdDimension>& dimensions, std::int64_t most) {
  std::vector<BdDimension> result;
  for (const BdDimension& next : dimensions) {
    if (!result.empty() && next.size == 1) continue;
    if (!result.empty() && next.stride_words == result.back().size * result.back().stride_words &&
        std::int64_t{result.back().size} * next.size <= most) {
      result.back().size *= next.size;
    } else {
      result.push_back(next);
    }
  }
  return result;
}

// Runs that continue each other are one, dimensions of one element are left out: as few dimensions as
// possible, none at all for a contiguous walk. All but the last keep to `max_wrap`; a longer one is divided
// where it has a divisor.
std::vector<BdDimension> simplified(const std::vector<BdDimension>& dimensions, std::int32_t max_wrap) {
  const std::vector<BdDimension> linear = joined(dimensions, std::numeric_limits<std::int32_t>::max());
  if (linear.size() == 1) return linear;
  std::vector<BdDimension> result;
  for (const BdDimension& dimension : joined(dimensions, max_wrap)) {
    std::int32_t inner = std::min(dimension.size, max_wrap);
    while (dimension.size % inner != 0) --inner;
    result.push_back({inner, dimension.stride_words});
    if (inner < dimension.size) {
      result.push_back({dimension.size / inner, dimension.stride_words * inner});
    }
  }
  return result;
}

// One dimension alone means a run of words.
std::vector<BdDimension> from_first_word(std::vector<BdDimension> dimensions) {
  if (dimensions.size() == 1 && dimensions.front().stride_words != 1) {
    dimensions.insert(dimensions.begin(), {1, 1});
  }
  return dimensions;
}

// Where an element of a matrix of so many columns lies in a tile's buffer.
std::int32_t element_address(std::int32_t row, std::int32_t col, std::int32_t cols,
                             const BlockFormat& format) {
  const std::int32_t m = format.block_rows;
  const std::int32_t n = format.block_cols;
  const std::int32_t inside = format.transposed ? col % n * m + row % m : row % m * n + col % n;
  return (row / m * (cols / n) + col / n) * m * n + inside;
}

// A digit of a row or column number, in the mixed radix of both formats' blocks.
struct Digit {
  std::int32_t size{};
  BdDimension from, to;
};

// Appends the digits of [0, size) in units of `unit`; false where blocks do not divide each other.
template <class Address>
bool add_digits(std::vector<Digit>& digits, std::int32_t unit, std::array<std::int32_t, 2> blocks,
                std::int32_t size, Address address) {
  std::sort(blocks.begin(), blocks.end());
  std::int32_t below = unit;
  for (const std::int32_t end : {blocks[0], blocks[1], size}) {
    if (end % below != 0) return false;
    const auto [from, to] = address(below);
    const std::int32_t count = end / below;
    if (count > 1) digits.push_back({count, {count, from}, {count, to}});
    below = end;
  }
  return true;
}

}  // namespace

std::optional<DirectWalks> direct_walks(std::int32_t rows, std::int32_t cols, const BlockFormat& from,
                                        const BlockFormat& to, int element_bytes, int dimensions,
                                        std::int32_t max_wrap) {
  const std::int32_t word = kWordBytes / element_bytes;
  // Rows and columns of `from`, in which a word lies; of `to` they are exchanged if it is transposed.
  const std::int32_t to_rows = to.transposed ? to.block_cols : to.block_rows;
  const std::int32_t to_cols = to.transposed ? to.block_rows : to.block_cols;
  const auto words_at = [&](std::int32_t row, std::int32_t col) {
    const std::int32_t there =
        to.transposed ? element_address(col, row, rows, to) : element_address(row, col, cols, to);
    return std::pair(element_address(row, col, cols, from) / word, there / word);
  };
  std::vector<Digit> digits;
  if (!add_digits(digits, word, {from.block_cols, to_cols}, cols,
                  [&](std::int32_t col) { return words_at(0, col); }) ||
      !add_digits(digits, 1, {from.block_rows, to_rows}, rows,
                  [&](std::int32_t row) { return words_at(row, 0); })) {
    return std::nullopt;
  }
  if (digits.empty()) digits.push_back({1, {1, 1}, {1, 1}});
  std::vector<std::size_t> order(digits.size());
  std::iota(order.begin(), order.end(), 0);
  std::optional<DirectWalks> best;
  // Words that follow each other share accesses to memory; beyond those of one access it makes no difference.
  const auto run = [](const Walk& walk) {
    const BdDimension& inner = walk.dimensions.front();
    return inner.stride_words == 1 ? std::min(inner.size, kAccessWords) : 1;
  };
  const auto cost = [&](const DirectWalks& walks) {
    return std::pair(-std::min(run(walks.from), run(walks.to)),
                     walks.from.dimensions.size() + walks.to.dimensions.size());
  };
  do {
    std::vector<BdDimension> sent, received;
    for (const std::size_t d : order) {
      sent.push_back(digits[d].from);
      received.push_back(digits[d].to);
    }
    DirectWalks walks{{0, from_first_word(simplified(sent, max_wrap)), 0},
                      {0, from_first_word(simplified(received, max_wrap)), 0}};
    const std::size_t most = std::max(walks.from.dimensions.size(), walks.to.dimensions.size());
    if (most <= static_cast<std::size_t>(dimensions) && (!best || cost(walks) < cost(*best))) {
      best = std::move(walks);
    }
  } while (std::next_permutation(order.begin(), order.end()));
  return best;
}

std::vector<Slice> descriptor_parts(const Slice& slice, const BlockFormat& format) {
  std::vector<Slice> parts;
  for (const Interval& rows : block_parts(slice.rows, format.block_rows)) {
    for (const Interval& cols : block_parts(slice.cols, format.block_cols)) parts.push_back({rows, cols});
  }
  return parts;
}

bool on_words(const Slice& slice, const BlockFormat& format, int element_bytes) {
  const Interval& fast = format.transposed ? slice.rows : slice.cols;
  return fast.begin * element_bytes % kWordBytes == 0 && fast.size() * element_bytes % kWordBytes == 0;
}

Walk tile_walk(const Slice& part, std::int32_t cols, const BlockFormat& format, int element_bytes,
               std::int32_t max_wrap) {
  const auto words = [&](std::int32_t elements) { return elements * element_bytes / kWordBytes; };
  const std::int32_t m = format.block_rows;
  const std::int32_t n = format.block_cols;
  const std::int32_t block = words(m * n);
  const std::int32_t row_of_blocks = cols / n * block;
  const std::int32_t rows_here = std::min(part.rows.size(), m);  // of one block
  const std::int32_t cols_here = std::min(part.cols.size(), n);
  const std::int32_t inside = format.transposed ? words(part.cols.begin % n * m + part.rows.begin % m)
                                                : words(part.rows.begin % m * n + part.cols.begin % n);
  Walk walk;
  walk.address_words = part.rows.begin / m * row_of_blocks + part.cols.begin / n * block + inside;
  const BdDimension fast{words(format.transposed ? rows_here : cols_here), 1};
  const BdDimension slow =
      format.transposed ? BdDimension{cols_here, words(m)} : BdDimension{rows_here, words(n)};
  walk.dimensions = simplified(
      {fast, slow, {ceil_div(part.cols.size(), n), block}, {ceil_div(part.rows.size(), m), row_of_blocks}},
      max_wrap);
  return walk;
}

Walk memory_walk(const Slice& part, Corner at, std::int32_t pitch, const BlockFormat& format,
                 int element_bytes, std::int32_t zero_cols, std::int32_t max_wrap) {
  const auto words = [&](std::int32_t elements) { return elements * element_bytes / kWordBytes; };
  const std::int32_t m = format.block_rows;
  const std::int32_t n = format.block_cols;
  const std::int32_t rows_here = std::min(part.rows.size(), m);
  const std::int32_t cols_here = std::min(part.cols.size(), n);
  const std::int32_t col_blocks = ceil_div(part.cols.size(), n);
  const std::int32_t row_blocks = ceil_div(part.rows.size(), m);
  Walk walk;
  walk.address_words = words(at.row * pitch + at.col);
  if (format.transposed) {
    walk.dimensions = simplified({{words(rows_here), 1},
                                  {cols_here, words(pitch)},
                                  {col_blocks, words(n * pitch)},
                                  {row_blocks, words(m)}},
                                 max_wrap);
    return walk;
  }
  walk.zero_blocks = static_cast<std::uint8_t>(zero_cols / n);
  walk.dimensions = {{words(cols_here), 1},
                     {rows_here, words(pitch)},
                     {col_blocks, words(n)},
                     {row_blocks, words(m * pitch)}};
  // Zeros are appended to dimension 2, which must stay where it is.
  if (walk.zero_blocks == 0) walk.dimensions = simplified(walk.dimensions, max_wrap);
  return walk;
}

Walk row_walk(const Slice& part, std::int32_t pitch, int element_bytes, std::int32_t max_wrap) {
  const auto words = [&](std::int32_t elements) { return elements * element_bytes / kWordBytes; };
  Walk walk;
  walk.address_words = words(part.rows.begin * pitch + part.cols.begin);
  walk.dimensions = simplified({{words(part.cols.size()), 1}, {part.rows.size(), words(pitch)}}, max_wrap);
  return walk;
}

}  // namespace aie4ml::compiler
