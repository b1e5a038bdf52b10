// A core and the banks that are not its own alone.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "sim/kernel/kernel_time.hpp"
#include "sim/module/core_tile.hpp"
#include "sim/module/dma_channel.hpp"

namespace aie4ml::sim {
namespace {

constexpr int kCallsToRefresh = 8;

}  // namespace

// What is worked out here stays true until this core's next lock operation: until then nobody gets a lock
// that only this core can release. Banks may become free before; that is looked after now and then.
void CoreTile::refresh_contention() {
  calls_to_refresh_ = kCallsToRefresh;
  BankMask contended = 0;
  for (int w = 0; w < arch::kMemoryWindowCount; ++w) {
    const Port& port = ports_[static_cast<std::size_t>(w)];
    if (port.module == nullptr) continue;
    const bool declared = (declared_windows_ >> w & 1U) != 0;
    const BankMask all = (BankMask{1} << physical_banks_) - 1;
    const BankMask banks = services_.options().run_ahead && declared
                               ? services_.contended_banks(port.tile, log_.unit().id)
                               : all;
    contended |= window_banks(banks, static_cast<arch::MemoryWindow>(w), physical_banks_);
  }
  engine_->set_contended(contended);
}

// Nobody else touches these banks before this core's next lock operation, and whoever does so after it finds
// them last used by this core, as if every access had been arbitrated.
void CoreTile::tell_arbiters(BankMask banks) {
  const BankMask window_mask = (BankMask{1} << physical_banks_) - 1;
  for (int w = 0; banks != 0; ++w, banks >>= physical_banks_) {
    if ((banks & window_mask) == 0) continue;
    ports_[static_cast<std::size_t>(w)].module->used(
        core_bank_slot(services_.device(), static_cast<arch::MemoryWindow>(w)), banks & window_mask);
  }
}

// Of a core that does not run at this moment. What it did ahead of now, it did on banks of its own.
std::int64_t CoreTile::quiet_until(BankMask banks) const {
  if (ended_ || failed_) return BankClient::kNever;
  std::int64_t quiet = time_ + 1;
  if (!arbitrating_) {
    const std::int64_t now = now_cycle();
    quiet = std::max({time_, resume_, ticket_.open ? now + 1 : std::max(now, ticket_.answer_cycle)});
  }
  const std::optional<Stretch>& stretch = engine_->stretch();
  if (!stretch || (stretch->banks & banks) != 0) return quiet;
  return std::max(quiet, stretch_end_.value_or(quiet + stretch->bundles));
}

void CoreTile::arbitrate() {
  for (;;) {
    if (!request_banks(engine_->banks_needed())) return;
    settle_memories();
    while (undecided_ > 0) sc_core::wait(decided_);
    arbitrating_ = false;
    BankMask granted = 0;
    for (int w = 0; w < arch::kMemoryWindowCount; ++w) {
      granted |= window_banks(ports_[static_cast<std::size_t>(w)].granted, static_cast<arch::MemoryWindow>(w),
                              physical_banks_);
    }
    if (engine_->advance_memory_cycle(granted) == 0) return;
    ++time_;
    log_.lost(traces::StallReason::bank, 1);
  }
}

// False: the core failed.
bool CoreTile::request_banks(BankMask needed) {
  const BankMask window_mask = (BankMask{1} << physical_banks_) - 1;
  std::array<BankMask, arch::kMemoryWindowCount> banks{};
  undecided_ = 0;
  for (std::size_t w = 0; w < banks.size(); ++w) {
    Port& port = ports_[w];
    port.granted = 0;
    banks[w] = needed >> (static_cast<int>(w) * physical_banks_) & window_mask;
    if (banks[w] == 0) continue;
    ++undecided_;
    if (port.declared) continue;
    fail(fmt::format(
        "reaches the memory of {} with a pointer made for another one, which others may not expect; "
        "simulate this image without running ahead",
        services_.device().tile_name(port.tile)));
    return false;
  }
  arbitrating_ = true;
  for (std::size_t w = 0; w < banks.size(); ++w) {
    if (banks[w] == 0) continue;
    ports_[w].module->request(core_bank_slot(services_.device(), static_cast<arch::MemoryWindow>(w)),
                              banks[w], time_);
  }
  return true;
}

void CoreTile::bank_decided() {
  if (--undecided_ == 0) decided_.notify();
}

void CoreTile::settle_memories() {
  for (const Port& port : ports_) {
    if (port.module != nullptr && port.declared) port.module->settle();
  }
}

}  // namespace aie4ml::sim
