// The banks of one tile's memory in time: collects the requests of a cycle, lets the arbiter decide, tells
// the requesters.
#pragma once

#include <limits>
#include <vector>

#include <systemc>

#include "sim/bank/bank_arbiter.hpp"
#include "sim/memory/tile_memory.hpp"
#include "traces/statistics.hpp"

namespace aie4ml::sim {

class BankClient {
 public:
  BankClient() = default;
  BankClient(const BankClient&) = delete;
  BankClient& operator=(const BankClient&) = delete;
  virtual ~BankClient() = default;
  // Called in phase `banks` of the requested cycle: these of the requested banks are the client's for that
  // cycle. It may request again, for a later cycle. A channel accesses memory at once, a core in phase
  // `issue`.
  virtual void bank_granted(BankMask banks, std::int64_t cycle) = 0;
  // No cycle before this one sees a request of the client for any of these banks, but for those it has posted
  // already. May come as early as now; kNever: none at all.
  [[nodiscard]] virtual std::int64_t quiet_until(BankMask banks) const = 0;
  static constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
};

class BankModule : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(BankModule);
  // slots: places for requesters. Which slot a requester has decides ties, so it must follow from the image
  // alone.
  BankModule(const sc_core::sc_module_name& name, TileMemory& memory, int slots);

  [[nodiscard]] TileMemory& memory() { return memory_; }
  void connect(int slot, BankClient& client);
  // Requests that lose a bank in a cycle go to this track, of bank 0, and those that follow.
  void record(traces::Recorder& recorder, traces::TrackId first);
  // One request per slot and cycle, posted until phase `requests` of that cycle.
  void request(int slot, BankMask banks, std::int64_t cycle);
  // Grants the request at once, ahead of its cycle, if it is certain that nobody else can want these banks up
  // to then. False: nothing happened, post it.
  [[nodiscard]] bool grant_ahead(int slot, BankMask banks, std::int64_t cycle);
  // The slot's requester uses, or will have used when somebody else next asks, these banks without a request.
  void used(int slot, BankMask banks) { arbiter_.used(slot, banks); }

  // Accesses by DMA channels; those of cores are counted by their engines.
  void count(BankMask banks, std::int64_t conflicts);
  [[nodiscard]] const std::vector<traces::BankStatistics>& counts() const { return counts_; }

 private:
  struct Pending {
    int slot{};
    BankMask banks{};
    std::int64_t cycle{};
  };
  void decide();
  void record_conflicts(std::int64_t cycle);

  TileMemory& memory_;
  BankArbiter arbiter_;
  std::vector<BankClient*> clients_;
  std::vector<Pending> pending_;
  std::vector<Pending> deciding_;
  std::vector<traces::BankStatistics> counts_;
  sc_core::sc_event decide_;
  traces::Recorder* recorder_{nullptr};
  traces::TrackId first_track_{};
  std::vector<std::int64_t> lost_;  // by bank, in the cycle of a decision
};

}  // namespace aie4ml::sim
