#include <aie4ml_adf/core_modes.hpp>
#include <aie4ml_adf/numeric.hpp>
#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "arch/numeric/float_mac.hpp"

namespace aie4ml::adf::detail {
namespace {

// One multiply: the products of k in [first, last) onto every lane of c.
void multiply(const FloatShape& shape, unsigned first, std::uint32_t* c, const std::uint16_t* a,
              const std::uint16_t* b, bool subtract) {
  const unsigned last = std::min(first + shape.step, shape.k);
  for (unsigned row = 0; row < shape.m; ++row) {
    for (unsigned column = 0; column < shape.n; ++column) {
      std::uint32_t& lane = c[row * shape.n + column];
      arch::FloatSum sum(lane);
      for (unsigned k = first; k < last; ++k) {
        sum.add_product(a[row * shape.k + k], b[k * shape.n + column], subtract);
      }
      lane = sum.result();
    }
  }
}

constexpr std::size_t kPieces = 3;  // of 8 bits of mantissa each: together the 24 of fp32
using Pieces = std::array<std::vector<std::uint16_t>, kPieces>;

// Each number as bfloat16 pieces, the first the number rounded, the next what is left, rounded.
Pieces split(const std::uint32_t* from, unsigned count) {
  Pieces pieces;
  for (auto& piece : pieces) piece.resize(count);
  for (unsigned i = 0; i < count; ++i) {
    std::uint32_t left = from[i];
    for (auto& piece : pieces) {
      piece[i] = arch::to_bf16(left, core_modes().rounding);
      left = float_add(left, static_cast<std::uint32_t>(piece[i]) << 16, true);
    }
  }
  return pieces;
}

// Which piece of a with which of b, the smallest products first.
constexpr std::array<std::pair<std::size_t, std::size_t>, 9> kOrder = {
    {{2, 2}, {2, 1}, {1, 2}, {0, 2}, {1, 1}, {2, 0}, {1, 0}, {0, 1}, {0, 0}}};

}  // namespace

void mmul_bfloat16(FloatShape shape, std::uint32_t* c, const std::uint16_t* a, const std::uint16_t* b,
                   bool subtract) {
  for (unsigned first = 0; first < shape.k; first += shape.step) multiply(shape, first, c, a, b, subtract);
}

// APPROX: the hardware has no fp32 multiplier; AMD's API adds products of bfloat16 pieces. That they are
// three, and their products 9, 6 or 3, is documented; their order, and that the pieces are made in the core's
// rounding, is taken.
void mmul_float(FloatShape shape, std::uint32_t* c, const std::uint32_t* a, const std::uint32_t* b,
                bool subtract, int accuracy) {
  const Pieces as = split(a, shape.m * shape.k);
  const Pieces bs = split(b, shape.k * shape.n);
  for (unsigned first = 0; first < shape.k; first += shape.step) {
    for (std::size_t i = kOrder.size() - static_cast<std::size_t>(accuracy); i < kOrder.size(); ++i) {
      multiply(shape, first, c, as[kOrder[i].first].data(), bs[kOrder[i].second].data(), subtract);
    }
  }
}

}  // namespace aie4ml::adf::detail
