#include "sim/module/bank_module.hpp"

#include <algorithm>
#include <bit>

#include "sim/check.hpp"
#include "sim/kernel/kernel_time.hpp"

namespace aie4ml::sim {

BankModule::BankModule(const sc_core::sc_module_name& name, TileMemory& memory, int slots,
                       const std::int64_t& ahead_limit)
    : sc_module(name),
      memory_(memory),
      ahead_limit_(ahead_limit),
      arbiter_(memory.physical_bank_count(), slots),
      counts_(static_cast<std::size_t>(memory.physical_bank_count())) {
  SC_METHOD(decide);
  sensitive << decide_;
  dont_initialize();
}

std::vector<BankModule::Client>::iterator BankModule::place_of(int slot) {
  return std::lower_bound(clients_.begin(), clients_.end(), slot,
                          [](const Client& client, int s) { return client.slot < s; });
}

void BankModule::connect(int slot, BankClient& client) {
  const auto at = place_of(slot);
  check(at == clients_.end() || at->slot != slot, "a slot has one requester");
  clients_.insert(at, {slot, &client});
}

void BankModule::request(int slot, BankMask banks, std::int64_t cycle) {
  check(ticks(cycle, Phase::banks) > now_ticks(), "bank requests come before their cycle's decision");
  check(pending_of(slot) == nullptr, "a requester has one request");
  pending_.push_back({slot, banks, cycle});
  if (settling_) return;
  settle();
  notify_next();
}

const BankModule::Pending* BankModule::pending_of(int slot) const {
  for (const Pending& p : pending_) {
    if (p.slot == slot) return &p;
  }
  return nullptr;
}

std::int64_t BankModule::first_pending() const {
  std::int64_t first = BankClient::kNever;
  for (const Pending& p : pending_) first = std::min(first, p.cycle);
  return first;
}

std::int64_t BankModule::free_until(int slot, BankMask banks) const {
  std::int64_t free = ahead_limit_;
  for (const Client& c : clients_) {
    if (c.slot == slot) continue;
    const Pending* posted = pending_of(c.slot);
    if (posted != nullptr && (posted->banks & banks) != 0) {
      free = std::min(free, posted->cycle);
    } else {
      const std::int64_t after = posted == nullptr ? 0 : posted->cycle + 1;
      free = std::min(free, std::max(after, c.client->quiet_until(banks)));
    }
  }
  return free;
}

bool BankModule::certain(std::int64_t cycle) const {
  BankMask banks = 0;
  for (const Pending& p : pending_) {
    if (p.cycle == cycle) banks |= p.banks;
  }
  return std::all_of(clients_.begin(), clients_.end(), [&](const Client& c) {
    return pending_of(c.slot) != nullptr || c.client->quiet_until(banks) > cycle;
  });
}

void BankModule::settle() {
  if (settling_) return;
  settling_ = true;
  while (!pending_.empty()) {
    const std::int64_t cycle = first_pending();
    if (cycle >= ahead_limit_ || !certain(cycle)) break;
    decide_cycle(cycle);
  }
  settling_ = false;
}

void BankModule::decide() {
  const std::int64_t now = now_cycle();
  notified_ = BankClient::kNever;
  if (first_pending() == now) {
    settling_ = true;
    decide_cycle(now);
    settling_ = false;
    settle();
  }
  notify_next();
}

// A notification whose requests were decided meanwhile stays, and finds nothing to do.
void BankModule::notify_next() {
  const std::int64_t first = first_pending();
  if (first >= notified_) return;
  notified_ = first;
  notify_at(decide_, first, Phase::banks);
}

void BankModule::decide_cycle(std::int64_t cycle) {
  const auto later =
      std::partition(pending_.begin(), pending_.end(), [cycle](const Pending& p) { return p.cycle > cycle; });
  deciding_.assign(later, pending_.end());
  pending_.erase(later, pending_.end());
  for (const Pending& p : deciding_) arbiter_.request(p.slot, p.banks);
  arbiter_.decide();
  if (recorder_ != nullptr) record_conflicts(cycle);
  for (const Pending& p : deciding_) {
    place_of(p.slot)->client->bank_granted(arbiter_.granted(p.slot), cycle);
  }
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

}  // namespace aie4ml::sim
