#include "kernels/emit/scopes.hpp"

#include <algorithm>

namespace aie4ml::kernels {

Scopes::Scopes(const VectorProgram& program) {
  std::vector<Block> path;
  visit(program.body, path);
  for (const int argument : program.arguments) uses_.erase(argument);
  for (const auto& [variable, uses] : uses_) {
    std::size_t common = uses.front().path.size();
    for (const Use& use : uses) {
      const auto [end, other] =
          std::mismatch(uses.front().path.begin(), uses.front().path.end(), use.path.begin(), use.path.end());
      common = std::min(common, static_cast<std::size_t>(end - uses.front().path.begin()));
    }
    const Use& first = uses.front();
    if (!first.defines) {
      at_start_[first.path.front()].push_back(variable);  // a value lives from one iteration to the next
    } else if (first.path.size() > common) {
      at_start_[first.path[common - 1]].push_back(variable);
    } else {
      declaring_.insert(first.statement);
    }
  }
}

const std::vector<int>& Scopes::declared_at_start(const std::vector<Node>& block) const {
  static const std::vector<int> kNone;
  const auto found = at_start_.find(&block);
  return found == at_start_.end() ? kNone : found->second;
}

void Scopes::visit(const std::vector<Node>& block, std::vector<Block>& path) {
  path.push_back(&block);
  for (const Node& node : block) {
    if (const auto* loop = std::get_if<Loop>(&node.value)) {
      visit(loop->body, path);
      continue;
    }
    const auto& s = std::get<Statement>(node.value);
    for (const int read : {s.a, s.b, s.pointer}) add_use(read, path, s, false);
    const bool adds = s.op == VectorOp::mac || s.op == VectorOp::add;
    add_use(s.dst, path, s, !adds);
  }
  path.pop_back();
}

void Scopes::add_use(int variable, const std::vector<Block>& path, const Statement& statement, bool defines) {
  if (variable >= 0) uses_[variable].push_back({path, &statement, defines});
}

}  // namespace aie4ml::kernels
