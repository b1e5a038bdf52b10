#include "kernels/schedule/scheduler.hpp"

#include <algorithm>
#include <cstdlib>
#include <list>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "kernels/schedule/boundary.hpp"
#include "kernels/schedule/emitter.hpp"
#include "kernels/schedule/in_flight.hpp"
#include "kernels/schedule/piece_scheduler.hpp"
#include "kernels/schedule/section.hpp"
#include "kernels/schedule/simplify.hpp"

namespace aie4ml::kernels {
namespace {

constexpr Interval kAlways{-kNever, kNever};

class KernelScheduler {
 public:
  // overlap: blocks may begin before the end of the block before them.
  KernelScheduler(const VectorProgram& program, const arch::Device& device, bool overlap)
      : program_(program),
        device_(device),
        may_overlap_(overlap),
        timing_(device.core.timing),
        lowering_(program, device),
        emitter_(lowering_.registers(), units_),
        pieces_(lowering_.registers(), units_, timing_),
        free_(device) {}

  KernelCode run() {
    const std::vector<Node> nodes =
        simplify(program_, [&](const Loop& loop) { return is_short(loop, program_, device_); });
    int labels = 0;
    std::vector<Section> sections = build_sections(nodes, lowering_, timing_, labels);
    for (int i = 0; i < labels; ++i) emitter_.new_label();
    // Behind a single block with a pipelined loop, the way out is code of its own, as behind several.
    if (const auto* last = std::get_if<Piece>(&sections.back().value);
        program_.exit_apart && last != nullptr && !last->loop.empty()) {
      sections.push_back({Piece{}});
    }

    units_.assign(lowering_.registers().size(), -1);
    find_shared_registers(sections);

    MachineOp ret;
    ret.instruction.op = arch::Opcode::ret;
    KernelCode code;
    code.order = schedule_sections(sections, ret, "exit");
    code.code = emitter_.finish();
    mark_reads_old(code.code, code.order, timing_);
    for (std::size_t i = 0; i < program_.arguments.size(); ++i) {
      code.arguments.push_back(
          {program_.variable(program_.arguments[i]).name, {arch::RegClass::p, static_cast<std::uint8_t>(i)}});
    }
    code.rounding = program_.rounding;
    code.saturation = program_.saturation;
    code.cycles = arch::Cycles(static_cast<std::int64_t>(code.order.size()));
    code.drain_cycles = arch::Cycles(drain(code.code, code.order));
    return code;
  }

  // How far the start of a block that is never executed has moved the pointers when the loop of blocks ends.
  [[nodiscard]] const std::map<int, std::int64_t>& overshoot() const { return overshoot_; }

 private:
  // Registers used in more than one place keep their storage: in several pieces for the whole kernel, in a
  // loop or on both sides of one for the piece. What is left is local to the straight code that uses it.
  void find_shared_registers(std::vector<Section>& sections) {
    std::vector<std::set<int>> users(units_.size());  // piece * 3 + part
    int piece_count = 0;
    const auto visit = [&](const auto& self, std::vector<Section>& list) -> void {
      for (Section& section : list) {
        if (auto* loop = std::get_if<CountedLoop>(&section.value)) {
          self(self, loop->body);
          users[static_cast<std::size_t>(loop->counter.reg)].insert(-1);
          continue;
        }
        const Piece& piece = std::get<Piece>(section.value);
        const auto add = [&](const std::vector<MachineOp>& ops, int part) {
          for (const MachineOp& op : ops) {
            for (const Access& a : accesses(op, timing_)) {
              users[static_cast<std::size_t>(a.reg)].insert(3 * piece_count + part);
            }
          }
        };
        add(piece.before, 0);
        if (!piece.loop.empty()) add(piece.loop.front().ops, 1);
        add(piece.after, 2);
        ++piece_count;
      }
    };
    visit(visit, sections);
    // There is one piece with a pipeline at most, so that what it shares inside may as well be the kernel's.
    for (std::size_t r = 0; r < units_.size(); ++r) {
      const VirtualReg& reg = lowering_.registers()[r];
      const bool vector = arch::span_of({reg.cls, 0}).file != arch::RegFile::scalar;
      const bool local = vector && users[r].size() <= 1 && (users[r].empty() || *users[r].begin() % 3 != 1);
      if (local && reg.fixed < 0) continue;
      const auto unit = free_.take(reg, kAlways);
      if (!unit) std::abort();  // the vector program keeps more alive than there are registers
      units_[r] = *unit;
    }
  }

  // Returns the bundles in the order they are executed.
  std::vector<std::int32_t> schedule_sections(std::vector<Section>& sections, const MachineOp& branch,
                                              const std::string& name) {
    std::vector<std::int32_t> trace;
    std::vector<Boundary::Event> start;
    int elapsed = 0;
    for (Section& section : sections) {
      const bool last = &section == &sections.back();
      if (auto* loop = std::get_if<CountedLoop>(&section.value)) {
        const std::vector<std::int32_t> all = schedule_loop(*loop);
        trace.insert(trace.end(), all.begin(), all.end());
        elapsed = kNever;
        continue;
      }
      Piece& piece = std::get<Piece>(section.value);
      const bool back = last && branch.label >= 0;
      ScheduledPiece done = schedule_piece(piece, last ? &branch : nullptr, back ? &start : nullptr);
      if (back && loads_ahead_ && sections.size() == 1 && !piece.loop.empty()) overlap(done);
      const std::vector<Boundary::Event> events = events_of(done.all);
      past_.advance(events, done.length());
      if (elapsed < kNever) {
        for (Boundary::Event e : past_.beginning(events)) {
          e.cycle += elapsed;
          start.push_back(std::move(e));
        }
        elapsed += done.length();
      }
      emit(piece, done, name, trace);
    }
    return trace;
  }

  // The first loads of the next block move up into the end of this one, as far as slots, registers and memory
  // ports let them: the branch goes behind what its end has executed already. Behind the last block they load
  // in vain; what they did to pointers is told to whoever comes next.
  void overlap(ScheduledPiece& done) {
    if (!may_overlap_) return;
    Boundary end = past_;
    end.advance(events_of(done.all), done.length());
    const std::vector<Boundary::Event> start = end.beginning(events_of(done.all));
    int most = std::min({done.head_length, done.tail_length, end.slack_to(start)});
    for (const Placed& p : done.head) {
      if (p.op->buffer < 0 || is_store(p.opcode)) most = std::min(most, p.cycle);  // only loads, done in vain
    }
    for (; most > 0; --most) {
      if (const auto moved = moved_up(done, most)) {
        done.overlap = most;
        done.tail.insert(done.tail.end(), moved->begin(), moved->end());
        const int tail_start = done.length() - done.tail_length;
        for (const Placed& p : *moved) {
          done.all.push_back({p.op, p.opcode, p.cycle + tail_start});
          if (const auto step = lowering_.pointer_step(*p.op)) overshoot_[step->first] += step->second;
        }
        return;
      }
    }
  }

  // The first cycles of the head as part of the tail; nullopt if slots or ports are taken.
  [[nodiscard]] std::optional<std::vector<Placed>> moved_up(const ScheduledPiece& done, int cycles) const {
    Timeline timeline(timing_);
    for (const Placed& p : done.tail) timeline.place(*p.op, p.opcode, p.cycle);
    std::vector<Placed> moved;
    for (const Placed& p : done.head) {
      if (p.cycle >= cycles) continue;
      const int cycle = done.tail_length - cycles + p.cycle;
      const auto opcode = timeline.fits(*p.op, cycle);
      if (!opcode) return std::nullopt;
      timeline.place(*p.op, *opcode, cycle);
      moved.push_back({p.op, *opcode, cycle});
    }
    return moved;
  }

  std::vector<std::int32_t> schedule_loop(CountedLoop& loop) {
    const std::int32_t begin = emitter_.size();
    emitter_.bind(loop.label);
    MachineOp& jump = jumps_.emplace_back();
    jump.instruction.op = arch::Opcode::jnz;
    jump.regs[0] = loop.counter;
    jump.label = loop.label;
    overlapped_ = 0;
    loads_ahead_ = loop.loads_ahead;
    std::vector<std::int32_t> first = schedule_sections(loop.body, jump, loop.name);
    emitter_.bind_at(loop.label, begin + overlapped_);
    emitter_.name(loop.label, loop.name);
    std::vector<std::int32_t> trace = first;
    for (int i = 1; i < loop.trips; ++i) {
      trace.insert(trace.end(), first.begin() + overlapped_, first.end());
    }
    overlapped_ = 0;  // of the loop around it
    loads_ahead_ = false;
    return trace;
  }

  // start: code that the piece branches back to; what it has of its own is added.
  ScheduledPiece schedule_piece(Piece& piece, const MachineOp* branch,
                                const std::vector<Boundary::Event>* start) {
    int before = 0;
    int after = 0;
    while (true) {
      ScheduledPiece done = pieces_.schedule(piece, branch, free_, before, after);
      for (const auto& [reg, unit] : done.units) units_[static_cast<std::size_t>(reg)] = unit;
      const std::vector<Boundary::Event> events = events_of(done.all);
      const int gap_before = past_.gap_to(past_.beginning(events));
      int gap_after = 0;
      if (start != nullptr) {
        Boundary end = past_;
        end.advance(events, done.length());
        gap_after = end.gap_to(start->empty() ? past_.beginning(events) : *start);
      }
      if (gap_before <= 0 && gap_after <= 0) return done;
      for (const auto& [reg, unit] : done.units) units_[static_cast<std::size_t>(reg)] = -1;
      before += gap_before;
      after += gap_after;
    }
  }

  std::vector<Boundary::Event> events_of(const std::vector<Placed>& placed) const {
    std::vector<Boundary::Event> events;
    for (const Placed& p : placed) {
      std::vector<Access> touched = accesses(*p.op, timing_);
      for (Access& a : touched) {
        const auto reg = static_cast<std::size_t>(a.reg);
        a.first += units_[reg];
        a.last += units_[reg];
        a.reg = static_cast<int>(RegisterAllocator::file_of(lowering_.registers()[reg].cls));
      }
      events.push_back({p.op, std::move(touched), p.cycle});
    }
    return events;
  }

  void emit(const Piece& piece, const ScheduledPiece& done, const std::string& name,
            std::vector<std::int32_t>& trace) {
    const auto executed = [&](std::int32_t first, int times) {
      for (int i = 0; i < times; ++i) {
        for (std::int32_t b = first; b < emitter_.size(); ++b) trace.push_back(b);
      }
    };
    std::int32_t first = emitter_.size();
    if (piece.loop.empty()) {
      emitter_.emit(done.tail, done.tail_length, first == 0 ? "setup" : name);
      executed(first, 1);
      return;
    }
    const PipelinedLoop& loop = piece.loop.front();
    overlapped_ = done.overlap;
    emitter_.emit(done.head, done.head_length, loop.name + " fill");
    executed(first, 1);
    first = emitter_.size();
    emitter_.bind(loop.first_label);
    emitter_.emit(done.kernel, done.kernel_length, loop.name + " loop");
    emitter_.bind_last(loop.last_label);
    emitter_.name(loop.first_label, loop.name);
    emitter_.name(loop.last_label, loop.name + "_end");
    executed(first, done.passes);
    first = emitter_.size();
    emitter_.emit(done.tail, done.tail_length, loop.name + " drain");
    executed(first, 1);
  }

  // From the issue of the last bundle until nothing is under way.
  [[nodiscard]] std::int64_t drain(const arch::Program& program,
                                   const std::vector<std::int32_t>& trace) const {
    std::int64_t left = 0;
    for (std::size_t i = 0; i < trace.size(); ++i) {
      left = std::max<std::int64_t>(0, left - 1);
      for (const arch::Instruction& op : program.bundles[static_cast<std::size_t>(trace[i])].ops) {
        const arch::OperandTiming& t = timing_[arch::timing_class(op)];
        // A result is there def cycles after the issue, memory is accessed in cycle mem, counted from 1.
        left = std::max<std::int64_t>(left, std::max(t.def, t.mem - 1));
      }
    }
    return left;
  }

  const VectorProgram& program_;
  const arch::Device& device_;
  bool may_overlap_;
  const arch::CoreTiming& timing_;
  Lowering lowering_;
  std::vector<int> units_;
  Emitter emitter_;
  PieceScheduler pieces_;
  RegisterAllocator free_;
  Boundary past_{timing_};
  std::list<MachineOp> jumps_;             // keeps its addresses
  bool loads_ahead_{};                     // CountedLoop::loads_ahead of the loop at hand
  int overlapped_{};                       // cycles by which the blocks of the loop at hand overlap
  std::map<int, std::int64_t> overshoot_;  // by pointer variable, in bytes
};

// Whether a pipelined loop is in it, once loops of one trip are dissolved.
bool holds_pipeline(const std::vector<Node>& nodes) {
  return std::any_of(nodes.begin(), nodes.end(), [](const Node& node) {
    const auto* loop = std::get_if<Loop>(&node.value);
    return loop != nullptr && (loop->pipelined || (loop->trips == 1 && holds_pipeline(loop->body)));
  });
}

// Behind every loop of blocks the pointers come back by so much.
void take_back(std::vector<Node>& nodes, const std::map<int, std::int64_t>& overshoot) {
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    auto* loop = std::get_if<Loop>(&nodes[i].value);
    if (loop == nullptr) continue;
    if (loop->trips == 1 || !holds_pipeline(loop->body)) {
      take_back(loop->body, overshoot);
      continue;
    }
    for (const auto& [pointer, bytes] : overshoot) {
      nodes.insert(nodes.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                   {Statement{.op = VectorOp::advance, .pointer = pointer, .step_bytes = -bytes}});
    }
  }
}

}  // namespace

KernelCode schedule(const VectorProgram& program, const arch::Device& device) {
  KernelScheduler overlapping(program, device, true);
  KernelCode code = overlapping.run();
  if (overlapping.overshoot().empty()) return code;
  VectorProgram corrected = program;
  take_back(corrected.body, overlapping.overshoot());
  KernelScheduler again(corrected, device, true);
  code = again.run();
  if (again.overshoot() == overlapping.overshoot()) return code;
  return KernelScheduler(program, device, false).run();
}

}  // namespace aie4ml::kernels
