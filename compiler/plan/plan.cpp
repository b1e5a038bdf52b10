#include "compiler/plan/plan.hpp"

#include <algorithm>

namespace aie4ml::compiler {

std::vector<PlacedBuffer> TilePlan::buffers() const {
  std::vector<PlacedBuffer> all{lhs[0], lhs[1], weights, stack};
  if (bias) all.push_back(*bias);
  if (out) all.insert(all.end(), out->begin(), out->end());
  std::sort(all.begin(), all.end(),
            [](const PlacedBuffer& a, const PlacedBuffer& b) { return a.address < b.address; });
  return all;
}

int Plan::tiles_used() const {
  std::size_t tiles = 0;
  for (const LayerPlan& layer : layers) tiles += layer.tiles.size();
  return static_cast<int>(tiles);
}

}  // namespace aie4ml::compiler
