#include "sim/module/bank_module.hpp"

#include <algorithm>
#include <bit>

#include "sim/check.hpp"
#include "sim/kernel/kernel_time.hpp"

namespace aie4ml::sim {

BankModule::BankModule(const sc_core::sc_module_name& name, TileMemory& memory, int slots)
    : sc_module(name),
      memory_(memory),
      arbiter_(memory.physical_bank_count(), slots),
      clients_(static_cast<std::size_t>(slots), nullptr),
      counts_(static_cast<std::size_t>(memory.physical_bank_count())) {
  SC_METHOD(decide);
  sensitive << decide_;
  dont_initialize();
}

void BankModule::connect(int slot, BankClient& client) {
  BankClient*& place = clients_.at(static_cast<std::size_t>(slot));
  check(place == nullptr, "a slot has one requester");
  place = &client;
}

void BankModule::request(int slot, BankMask banks, std::int64_t cycle) {
  check(ticks(cycle, Phase::banks) > now_ticks(), "bank requests come before their cycle's decision");
  pending_.push_back({slot, banks, cycle});
  notify_at(decide_, cycle, Phase::banks);  // the kernel keeps the earlier of two notifications
}

bool BankModule::grant_ahead(int slot, BankMask banks, std::int64_t cycle) {
  for (const Pending& p : pending_) {
    if (p.cycle <= cycle && (p.banks & banks) != 0) return false;
  }
  for (std::size_t i = 0; i < clients_.size(); ++i) {
    if (clients_[i] == nullptr || static_cast<int>(i) == slot) continue;
    if (clients_[i]->quiet_until(banks) <= cycle) return false;
  }
  arbiter_.used(slot, banks);
  return true;
}

void BankModule::decide() {
  const std::int64_t now = now_cycle();
  const auto later =
      std::partition(pending_.begin(), pending_.end(), [now](const Pending& p) { return p.cycle > now; });
  deciding_.assign(later, pending_.end());
  pending_.erase(later, pending_.end());
  for (const Pending& p : deciding_) arbiter_.request(p.slot, p.banks);
  arbiter_.decide();
  if (recorder_ != nullptr) record_conflicts(now);
  for (const Pending& p : deciding_)
    clients_[static_cast<std::size_t>(p.slot)]->bank_granted(arbiter_.granted(p.slot), now);
  if (pending_.empty()) return;
  const auto next = std::min_element(pending_.begin(), pending_.end(),
                                     [](const Pending& a, const Pending& b) { return a.cycle < b.cycle; });
  notify_at(decide_, next->cycle, Phase::banks);
}

void BankModule::record(traces::Recorder& recorder, traces::TrackId first) {
  recorder_ = &recorder;
  first_track_ = first;
  lost_.resize(counts_.size());
}

// A conflict is over in the next cycle, unless that one's says something else.
void BankModule::record_conflicts(std::int64_t cycle) {
  std::fill(lost_.begin(), lost_.end(), 0);
  for (const Pending& p : deciding_) {
    for (BankMask lost = p.banks & ~arbiter_.granted(p.slot); lost != 0; lost &= lost - 1) {
      ++lost_[static_cast<std::size_t>(std::countr_zero(lost))];
    }
  }
  for (std::size_t bank = 0; bank < lost_.size(); ++bank) {
    if (lost_[bank] == 0) continue;
    const auto track = first_track_ + static_cast<traces::TrackId>(bank);
    recorder_->value(track, arch::Cycles(cycle), lost_[bank]);
    recorder_->value(track, arch::Cycles(cycle + 1), 0);
  }
}

void BankModule::count(BankMask banks, std::int64_t conflicts) {
  for (; banks != 0; banks &= banks - 1) {
    traces::BankStatistics& counts = counts_[static_cast<std::size_t>(std::countr_zero(banks))];
    ++counts.accesses;
    counts.conflicts += conflicts;
  }
}

}  // namespace aie4ml::sim
