#include "sim/dma/bd_walker.hpp"

#include <optional>
#include <random>

#include <gmock/gmock.h>

namespace aie4ml::sim {
namespace {

using arch::BufferDescriptor;

// Word by word; nullopt: padding.
using Words = std::vector<std::optional<std::int32_t>>;

Words walk(const BufferDescriptor& bd, std::int64_t run, int line_words) {
  BdWalker walker(bd, run);
  Words words;
  while (!walker.done()) {
    const WordGroup group = walker.next_group(line_words);
    EXPECT_GE(group.count, 1);
    EXPECT_LE(group.count, line_words);
    for (int i = 0; i < group.count; ++i) {
      const std::int32_t address = group.addresses[static_cast<std::size_t>(i)];
      if (!group.padding) {
        EXPECT_EQ(address / line_words, group.addresses[0] / line_words);
      }
      words.push_back(group.padding ? std::nullopt : std::optional(address));
    }
    bool consecutive = true;
    for (int i = 1; i < group.count && !group.padding; ++i) {
      const auto at = static_cast<std::size_t>(i);
      consecutive = consecutive && group.addresses[at] == group.addresses[at - 1] + 1;
    }
    EXPECT_EQ(group.consecutive, consecutive);
  }
  return words;
}

// The definition in arch/image/dma.hpp as nested loops over four dimensions.
Words nested_loops(const BufferDescriptor& bd, std::int64_t run) {
  std::int32_t size[4] = {1, 1, 1, 1};
  std::int32_t stride[4] = {};
  int before[4] = {}, after[4] = {};
  if (bd.dimensions.empty()) {
    size[0] = bd.length_words;
    stride[0] = 1;
  }
  for (std::size_t d = 0; d < bd.dimensions.size(); ++d) {
    size[d] = bd.dimensions[d].size;
    stride[d] = bd.dimensions[d].stride_words;
  }
  for (std::size_t d = 0; d < 3; ++d) {
    before[d] = bd.padding.before[d];
    after[d] = bd.padding.after[d];
  }
  const auto base =
      static_cast<std::int32_t>(bd.address_words + run % bd.iteration.wrap * bd.iteration.stride_words);
  Words words;
  for (int i3 = 0; i3 < size[3]; ++i3) {
    for (int i2 = -before[2]; i2 < size[2] + after[2]; ++i2) {
      for (int i1 = -before[1]; i1 < size[1] + after[1]; ++i1) {
        for (int i0 = -before[0]; i0 < size[0] + after[0]; ++i0) {
          const bool inside = i0 >= 0 && i0 < size[0] && i1 >= 0 && i1 < size[1] && i2 >= 0 && i2 < size[2];
          const std::int32_t address =
              base + i0 * stride[0] + i1 * stride[1] + i2 * stride[2] + i3 * stride[3];
          words.push_back(inside ? std::optional(address) : std::nullopt);
        }
      }
    }
  }
  return words;
}

BufferDescriptor random_descriptor(std::mt19937& random) {
  const auto pick = [&random](int low, int high) {
    return std::uniform_int_distribution<int>(low, high)(random);
  };
  BufferDescriptor bd;
  bd.address_words = pick(10'000, 10'100);
  bd.length_words = 1;
  for (int d = pick(0, 4); d > 0; --d) {
    bd.dimensions.push_back({pick(1, 5), pick(-12, 12)});
    bd.length_words *= bd.dimensions.back().size;
  }
  if (bd.dimensions.empty()) bd.length_words = pick(1, 40);
  if (pick(0, 1) == 1) {
    for (std::size_t d = 0; d < 3; ++d) {
      bd.padding.before[d] = static_cast<std::uint8_t>(pick(0, 2));
      bd.padding.after[d] = static_cast<std::uint8_t>(pick(0, 2));
    }
  }
  bd.iteration = {pick(1, 4), pick(-20, 20)};
  return bd;
}

TEST(BdWalker, VisitsWhatNestedLoopsVisit) {
  std::mt19937 random(1);
  for (int i = 0; i < 500; ++i) {
    const BufferDescriptor bd = random_descriptor(random);
    const std::int64_t run = i % 9;
    EXPECT_EQ(walk(bd, run, i % 2 == 0 ? 4 : 8), nested_loops(bd, run));
    EXPECT_EQ(BdWalker(bd, run).remaining(), static_cast<std::int64_t>(nested_loops(bd, run).size()));
  }
}

TEST(BdWalker, RangeHoldsEveryWordOfEveryRun) {
  std::mt19937 random(2);
  for (int i = 0; i < 300; ++i) {
    const BufferDescriptor bd = random_descriptor(random);
    std::int32_t lowest = INT32_MAX;
    std::int32_t highest = INT32_MIN;
    for (int run = 0; run < bd.iteration.wrap; ++run) {
      for (const auto& word : nested_loops(bd, run)) {
        if (!word) continue;
        lowest = std::min(lowest, *word);
        highest = std::max(highest, *word);
      }
    }
    EXPECT_EQ(word_range(bd).first, lowest);
    EXPECT_EQ(word_range(bd).last, highest);
  }
}

TEST(BdWalker, UnalignedStartFillsItsLineFirst) {
  BufferDescriptor bd;
  bd.address_words = 2;
  bd.length_words = 7;
  BdWalker walker(bd, 0);
  EXPECT_EQ(walker.next_group(4).count, 2);
  EXPECT_EQ(walker.next_group(4).count, 4);
  EXPECT_EQ(walker.next_group(4).count, 1);
  EXPECT_TRUE(walker.done());
}

}  // namespace
}  // namespace aie4ml::sim
