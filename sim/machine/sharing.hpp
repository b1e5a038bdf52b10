// What can be said before the run about who can touch what: which cores reach which memories, and who can
// release which lock. From it a core knows how far it may run ahead of the others (docs/simulator.md), and a
// deadlock report who would have had to act.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "arch/device/device.hpp"
#include "arch/image/image.hpp"
#include "sim/machine/tile_table.hpp"
#include "sim/machine/unit_table.hpp"

namespace aie4ml::sim {

// A lock as all agree on it, whatever index each sees it under.
struct LockAddress {
  arch::TileCoord tile{};
  int lock{};
  friend auto operator<=>(const LockAddress&, const LockAddress&) = default;
};

// The lock a core means by an index. nullopt: the index belongs to a tile that is not there or has no locks.
std::optional<LockAddress> core_lock(const arch::Device& device, arch::TileCoord core, int index);
// The lock, or the tile whose memory, a BD of a DMA in `tile` means. Throws InputError where there is none.
arch::TileCoord dma_target(const arch::Device& device, arch::TileCoord tile, arch::LockAccess::Where where);

class Sharing {
 public:
  Sharing(const arch::Device& device, const arch::Image& image, const UnitTable& units);

  // Windows through which a core can access memory, judged by the pointers its program makes; bit:
  // MemoryWindow.
  [[nodiscard]] unsigned windows(UnitId core) const;
  // Cores that can access a tile's memory, its own included.
  [[nodiscard]] const std::vector<UnitId>& cores_reaching(arch::TileCoord memory) const;
  // Locks that any unit ever releases, in their order.
  [[nodiscard]] const std::set<LockAddress>& released_locks() const { return released_; }
  // Units that ever release a lock, in order of their ids.
  [[nodiscard]] const std::vector<UnitId>& releasers(const LockAddress& lock) const;

 private:
  void add_releaser(const LockAddress& lock, UnitId unit);
  void scan_program(const arch::Device& device, const arch::Program& program, const UnitInfo& core);
  void scan_channel(const arch::Device& device, const arch::TileImage& tile,
                    const arch::DmaChannelConfig& config, UnitId unit);

  std::map<UnitId, unsigned> windows_;
  std::set<LockAddress> released_;
  TileTable<std::vector<UnitId>> reaching_;
  TileTable<std::map<int, std::vector<UnitId>>> releasers_;  // by lock
};

}  // namespace aie4ml::sim
