#include <cstdlib>

#include "kernels/verify/effects.hpp"

namespace aie4ml::kernels {
namespace {

constexpr std::int64_t kWordBytes = 64;  // of the cascade

class Interpreter {
 public:
  Interpreter(const VectorProgram& program, Expressions& expressions)
      : program_(program),
        expressions_(expressions),
        memory_(expressions),
        values_(program.variables.size()),
        pointers_(program.variables.size()) {
    for (const int argument : program.arguments) {
      pointers_[at(argument)] = {program.variable(argument).buffer, 0};
    }
  }

  Effects run() {
    nodes(program_.body);
    effects_.stores = memory_.stored();
    return std::move(effects_);
  }

 private:
  static std::size_t at(int index) { return static_cast<std::size_t>(index); }

  void nodes(const std::vector<Node>& list) {
    for (const Node& node : list) {
      if (const auto* loop = std::get_if<Loop>(&node.value)) {
        for (int i = 0; i < loop->trips; ++i) nodes(loop->body);
      } else {
        statement(std::get<Statement>(node.value));
      }
    }
  }

  [[nodiscard]] int parts_of(int variable) const {
    const int bytes = program_.variable(variable).bytes();
    if (bytes == 0 || bytes % kPartBytes != 0) std::abort();
    return bytes / kPartBytes;
  }
  static std::int64_t number(arch::ElementType type) { return static_cast<std::int64_t>(type); }

  void compute(int dst, SymbolKind kind, std::vector<std::int64_t> operands) {
    values_[at(dst)] = expressions_.make_parts(kind, operands, parts_of(dst));
    ++effects_.arithmetic[expressions_.make(kind, std::move(operands))].times;
  }

  // Lane by lane on every 256-bit part.
  void compute_parts(const Statement& s, SymbolKind kind, int a, int b) {
    const std::vector<Symbol> left = values_[at(a)];
    const std::vector<Symbol>& right = values_[at(b)];
    std::vector<Symbol> result;
    for (std::size_t i = 0; i < left.size(); ++i) {
      const Symbol low = std::min(left[i], right.at(i));  // both operations commute
      const Symbol high = std::max(left[i], right.at(i));
      result.push_back(expressions_.make(kind, {number(program_.variable(s.dst).type), low, high}));
      ++effects_.arithmetic[result.back()].times;
    }
    values_[at(s.dst)] = std::move(result);
  }

  // Of every 256-bit part of the result, from the parts of the accumulator that hold its lanes.
  std::vector<Symbol> srs(const Statement& s, int accumulator, arch::ElementType type) {
    const Variable& acc = program_.variable(accumulator);
    const auto& parts = values_[at(accumulator)];
    const std::size_t share = at(arch::bytes(acc.type) / arch::bytes(type));
    if (parts.size() % share != 0) std::abort();
    std::vector<Symbol> result;
    for (std::size_t first = 0; first < parts.size(); first += share) {
      std::vector<std::int64_t> operands = {number(type), number(acc.type), s.shift};
      for (std::size_t i = 0; i < share; ++i) operands.push_back(parts[first + i]);
      result.push_back(expressions_.make(SymbolKind::srs, std::move(operands)));
      ++effects_.arithmetic[result.back()].times;
    }
    return result;
  }

  std::vector<Symbol> widened(const std::vector<Symbol>& parts, const Statement& s, int shift) {
    const Variable& from = program_.variable(s.a);
    const Variable& to = program_.variable(s.dst);
    std::vector<Symbol> result;
    for (const Symbol part : parts) {
      for (std::int64_t i = 0; i < arch::bytes(to.type) / arch::bytes(from.type); ++i) {
        result.push_back(
            expressions_.make(SymbolKind::ups, {number(from.type), number(to.type), shift, i, part}));
      }
    }
    return result;
  }

  void ups(const Statement& s) {
    std::vector<Symbol> result = widened(values_[at(s.a)], s, s.shift);
    if (result.size() != at(parts_of(s.dst))) std::abort();
    values_[at(s.dst)] = std::move(result);
  }

  void transpose(const Statement& s) {
    const Variable& matrix = program_.variable(s.a);
    std::vector<std::int64_t> operands = {matrix.rows, matrix.cols, arch::bits(matrix.type)};
    const auto& parts = values_[at(s.a)];
    operands.insert(operands.end(), parts.begin(), parts.end());
    values_[at(s.dst)] = expressions_.make_parts(SymbolKind::transpose, std::move(operands), parts_of(s.dst));
  }

  void store(const std::vector<Symbol>& parts, int pointer) {
    const auto [buffer, offset] = pointers_[at(pointer)];
    for (std::size_t i = 0; i < parts.size(); ++i) {
      memory_.store({buffer, offset + static_cast<std::int64_t>(i) * kPartBytes}, {parts[i], -1});
    }
  }

  void statement(const Statement& s) {
    switch (s.op) {
      case VectorOp::set_pointer:
        pointers_[at(s.dst)] = pointers_[at(s.pointer)];
        pointers_[at(s.dst)].second += s.step_bytes;
        return;
      case VectorOp::advance:
        break;
      case VectorOp::load: {
        const auto [buffer, offset] = pointers_[at(s.pointer)];
        std::vector<Symbol>& parts = values_[at(s.dst)];
        parts.clear();
        for (int i = 0; i < parts_of(s.dst); ++i)
          parts.push_back(memory_.load({buffer, offset + i * kPartBytes}));
        break;
      }
      case VectorOp::zero:
        zero(s.dst);
        return;
      case VectorOp::broadcast_rows: {
        std::vector<Symbol> row = values_[at(s.a)];
        if (program_.variable(s.dst).type != program_.variable(s.a).type) row = widened(row, s, 0);
        std::vector<Symbol> parts;
        for (std::size_t i = 0; i < at(parts_of(s.dst)); ++i) parts.push_back(row.at(i % row.size()));
        values_[at(s.dst)] = std::move(parts);
        return;
      }
      case VectorOp::copy:
        values_[at(s.dst)] = values_[at(s.a)];
        return;
      case VectorOp::ups:
        ups(s);
        return;
      case VectorOp::mac:
        mac(s);
        return;
      case VectorOp::add:
        compute_parts(s, SymbolKind::add, s.dst, s.a);
        return;
      case VectorOp::srs:
        values_[at(s.dst)] = srs(s, s.a, program_.variable(s.dst).type);
        return;
      case VectorOp::srs_group: {
        std::vector<Symbol> parts = srs(s, s.a, program_.variable(s.dst).type);
        if (s.b >= 0) {
          const std::vector<Symbol> behind = srs(s, s.b, program_.variable(s.dst).type);
          parts.insert(parts.end(), behind.begin(), behind.end());
        }
        values_[at(s.dst)] = std::move(parts);
        return;
      }
      case VectorOp::transpose:
        transpose(s);
        return;
      case VectorOp::max_zero:
        compute_parts(s, SymbolKind::max, s.a, s.b);
        return;
      case VectorOp::store:
        store(values_[at(s.a)], s.pointer);
        break;
      case VectorOp::store_srs:
        store(srs(s, s.a, program_.variable(s.pointer).type), s.pointer);
        break;
      case VectorOp::cascade_get: {
        std::vector<Symbol>& parts = values_[at(s.dst)];
        parts.clear();
        for (std::int64_t word = 0; word < program_.variable(s.dst).bytes() / kWordBytes; ++word) {
          for (std::int64_t part = 0; part < kWordBytes / kPartBytes; ++part) {
            parts.push_back(expressions_.make(SymbolKind::get, {effects_.gets, part}));
          }
          ++effects_.gets;
        }
        return;
      }
      case VectorOp::cascade_put:
        for (const Symbol part : values_[at(s.a)]) effects_.puts.push_back({part, -1});
        return;
    }
    pointers_[at(s.pointer)].second += s.step_bytes;
  }

  void zero(int variable) {
    const Variable& v = program_.variable(variable);
    const Symbol symbol = v.kind == VariableKind::accumulator
                              ? expressions_.make(SymbolKind::zero, {})
                              : expressions_.make(SymbolKind::broadcast, {number(v.type), 0});
    values_[at(variable)].assign(at(parts_of(variable)), symbol);
  }

  void mac(const Statement& s) {
    const Variable& a = program_.variable(s.a);
    const Variable& b = program_.variable(s.b);
    std::vector<std::int64_t> operands = {a.rows, a.cols, b.cols, number(a.type), number(b.type)};
    for (const int v : {s.dst, s.a, s.b}) {
      operands.insert(operands.end(), values_[at(v)].begin(), values_[at(v)].end());
    }
    compute(s.dst, SymbolKind::mac, std::move(operands));
  }

  const VectorProgram& program_;
  Expressions& expressions_;
  SymbolicMemory memory_;
  std::vector<std::vector<Symbol>> values_;  // per variable, its 256-bit parts
  std::vector<Location> pointers_;
  Effects effects_;
};

}  // namespace

Symbol SymbolicMemory::load(Location at) {
  const auto found = stored_.find(at);
  if (found != stored_.end()) return found->second.back().value;
  return expressions_.make(SymbolKind::load, {at.first, at.second});
}

Effects interpret(const VectorProgram& program, Expressions& expressions) {
  return Interpreter(program, expressions).run();
}

}  // namespace aie4ml::kernels
