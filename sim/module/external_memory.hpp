// External memory (DDR behind the NoC) in time: collects the bursts that the shim DMAs ask for in a cycle and
// serves them one after the other.
//
// APPROX: one bus of one bandwidth and constant latencies; no pages, refresh or other traffic.
#pragma once

#include <vector>

#include <systemc>

#include "sim/shim/external_bus.hpp"

namespace aie4ml::sim {

// One burst a channel has asked for.
struct BurstTicket {
  bool open{};           // asked for and not served
  std::int64_t cycle{};  // of its last byte at the array (read) or in memory (write)
  sc_core::sc_event served;
};

class ExternalMemory : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(ExternalMemory);
  ExternalMemory(const sc_core::sc_module_name& name, const arch::Device& device);

  // Until phase `requests` of `cycle`. `requester` settles who is first of those of one cycle and must follow
  // from the image alone. The ticket must not be open.
  void request(BurstTicket& ticket, int requester, bool write, std::int64_t bytes, std::int64_t cycle);

 private:
  struct Pending {
    std::int64_t cycle{};
    int requester{};
    bool write{};
    std::int64_t bytes{};
    BurstTicket* ticket{};
  };
  void decide();

  ExternalBus bus_;
  std::vector<Pending> pending_;
  sc_core::sc_event decide_;
};

}  // namespace aie4ml::sim
