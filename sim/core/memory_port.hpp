// The core's way to the four data memories: address windows, banks, who is served in which cycle.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <span>
#include <vector>

#include "arch/device/device.hpp"
#include "sim/core/core_engine.hpp"

namespace aie4ml::sim {

// The banks of an aligned access of one width, up to where in the memory it lies.
struct BankPattern {
  BankMask mask{};            // of the physical banks that are touched together, from bit 0
  std::uint8_t first_mask{};  // clears the bits of the first bank's number that the access covers
  std::uint8_t several{};     // 1: more than one bit in mask
};
BankPattern bank_pattern(const arch::Device& device, int access_bytes);

// The bank, as a bit of the four-window mask, of each piece of the memory behind each window: a look-up is
// quicker than shifts by distances that are not known before run time. No device interleaves more finely.
struct BankMap {
  static constexpr std::size_t kUnit = 16;
  explicit BankMap(const arch::Device& device);
  std::array<std::vector<std::uint8_t>, arch::kMemoryWindowCount> first_bank;
};

// One load or store on its way.
struct MemoryAccess {
  TileMemory* memory{};
  BankMask banks{};        // of the four windows, still to be served
  std::int32_t address{};  // in that memory
  std::uint8_t window{};
  bool is_load{};
};

class MemoryPort {
 public:
  // The map must outlive the port.
  MemoryPort(const arch::Device& device, const BankMap& map, const CoreMemories& memories);

  // Fills memory, address, window and banks, and counts the access. false: no memory there, or the access
  // crosses its end. The address must be aligned.
  bool find(std::int32_t core_address, int size, const BankPattern& pattern, MemoryAccess& access) {
    // The own memory is looked at first: most accesses go there.
    constexpr auto kOwn = static_cast<std::uint8_t>(arch::MemoryWindow::own);
    const std::int32_t offset = core_address - base_[kOwn];
    if (offset < 0 || offset + size > size_bytes_) return find_neighbour(core_address, size, pattern, access);
    return enter(kOwn, offset, pattern, access);
  }

  // The same for an address in the memory of a window, known to be good, without counting.
  void aim(std::uint8_t window, std::int32_t address, const BankPattern& pattern,
           MemoryAccess& access) const {
    access.memory = memories_[window];
    access.address = address;
    access.window = window;
    access.banks = pattern.mask << first_bank(window, address, pattern);
  }
  void count(std::size_t first_bank, bool several, std::int64_t times) {
    accesses_[first_bank][several ? 1 : 0] += times;
  }
  // Counts an access once more: one that goes to its banks twice.
  void count(const MemoryAccess& access) {
    ++accesses_[static_cast<std::size_t>(std::countr_zero(access.banks))]
               [std::popcount(access.banks) > 1 ? 1 : 0];
  }

  void set_contended(BankMask banks) { contended_ = banks; }
  [[nodiscard]] BankMask contended() const { return contended_; }

  // One cycle: every bank in `granted` serves its first access (loads before stores). Returns what is still
  // needed, and counts it as conflicts.
  BankMask serve(std::span<MemoryAccess* const> accesses, BankMask granted);
  void add_counts(CoreCounts& counts) const;

 private:
  bool find_neighbour(std::int32_t core_address, int size, const BankPattern& pattern, MemoryAccess& access);
  bool enter(std::uint8_t window, std::int32_t offset, const BankPattern& pattern, MemoryAccess& access) {
    aim(window, offset, pattern, access);
    ++accesses_[first_bank(window, offset, pattern)][pattern.several];
    return access.memory != nullptr;
  }
  [[nodiscard]] std::size_t first_bank(std::uint8_t window, std::int32_t address,
                                       const BankPattern& pattern) const {
    return map_.first_bank[window][static_cast<std::size_t>(address) / BankMap::kUnit] & pattern.first_mask;
  }

  CoreMemories memories_;
  std::array<std::int32_t, arch::kMemoryWindowCount> base_{};
  std::int32_t size_bytes_{};
  int banks_per_memory_{};
  const BankMap& map_;
  BankMask contended_{};
  // By lowest bank, and whether the next one is used too: one counter an access.
  std::array<std::array<std::int64_t, 2>, 64> accesses_{};
  std::array<std::int64_t, 64> conflicts_{};
};

}  // namespace aie4ml::sim
