#include "sim/machine/sharing.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "arch/isa/opcode_table.hpp"

namespace aie4ml::sim {
namespace {

using arch::MemoryWindow;

constexpr unsigned bit(MemoryWindow window) {
  return 1U << static_cast<unsigned>(window);
}
constexpr unsigned kAllWindows = (1U << arch::kMemoryWindowCount) - 1;

// Windows that a pointer made by this operation may lie in; 0 if it makes none.
unsigned windows_of(const arch::Device& device, const arch::Instruction& instruction) {
  const arch::Reg dst = instruction.regs[0];
  if (dst.cls != arch::RegClass::p && dst.cls != arch::RegClass::sp) return 0;
  if (instruction.op == arch::Opcode::movxm || instruction.op == arch::Opcode::mova) {
    for (int w = 0; w < arch::kMemoryWindowCount; ++w) {
      const std::int64_t base = device.data_memory.window_base[static_cast<std::size_t>(w)];
      if (instruction.imm >= base && instruction.imm < base + device.data_memory.size.value) {
        return bit(static_cast<MemoryWindow>(w));
      }
    }
    return kAllWindows;  // made to be moved into one of them
  }
  const bool copies = instruction.op == arch::Opcode::mov && instruction.regs[1].cls == dst.cls;
  return copies ? 0 : kAllWindows;  // computed: may be anything
}

}  // namespace

std::optional<LockAddress> core_lock(const arch::Device& device, arch::TileCoord core, int index) {
  const int count = device.locks.of(arch::TileKind::core);
  for (int w = 0; w < arch::kMemoryWindowCount; ++w) {
    const int base = device.locks.core_window_base[static_cast<std::size_t>(w)];
    if (index < base || index >= base + count) continue;
    const std::optional<arch::TileCoord> tile = device.window_tile(core, static_cast<MemoryWindow>(w));
    if (!tile) return std::nullopt;
    return LockAddress{*tile, index - base};
  }
  return std::nullopt;
}

arch::TileCoord dma_target(const arch::Device& device, arch::TileCoord tile, arch::LockAccess::Where where) {
  if (where == arch::LockAccess::Where::own) return tile;
  const bool west = where == arch::LockAccess::Where::west;
  const auto neighbour = device.neighbour(tile, west ? arch::PortSide::west : arch::PortSide::east);
  if (!neighbour || device.kind(*neighbour) != device.kind(tile)) {
    throw arch::InputError(device.tile_name(tile),
                           std::string("a descriptor names the tile to the ") + (west ? "west" : "east") +
                               ", where there is none",
                           "");
  }
  return *neighbour;
}

Sharing::Sharing(const arch::Device& device, const arch::Image& image, const UnitTable& units)
    : reaching_(device), releasers_(device) {
  for (const arch::TileImage& tile : image.tiles) {
    if (tile.program) scan_program(device, *tile.program, units[units.core(tile.tile)]);
    for (const arch::DmaChannelConfig& config : tile.channels) {
      const UnitId unit = units.channel(tile.tile, config.channel);
      if (unit != kNoUnit) scan_channel(device, tile, config, unit);
    }
  }
}

void Sharing::add_releaser(const LockAddress& lock, UnitId unit) {
  released_.insert(lock);
  std::vector<UnitId>& units = releasers_[lock.tile][lock.lock];
  const auto at = std::lower_bound(units.begin(), units.end(), unit);
  if (at == units.end() || *at != unit) units.insert(at, unit);
}

void Sharing::scan_program(const arch::Device& device, const arch::Program& program, const UnitInfo& core) {
  unsigned windows = 0;
  for (const arch::Bundle& bundle : program.bundles) {
    for (const arch::Instruction& instruction : bundle.ops) {
      windows |= windows_of(device, instruction);
      if (instruction.op != arch::Opcode::rel) continue;
      if (const auto lock = core_lock(device, core.tile, instruction.imm)) add_releaser(*lock, core.id);
    }
  }
  windows |= bit(MemoryWindow::own);
  windows_[core.id] = windows;
  for (int w = 0; w < arch::kMemoryWindowCount; ++w) {
    if ((windows >> w & 1U) == 0) continue;
    const auto memory = device.window_tile(core.tile, static_cast<MemoryWindow>(w));
    if (memory) reaching_[*memory].push_back(core.id);
  }
}

void Sharing::scan_channel(const arch::Device& device, const arch::TileImage& tile,
                           const arch::DmaChannelConfig& config, UnitId unit) {
  std::set<arch::BdId> seen;
  std::vector<arch::BdId> open;
  if (config.out_of_order) {
    const arch::DmaFacts& facts = device.dma(device.kind(tile.tile));
    for (const arch::BufferDescriptor& bd : tile.descriptors) {
      if (arch::can_choose(facts, config.channel, bd)) open.push_back(bd.id);
    }
  } else {
    for (const arch::DmaTask& task : config.tasks) open.push_back(task.first);
  }
  while (!open.empty()) {
    const arch::BdId id = open.back();
    open.pop_back();
    if (!seen.insert(id).second) continue;
    const auto bd = std::find_if(tile.descriptors.begin(), tile.descriptors.end(),
                                 [id](const arch::BufferDescriptor& d) { return d.id == id; });
    if (bd == tile.descriptors.end()) continue;
    if (bd->release) {
      add_releaser({dma_target(device, tile.tile, bd->release->where), bd->release->lock.value}, unit);
    }
    if (bd->next && !config.out_of_order) open.push_back(*bd->next);
  }
}

unsigned Sharing::windows(UnitId core) const {
  const auto found = windows_.find(core);
  return found == windows_.end() ? kAllWindows : found->second;
}

const std::vector<UnitId>& Sharing::cores_reaching(arch::TileCoord memory) const {
  return reaching_[memory];
}

const std::vector<UnitId>& Sharing::releasers(const LockAddress& lock) const {
  static const std::vector<UnitId> kNone;
  const auto& of_tile = releasers_[lock.tile];
  const auto found = of_tile.find(lock.lock);
  return found == of_tile.end() ? kNone : found->second;
}

}  // namespace aie4ml::sim
