// The work of one tile, said once (decision D3): a small loop nest of vector operations on named, typed
// variables, at the level of AMD's AIE API. The VLIW schedule is lowered from it, the verifier interprets it
// one operation after the other, and C++ for the vendor's compiler can be printed from it.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "arch/numeric/element_type.hpp"
#include "arch/numeric/rounding.hpp"

namespace aie4ml::kernels {

enum class VariableKind : std::uint8_t { pointer, vector, accumulator };

struct Variable {
  std::string name;
  VariableKind kind{};
  arch::ElementType type{};  // of an element or lane; of what a pointer points to
  int rows{1}, cols{};       // elements, row-major; a pointer has none
  int buffer{-1};            // of a pointer: the argument whose memory it walks over
  bool scarce{};             // keeps one register, for which its next value waits, in straight-line code too

  [[nodiscard]] int bytes() const { return rows * cols * arch::bytes(type); }
};

enum class VectorOp : std::uint8_t {
  set_pointer,     // dst = pointer + step_bytes
  advance,         // pointer += step_bytes
  load,            // dst = *pointer; pointer += step_bytes
  zero,            // dst = 0
  broadcast_rows,  // the rows of a, widened to the lanes of accumulator dst, over and over
  copy,            // dst = a
  transpose,       // dst (columns x rows of a) = a transposed
  ups,             // every lane of accumulator dst = an element of a, times 2^shift
  mac,             // dst += a (m x k) * b (k x n)
  add,             // dst += a, accumulators
  srs,             // dst = shift, round, saturate (a, shift)
  srs_group,       // dst = srs(a, shift), and behind it srs(b, shift) if there is a b
  max_zero,        // dst = max(a, b) where b holds zeros
  store,           // *pointer = a; pointer += step_bytes
  store_srs,       // *pointer = srs(a, shift) in the pointer's type; pointer += step_bytes
  cascade_get,     // dst = next accumulator from the cascade
  cascade_put      // accumulator a to the cascade
};

// Variables by index into VectorProgram::variables, -1 where the operation has no such operand.
struct Statement {
  VectorOp op{};
  int dst{-1}, a{-1}, b{-1};
  int pointer{-1};
  std::int64_t step_bytes{};
  int shift{};
};

struct Node;

struct Loop {
  std::string name;    // "k"
  int trips{};         // at least 1
  bool pipelined{};    // innermost loop whose iterations may overlap
  bool loads_ahead{};  // what the iteration behind the last would load may be loaded: it is there
  std::vector<Node> body;
};

struct Node {
  std::variant<Statement, Loop> value;
};

struct VectorProgram {
  std::string name;
  std::vector<Variable> variables;
  std::vector<int> arguments;  // pointers that the caller sets, in its order
  arch::RoundingMode rounding{};
  arch::SaturationMode saturation{};
  bool exit_apart{};  // the return does not move up into a pipelined block
  std::vector<Node> body;

  [[nodiscard]] const Variable& variable(int index) const {
    return variables.at(static_cast<std::size_t>(index));
  }
};

// One statement a line, loops indented.
std::string print(const VectorProgram& program);
std::string print(const VectorProgram& program, const Statement& statement);

}  // namespace aie4ml::kernels
