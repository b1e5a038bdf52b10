#include "sim/dma/bd_walker.hpp"

#include <algorithm>

#include "sim/check.hpp"

namespace aie4ml::sim {

BdWalker::BdWalker(const arch::BufferDescriptor& descriptor, std::int64_t run) {
  const arch::BdIteration& iteration = descriptor.iteration;
  base_ =
      descriptor.address_words + (run % std::max(1, iteration.wrap)) * std::int64_t{iteration.stride_words};
  count_ = std::max(descriptor.dimensions.size(), descriptor.padding.before.size());
  check(count_ <= kMaxDimensions, "a descriptor has no more dimensions than hardware");
  if (descriptor.dimensions.empty()) dimensions_[0] = {.size = descriptor.length_words, .stride = 1};
  for (std::size_t d = 0; d < descriptor.dimensions.size(); ++d) {
    dimensions_[d].size = descriptor.dimensions[d].size;
    dimensions_[d].stride = descriptor.dimensions[d].stride_words;
  }
  for (std::size_t d = 0; d < descriptor.padding.before.size(); ++d) {
    dimensions_[d].before = descriptor.padding.before[d];
    dimensions_[d].after = descriptor.padding.after[d];
  }
  for (std::size_t d = 0; d < count_; ++d) {
    remaining_ *= dimensions_[d].before + dimensions_[d].size + dimensions_[d].after;
  }
}

bool BdWalker::is_padding() const {
  return std::any_of(dimensions_.begin(), dimensions_.begin() + count_,
                     [](const Dimension& d) { return d.in_padding(); });
}

std::int64_t BdWalker::address() const {
  std::int64_t address = base_;
  for (std::size_t d = 0; d < count_; ++d)
    address += (dimensions_[d].at - dimensions_[d].before) * dimensions_[d].stride;
  return address;
}

void BdWalker::step() {
  --remaining_;
  for (std::size_t d = 0; d < count_; ++d) {
    Dimension& dimension = dimensions_[d];
    if (++dimension.at < dimension.before + dimension.size + dimension.after) return;
    dimension.at = 0;
  }
}

WordGroup BdWalker::next_group(int line_words) {
  check(line_words >= 1 && line_words <= WordGroup::kMaxWords,
        "a line has as many words as an access can move");
  WordGroup group;
  if (count_ == 1 && dimensions_[0].stride == 1 && dimensions_[0].before + dimensions_[0].after == 0) {
    // Most descriptors are linear.
    const std::int64_t word = base_ + dimensions_[0].at;
    group.count = static_cast<int>(
        word < 0 ? 1 : std::min<std::int64_t>(remaining_, line_words - (word & (line_words - 1))));
    for (int i = 0; i < group.count; ++i)
      group.addresses[static_cast<std::size_t>(i)] = static_cast<std::int32_t>(word + i);
    dimensions_[0].at += group.count;
    remaining_ -= group.count;
    return group;
  }
  group.padding = is_padding();
  std::int64_t line = 0;
  while (group.count < line_words && remaining_ > 0 && is_padding() == group.padding) {
    if (!group.padding) {
      const std::int64_t word = address();
      // Division that rounds down, so that addresses below zero, which are refused later, do not share a
      // line.
      const std::int64_t its_line = word >= 0 ? word / line_words : -1 - word;
      if (group.count > 0 && its_line != line) break;
      line = its_line;
      group.addresses[static_cast<std::size_t>(group.count)] = static_cast<std::int32_t>(word);
    }
    ++group.count;
    step();
  }
  return group;
}

WordRange word_range(const arch::BufferDescriptor& descriptor) {
  WordRange range{descriptor.address_words, descriptor.address_words};
  const auto widen = [&range](std::int64_t size, std::int64_t stride) {
    const std::int64_t reach = (size - 1) * stride;
    (reach < 0 ? range.first : range.last) += reach;
  };
  if (descriptor.dimensions.empty()) widen(std::max(1, descriptor.length_words), 1);
  for (const arch::BdDimension& d : descriptor.dimensions) widen(std::max(1, d.size), d.stride_words);
  widen(std::max(1, descriptor.iteration.wrap), descriptor.iteration.stride_words);
  return range;
}

}  // namespace aie4ml::sim
