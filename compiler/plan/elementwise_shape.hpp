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
  [[nodiscard]] int rows_padded() const;
  [[nodiscard]] int column_slice(int cas_num) const;
  [[nodiscard]] bool has_empty_slice(int cas_num) const;
  [[nodiscard]] kernels::ElementwiseTile tile(int cas_num) const;
};

// Throws InputError for what no tile can do.
ElementwiseShape elementwise_shape_of(const Graph& graph, NodeId node, const arch::Device& device);

// Why the layer cannot be cut like this on the device, nullopt if it can.
std::optional<arch::Problem> refusal(const ElementwiseShape& shape, Parallelism cut,
                                     const arch::Device& device);

// The cuts that the device and the directives allow, fewest tiles first. At least one; throws InputError if
// there is none.
std::vector<Parallelism> legal_cuts(const ElementwiseShape& shape, const LayerDirectives& directives,
                                    const arch::Device& device);

}  // namespace aie4ml::compiler
