// Descriptor chains that move an edge's tensor: out of the producer's tiles into the memory tile, and from
// there into the consumer's tiles.
//
// Order of words on every stream: region by region; inside a region as the tile's kernel has it in memory
// (blocks of m rows, see kernels/dense/dense.hpp), so that tiles read and write linearly and the memory tile
// does the rearrangement. PLIO streams are row-major.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "arch/device/device.hpp"
#include "compiler/plan/plan.hpp"

namespace aie4ml::compiler {

// The tile-side channels of a layer.
inline constexpr arch::ChannelId kTileLhsChannel{arch::DmaDirection::s2mm, 0};
inline constexpr arch::ChannelId kTileOutChannel{arch::DmaDirection::mm2s, 0};

// Hands out the descriptors of every tile.
class BdAllocator {
 public:
  explicit BdAllocator(const arch::Device& device) : device_(device) {}
  // The lowest free one that the channel may use. Throws InputError naming `who` if there is none.
  arch::BdId take(arch::TileCoord tile, arch::ChannelId channel, const std::string& who);

 private:
  const arch::Device& device_;
  std::map<arch::TileCoord, std::set<arch::BdId>> taken_;
};

// The chains of one edge, whose memory tile, channels, locks and buffers are assigned. Producer side first.
std::vector<DmaChain> edge_transfers(const Edge& edge, const std::vector<LayerPlan>& layers,
                                     BdAllocator& bds);

}  // namespace aie4ml::compiler
