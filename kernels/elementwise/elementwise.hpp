// Elementwise operators on one tile: out = saturate(a + b), then ReLU; or out = max(a, 0).
//
// All buffers are blocked like the output of a dense tile, so that the operator takes its producer's layout:
//   out, a, b   [rows/m][columns/n][m][n]          m = block_rows, n = block_columns
// An operand that is marked as transposed comes with the elements of every block column by column,
//   a, b        [rows/m][columns/n][n][m]
// which is what a DMA can make of a transposed matrix when m elements fill whole 32-bit words; the kernel
// turns every block in registers.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "arch/device/device.hpp"
#include "arch/error.hpp"
#include "arch/numeric/element_type.hpp"
#include "arch/numeric/rounding.hpp"
#include "kernels/code/kernel_code.hpp"

namespace aie4ml::kernels {

enum class ElementwiseOp : std::uint8_t { add, relu };
std::string to_string(ElementwiseOp op);

struct ElementwiseTile {
  ElementwiseOp op{ElementwiseOp::add};
  int rows{}, columns{};
  int block_rows{4}, block_columns{8};
  arch::ElementType type{arch::ElementType::int8};  // of operands and output: 8 or 16 bit, signed or not
  bool relu{};                                      // after an add
  std::array<bool, 2> transposed{};                 // a, b
  // The sum is exact, so that rounding never shows; the caller's crrnd must still be something.
  arch::RoundingMode rounding{arch::RoundingMode::conv_even};
  arch::SaturationMode saturation{arch::SaturationMode::saturate};
  friend bool operator==(const ElementwiseTile&, const ElementwiseTile&) = default;
};

// Sizes or types the kernel cannot do on this device, each with the remedy.
arch::Problems check(const ElementwiseTile& tile, const arch::Device& device);

int operands(const ElementwiseTile& tile);  // 2 for an add
// Bytes of each operand, and of the output.
std::int64_t buffer_bytes(const ElementwiseTile& tile);

// The schedule of the kernel's vector program. Arguments "a", "b" (of an add) and "out". Deterministic.
KernelCode elementwise_code(const ElementwiseTile& tile, const arch::Device& device);

}  // namespace aie4ml::kernels
