#include "compiler/plan/chain_builder.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "arch/error.hpp"

namespace aie4ml::compiler {
namespace {

constexpr int kWordBytes = 4;
constexpr std::size_t kHalves = 2;

arch::LockAccess one(arch::LockId lock) {
  return {arch::LockAccess::Where::own, lock, 1, false};
}

}  // namespace

int BdAllocator::left(arch::TileCoord tile, arch::ChannelId channel) const {
  const arch::DmaFacts& dma = device_.dma(device_.kind(tile));
  const auto taken = taken_.find(tile);
  int count = 0;
  for (int id = 0; id < dma.bds; ++id) {
    const arch::BdId bd(static_cast<std::uint8_t>(id));
    if (dma.bd_allowed(channel, bd) && (taken == taken_.end() || !taken->second.contains(bd))) ++count;
  }
  return count;
}

arch::BdId BdAllocator::take(arch::TileCoord tile, arch::ChannelId channel, const std::string& who) {
  const arch::DmaFacts& dma = device_.dma(device_.kind(tile));
  std::set<arch::BdId>& taken = taken_[tile];
  for (int id = 0; id < dma.bds; ++id) {
    const arch::BdId bd(static_cast<std::uint8_t>(id));
    if (dma.bd_allowed(channel, bd) && taken.insert(bd).second) return bd;
  }
  throw arch::InputError(
      fmt::format("stream '{}'", who),
      fmt::format("{} has no buffer descriptor left of {}", device_.tile_name(tile), dma.bds),
      "cut neighbouring layers alike: cas_num of the producer equal to cas_len of the consumer, or 1");
}

arch::BufferDescriptor descriptor(const Walk& walk, const PlacedBuffer& buffer) {
  arch::BufferDescriptor bd;
  bd.address_words = buffer.address / kWordBytes + walk.address_words;
  bd.length_words = 1;
  for (const arch::BdDimension& dimension : walk.dimensions) bd.length_words *= dimension.size;
  if (walk.dimensions.size() > 1) bd.dimensions = walk.dimensions;
  bd.padding.after[2] = walk.zero_blocks;
  return bd;
}

std::int32_t max_wrap(const arch::DmaFacts& dma) {
  std::int32_t most = std::numeric_limits<std::int32_t>::max();
  for (const int bits : dma.wrap_bits) most = std::min(most, (1 << bits) - 1);
  return most;
}

std::size_t ChainBuilder::passes() const {
  return chain_.folded ? 1 : kHalves;
}

void ChainBuilder::fold(arch::BufferDescriptor& bd, const DoubleBuffer& buffers) const {
  if (!chain_.folded) return;
  bd.iteration = {static_cast<std::int32_t>(kHalves), (buffers[1].address - buffers[0].address) / kWordBytes};
}

void ChainBuilder::add_run(std::vector<arch::BufferDescriptor> run, std::optional<arch::LockId> acquire,
                           std::optional<arch::LockId> release) {
  if (acquire) run.front().acquire = one(*acquire);
  if (release) run.back().release = one(*release);
  for (arch::BufferDescriptor& bd : run) {
    bd.id = bds_.take(chain_.tile, chain_.channel, chain_.name);
    chain_.descriptors.push_back(std::move(bd));
  }
}

DmaChain ChainBuilder::finish() {
  for (std::size_t i = 0; i < chain_.descriptors.size(); ++i) {
    chain_.descriptors[i].next = chain_.descriptors[(i + 1) % chain_.descriptors.size()].id;
  }
  return std::move(chain_);
}

}  // namespace aie4ml::compiler
