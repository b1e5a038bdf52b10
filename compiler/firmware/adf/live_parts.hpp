// Which parts of a plan have to do with a graph output. What no output depends on (the chains whose part of a
// tensor no view leaves anything of) computes on the device for nothing; ADF refuses ports without a
// connection, so that its graph goes without them.
#pragma once

#include <vector>

#include "compiler/plan/plan.hpp"

namespace aie4ml::compiler {

struct LiveParts {
  explicit LiveParts(const Plan& plan);
  std::vector<std::vector<bool>> chains;   // by layer
  std::vector<std::vector<bool>> readers;  // by edge
  std::vector<bool> edges, plios;

  [[nodiscard]] bool chain(std::int32_t layer, std::int32_t index) const {
    return chains[static_cast<std::size_t>(layer)][static_cast<std::size_t>(index)];
  }
  [[nodiscard]] bool edge(std::size_t index) const { return edges[index]; }
  // Tiles of a slice of a layer's operand that are there.
  [[nodiscard]] std::vector<std::int32_t> tiles(const LayerPlan& layer, std::int32_t index,
                                                const PortSlice& slice) const;
  [[nodiscard]] bool link(const Plan& plan, const DirectLink& link) const;
};

// The chain whose last tile writes a slice of the layer's output.
std::int32_t chain_of_slice(const LayerPlan& layer, std::int32_t slice);

}  // namespace aie4ml::compiler
