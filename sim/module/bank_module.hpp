// The banks of one tile's memory in time: collects the requests of a cycle, lets the arbiter decide, tells
// the requesters.
#pragma once

#include <bit>
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
  // These of the requested banks are the client's in that cycle, which may be ahead of the simulation. It may
  // request again, for a later cycle. A channel accesses memory at once; a core does so afterwards, when all
  // requests of that cycle are decided.
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
  // alone. ahead_limit: first cycle whose requests are never decided ahead of the simulation; it may change.
  BankModule(const sc_core::sc_module_name& name, TileMemory& memory, int slots,
             const std::int64_t& ahead_limit);

  [[nodiscard]] TileMemory& memory() { return memory_; }
  void connect(int slot, BankClient& client);
  // Requests that lose a bank in a cycle go to this track, of bank 0, and those that follow.
  void record(traces::Recorder& recorder, traces::TrackId first);
  // One request per slot, for a cycle whose phase `banks` is to come. It is decided in that cycle or ahead of
  // it, perhaps within this call.
  void request(int slot, BankMask banks, std::int64_t cycle);
  // Decides posted requests ahead of their cycles, in order, as long as nobody else can want the same banks
  // up to then. To be called when quiet_until() of a client has moved.
  void settle();
  // First cycle in which somebody else may want one of these banks. Until then the slot's requester may use
  // them unasked, and tells used(). Only good until the requester waits for something.
  [[nodiscard]] std::int64_t free_until(int slot, BankMask banks) const;
  // The slot's requester uses, or will have used when somebody else next asks, these banks without a request.
  void used(int slot, BankMask banks) { arbiter_.used(slot, banks); }

  // An access by a DMA channel; those of cores are counted by their engines.
  void count(BankMask bank, std::int64_t conflicts) {
    traces::BankStatistics& counts = counts_[static_cast<std::size_t>(std::countr_zero(bank))];
    ++counts.accesses;
    counts.conflicts += conflicts;
  }
  [[nodiscard]] const std::vector<traces::BankStatistics>& counts() const { return counts_; }

 private:
  struct Pending {
    int slot{};
    BankMask banks{};
    std::int64_t cycle{};
  };
  void decide();
  void decide_cycle(std::int64_t cycle);
  void notify_next();
  [[nodiscard]] const Pending* pending_of(int slot) const;
  [[nodiscard]] std::int64_t first_pending() const;
  // Nobody who has not posted a request for it can want a bank that is asked for in `cycle`.
  [[nodiscard]] bool certain(std::int64_t cycle) const;
  void record_conflicts(std::int64_t cycle);

  struct Client {
    int slot{};
    BankClient* client{};
  };
  // Of the slot's client, or where it belongs.
  [[nodiscard]] std::vector<Client>::iterator place_of(int slot);

  TileMemory& memory_;
  const std::int64_t& ahead_limit_;
  BankArbiter arbiter_;
  std::vector<Client> clients_;  // by slot
  std::vector<Pending> pending_;
  std::vector<Pending> deciding_;
  bool settling_{};
  std::int64_t notified_{BankClient::kNever};  // cycle of the notification under way
  std::vector<traces::BankStatistics> counts_;
  sc_core::sc_event decide_;
  traces::Recorder* recorder_{nullptr};
  traces::TrackId first_track_{};
  std::vector<std::int64_t> lost_;  // by bank, in the cycle of a decision
};

}  // namespace aie4ml::sim
