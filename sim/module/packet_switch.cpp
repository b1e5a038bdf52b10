#include "sim/module/packet_switch.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "arch/image/packet.hpp"
#include "sim/check.hpp"
#include "sim/kernel/kernel_time.hpp"

namespace aie4ml::sim {
namespace {

PacketArbiter arbiter_of(const arch::TileImage& tile, int index) {
  const int slaves = static_cast<int>(tile.packet_slaves.size());
  const auto merge = std::find_if(tile.merges.begin(), tile.merges.end(),
                                  [index](const arch::DeterministicMerge& m) { return m.arbiter == index; });
  if (merge == tile.merges.end()) return PacketArbiter(slaves);
  std::vector<PacketArbiter::Position> order;
  for (const arch::DeterministicMerge::Position& position : merge->order) {
    const auto slave =
        std::find_if(tile.packet_slaves.begin(), tile.packet_slaves.end(),
                     [&position](const arch::PacketSlave& s) { return s.slave == position.slave; });
    order.push_back({static_cast<int>(slave - tile.packet_slaves.begin()), position.packets});
  }
  return {slaves, std::move(order)};
}

}  // namespace

PacketSwitch::PacketSwitch(const sc_core::sc_module_name& name, const arch::Device& device,
                           const arch::TileImage& tile, std::vector<Slave> slaves,
                           std::vector<Master> masters, FaultHandler on_fault)
    : sc_module(name),
      arbitration_cycles_(device.stream_switch.packet_arbitration_cycles),
      words_per_cycle_(std::max(1, device.stream_switch.word_bits / 32)),
      on_fault_(std::move(on_fault)),
      masters_(std::move(masters)) {
  for (const Slave& slave : slaves) {
    slaves_.push_back({.ends = slave});
    if (slave.in != nullptr) slave.in->add_listener(*this);
  }
  for (const Master& master : masters_) {
    if (master.out != nullptr) master.out->add_listener(*this);
  }
  for (int a = 0; a < device.stream_switch.packet_arbiters; ++a) {
    arbiters_.push_back({.choice = arbiter_of(tile, a),
                         .latest = std::vector<std::int64_t>(static_cast<std::size_t>(words_per_cycle_))});
  }
  SC_METHOD(update);
  sensitive << changed_ << decide_;
  dont_initialize();
}

void PacketSwitch::update() {
  updating_ = true;
  for (bool any = true; any;) {
    any = look_at_headers();
    for (ArbiterState& arbiter : arbiters_) any = move_words(arbiter) || any;
    for (int a = 0; a < static_cast<int>(arbiters_.size()); ++a) any = choose(a) || any;
  }
  updating_ = false;
}

const arch::PacketSlot* PacketSwitch::slot_of(const arch::PacketSlave& port, StreamWord header) const {
  const int id = arch::packet_id(header.bits);
  const auto slot = std::find_if(port.slots.begin(), port.slots.end(),
                                 [id](const arch::PacketSlot& s) { return ((id ^ s.id) & s.mask) == 0; });
  return slot == port.slots.end() ? nullptr : &*slot;
}

bool PacketSwitch::look_at_headers() {
  bool any = false;
  for (SlaveState& slave : slaves_) {
    if (slave.slot != nullptr || slave.dead || slave.ends.in == nullptr) continue;
    const StreamRoute& route = slave.ends.in->route();
    const std::int64_t index = route.popped(slave.ends.receiver);
    const std::optional<std::int64_t> arrival = route.arrival(slave.ends.receiver, index);
    if (!arrival) continue;
    slave.wants_from = std::max(*arrival, slave.free_from);
    const StreamWord header = route.word(index);
    slave.slot = slot_of(*slave.ends.port, header);
    any = true;
    if (slave.slot != nullptr) continue;
    slave.dead = true;
    on_fault_(fmt::format("no slot of slave port {} matches the header {:#010x}, id {}",
                          to_string(slave.ends.port->slave), header.bits, arch::packet_id(header.bits)),
              slave.wants_from);
  }
  return any;
}

bool PacketSwitch::choose(int index) {
  ArbiterState& arbiter = arbiters_[static_cast<std::size_t>(index)];
  if (arbiter.slave >= 0) return false;
  std::int64_t first = std::numeric_limits<std::int64_t>::max();
  const auto wants = [index](const SlaveState& s) { return s.slot != nullptr && s.slot->arbiter == index; };
  for (const SlaveState& slave : slaves_) {
    if (wants(slave)) first = std::min(first, slave.wants_from);
  }
  if (first == std::numeric_limits<std::int64_t>::max()) return false;
  // What is asked for is known by then: nothing happens at a stream before simulated time.
  const std::int64_t cycle = std::max({first, arbiter.free_from, now_cycle()});
  if (ticks(cycle, Phase::locks) > now_ticks()) {
    notify_at(decide_, cycle, Phase::locks);
    return false;
  }
  PacketArbiter::Slaves wanting = 0;
  std::int64_t later = std::numeric_limits<std::int64_t>::max();
  for (std::size_t s = 0; s < slaves_.size(); ++s) {
    if (!wants(slaves_[s])) continue;
    if (slaves_[s].wants_from <= cycle) {
      wanting |= PacketArbiter::Slaves{1} << s;
    } else {
      later = std::min(later, slaves_[s].wants_from);
    }
  }
  const std::optional<int> winner = arbiter.choice.next(wanting);
  if (!winner) {  // a fixed order waits for somebody else
    if (later != std::numeric_limits<std::int64_t>::max()) notify_at(decide_, later, Phase::locks);
    return false;
  }
  arbiter.choice.won(*winner);
  arbiter.slave = *winner;
  const arch::PacketSlot& slot = *slaves_[static_cast<std::size_t>(*winner)].slot;
  arbiter.targets.clear();
  for (const Master& master : masters_) {
    if (master.port->arbiter == index && (master.port->msels >> slot.msel & 1U) != 0)
      arbiter.targets.push_back(&master);
  }
  arbiter.at_header = true;
  arbiter.not_before = cycle + arbitration_cycles_;
  // The header was there last, or the packet before it kept the arbiter.
  const Slave& chosen = slaves_[static_cast<std::size_t>(*winner)].ends;
  if (slaves_[static_cast<std::size_t>(*winner)].wants_from >= arbiter.free_from) {
    arbiter.why = chosen.in->route().why_arrived(chosen.receiver, chosen.in->route().popped(chosen.receiver));
  }
  return true;
}

bool PacketSwitch::move_words(ArbiterState& arbiter) {
  bool any = false;
  while (arbiter.slave >= 0) {
    SlaveState& slave = slaves_[static_cast<std::size_t>(arbiter.slave)];
    const StreamRoute& route = slave.ends.in->route();
    const std::int64_t index = route.popped(slave.ends.receiver);
    const std::optional<std::int64_t> arrival = route.arrival(slave.ends.receiver, index);
    if (!arrival) return any;
    std::int64_t time = arbiter.not_before;
    RouteEvent why = arbiter.why;
    if (*arrival >= time) {
      time = *arrival;
      why = route.why_arrived(slave.ends.receiver, index);
    }
    const auto dropped = [&arbiter](const Master& m) { return arbiter.at_header && m.port->drop_header; };
    for (const Master* master : arbiter.targets) {
      if (dropped(*master)) continue;
      if (master->out == nullptr) return any;  // leads nowhere: never room
      const std::optional<std::int64_t> space = master->out->route().space();
      if (!space) return any;
      if (*space <= time) continue;
      time = *space;
      why = master->out->route().why_space();
    }
    any = true;
    const StreamWord word = route.word(index);
    // Everything about this word is decided before anybody is told.
    std::int64_t& nth_latest = arbiter.latest[static_cast<std::size_t>(arbiter.moved++ % words_per_cycle_)];
    nth_latest = time;
    const std::int64_t oldest =
        arbiter.moved < words_per_cycle_
            ? time - 1
            : arbiter.latest[static_cast<std::size_t>(arbiter.moved % words_per_cycle_)];
    arbiter.not_before = std::max(time, oldest + 1);
    arbiter.why = why;
    const bool header = arbiter.at_header;
    const std::vector<const Master*> targets = arbiter.targets;
    arbiter.at_header = false;
    if (word.last) {
      arbiter.slave = -1;
      arbiter.free_from = slave.free_from = time + 1;
      slave.slot = nullptr;
    }
    slave.ends.in->pop(slave.ends.receiver, {&time, 1}, why);
    for (const Master* master : targets) {
      if (!(header && master->port->drop_header)) master->out->push(word, time, why);
    }
  }
  return any;
}

}  // namespace aie4ml::sim
