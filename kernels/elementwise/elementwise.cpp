#include "kernels/elementwise/elementwise.hpp"

#include <cstdlib>

#include <fmt/format.h>

#include "arch/isa/mmul_shapes.hpp"
#include "kernels/elementwise/elementwise_program.hpp"
#include "kernels/schedule/scheduler.hpp"

namespace aie4ml::kernels {
namespace {

std::int64_t elements(const ElementwiseTile& tile) {
  return std::int64_t{tile.rows} * tile.columns;
}

void check_sizes(const ElementwiseTile& tile, arch::Problems& problems) {
  const auto require = [&](const char* field, int value, int step) {
    if (value > 0 && value % step == 0) return;
    problems.push_back({field, fmt::format("{} is not a positive multiple of {}", value, step),
                        fmt::format("pad it to {}", value <= 0 ? step : (value + step - 1) / step * step)});
  };
  require("rows", tile.rows, tile.block_rows);
  require("columns", tile.columns, tile.block_columns);
}

}  // namespace

std::string to_string(ElementwiseOp op) {
  switch (op) {
    case ElementwiseOp::add:
      return "add";
    case ElementwiseOp::relu:
      return "relu";
  }
  std::abort();
}

arch::Problems check(const ElementwiseTile& tile, const arch::Device& device) {
  arch::Problems problems;
  if (tile.block_rows <= 0 || tile.block_columns <= 0) {
    problems.push_back({"block", "a side of the block is 0", "use the producer's block"});
    return problems;
  }
  if (!arch::is_integer(tile.type) || arch::bits(tile.type) > 16) {
    problems.push_back({"type", fmt::format("{} elements are not supported", arch::to_string(tile.type)),
                        "quantize them to 8 or 16 bit"});
    return problems;
  }
  check_sizes(tile, problems);
  if (tile.op == ElementwiseOp::relu && !arch::is_signed(tile.type)) {
    problems.push_back({"type", fmt::format("a ReLU of {} does nothing", arch::to_string(tile.type)),
                        "leave the operator out"});
  }
  if (tile.op == ElementwiseOp::relu && tile.relu) {
    problems.push_back({"relu", "a ReLU after a ReLU does nothing", "leave it out"});
  }
  for (std::size_t i = 0; i < tile.transposed.size(); ++i) {
    if (!tile.transposed[i]) continue;
    const int block = tile.block_rows * tile.block_columns;
    const bool one_vector = block == elementwise_lanes(tile, device);
    if (static_cast<int>(i) >= operands(tile)) {
      problems.push_back({"transposed", "there is no operand b", "leave it as it is"});
    } else if (!one_vector ||
               arch::find_transposition(device, tile.block_columns, tile.block_rows, tile.type) == nullptr) {
      problems.push_back({"transposed",
                          fmt::format("a block of {}x{} {} cannot be transposed in a register",
                                      tile.block_rows, tile.block_columns, arch::to_string(tile.type)),
                          "transpose the operand in memory"});
    }
  }
  if (problems.empty() && elementwise_lanes(tile, device) == 0) {
    problems.push_back({"rows", fmt::format("{} elements are not a whole number of vectors", elements(tile)),
                        "pad a side to twice its blocks"});
  }
  return problems;
}

int operands(const ElementwiseTile& tile) {
  return tile.op == ElementwiseOp::add ? 2 : 1;
}

std::int64_t buffer_bytes(const ElementwiseTile& tile) {
  return elements(tile) * arch::bytes(tile.type);
}

KernelCode elementwise_code(const ElementwiseTile& tile, const arch::Device& device) {
  arch::throw_if_any("elementwise tile", check(tile, device));
  return schedule(elementwise_program(tile, device), device);
}

}  // namespace aie4ml::kernels
