#include "compiler/plan/plan.hpp"

#include <algorithm>

namespace aie4ml::compiler {

std::vector<PlacedBuffer> TilePlan::buffers() const {
  std::vector<PlacedBuffer> all{stack};
  for (const DoubleBuffer& input : inputs) all.insert(all.end(), input.begin(), input.end());
  if (weights) all.push_back(*weights);
  if (bias) all.push_back(*bias);
  if (out) all.insert(all.end(), out->begin(), out->end());
  std::sort(all.begin(), all.end(),
            [](const PlacedBuffer& a, const PlacedBuffer& b) { return a.address < b.address; });
  return all;
}

kernels::CascadeRole TilePlan::role() const {
  const auto* dense = std::get_if<kernels::DenseTile>(&kernel);
  return dense != nullptr ? dense->role : kernels::CascadeRole::single;
}

std::string TilePlan::task() const {
  if (const auto* elementwise = std::get_if<kernels::ElementwiseTile>(&kernel)) {
    return kernels::to_string(elementwise->op);
  }
  return kernels::to_string(role());
}

int Plan::tiles_used() const {
  std::size_t tiles = 0;
  for (const LayerPlan& layer : layers) tiles += layer.tiles.size();
  return static_cast<int>(tiles);
}

}  // namespace aie4ml::compiler
