#include "sim/core/memory_port.hpp"

#include "arch/error.hpp"

namespace aie4ml::sim {

MemoryPort::MemoryPort(const arch::Device& device, const CoreMemories& memories)
    : memories_(memories),
      size_bytes_(static_cast<std::int32_t>(device.data_memory.size.value)),
      banks_per_memory_(device.data_memory.physical_banks) {
  const arch::DataMemoryFacts& facts = device.data_memory;
  // The masks of four windows share 64 bits, and an access touches at most two neighbouring banks.
  if (facts.physical_banks * arch::kMemoryWindowCount > 64) {
    throw arch::InputError("data_memory.physical_banks", "more banks than the core model handles",
                           "at most 16 in a core tile");
  }
  if (facts.physical_banks_per_bank() > 2) {
    throw arch::InputError("data_memory.physical_banks", "more than two physical banks take turns in a bank",
                           "two is the most the core model handles");
  }
  for (std::size_t w = 0; w < base_.size(); ++w) base_[w] = static_cast<std::int32_t>(facts.window_base[w]);
}

BankMask MemoryPort::serve(PipelineSlot& slot, BankMask granted) {
  for (const bool loads : {true, false}) {
    for (MemoryAccess& access : slot.accesses) {
      if (access.is_load != loads) continue;
      const BankMask served = access.banks & granted;
      access.banks &= ~served;
      granted &= ~served;
    }
  }
  const BankMask left = needed(slot);
  for (BankMask mask = left; mask != 0; mask &= mask - 1) {
    ++conflicts_[static_cast<std::size_t>(std::countr_zero(mask))];
  }
  return left;
}

void MemoryPort::add_counts(CoreCounts& counts) const {
  const auto banks = static_cast<std::size_t>(banks_per_memory_ * arch::kMemoryWindowCount);
  counts.bank_accesses.assign(banks, 0);
  counts.bank_conflicts.assign(conflicts_.begin(), conflicts_.begin() + static_cast<std::ptrdiff_t>(banks));
  for (std::size_t b = 0; b < banks; ++b) {
    counts.bank_accesses[b] += accesses_[b][0] + accesses_[b][1];
    if (b + 1 < banks) counts.bank_accesses[b + 1] += accesses_[b][1];
  }
}

}  // namespace aie4ml::sim
