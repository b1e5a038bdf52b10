// Schedules one piece: what is before and after its pipelined loop is woven into the filling and draining of
// the pipeline.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <vector>

#include "kernels/schedule/list_scheduler.hpp"
#include "kernels/schedule/register_allocator.hpp"
#include "kernels/schedule/section.hpp"

namespace aie4ml::kernels {

// Without a loop only `tail` is filled.
struct ScheduledPiece {
  std::vector<Placed> head, kernel, tail;  // cycles of each count from its own start
  int head_length{}, kernel_length{}, tail_length{};
  int passes{};              // of the kernel
  int overlap{};             // so many of its first cycles are in the tail as well, for the next execution
  std::vector<Placed> all;   // every execution, cycles from the start of the piece
  std::map<int, int> units;  // first unit of the virtual registers that only this piece uses
  [[nodiscard]] int length() const { return head_length + passes * kernel_length + tail_length; }
};

class PieceScheduler {
 public:
  // units: first unit of every virtual register, -1: it is local to a piece, which has to find one.
  PieceScheduler(const std::vector<VirtualReg>& registers, const std::vector<int>& units,
                 const arch::CoreTiming& timing)
      : registers_(registers), units_(units), timing_(timing) {}

  // branch: what the piece ends with, nullptr: nothing. The piece and the branch must outlive the result.
  // free: storage that pieces may use. before_cycles, after_cycles: empty cycles at the start and at the end.
  // Writes the number of passes into the operation that sets the loop counter.
  ScheduledPiece schedule(Piece& piece, const MachineOp* branch, const RegisterAllocator& free,
                          int before_cycles, int after_cycles) const;

 private:
  struct Fitted {
    std::vector<Placed> placed;
    std::map<int, int> units;
  };
  struct Bounds {  // of a tail
    int before_cycles{}, after_cycles{};
    std::vector<Placed> fixed;   // already placed in it
    std::vector<Placed> before;  // executed earlier, negative cycles
  };
  // What is wanted of a head that is as short as it can be, first wish first.
  struct HeadTaste {
    bool close_reads{};   // cascade reads right before their values are used
    bool late_counter{};  // the loop counter is set late, so that it is not in the way where blocks overlap
  };
  static constexpr std::array<HeadTaste, 4> kTastes{
      {{true, true}, {true, false}, {false, true}, {false, false}}};
  [[nodiscard]] ListProblem problem(const std::vector<MachineOp>& ops, const std::vector<Placed>& fixed,
                                    int before_cycles) const;
  [[nodiscard]] std::optional<Fitted> fit(ListProblem problem, const RegisterAllocator& free,
                                          bool alone) const;
  [[nodiscard]] std::optional<std::map<int, int>> allocate(const std::vector<Placed>& placed,
                                                           RegisterAllocator free) const;
  void schedule_head(Piece& piece, const RegisterAllocator& free, int before_cycles,
                     ScheduledPiece& out) const;
  bool try_head(const Piece& piece, const RegisterAllocator& free, int start, int peeled, HeadTaste taste,
                int before_cycles, ScheduledPiece& out) const;
  void schedule_tail(const std::vector<MachineOp>& ops, const MachineOp* branch,
                     const RegisterAllocator& free, const Bounds& bounds, ScheduledPiece& out) const;
  static void take(Fitted fitted, std::vector<Placed>& placed, ScheduledPiece& out);

  const std::vector<VirtualReg>& registers_;
  const std::vector<int>& units_;
  const arch::CoreTiming& timing_;
};

}  // namespace aie4ml::kernels
