// The core's way to the four data memories: address windows, banks, who is served in which cycle.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "arch/device/device.hpp"
#include "sim/core/core_engine.hpp"
#include "sim/core/pipeline.hpp"

namespace aie4ml::sim {

class MemoryPort {
 public:
  MemoryPort(const arch::Device& device, const CoreMemories& memories);

  struct Target {
    TileMemory* memory{};
    std::int32_t address{};  // in that memory
    std::uint8_t window{};
  };
  // memory == nullptr: no memory there, or the access crosses its end.
  [[nodiscard]] Target find(std::int32_t core_address, int size) const {
    // The own memory is looked at first: most accesses go there.
    for (const std::uint8_t w : kOrder) {
      const std::int32_t offset = core_address - base_[w];
      if (offset >= 0 && offset + size <= size_bytes_) return {memories_[w], offset, w};
    }
    return {};
  }
  [[nodiscard]] BankMask banks(const Target& target, int size) const {
    return target.memory->physical_banks(target.address, size) << (target.window * banks_per_memory_);
  }

  void set_contended(BankMask banks) { contended_ = banks; }
  [[nodiscard]] BankMask contended() const { return contended_; }

  // One cycle: every bank in `granted` serves its first access (loads before stores). Accesses that have all
  // they need end with banks == 0. Returns what is still needed, and counts it as conflicts.
  BankMask serve(PipelineSlot& slot, BankMask granted);
  // Whether all accesses of the slot are served in one cycle with nobody asked.
  [[nodiscard]] bool free_of_conflicts(const PipelineSlot& slot) const {
    BankMask used = contended_;
    for (const MemoryAccess& access : slot.accesses) {
      if ((used & access.banks) != 0) return false;
      used |= access.banks;
    }
    return true;
  }
  [[nodiscard]] static BankMask needed(const PipelineSlot& slot) {
    BankMask mask = 0;
    for (const MemoryAccess& access : slot.accesses) mask |= access.banks;
    return mask;
  }

  // Counts an access once, when it issues.
  void count(BankMask banks) {
    ++accesses_[static_cast<std::size_t>(std::countr_zero(banks))][(banks & (banks - 1)) != 0 ? 1 : 0];
  }
  void add_counts(CoreCounts& counts) const;

 private:
  static constexpr std::array<std::uint8_t, arch::kMemoryWindowCount> kOrder = {
      static_cast<std::uint8_t>(arch::MemoryWindow::own),
      static_cast<std::uint8_t>(arch::MemoryWindow::south),
      static_cast<std::uint8_t>(arch::MemoryWindow::west),
      static_cast<std::uint8_t>(arch::MemoryWindow::north)};

  CoreMemories memories_;
  std::array<std::int32_t, arch::kMemoryWindowCount> base_{};
  std::int32_t size_bytes_{};
  int banks_per_memory_{};
  BankMask contended_{};
  // By lowest bank, and whether the next one is used too: one counter an access.
  std::array<std::array<std::int64_t, 2>, 64> accesses_{};
  std::array<std::int64_t, 64> conflicts_{};
};

}  // namespace aie4ml::sim
