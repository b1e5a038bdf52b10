#include "kernels/schedule/piece_scheduler.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

#include <climits>

namespace aie4ml::kernels {
namespace {

constexpr int kMaxPeeled = 2;  // iterations taken out of the kernel so that what is before has room
// How many operations one may overtake where registers are short: the fewer, the fewer values are alive.
constexpr std::array kWindows = {kNever, 96, 64, 48, 32, 16, 8, 4, 0};
constexpr int kCounterWindow = 3;  // cycles in which the loop counter is set: one has its slot free
constexpr int kMaxSearch = 512;    // cycles tried beyond the least; reaching it is our bug

int least_distance(const MachineOp& a, const MachineOp& b, const arch::CoreTiming& timing) {
  return distance(a, accesses(a, timing), b, accesses(b, timing), timing);
}

int last_cycle(const std::vector<Placed>& placed) {
  int last = -1;
  for (const Placed& p : placed) last = std::max(last, p.cycle);
  return last;
}

// Every execution of the loop's operations, cycles from the issue of the first.
std::vector<Placed> executions(const PipelinedLoop& loop) {
  std::vector<Placed> result;
  for (int iteration = 0; iteration < loop.trips; ++iteration) {
    for (std::size_t i = 0; i < loop.ops.size(); ++i) {
      result.push_back({&loop.ops[i], loop.schedule.opcodes[i],
                        iteration * loop.schedule.interval + loop.schedule.cycles[i]});
    }
  }
  return result;
}

// Moved as a whole, so that the first is in cycle `start`.
void to_start(std::vector<Placed>& placed, int start) {
  int first = kNever;
  for (const Placed& p : placed) first = std::min(first, p.cycle);
  for (Placed& p : placed) p.cycle -= first - start;
}

std::vector<Placed> between(const std::vector<Placed>& placed, int first, int last, int origin) {
  std::vector<Placed> result;
  for (const Placed& p : placed) {
    if (p.cycle >= first && p.cycle < last) result.push_back({p.op, p.opcode, p.cycle - origin});
  }
  return result;
}

}  // namespace

ListProblem PieceScheduler::problem(const std::vector<MachineOp>& ops, const std::vector<Placed>& fixed,
                                    int before_cycles) const {
  ListProblem p{.ops = {},
                .earliest = {},
                .deadline = {},
                .timeline = Timeline(timing_),
                .window = kNever,
                .from_end = false,
                .registers = nullptr,
                .units = nullptr,
                .capacity = {}};
  for (const MachineOp& op : ops) p.ops.push_back(&op);
  p.earliest.assign(ops.size(), before_cycles);
  p.deadline.assign(ops.size(), kNever);
  for (const Placed& f : fixed) p.timeline.place(*f.op, f.opcode, f.cycle);
  return p;
}

std::optional<std::map<int, int>> PieceScheduler::allocate(const std::vector<Placed>& placed,
                                                           RegisterAllocator free) const {
  std::map<int, Interval> lives;
  for (const Placed& p : placed) {
    for (const Access& a : accesses(*p.op, timing_)) {
      if (units_[static_cast<std::size_t>(a.reg)] >= 0) continue;
      const Interval held = RegisterAllocator::held(a);
      const auto [life, first] =
          lives.try_emplace(a.reg, Interval{p.cycle + held.first, p.cycle + held.last});
      life->second = {std::min(life->second.first, p.cycle + held.first),
                      std::max(life->second.last, p.cycle + held.last)};
    }
  }
  std::vector<std::pair<int, Interval>> order(lives.begin(), lives.end());
  std::stable_sort(order.begin(), order.end(),
                   [](const auto& a, const auto& b) { return a.second.first < b.second.first; });
  std::map<int, int> units;
  for (const auto& [reg, life] : order) {
    const auto unit = free.take(registers_[static_cast<std::size_t>(reg)], life);
    if (!unit) return std::nullopt;
    units[reg] = *unit;
  }
  return units;
}

// As it comes, if there are registers for that; else the shortest of those that keep to what there is. From
// the end only what stands alone: without fixed operations in its cycles or before.
std::optional<PieceScheduler::Fitted> PieceScheduler::fit(ListProblem p, const RegisterAllocator& free,
                                                          bool alone) const {
  std::optional<Fitted> best;
  const auto attempt = [&] {
    auto placed = list_schedule(p, timing_);
    if (!placed) return;
    if (p.from_end && p.deadline.front() == kNever) to_start(*placed, p.earliest.front());
    if (best && last_cycle(*placed) >= last_cycle(best->placed)) return;
    auto units = allocate(*placed, free);
    if (units) best = Fitted{std::move(*placed), std::move(*units)};
  };
  attempt();
  if (best) return best;
  p.registers = &registers_;
  p.units = &units_;
  for (const arch::RegClass file : {arch::RegClass::w, arch::RegClass::am}) {
    p.capacity[file] = free.free_units(file);
  }
  for (const bool from_end : {false, true}) {
    if (from_end && !alone) break;
    p.from_end = from_end;
    for (const int window : kWindows) {
      p.window = window;
      attempt();
    }
  }
  return best;
}

void PieceScheduler::take(Fitted fitted, std::vector<Placed>& placed, ScheduledPiece& out) {
  placed = std::move(fitted.placed);
  out.units.merge(fitted.units);
}

bool PieceScheduler::try_head(const Piece& piece, const RegisterAllocator& free, int start, int peeled,
                              HeadTaste taste, int before_cycles, ScheduledPiece& out) const {
  const PipelinedLoop& loop = piece.loop.front();
  const int interval = loop.schedule.interval;
  const int kernel = start + (loop.schedule.stages - 1 + peeled) * interval;
  std::vector<Placed> all = executions(loop);
  for (Placed& p : all) p.cycle += start;
  const std::vector<Placed> fixed = between(all, 0, kernel, 0);

  ListProblem p = problem(piece.before, fixed, before_cycles);
  std::size_t counter = 0;
  for (std::size_t i = 0; i < piece.before.size(); ++i) {
    const MachineOp& op = piece.before[i];
    int& deadline = p.deadline[i];
    deadline = kernel - 1;
    for (std::size_t j = 0; j < loop.ops.size(); ++j) {
      const int least = least_distance(op, loop.ops[j], timing_);
      if (least != INT_MIN) deadline = std::min(deadline, start + loop.schedule.cycles[j] - least);
    }
    const arch::RegClass cls = op.regs[0].cls;
    if (cls == arch::RegClass::lc || cls == arch::RegClass::ls || cls == arch::RegClass::le) {
      deadline = std::min(deadline, kernel + interval - 1 - timing_.loop_setup_bundles);
    }
    if (cls == arch::RegClass::lc) counter = i;
  }
  if (taste.late_counter) p.earliest[counter] = std::max(before_cycles, p.deadline[counter] - kCounterWindow);
  // Cascade reads one after the other, right before they are used.
  int next = kNever;
  for (std::size_t i = piece.before.size(); taste.close_reads && i-- > 0;) {
    if (piece.before[i].instruction.op != arch::Opcode::vmov_scd) continue;
    next = std::min(next - 1, p.deadline[i]);
    p.earliest[i] = std::max(before_cycles, next);
  }
  auto fitted = fit(std::move(p), free, false);
  if (!fitted) return false;
  take(std::move(*fitted), out.head, out);
  out.all = out.head;
  out.all.insert(out.all.end(), all.begin(), all.end());
  out.head.insert(out.head.end(), fixed.begin(), fixed.end());
  out.head_length = kernel;
  out.kernel_length = interval;
  out.passes = loop.trips - (loop.schedule.stages - 1) - peeled;
  out.kernel = between(all, kernel, kernel + interval, kernel);
  return true;
}

// The pipeline starts as early as what is before it allows, with as few iterations outside of the kernel.
void PieceScheduler::schedule_head(Piece& piece, const RegisterAllocator& free, int before_cycles,
                                   ScheduledPiece& out) const {
  const PipelinedLoop& loop = piece.loop.front();
  const int most = std::min(kMaxPeeled, loop.trips - (loop.schedule.stages - 1) - 2);
  for (int start = before_cycles; start < before_cycles + kMaxSearch; ++start) {
    for (const HeadTaste taste : kTastes) {
      for (int peeled = 0; peeled <= most; ++peeled) {
        if (!try_head(piece, free, start, peeled, taste, before_cycles, out)) continue;
        piece.before.back().instruction.imm = out.passes;
        return;
      }
    }
  }
  std::abort();
}

void PieceScheduler::schedule_tail(const std::vector<MachineOp>& ops, const MachineOp* branch,
                                   const RegisterAllocator& free, const Bounds& bounds,
                                   ScheduledPiece& out) const {
  ListProblem base = problem(ops, bounds.fixed, bounds.before_cycles);
  for (std::size_t i = 0; i < ops.size(); ++i) {
    for (const Placed& b : bounds.before) {
      const int least = least_distance(*b.op, ops[i], timing_);
      if (least != INT_MIN) base.earliest[i] = std::max(base.earliest[i], b.cycle + least);
    }
  }
  const bool alone = bounds.fixed.empty() && bounds.before.empty();
  auto fitted = fit(base, free, alone);
  if (!fitted) std::abort();  // in program order, with nothing overlapping, there are too few registers
  const int shortest = 1 + std::max(last_cycle(fitted->placed), last_cycle(bounds.fixed));
  if (branch == nullptr) {
    out.tail_length = std::max(shortest, bounds.before_cycles) + bounds.after_cycles;
    take(std::move(*fitted), out.tail, out);
    return;
  }
  const int behind = timing_.branch_delay_slots + 1;  // from the branch to the end
  const int least_length = std::max(shortest, bounds.before_cycles + behind) + bounds.after_cycles;
  for (int length = least_length; length < least_length + kMaxSearch; ++length) {
    ListProblem p = base;
    const int at = length - behind;
    if (!p.timeline.fits(*branch, at)) continue;
    p.timeline.place(*branch, branch->instruction.op, at);
    for (std::size_t i = 0; i < ops.size(); ++i) {
      p.deadline[i] = length - 1 - bounds.after_cycles;
      const int least = least_distance(ops[i], *branch, timing_);
      if (least != INT_MIN) p.deadline[i] = std::min(p.deadline[i], at - least);
    }
    fitted = fit(std::move(p), free, alone);
    if (!fitted) continue;
    take(std::move(*fitted), out.tail, out);
    out.tail.push_back({branch, branch->instruction.op, at});
    out.tail_length = length;
    return;
  }
  std::abort();
}

ScheduledPiece PieceScheduler::schedule(Piece& piece, const MachineOp* branch, const RegisterAllocator& free,
                                        int before_cycles, int after_cycles) const {
  ScheduledPiece out;
  Bounds bounds{before_cycles, after_cycles, {}, {}};
  int start = 0;
  if (!piece.loop.empty()) {
    schedule_head(piece, free, before_cycles, out);
    start = out.head_length + out.passes * out.kernel_length;
    const int first = start - piece.loop.front().schedule.stages * out.kernel_length;
    bounds.before_cycles = 0;
    bounds.fixed = between(out.all, start, kNever, start);
    // Of an operation that is repeated the last execution binds most.
    bounds.before = between(out.all, std::min(0, first), kNever, start);
  }
  schedule_tail(piece.tail(), branch, free, bounds, out);
  for (const Placed& p : out.tail) out.all.push_back({p.op, p.opcode, p.cycle + start});
  out.tail.insert(out.tail.end(), bounds.fixed.begin(), bounds.fixed.end());
  return out;
}

}  // namespace aie4ml::kernels
