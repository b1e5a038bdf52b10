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

void LockModule::post(LockTicket& ticket, const LockOperation& operation, std::int64_t cycle) {
  check(!ticket.open, "a unit has one request open");
  check(ticks(cycle, Phase::locks) > now_ticks(), "lock requests come before their cycle's decision");
  ticket.open = true;
  locks_.post(ticket.requester, operation, cycle);
  open_[ticket.requester] = {&ticket, operation, cycle};
  notify_at(decide_, cycle, Phase::locks);
}

void LockModule::wait_answer(LockTicket& ticket) {
  while (ticket.open) sc_core::wait(ticket.answered);
  wait_until(ticket.answer_cycle, Phase::requests);
}

void LockModule::decide() {
  const std::int64_t now = now_cycle();
  const LockBank::Decision decision = locks_.decide(now);
  for (const int requester : decision.served) {
    const auto found = open_.find(requester);
    LockTicket& ticket = *found->second.ticket;
    open_.erase(found);
    ticket.open = false;
    ticket.answer_cycle = now + service_cycles_;
    notify_at(ticket.answered, ticket.answer_cycle, Phase::requests);
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
