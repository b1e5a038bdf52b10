// An elementwise layer (add, relu) before it is cut into tiles, and how many tiles it takes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "arch/device/device.hpp"
#include "arch/error.hpp"
#include "compiler/graph/graph.hpp"
#include "compiler/plan/directives.hpp"
#include "compiler/plan/parallelism.hpp"
#include "kernels/elementwise/elementwise.hpp"

namespace aie4ml::compiler {

struct ElementwiseShape {
  std::string name;
  int rows{}, columns{};
  kernels::ElementwiseTile kernel{};  // all but sizes and transposed operands
  [[nodiscard]] Slicing row_slicing(const Parallelism& cut) const {
    return {rows, kernel.block_rows, cut.row_parts()};
  }
  [[nodiscard]] Slicing column_slicing(const Parallelism& cut) const {
    return {columns, kernel.block_columns, cut.column_parts()};
  }
  [[nodiscard]] kernels::ElementwiseTile tile(const Parallelism& cut) const;
};

// Throws InputError for what no tile can do.
ElementwiseShape elementwise_shape_of(const Graph& graph, NodeId node, const arch::Device& device);

// Why the layer cannot be cut like this on the device, nullopt if it can.
std::optional<arch::Problem> refusal(const ElementwiseShape& shape, const Parallelism& cut,
                                     const arch::Device& device);

// The cuts that the device and the directives allow, fewest tiles first, among equals ranges of columns
// before ranges of rows. At least one; throws InputError if there is none.
std::vector<Parallelism> legal_cuts(const ElementwiseShape& shape, const LayerDirectives& directives,
                                    const arch::Device& device);

}  // namespace aie4ml::compiler
