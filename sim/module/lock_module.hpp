// The locks of one tile in time: collects the requests of a cycle, serves them at its end, answers later.
#pragma once

#include <functional>
#include <map>

#include <systemc>

#include "arch/device/device.hpp"
#include "sim/lock/lock_bank.hpp"
#include "sim/observe/place.hpp"
#include "traces/event.hpp"

namespace aie4ml::sim {

// A requester's id is its unit's id times this, plus which of its tickets it is.
inline constexpr int kTicketsPerUnit = 16;

// One request a unit has open at a lock module.
struct LockTicket {
  explicit LockTicket(int requester_id) : requester(requester_id) {}
  int requester;                // order among requesters of the same cycle, from the image alone
  bool open{false};             // posted and not served
  std::int64_t cycle{};         // of the request
  std::int64_t answer_cycle{};  // of the latest request: when its requester learns that it was served
  Place served_by;              // of the latest request: whose request let it be served, if it had to wait
  [[nodiscard]] Ending ending() const { return {served_by, answer_cycle, 0}; }
  sc_core::sc_event answered;
};

class LockModule : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(LockModule);
  using FaultHandler =
      std::function<void(int requester, int lock, const std::string& what, std::int64_t cycle)>;
  LockModule(const sc_core::sc_module_name& name, const arch::LockFacts& facts, int locks,
             FaultHandler on_fault);

  // Before the run: the value of a lock, whose changes go to this track.
  void set(int lock, int value);
  void record(int lock, traces::Recorder& recorder, traces::TrackId track);
  [[nodiscard]] int size() const { return locks_.size(); }
  [[nodiscard]] int value(int lock) const { return locks_.value(lock); }
  // Until phase `issue` of `cycle`. The ticket must not be open. step: of the requester's log.
  void post(LockTicket& ticket, const LockOperation& operation, std::int64_t cycle, std::int32_t step = 0);
  // Of a thread: until the ticket was served and its answer arrived.
  static void wait_answer(LockTicket& ticket);

 private:
  struct Posted {
    LockTicket* ticket{};
    LockOperation operation;
    std::int64_t cycle{};
    std::int32_t step{};
  };
  void decide();
  void record_value(int lock, std::int64_t cycle);
  [[nodiscard]] static Place server_of(const Posted& posted, const std::vector<Posted>& served);

  std::int64_t service_cycles_;
  LockBank locks_;
  FaultHandler on_fault_;
  std::map<int, Posted> open_;  // by requester
  sc_core::sc_event decide_;
  traces::Recorder* recorder_{nullptr};
  std::map<int, traces::TrackId> tracks_;  // by lock
};

}  // namespace aie4ml::sim
