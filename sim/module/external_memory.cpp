#include "sim/module/external_memory.hpp"

#include <algorithm>
#include <tuple>

#include "sim/check.hpp"
#include "sim/kernel/kernel_time.hpp"

namespace aie4ml::sim {

ExternalMemory::ExternalMemory(const sc_core::sc_module_name& name, const arch::Device& device)
    : sc_module(name), bus_(device.clock, device.external_memory) {
  SC_METHOD(decide);
  sensitive << decide_;
  dont_initialize();
}

void ExternalMemory::request(BurstTicket& ticket, int requester, bool write, std::int64_t bytes,
                             std::int64_t cycle) {
  check(!ticket.open, "a ticket asks for one burst at a time");
  check(ticks(cycle, Phase::banks) > now_ticks(), "bursts are asked for before their cycle's decision");
  ticket.open = true;
  pending_.push_back({cycle, requester, write, bytes, &ticket});
  notify_at(decide_, cycle, Phase::banks);  // the kernel keeps the earlier of two notifications
}

void ExternalMemory::decide() {
  std::sort(pending_.begin(), pending_.end(), [](const Pending& a, const Pending& b) {
    return std::tie(a.cycle, a.requester) < std::tie(b.cycle, b.requester);
  });
  const std::int64_t now = now_cycle();
  auto next = pending_.begin();
  for (; next != pending_.end() && next->cycle <= now; ++next) {
    next->ticket->open = false;
    next->ticket->cycle = next->write ? bus_.write(next->bytes, now) : bus_.read(next->bytes, now);
    notify_at(next->ticket->served, now, Phase::issue);
  }
  pending_.erase(pending_.begin(), next);
  if (!pending_.empty()) notify_at(decide_, pending_.front().cycle, Phase::banks);
}

}  // namespace aie4ml::sim
