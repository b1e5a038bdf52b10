#include "sim/module/lock_module.hpp"

#include <algorithm>

#include "sim/check.hpp"
#include "sim/kernel/kernel_time.hpp"

namespace aie4ml::sim {

LockModule::LockModule(const sc_core::sc_module_name& name, const arch::LockFacts& facts, int locks,
                       FaultHandler on_fault)
    : sc_module(name),
      service_cycles_(std::max(1, facts.service_cycles)),
      locks_(locks, facts.max_value),
      on_fault_(std::move(on_fault)) {
  SC_METHOD(decide);
  sensitive << decide_;
  dont_initialize();
}

void LockModule::post(LockTicket& ticket, const LockOperation& operation, std::int64_t cycle,
                      std::int32_t step) {
  check(!ticket.open, "a unit has one request open");
  check(ticks(cycle, Phase::locks) > now_ticks(), "lock requests come before their cycle's decision");
  ticket.open = true;
  ticket.cycle = cycle;
  locks_.post(ticket.requester, operation, cycle);
  open_[ticket.requester] = {&ticket, operation, cycle, step};
  notify_at(decide_, cycle, Phase::locks);
}

void LockModule::wait_answer(LockTicket& ticket) {
  while (ticket.open) sc_core::wait(ticket.answered);
  wait_until(ticket.answer_cycle, Phase::requests);
}

void LockModule::set(int lock, int value) {
  locks_.set(lock, value);
  record_value(lock, 0);
}

void LockModule::record(int lock, traces::Recorder& recorder, traces::TrackId track) {
  recorder_ = &recorder;
  tracks_[lock] = track;
}

void LockModule::record_value(int lock, std::int64_t cycle) {
  if (recorder_ == nullptr) return;
  const auto track = tracks_.find(lock);
  if (track != tracks_.end()) recorder_->value(track->second, arch::Cycles(cycle), locks_.value(lock));
}

// What waited for the lock is served in the cycle of the request that changed it, and after that request.
Place LockModule::server_of(const Posted& posted, const std::vector<Posted>& served) {
  for (auto other = served.rbegin(); other != served.rend(); ++other) {
    if (other->ticket == posted.ticket || other->operation.lock != posted.operation.lock) continue;
    return {other->ticket->requester / kTicketsPerUnit, other->step, other->cycle};
  }
  return {};
}

void LockModule::decide() {
  const std::int64_t now = now_cycle();
  const LockBank::Decision decision = locks_.decide(now);
  std::vector<Posted> served;
  for (const int requester : decision.served) {
    const auto found = open_.find(requester);
    const Posted& posted = served.emplace_back(found->second);
    LockTicket& ticket = *posted.ticket;
    open_.erase(found);
    ticket.open = false;
    ticket.answer_cycle = now + service_cycles_;
    ticket.served_by = posted.cycle < now ? server_of(posted, served) : Place{};
    notify_at(ticket.answered, ticket.answer_cycle, Phase::requests);
  }
  std::vector<int> changed;
  for (const Posted& posted : served) {
    const int lock = posted.operation.lock;
    if (std::find(changed.begin(), changed.end(), lock) != changed.end()) continue;
    changed.push_back(lock);
    record_value(lock, now);
  }
  if (decision.fault) {
    const int first = decision.faulty.front();
    on_fault_(first, open_.at(first).operation.lock, *decision.fault, now);
  }
  // Who released too much gets no answer. Its ticket is free all the same: a channel does not wait for
  // answers to its releases, and may post another one before the run ends.
  for (const int requester : decision.faulty) {
    const auto found = open_.find(requester);
    found->second.ticket->open = false;
    open_.erase(found);
  }
  for (const auto& [requester, posted] : open_) {
    if (posted.cycle > now) notify_at(decide_, posted.cycle, Phase::locks);
  }
}

}  // namespace aie4ml::sim
