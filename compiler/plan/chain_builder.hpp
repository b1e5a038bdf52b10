// Descriptor chains of one DMA channel, and the descriptors of every tile.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "arch/device/device.hpp"
#include "compiler/plan/plan.hpp"
#include "compiler/plan/walks.hpp"

namespace aie4ml::compiler {

// Hands out the descriptors of every tile.
class BdAllocator {
 public:
  explicit BdAllocator(const arch::Device& device) : device_(device) {}
  // The lowest free one that the channel may use. Throws InputError naming `who` if there is none.
  arch::BdId take(arch::TileCoord tile, arch::ChannelId channel, const std::string& who);
  // How many of those are free.
  [[nodiscard]] int left(arch::TileCoord tile, arch::ChannelId channel) const;

 private:
  const arch::Device& device_;
  std::map<arch::TileCoord, std::set<arch::BdId>> taken_;
};

// The walk over a buffer, without locks and id.
arch::BufferDescriptor descriptor(const Walk& walk, const PlacedBuffer& buffer);

// The largest size that any dimension but the last can have.
std::int32_t max_wrap(const arch::DmaFacts& dma);

// Descriptors in the order of the stream, ping then pong, and round again.
class ChainBuilder {
 public:
  // folded: every descriptor serves both halves.
  ChainBuilder(std::string name, arch::TileCoord tile, arch::ChannelId channel, std::int32_t layer,
               bool folded, BdAllocator& bds)
      : chain_{std::move(name), tile, channel, layer, folded, {}}, bds_(bds) {}

  // How often the descriptors of a half have to be added, each time for the next one.
  [[nodiscard]] std::size_t passes() const;
  // Lets a descriptor of the first half serve the other too, if the chain is folded.
  void fold(arch::BufferDescriptor& bd, const DoubleBuffer& buffers) const;

  // The first of a run of descriptors waits for `acquire`, the last gives `release`.
  void add_run(std::vector<arch::BufferDescriptor> run, std::optional<arch::LockId> acquire,
               std::optional<arch::LockId> release);

  DmaChain finish();

 private:
  DmaChain chain_;
  BdAllocator& bds_;
};

}  // namespace aie4ml::compiler
