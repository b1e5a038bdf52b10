// A core in time: runs its engine ahead to the next thing that concerns others, and serves that.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>

#include <systemc>

#include "sim/core/core_engine.hpp"
#include "sim/module/cascade_channel.hpp"
#include "sim/module/core_streams.hpp"
#include "sim/module/services.hpp"

namespace aie4ml::sim {

class CoreTile : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(CoreTile);
  // cascades: null where the core has none.
  CoreTile(const sc_core::sc_module_name& name, Services& services, UnitLog& log,
           std::shared_ptr<CoreCode> code, CascadeChannel* cascade_in, CascadeChannel* cascade_out,
           const CoreStreams::Ends& streams);

  [[nodiscard]] const CoreCounts& counts() const { return engine_->counts(); }
  [[nodiscard]] std::int64_t kernel_calls() const { return kernel_calls_; }
  // Up to `end`, for a kernel that is still running then.
  [[nodiscard]] std::int64_t kernel_cycles(std::int64_t end) const;
  // The tile behind a window; nullptr if there is none.
  [[nodiscard]] BankModule* memory(arch::MemoryWindow window) const;

 private:
  // The core's place at one memory's arbiter.
  class Port final : public BankClient {
   public:
    void bank_granted(BankMask banks, std::int64_t /*cycle*/) override {
      granted = banks;
      core->bank_decided();
    }
    [[nodiscard]] std::int64_t quiet_until(BankMask banks) const override {
      return declared ? core->quiet_until(window_banks(banks, window, core->physical_banks_)) : kNever;
    }
    CoreTile* core{};
    arch::MemoryWindow window{};
    bool declared{};  // the program has pointers into this memory
    BankModule* module{};
    arch::TileCoord tile{};
    BankMask granted{};
  };

  void main();
  void name_events(traces::Recorder& recorder);
  void connect_memories();
  // First cycle in which the core may want one of these banks (of the four windows) if they are not its own,
  // beyond what it asks for already.
  [[nodiscard]] std::int64_t quiet_until(BankMask banks) const;
  [[nodiscard]] std::int64_t most_cycles_ahead() const;
  void refresh_contention();
  void tell_arbiters(BankMask banks);
  void arbitrate();
  [[nodiscard]] bool request_banks(BankMask needed);
  void bank_decided();
  // Others may go on as this core did.
  void settle_memories();
  void interact();
  void wait_lock(const LockRequest& request);
  void wait_cascades(const Interaction& interaction);
  void wait_streams(const Interaction& interaction);
  void fail(const std::string& what);
  void enter_region(std::int32_t to, std::int64_t cycle);

  Services& services_;
  UnitLog& log_;
  const arch::Program& program_;
  CascadeChannel* cascade_in_;
  CascadeChannel* cascade_out_;
  CoreStreams streams_;
  std::array<Port, arch::kMemoryWindowCount> ports_;
  int physical_banks_;
  unsigned declared_windows_;
  std::unique_ptr<CoreEngine> engine_;
  LockTicket ticket_;
  CascadeWord word_in_{}, word_out_{};

  std::int64_t time_{};        // of this core; not before kernel time
  std::int64_t call_begin_{};  // time_ when the running call of the engine began
  // While it is known what the engine does until its next lock operation: that comes no earlier. Without a
  // value the core waits for the present one.
  std::optional<std::int64_t> stretch_end_;
  std::int64_t resume_{};  // of a lock operation under way: not before this cycle
  bool arbitrating_{};     // its requests for this cycle are posted
  int undecided_{};        // of them
  sc_core::sc_event decided_;
  int calls_to_refresh_{};  // calls of the engine until contention is worked out anew
  bool ended_{};
  bool failed_{};
  std::int32_t region_{-1};
  std::int64_t kernel_calls_{}, kernel_cycles_{}, kernel_begin_{};
  std::map<std::int32_t, traces::NameId> event_names_;
};

}  // namespace aie4ml::sim
