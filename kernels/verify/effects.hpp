// What a run of a kernel does that can be seen from outside, and the arithmetic it did for it.
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "kernels/vector_program/vector_program.hpp"
#include "kernels/verify/expressions.hpp"

namespace aie4ml::kernels {

inline constexpr int kPartBytes = 32;  // of one symbolic value

struct Effect {
  Symbol value{};
  std::int32_t bundle{-1};  // -1: of the vector program
};

using Location = std::pair<int, std::int64_t>;  // buffer, byte offset

// Memory of the arguments: what was stored, in order, and what a load sees.
class SymbolicMemory {
 public:
  explicit SymbolicMemory(Expressions& expressions) : expressions_(expressions) {}
  Symbol load(Location at);
  void store(Location at, Effect value) { stored_[at].push_back(value); }
  [[nodiscard]] const std::map<Location, std::vector<Effect>>& stored() const { return stored_; }

 private:
  Expressions& expressions_;
  std::map<Location, std::vector<Effect>> stored_;
};

struct Done {
  std::int64_t times{};
  std::int32_t bundle{-1};  // of the first time
};

struct Effects {
  std::map<Location, std::vector<Effect>> stores;
  std::vector<Effect> puts;           // 256-bit parts of the cascade words
  std::int64_t gets{};                // cascade words read
  std::map<Symbol, Done> arithmetic;  // every mac, srs, add and max
};

// One statement after the other.
Effects interpret(const VectorProgram& program, Expressions& expressions);

}  // namespace aie4ml::kernels
