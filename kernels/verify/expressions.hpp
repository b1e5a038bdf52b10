// Symbolic values: equal expressions have equal numbers.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace aie4ml::kernels {

// What an operation does to its operands. A value is 256 bit wide.
enum class SymbolKind : std::int32_t {
  undefined,  // file, part: never written; 2, bundle: behind a shuffled matrix
  load,       // buffer, offset: memory as the caller left it
  zero,
  broadcast,  // lane type, scalar
  mac,        // shape and types, parts of accumulator, A and B
  srs,        // types, shift, parts of the accumulator that make this part of the result
  ups,        // types, shift, which share of the part, part of the vector
  transpose,  // rows, columns, element type, parts of the matrix
  add,        // lane type, two parts
  max,        // lane type, two parts
  part,       // value that is wider than 256 bit, which part
  get         // cascade word, part
};

using Symbol = std::int32_t;

class Expressions {
 public:
  Symbol make(SymbolKind kind, std::vector<std::int64_t> operands);
  // Parts 0..count-1 of the value of an operation.
  std::vector<Symbol> make_parts(SymbolKind kind, std::vector<std::int64_t> operands, int count);
  // "mac(...)", two levels deep.
  [[nodiscard]] std::string describe(Symbol symbol, int depth = 2) const;

 private:
  struct Hash {
    std::size_t operator()(const std::vector<std::int64_t>& key) const noexcept;
  };
  std::unordered_map<std::vector<std::int64_t>, Symbol, Hash> numbers_;
  std::vector<const std::vector<std::int64_t>*> keys_;  // kind, operands
};

}  // namespace aie4ml::kernels
