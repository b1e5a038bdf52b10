#include "sim/cascade/cascade_link.hpp"

#include "sim/check.hpp"

namespace aie4ml::sim {

CascadeLink::CascadeLink(int depth, int hop_cycles)
    : hop_cycles_(hop_cycles), pops_(static_cast<std::size_t>(depth)) {
  check(depth >= 1, "a cascade link stores a word");
}

std::optional<std::int64_t> CascadeLink::space() const {
  const auto depth = static_cast<std::int64_t>(pops_.size());
  if (pushed_ < depth) return 0;
  const std::int64_t freed = pushed_ - depth;  // the word whose place the next one takes
  if (freed >= popped_) return std::nullopt;
  return pops_[static_cast<std::size_t>(freed % depth)].cycle + 1;
}

const CascadeEvent& CascadeLink::why_space() const {
  return pops_[static_cast<std::size_t>(pushed_ % static_cast<std::int64_t>(pops_.size()))];
}

void CascadeLink::push(const CascadeWord& word, std::int64_t cycle, std::int32_t tag) {
  check(space().has_value() && *space() <= cycle, "a cascade word is written where there is space");
  entries_.push_back({word, cycle + hop_cycles_, {cycle, tag}});
  ++pushed_;
}

std::optional<std::int64_t> CascadeLink::available() const {
  if (entries_.empty()) return std::nullopt;
  return entries_.front().readable;
}

void CascadeLink::pop(std::int64_t cycle, std::int32_t tag) {
  check(available().has_value() && *available() <= cycle, "a cascade word is read when it is there");
  entries_.pop_front();
  pops_[static_cast<std::size_t>(popped_ % static_cast<std::int64_t>(pops_.size()))] = {cycle, tag};
  ++popped_;
}

}  // namespace aie4ml::sim
