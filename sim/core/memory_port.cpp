#include "sim/core/memory_port.hpp"

#include <algorithm>
#include <bit>

namespace aie4ml::sim {
BankPattern bank_pattern(const arch::Device& device, int access_bytes) {
  const int ways = device.data_memory.physical_banks_per_bank();
  const auto units = static_cast<int>(access_bytes / device.data_memory.interleave.value);
  const int touched = std::clamp(units, 1, ways);
  return {(BankMask{1} << touched) - 1, static_cast<std::uint8_t>(~(touched - 1)),
          static_cast<std::uint8_t>(touched > 1 ? 1 : 0)};
}

BankMap::BankMap(const arch::Device& device) {
  const BankLayout layout(device, arch::TileKind::core);
  const auto size = static_cast<std::int32_t>(device.data_memory.size.value);
  for (std::size_t w = 0; w < first_bank.size(); ++w) {
    for (std::int32_t at = 0; at < size; at += static_cast<std::int32_t>(kUnit)) {
      const int bank = std::countr_zero(layout.physical_banks(at, 1)) +
                       static_cast<int>(w) * device.data_memory.physical_banks;
      first_bank[w].push_back(static_cast<std::uint8_t>(bank));
    }
  }
}

MemoryPort::MemoryPort(const arch::Device& device, const BankMap& map, const CoreMemories& memories)
    : memories_(memories),
      size_bytes_(static_cast<std::int32_t>(device.data_memory.size.value)),
      banks_per_memory_(device.data_memory.physical_banks),
      map_(map) {
  for (std::size_t w = 0; w < base_.size(); ++w) {
    base_[w] = static_cast<std::int32_t>(device.data_memory.window_base[w]);
  }
}

bool MemoryPort::find_neighbour(std::int32_t core_address, int size, const BankPattern& pattern,
                                MemoryAccess& access) {
  for (std::size_t w = 0; w < base_.size(); ++w) {
    const std::int32_t offset = core_address - base_[w];
    if (offset >= 0 && offset + size <= size_bytes_) {
      return enter(static_cast<std::uint8_t>(w), offset, pattern, access);
    }
  }
  return false;
}

BankMask MemoryPort::serve(std::span<MemoryAccess* const> accesses, BankMask granted) {
  BankMask left = 0;
  for (const bool loads : {true, false}) {
    for (MemoryAccess* access : accesses) {
      if (access->is_load != loads) continue;
      const BankMask served = access->banks & granted;
      access->banks &= ~served;
      granted &= ~served;
      left |= access->banks;
    }
  }
  for (BankMask mask = left; mask != 0; mask &= mask - 1) {
    ++conflicts_[static_cast<std::size_t>(std::countr_zero(mask))];
  }
  return left;
}

void MemoryPort::add_counts(CoreCounts& counts) const {
  const std::size_t banks = memories_.size() * static_cast<std::size_t>(banks_per_memory_);
  counts.bank_accesses.assign(banks, 0);
  counts.bank_conflicts.assign(conflicts_.begin(), conflicts_.begin() + static_cast<std::ptrdiff_t>(banks));
  for (std::size_t b = 0; b < banks; ++b) {
    counts.bank_accesses[b] += accesses_[b][0] + accesses_[b][1];
    if (b + 1 < banks) counts.bank_accesses[b + 1] += accesses_[b][1];
  }
}

}  // namespace aie4ml::sim
