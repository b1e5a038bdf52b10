#include "kernels/verify/expressions.hpp"

#include <array>
#include <string_view>

#include <fmt/format.h>

namespace aie4ml::kernels {
namespace {

struct Shape {
  std::string_view name;
  std::size_t plain;  // how many of the operands, from the first, are plain numbers
};
// In the order of the enumerators.
constexpr std::array<Shape, 12> kShapes = {{{"undefined", 2},
                                            {"load", 2},
                                            {"zero", 0},
                                            {"broadcast", 2},
                                            {"mac", 5},
                                            {"srs", 3},
                                            {"ups", 4},
                                            {"transpose", 3},
                                            {"add", 1},
                                            {"max", 1},
                                            {"part", 0},
                                            {"get", 2}}};

}  // namespace

std::size_t Expressions::Hash::operator()(const std::vector<std::int64_t>& key) const noexcept {
  std::uint64_t hash = key.size();
  for (const std::int64_t value : key) {
    hash ^= static_cast<std::uint64_t>(value) + 0x9e3779b97f4a7c15U + (hash << 6U) + (hash >> 2U);
    hash *= 0xff51afd7ed558ccdU;
  }
  return hash ^ hash >> 32U;
}

Symbol Expressions::make(SymbolKind kind, std::vector<std::int64_t> operands) {
  operands.insert(operands.begin(), static_cast<std::int64_t>(kind));
  const auto [entry, added] = numbers_.try_emplace(std::move(operands), static_cast<Symbol>(keys_.size()));
  if (added) keys_.push_back(&entry->first);
  return entry->second;
}

std::vector<Symbol> Expressions::make_parts(SymbolKind kind, std::vector<std::int64_t> operands, int count) {
  const Symbol whole = make(kind, std::move(operands));
  std::vector<Symbol> parts;
  for (int i = 0; i < count; ++i) parts.push_back(make(SymbolKind::part, {whole, i}));
  return parts;
}

std::string Expressions::describe(Symbol symbol, int depth) const {
  const std::vector<std::int64_t>& key = *keys_.at(static_cast<std::size_t>(symbol));
  if (static_cast<SymbolKind>(key[0]) == SymbolKind::part) {
    return fmt::format("{}[{}]", describe(static_cast<Symbol>(key[1]), depth), key[2]);
  }
  const Shape& shape = kShapes.at(static_cast<std::size_t>(key[0]));
  if (depth == 0) return fmt::format("{}#{}", shape.name, symbol);
  std::string text = fmt::format("{}(", shape.name);
  for (std::size_t i = 1; i < key.size(); ++i) {
    if (i > 1) text += ", ";
    text += i <= shape.plain ? fmt::format("{}", key[i]) : describe(static_cast<Symbol>(key[i]), depth - 1);
  }
  return text + ")";
}

}  // namespace aie4ml::kernels
