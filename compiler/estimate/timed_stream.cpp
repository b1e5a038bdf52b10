#include "compiler/estimate/timed_stream.hpp"

#include <utility>

namespace aie4ml::compiler {

TimedStream::TimedStream(std::vector<Node> nodes, std::vector<int> leaves, std::int64_t words_per_cycle)
    : nodes_(std::move(nodes)),
      leaves_(std::move(leaves)),
      children_(nodes_.size()),
      words_per_cycle_(words_per_cycle),
      passes_(nodes_.size()) {
  for (int n = 0; n < static_cast<int>(nodes_.size()); ++n) {
    if (n > 0) children_[static_cast<std::size_t>(nodes_[static_cast<std::size_t>(n)].parent)].push_back(n);
    if (std::find(leaves_.begin(), leaves_.end(), n) == leaves_.end()) inner_.push_back(n);
  }
}

bool TimedStream::pass_next(int node) {
  std::vector<Time>& passes = passes_[static_cast<std::size_t>(node)];
  const std::int64_t index = std::ssize(passes);
  Time at = 0;
  if (node == 0) {
    if (front_ == waiting_.size()) return false;
    at = waiting_[front_].ready;
    if (index >= 1) at = std::max(at, passes.back() + waiting_[front_].gap);
  } else {
    const Node& here = nodes_[static_cast<std::size_t>(node)];
    const Time above = passed(here.parent, index);
    if (above == kUnknown) return false;
    at = above + here.latency;
  }
  if (index >= words_per_cycle_) at = std::max(at, passed(node, index - words_per_cycle_) + 1);
  for (const int child : children_[static_cast<std::size_t>(node)]) {
    const Node& below = nodes_[static_cast<std::size_t>(child)];
    if (index < below.words) continue;
    const Time freed = passed(child, index - below.words);
    if (freed == kUnknown) return false;
    at = std::max(at, freed + below.back);
  }
  passes.push_back(at);
  if (node == 0) ++front_;
  return true;
}

void TimedStream::settle() {
  for (bool any = true; any;) {
    any = false;
    for (const int node : inner_) {
      while (pass_next(node)) any = true;
    }
    any = any && inner_.size() > 1;
  }
  if (front_ < waiting_.size()) return;
  waiting_.clear();
  front_ = 0;
}

}  // namespace aie4ml::compiler
