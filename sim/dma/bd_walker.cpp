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
  update_outer();
}

void BdWalker::update_outer() {
  outer_address_ = base_;
  outer_padding_ = false;
  for (std::size_t d = 1; d < count_; ++d) {
    outer_address_ += (dimensions_[d].at - dimensions_[d].before) * dimensions_[d].stride;
    outer_padding_ = outer_padding_ || dimensions_[d].in_padding();
  }
}

std::int64_t BdWalker::run_length() const {
  const Dimension& first = dimensions_[0];
  const std::int64_t all = first.before + first.size + first.after;
  if (outer_padding_) return all - first.at;
  if (first.at < first.before) return first.before - first.at;
  return (first.in_padding() ? all : first.before + first.size) - first.at;
}

// Within the first dimension.
void BdWalker::step(std::int64_t words) {
  remaining_ -= words;
  dimensions_[0].at += words;
  for (std::size_t d = 0; d < count_; ++d) {
    Dimension& dimension = dimensions_[d];
    if (d > 0) ++dimension.at;
    if (dimension.at < dimension.before + dimension.size + dimension.after) {
      if (d > 0) update_outer();
      return;
    }
    dimension.at = 0;
  }
}

WordGroup BdWalker::next_group(int line_words) {
  check(line_words >= 1 && line_words <= WordGroup::kMaxWords,
        "a line has as many words as an access can move");
  WordGroup group;
  const Dimension& first = dimensions_[0];
  group.padding = outer_padding_ || first.in_padding();
  group.consecutive = true;
  while (group.count < line_words && remaining_ > 0 &&
         (outer_padding_ || first.in_padding()) == group.padding) {
    std::int64_t words = std::min<std::int64_t>(run_length(), line_words - group.count);
    if (!group.padding) {
      const std::int64_t word = outer_address_ + (first.at - first.before) * first.stride;
      const std::int64_t in_line = word & (line_words - 1);
      if (group.count > 0) {
        const std::int64_t before = group.addresses[static_cast<std::size_t>(group.count) - 1];
        // Addresses below zero, which are refused later, do not share a line.
        if (word < 0 || before < 0 || word - in_line != before - (before & (line_words - 1))) break;
        group.consecutive = group.consecutive && word == before + 1;
      }
      words = first.stride != 1 || word < 0 ? 1 : std::min(words, line_words - in_line);
      for (int i = 0; i < words; ++i) {
        group.addresses[static_cast<std::size_t>(group.count + i)] = static_cast<std::int32_t>(word + i);
      }
    }
    group.count += static_cast<int>(words);
    step(words);
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
