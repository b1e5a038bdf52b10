#include "kernels/vector_program/vector_program.hpp"

#include <cstdlib>

#include <fmt/format.h>

namespace aie4ml::kernels {
namespace {

std::string type_of(const Variable& v) {
  if (v.kind == VariableKind::pointer) return fmt::format("{}*", arch::to_string(v.type));
  const char* prefix = v.kind == VariableKind::accumulator ? "acc " : "";
  if (v.rows == 1) return fmt::format("{}{}[{}]", prefix, arch::to_string(v.type), v.cols);
  return fmt::format("{}{}[{}x{}]", prefix, arch::to_string(v.type), v.rows, v.cols);
}

std::string step(const Statement& s) {
  return s.step_bytes < 0 ? fmt::format(" -= {}", -s.step_bytes) : fmt::format(" += {}", s.step_bytes);
}

void print_nodes(const VectorProgram& program, const std::vector<Node>& nodes, int depth, std::string& text) {
  const std::string indent(static_cast<std::size_t>(2 * depth), ' ');
  for (const Node& node : nodes) {
    if (const auto* statement = std::get_if<Statement>(&node.value)) {
      text += indent + print(program, *statement) + "\n";
      continue;
    }
    const auto& loop = std::get<Loop>(node.value);
    text += fmt::format("{}for {} in 0..{}{}\n", indent, loop.name, loop.trips,
                        loop.pipelined ? " pipelined" : "");
    print_nodes(program, loop.body, depth + 1, text);
  }
}

}  // namespace

std::string print(const VectorProgram& program, const Statement& s) {
  const auto name = [&](int index) -> const std::string& { return program.variable(index).name; };
  const auto pointer = [&] { return name(s.pointer) + (s.step_bytes == 0 ? "" : step(s)); };
  switch (s.op) {
    case VectorOp::set_pointer:
      return fmt::format("{} = {} + {}", name(s.dst), name(s.pointer), s.step_bytes);
    case VectorOp::advance:
      return pointer();
    case VectorOp::load:
      return fmt::format("{} = load {}", name(s.dst), pointer());
    case VectorOp::zero:
      return fmt::format("{} = 0", name(s.dst));
    case VectorOp::broadcast_rows:
      return fmt::format("{} = rows of {}", name(s.dst), name(s.a));
    case VectorOp::copy:
      return fmt::format("{} = {}", name(s.dst), name(s.a));
    case VectorOp::transpose:
      return fmt::format("{} = transpose {}", name(s.dst), name(s.a));
    case VectorOp::ups:
      return fmt::format("{} = ups({}, {})", name(s.dst), name(s.a), s.shift);
    case VectorOp::mac:
      return fmt::format("{} += {} * {}", name(s.dst), name(s.a), name(s.b));
    case VectorOp::add:
      return fmt::format("{} += {}", name(s.dst), name(s.a));
    case VectorOp::srs:
      return fmt::format("{} = srs({}, {})", name(s.dst), name(s.a), s.shift);
    case VectorOp::srs_group:
      if (s.b < 0) return fmt::format("{} = srs({}, {})", name(s.dst), name(s.a), s.shift);
      return fmt::format("{} = srs({} | {}, {})", name(s.dst), name(s.a), name(s.b), s.shift);
    case VectorOp::max_zero:
      return fmt::format("{} = max({}, {})", name(s.dst), name(s.a), name(s.b));
    case VectorOp::store:
      return fmt::format("store {} to {}", name(s.a), pointer());
    case VectorOp::store_srs:
      return fmt::format("store srs({}, {}) to {}", name(s.a), s.shift, pointer());
    case VectorOp::cascade_get:
      return fmt::format("{} = cascade get", name(s.dst));
    case VectorOp::cascade_put:
      return fmt::format("cascade put {}", name(s.a));
  }
  std::abort();
}

std::string print(const VectorProgram& program) {
  std::string text = program.name + "(";
  for (std::size_t i = 0; i < program.arguments.size(); ++i) {
    const Variable& v = program.variable(program.arguments[i]);
    text += fmt::format("{}{}: {}", i == 0 ? "" : ", ", v.name, type_of(v));
  }
  text += fmt::format(") rounding {}, saturation {}\n", arch::to_string(program.rounding),
                      arch::to_string(program.saturation));
  for (const Variable& v : program.variables) text += fmt::format("  var {}: {}\n", v.name, type_of(v));
  print_nodes(program, program.body, 1, text);
  return text;
}

}  // namespace aie4ml::kernels
