// The packet-switched ports of one tile's stream switch in time. A packet waits at its slave port until the
// arbiter that its header asks for is free and chooses it, then passes word by word to all masters it goes
// to, and leaves the arbiter with its TLAST. It holds the arbiter for all of that, also while it waits for
// words or room.
//
// Words move with time stamps as on circuit-switched routes, as soon as their times are known; only the
// choice needs the clock: it is made at the end of its cycle (phase `locks`), on the set of headers that are
// there.
#pragma once

#include <functional>
#include <vector>

#include <systemc>

#include "arch/device/device.hpp"
#include "arch/image/image.hpp"
#include "sim/module/stream_channel.hpp"
#include "sim/stream/packet_arbiter.hpp"

namespace aie4ml::sim {

class PacketSwitch final : public sc_core::sc_module, private StreamListener {
 public:
  SC_HAS_PROCESS(PacketSwitch);
  // What a port is wired to: the route that ends at a slave, the route that starts at a master. Null:
  // nothing.
  struct Slave {
    const arch::PacketSlave* port{};
    StreamChannel* in{};
    int receiver{};
  };
  struct Master {
    const arch::PacketMaster* port{};
    StreamChannel* out{};
  };
  using FaultHandler = std::function<void(const std::string& what, std::int64_t cycle)>;
  // slaves and masters in the order of the image, which must be valid and outlive the switch.
  PacketSwitch(const sc_core::sc_module_name& name, const arch::Device& device, const arch::TileImage& tile,
               std::vector<Slave> slaves, std::vector<Master> masters, FaultHandler on_fault);

 private:
  struct SlaveState {
    Slave ends;
    std::int64_t free_from{};        // the first word of the next packet can be looked at
    const arch::PacketSlot* slot{};  // of the packet that is at the port, null: none known
    std::int64_t wants_from{};
    bool dead{};  // a fault
  };
  struct ArbiterState {
    PacketArbiter choice;
    int slave{-1};  // whose packet is under way
    std::vector<const Master*> targets{};
    bool at_header{};
    std::int64_t not_before{};  // the next word's time
    RouteEvent why{};           // what settled that
    std::int64_t free_from{};
    std::vector<std::int64_t> latest;  // times of the latest words, as many as pass in a cycle; ring
    std::int64_t moved{};
  };

  void stream_changed() override {
    if (!updating_) changed_.notify();
  }
  void update();
  // Each returns whether anything happened.
  bool look_at_headers();
  bool move_words(ArbiterState& arbiter);
  bool choose(int arbiter);
  [[nodiscard]] const arch::PacketSlot* slot_of(const arch::PacketSlave& port, StreamWord header) const;

  int arbitration_cycles_;
  int words_per_cycle_;
  FaultHandler on_fault_;
  std::vector<SlaveState> slaves_;
  std::vector<Master> masters_;
  std::vector<ArbiterState> arbiters_;
  bool updating_{};
  sc_core::sc_event changed_, decide_;
};

}  // namespace aie4ml::sim
