// Descriptor chains that move an edge's tensor: out of the producers' tiles into the memory tile, and from
// there into the consumer's tiles.
//
// Order of words on every stream: region by region; inside a region as the tile's kernel has it in memory
// (blocks, see BlockFormat), so that the memory tile does the rearrangement. Streams of PLIOs and relays are
// row-major inside a region.
#pragma once

#include <cstddef>
#include <vector>

#include "arch/device/device.hpp"
#include "compiler/plan/chain_builder.hpp"
#include "compiler/plan/plan.hpp"
#include "compiler/plan/sources.hpp"

namespace aie4ml::compiler {

// The tile-side channels of a layer.
arch::ChannelId tile_input_channel(std::int32_t operand);
inline constexpr arch::ChannelId kTileOutChannel{arch::DmaDirection::mm2s, 0};

// A tile's side of a stream in the order of blocks: all of a half belongs to the kernel's lock pair. `slices`
// relative to the tile's slice, which has so many columns.
DmaChain tile_chain(ChainBuilder builder, const DoubleBuffer& buffers, const std::vector<Slice>& slices,
                    std::int32_t cols, const LayerPort& port, arch::LockId acquire, arch::LockId release,
                    const arch::DmaFacts& dma);

// The pieces of a source relative to its slice.
std::vector<Slice> pieces_in_tile(const Source& source);

// Descriptors that one half takes on a tile's side of a stream.
std::size_t count_source_descriptors(const Source& source, const LayerPort& port);
std::size_t count_reader_descriptors(const Edge& edge, int reader, const LayerPort& port);

// And on the memory tile's side, by writer and by reader.
struct EdgeDescriptors {
  std::vector<int> writers, readers;
};
EdgeDescriptors count_edge_descriptors(const Edge& edge, const Plan& plan);

// The chain that sends a source's pieces out of its tile; none for PLIOs.
void add_source_transfers(const Source& source, const arch::Device& device, BdAllocator& bds, Plan& plan);

// The chains of one edge, whose memory tile, channels, locks and buffers are assigned: into the memory tile,
// out of it, and into the tiles that read.
void add_edge_transfers(const Edge& edge, const arch::Device& device, BdAllocator& bds, Plan& plan);

}  // namespace aie4ml::compiler
