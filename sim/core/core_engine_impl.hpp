// The inside of CoreEngine. One class in three files: core_engine.cpp runs the cycles, core_execute.cpp
// carries out operations, core_fault.cpp says what went wrong.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "sim/core/core_engine.hpp"
#include "sim/core/memory_port.hpp"
#include "sim/core/micro_op.hpp"
#include "sim/core/pipeline.hpp"
#include "sim/core/register_file.hpp"

namespace aie4ml::sim {

class CoreEngine::Impl {
 public:
  Impl(const arch::Device& device, const arch::Program& program, const CoreMemories& memories,
       CoreOptions options);

  RunResult run(std::int64_t max_cycles);
  Stop issue(const CascadeWord* cascade_in, CascadeWord* cascade_out);
  BankMask advance_memory_cycle(BankMask granted);
  void restart(std::int32_t bundle);
  const CoreCounts& counts();

  const arch::Device& device;
  const arch::Program& program;
  RegisterFile registers;
  MemoryPort port;
  Interaction interaction;
  std::optional<CoreFault> fault;
  std::int32_t pc{};
  std::int32_t region{-1};
  RegionListener region_listener;
  UnwrittenListener unwritten_listener;

  [[nodiscard]] BankMask banks_needed() { return port.needed(pipeline_.now()) & port.contended(); }

 private:
  // core_engine.cpp
  bool begin_cycle();  // steps 1 to 3 of the cycle; false: stopped, see stop_
  bool access_memory(PipelineSlot& slot);
  void finish_accesses(PipelineSlot& slot);
  void commit(PipelineSlot& slot);
  void read_late(PipelineSlot& slot);
  bool before_issue(const DecodedBundle& bundle);  // false: fault
  void request(const DecodedBundle& bundle);
  void issue_bundle(const DecodedBundle& bundle, const CascadeWord* cascade_in, CascadeWord* cascade_out);
  void next_cycle();
  void next_bundle();
  // core_execute.cpp
  void execute(const MicroOp& op, const CascadeWord* cascade_in, CascadeWord* cascade_out);
  void execute_scalar(const MicroOp& op);
  void execute_branch(const MicroOp& op);
  void execute_shift(const MicroOp& op);
  void execute_multiply(const MicroOp& op);
  void start_access(const MicroOp& op, bool is_load);
  std::int32_t step_address(const Address& address);
  bool shift_operands(const MicroOp& op, int& shift, int& rounding, int& saturation);
  const std::uint8_t* read_vector(Place place, arch::Bypass reader);
  const std::uint8_t* forwarded(Place place, arch::Bypass reader);
  ArrivingWrite& result(const MicroOp& op, int distance);
  void write_scalar(std::uint16_t offset, std::int32_t value, int def);
  void accumulate(const LateRead& late);
  // core_fault.cpp
  void fail(CoreFaultKind kind, std::int32_t bundle, const std::string& message);
  bool check_reads(const DecodedBundle& bundle);
  void mark_writes(const DecodedBundle& bundle);
  void fail_in_flight(const ReadCheck& read);
  void fail_arrival(const ArrivingWrite& first, const ArrivingWrite& second);
  std::string bundle_text(std::int32_t bundle) const;

  struct ScalarWrite {
    std::uint16_t offset;
    std::int32_t value;
  };

  CoreOptions options_;
  DecodedProgram code_;
  Pipeline pipeline_;
  Scoreboard scoreboard_;
  std::int64_t cycle_{};
  std::int64_t call_cycles_{};  // since run() or issue() was called
  std::int64_t call_stalls_{};
  std::int64_t bundles_{}, macs_{};
  FixedList<ScalarWrite, 32> scalar_writes_;  // of this bundle, applied when all its operations have read
  // A branch that was issued: bundles until its target issues, counting its own.
  int branch_left_{};
  bool branch_taken_{};
  std::int32_t branch_target_{};
  bool begun_{};     // steps 1 to 3 of this cycle are over
  bool draining_{};  // `done` was issued
  bool finished_{};
  bool srs_overflow_{}, ups_overflow_{};
  std::uint16_t lc_, ls_, le_, lr_, crrnd_, crsat_;
  alignas(32) std::array<std::array<std::uint8_t, 256>, 2> forwarded_{};
  int next_forwarded_{};
  CoreCounts counts_;
};

}  // namespace aie4ml::sim
