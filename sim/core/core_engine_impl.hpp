// The inside of CoreEngine. One class in several files: core_run.cpp has the cycle and the operations that
// inner loops are made of, core_execute.cpp the others, core_engine.cpp what happens seldom.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <vector>

#include "sim/core/core_code.hpp"
#include "sim/core/core_engine.hpp"
#include "sim/core/memory_port.hpp"
#include "sim/core/micro_op.hpp"
#include "sim/core/operation_ring.hpp"
#include "sim/core/register_file.hpp"
#include "sim/core/tape_recorder.hpp"

namespace aie4ml::sim {

class CoreEngine::Impl {
 public:
  Impl(const arch::Device& device, std::shared_ptr<CoreCode> code, const CoreMemories& memories,
       CoreOptions options);

  RunResult run(std::int64_t max_cycles);
  // What others gave or take as a bundle issues.
  struct Exchange {
    const CascadeWord* cascade_in{};
    CascadeWord* cascade_out{};
    std::optional<StreamWord> stream_in;
  };
  Stop issue(const Exchange& exchange);
  BankMask advance_memory_cycle(BankMask granted);
  void restart(std::int32_t bundle);
  const CoreCounts& counts();
  [[nodiscard]] BankMask banks_needed();
  [[nodiscard]] std::int32_t program_counter() const { return pc_; }

  const arch::Device& device;
  RegisterFile registers;
  MemoryPort port;
  Interaction interaction;
  std::optional<CoreFault> fault;
  std::optional<Stretch> stretch;
  std::int32_t region{-1};
  RegionListener region_listener;
  UnwrittenListener unwritten_listener;
  EventListener event_listener;

 private:
  // core_stretch.cpp
  void begin_stretch();
  void end_stretch();
  [[nodiscard]] std::string control_state() const;
  // core_tape.cpp
  void end_recorded_cycle();
  void begin_tape(const Tape& tape);
  [[nodiscard]] bool all_written(const std::vector<Tape::Words>& words) const;
  std::optional<Stop> play(std::int64_t max_cycles);
  bool play_chunk(std::int64_t max_cycles);
  bool play_begin(const TapeCycle& cycle);
  bool play_accesses(const TapeCycle& cycle);
  void play_issue(const Exchange& exchange);
  void put_accesses_in_flight(const TapeCycle& cycle);
  void play_ops(std::size_t first, std::size_t end, const Exchange& exchange);
  template <bool mark>
  void play_ops_marking(std::size_t first, std::size_t end, const Exchange& exchange);
  void play_convert(const TapeOp& op);
  void advance_tape(std::size_t cycles);
  void end_tape();
  void add_tape_counts();
  // core_engine.cpp
  bool access_slowly();
  void check_written(const PathNode::Access& load);
  bool stop_before_issue(std::optional<Stop>& stop);
  void request(const DecodedBundle& bundle);
  void enter_region();
  void fail(CoreFaultKind kind, std::int32_t bundle, const std::string& message);
  void fail(const PathNode::Problem& problem);
  const std::uint8_t* merged(const Merge& merge);
  void check_issue(const Exchange& exchange) const;
  void start_draining();
  void write_deferred_scalars();
  // core_run.cpp
  [[nodiscard]] OperationRing this_cycle() const;
  [[gnu::always_inline]] bool begin_cycle();  // steps 1 to 3; false: a bank must be asked for, or a fault
  [[gnu::always_inline]] bool access_memory(const OperationRing& ring);
  [[gnu::always_inline]] void issue_bundle(const Exchange* exchange);
  [[gnu::always_inline]] void keep_factors(const PathNode::Issue& issue, Operation& operation);
  void next_cycle(std::int32_t next);
  void drain_cycle();
  [[nodiscard]] std::int32_t next_bundle(std::int32_t loops_left);
  void start_access(const MicroOp& op, Operation& operation, bool is_load);
  void start_any_access(const MicroOp& op, Operation& operation, bool is_load);
  std::int32_t step_address(const MicroOp& op);
  // core_execute.cpp
  void execute(const PathNode::Issue& issue, Operation& operation, const Exchange* exchange);
  void execute_scalar(const MicroOp& op, Operation& operation);
  void execute_branch(const MicroOp& op);
  void execute_shift(const MicroOp& op, Operation& operation, const std::uint8_t* from);
  void execute_shuffle(const PathNode::Issue& issue, Operation& operation);
  void shift_loaded();
  void extend_loaded();
  void start_part_store(const MicroOp& op, Operation& operation);
  BankMask part_banks(const OperationRing& ring, BankMask& used) const;
  void finish_parts(const OperationRing& ring);
  void add_accumulators();
  void set_overflow(const MicroOp& op);
  std::int32_t step_dimensions(const MicroOp& op);
  void access_odd_address(const MicroOp& op, Operation& operation, std::int32_t address);

  Operation& in_flight(const InFlight& who);
  const std::uint8_t* operand(const Source& source);
  void write_scalar(const MicroOp& op, std::uint16_t offset, std::int32_t value) {
    if (op.defer) {
      deferred_scalars_.push_back({offset, value});
    } else {
      registers.set_scalar(offset, value);
    }
  }

  struct ScalarWrite {
    std::uint16_t offset;
    std::int32_t value;
  };

  std::shared_ptr<CoreCode> shared_;
  const arch::Program& program_;
  CoreOptions options_;
  CoreMemories memories_;
  const DecodedProgram& code_;
  PathGraph& graph_;
  PathNode* node_;
  // Operations of the last cycles, kCycleStride apart; its size is a power of two.
  struct FreeRing {
    void operator()(std::byte* ring) const { ::operator delete (ring, std::align_val_t{alignof(Operation)}); }
  };
  std::unique_ptr<std::byte, FreeRing> ring_;
  std::uint32_t ring_mask_{};
  // Factors of multiply-accumulates whose registers change too early, by cycle.
  struct Factors {
    std::array<std::uint8_t, kFactorBytes> a, b;
  };
  std::vector<Factors> kept_;
  std::int32_t pc_{};
  // Of this cycle's operations in the ring, modulo its size. Not beside ring_mask_: the compiler reads two
  // neighbours at once, and the host would have to wait for the write to the one of them.
  std::uint32_t ring_position_{};
  std::int64_t cycle_{};
  std::int64_t call_cycles_{};  // since run() or issue() was called
  std::int64_t call_stalls_{};
  BankMask call_banks_{};  // of all accesses, and the contended ones
  std::int64_t bundles_{}, macs_{};
  std::string stretch_state_;  // at its begin; empty: none began
  BankMask stretch_banks_{};
  std::int64_t stretch_begin_{};            // bundles issued before it
  KnownStretch* known_{};                   // what this stretch is, if it was seen before
  std::unique_ptr<TapeRecorder> recorder_;  // of this stretch
  const Tape* tape_{};                      // that this stretch is played from
  std::size_t tape_at_{};                   // cycle of it
  bool tape_in_flight_{};                   // its accesses are in the ring
  // Everything it reads was written before, everything it stores is marked as written: what is written once
  // stays so.
  bool tape_reads_written_{}, tape_stores_marked_{};
  std::vector<bool> reads_written_, stores_marked_;  // by Tape::index
  struct FreeSlots {
    void operator()(std::uint8_t* slots) const { ::operator delete (slots, std::align_val_t{kSlotBytes}); }
  };
  std::unique_ptr<std::uint8_t, FreeSlots> slots_;
  std::uint32_t slot_bytes_{};
  std::vector<ScalarWrite> deferred_scalars_;  // of this bundle, applied when all its operations have read
  std::vector<MemoryAccess*> accesses_;        // of this cycle, when banks must be asked for
  // A branch that was issued: bundles until its target issues, counting its own.
  int branch_left_{};
  bool branch_taken_{};
  std::int32_t branch_target_{};
  bool begun_{};     // steps 1 to 3 of this cycle are over
  bool draining_{};  // `done` was issued
  bool finished_{};
  bool srs_overflow_{}, ups_overflow_{};
  static constexpr std::int64_t kLongAgo = -(1 << 20);
  std::int64_t loop_set_{kLongAgo};  // cycle in which lc, ls or le was last written
  std::uint16_t lc_, ls_, le_, lr_, crrnd_, crsat_, srsrs_, srups_;
  std::array<std::array<std::uint8_t, 256>, 2> merged_{};
  std::size_t next_merged_{};
  CoreCounts counts_;
};

inline OperationRing CoreEngine::Impl::this_cycle() const {
  return {ring_.get(), ring_position_, ring_mask_};
}
inline Operation& CoreEngine::Impl::in_flight(const InFlight& who) {
  return this_cycle()[who];
}
inline const std::uint8_t* CoreEngine::Impl::operand(const Source& source) {
  if (source.where == Source::Where::registers) return registers.at(source.offset);
  if (source.where == Source::Where::result) return in_flight(source.producer).result.data() + source.offset;
  return merged(node_->merges[source.offset]);
}

}  // namespace aie4ml::sim
