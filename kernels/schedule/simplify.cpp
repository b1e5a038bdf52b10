#include "kernels/schedule/simplify.hpp"

#include <algorithm>
#include <set>

namespace aie4ml::kernels {
namespace {

// Statements of one unrolled body: about 4 KB of bundles, a quarter of program memory on all devices so far.
constexpr std::size_t kMaxUnrolledStatements = 256;

using IsShort = std::function<bool(const Loop&)>;

bool has_loop(const std::vector<Node>& nodes) {
  return std::any_of(nodes.begin(), nodes.end(),
                     [](const Node& n) { return std::holds_alternative<Loop>(n.value); });
}

void append_copies(std::vector<Node>& to, const std::vector<Node>& nodes, int copies) {
  for (int i = 0; i < copies; ++i) to.insert(to.end(), nodes.begin(), nodes.end());
}

int unroll_factor(std::size_t statements, int trips) {
  int factor = 1;
  for (int f = 2; f <= trips; ++f) {
    if (trips % f == 0 && statements * static_cast<std::size_t>(f) <= kMaxUnrolledStatements) factor = f;
  }
  return factor;
}

std::vector<Node> unrolled(const std::vector<Node>& nodes, const IsShort& is_short) {
  std::vector<Node> result;
  for (const Node& node : nodes) {
    const auto* loop = std::get_if<Loop>(&node.value);
    if (loop == nullptr) {
      result.push_back(node);
      continue;
    }
    Loop inner = *loop;
    inner.body = unrolled(loop->body, is_short);
    if (inner.pipelined && !is_short(inner)) {
      result.push_back({std::move(inner)});
      continue;
    }
    int factor = inner.trips;
    if (!inner.pipelined && inner.trips > 1) {
      factor = has_loop(inner.body) ? 1 : unroll_factor(inner.body.size(), inner.trips);
    }
    std::vector<Node> body;
    append_copies(body, inner.body, factor);
    if (factor == inner.trips) {
      result.insert(result.end(), body.begin(), body.end());
    } else {
      inner.trips /= factor;
      inner.body = std::move(body);
      result.push_back({std::move(inner)});
    }
  }
  return result;
}

bool uses(const Statement& s, int pointer) {
  return s.pointer == pointer || (s.op == VectorOp::set_pointer && s.dst == pointer);
}

// Steps of one pointer that nothing comes between become one.
void merge_advances(std::vector<Node>& nodes) {
  std::vector<Node> result;
  for (Node& node : nodes) {
    if (auto* loop = std::get_if<Loop>(&node.value)) {
      merge_advances(loop->body);
      result.push_back(std::move(node));
      continue;
    }
    const auto& s = std::get<Statement>(node.value);
    bool merged = false;
    if (s.op == VectorOp::advance) {
      for (auto before = result.rbegin(); before != result.rend(); ++before) {
        auto* other = std::get_if<Statement>(&before->value);
        if (other == nullptr) break;
        if (!uses(*other, s.pointer)) continue;
        merged = other->op == VectorOp::advance;
        if (merged) other->step_bytes += s.step_bytes;
        break;
      }
    }
    if (!merged) result.push_back(std::move(node));
  }
  std::erase_if(result, [](const Node& n) {
    const auto* s = std::get_if<Statement>(&n.value);
    return s != nullptr && s->op == VectorOp::advance && s->step_bytes == 0;
  });
  nodes = std::move(result);
}

void collect_pointers(const std::vector<Node>& nodes, std::set<int>& pointers) {
  for (const Node& node : nodes) {
    if (const auto* loop = std::get_if<Loop>(&node.value)) {
      collect_pointers(loop->body, pointers);
    } else {
      pointers.insert(std::get<Statement>(node.value).pointer);
    }
  }
}

// Steps at the outermost level of pointers that nobody uses afterwards.
void drop_dead_advances(std::vector<Node>& nodes) {
  std::set<int> used;
  std::vector<Node> kept;
  for (auto node = nodes.rbegin(); node != nodes.rend(); ++node) {
    const auto* s = std::get_if<Statement>(&node->value);
    if (s != nullptr && s->op == VectorOp::advance && !used.contains(s->pointer)) continue;
    collect_pointers({*node}, used);
    kept.push_back(std::move(*node));
  }
  nodes.assign(std::make_move_iterator(kept.rbegin()), std::make_move_iterator(kept.rend()));
}

}  // namespace

std::vector<Node> simplify(const VectorProgram& program, const IsShort& is_short) {
  std::vector<Node> nodes = unrolled(program.body, is_short);
  merge_advances(nodes);
  drop_dead_advances(nodes);
  return nodes;
}

}  // namespace aie4ml::kernels
