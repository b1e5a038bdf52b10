#include "kernels/schedule/modulo_scheduler.hpp"

#include <algorithm>
#include <cstdlib>
#include <optional>

#include <climits>

#include "kernels/schedule/timeline.hpp"

namespace aie4ml::kernels {
namespace {

constexpr int kUnscheduled = INT_MIN;
constexpr int kTriesPerOperation = 64;  // placements before an interval is given up

struct Edge {
  int from{}, to{};
  int latency{};
  int iterations{};  // 0: inside one iteration, 1: into the next
};

std::vector<Edge> edges_of(const std::vector<MachineOp>& ops, const arch::CoreTiming& timing) {
  std::vector<Edge> edges;
  std::vector<std::vector<Access>> touched;
  for (const MachineOp& op : ops) touched.push_back(accesses(op, timing));
  for (std::size_t i = 0; i < ops.size(); ++i) {
    for (std::size_t j = 0; j < ops.size(); ++j) {
      const int least = distance(ops[i], touched[i], ops[j], touched[j], timing);
      if (least == INT_MIN) continue;
      edges.push_back({static_cast<int>(i), static_cast<int>(j), least, i < j ? 0 : 1});
    }
  }
  return edges;
}

// One interval: places operations by height, takes others out again when they are in the way.
class Attempt {
 public:
  Attempt(const std::vector<MachineOp>& ops, const std::vector<Edge>& edges, const arch::CoreTiming& timing,
          int interval)
      : ops_(ops),
        edges_(edges),
        interval_(interval),
        timeline_(timing, interval),
        cycles_(ops.size(), kUnscheduled),
        last_(ops.size(), kUnscheduled),
        opcodes_(ops.size()) {}

  std::optional<ModuloSchedule> run() {
    if (!find_heights()) return std::nullopt;
    int budget = kTriesPerOperation * static_cast<int>(ops_.size());
    for (int op = next(); op >= 0; op = next()) {
      if (budget-- == 0) return std::nullopt;
      place(op);
    }
    return result();
  }

 private:
  static std::size_t at(int i) { return static_cast<std::size_t>(i); }

  // Longest path to the end. Does not settle if a cycle of dependences needs a longer interval.
  bool find_heights() {
    heights_.assign(ops_.size(), 0);
    for (std::size_t round = 0; round <= ops_.size(); ++round) {
      bool changed = false;
      for (const Edge& e : edges_) {
        const int height = heights_[at(e.to)] + e.latency - interval_ * e.iterations;
        if (height > heights_[at(e.from)]) {
          heights_[at(e.from)] = height;
          changed = true;
        }
      }
      if (!changed) return true;
    }
    return false;
  }

  [[nodiscard]] int next() const {
    int best = -1;
    for (int i = 0; i < static_cast<int>(ops_.size()); ++i) {
      if (cycles_[at(i)] == kUnscheduled && (best < 0 || heights_[at(i)] > heights_[at(best)])) best = i;
    }
    return best;
  }

  [[nodiscard]] int earliest(int op) const {
    int cycle = 0;
    for (const Edge& e : edges_) {
      if (e.to != op || e.from == op || cycles_[at(e.from)] == kUnscheduled) continue;
      cycle = std::max(cycle, cycles_[at(e.from)] + e.latency - interval_ * e.iterations);
    }
    return cycle;
  }

  void place(int op) {
    const int first = earliest(op);
    for (int cycle = first; cycle < first + interval_; ++cycle) {
      if (const auto opcode = timeline_.fits(ops_[at(op)], cycle)) return put(op, *opcode, cycle);
    }
    // Whoever is in the way goes; never twice at the same cycle, so that two operations cannot swap for ever.
    const int cycle = last_[at(op)] == kUnscheduled ? first : std::max(first, last_[at(op)] + 1);
    for (int other = 0; other < static_cast<int>(ops_.size()); ++other) {
      if (timeline_.fits(ops_[at(op)], cycle)) break;
      if (cycles_[at(other)] == kUnscheduled) continue;
      const int old_cycle = cycles_[at(other)];
      take(other);
      if (timeline_.fits(ops_[at(op)], cycle)) break;
      put(other, opcodes_[at(other)], old_cycle);
    }
    for (int other = 0; other < static_cast<int>(ops_.size()) && !timeline_.fits(ops_[at(op)], cycle);
         ++other) {
      if (cycles_[at(other)] != kUnscheduled) take(other);
    }
    put(op, timeline_.fits(ops_[at(op)], cycle).value(), cycle);
  }

  void put(int op, arch::Opcode opcode, int cycle) {
    timeline_.place(ops_[at(op)], opcode, cycle);
    cycles_[at(op)] = last_[at(op)] = cycle;
    opcodes_[at(op)] = opcode;
    for (const Edge& e : edges_) {
      if (e.from == e.to) continue;
      const int other = e.from == op ? e.to : e.from;
      if ((e.from != op && e.to != op) || cycles_[at(other)] == kUnscheduled) continue;
      if (cycles_[at(e.to)] < cycles_[at(e.from)] + e.latency - interval_ * e.iterations) take(other);
    }
  }

  void take(int op) {
    timeline_.remove(ops_[at(op)], opcodes_[at(op)], cycles_[at(op)]);
    cycles_[at(op)] = kUnscheduled;
  }

  // Loads as late as what uses them allows: shorter lifetimes, and free ports for what comes before the loop.
  void delay_loads() {
    std::vector<int> order;
    for (int i = 0; i < static_cast<int>(ops_.size()); ++i) {
      if (ops_[at(i)].buffer >= 0 && !is_store(ops_[at(i)].instruction.op)) order.push_back(i);
    }
    std::stable_sort(order.begin(), order.end(),
                     [&](int a, int b) { return cycles_[at(a)] > cycles_[at(b)]; });
    for (const int op : order) {
      int last = cycles_[at(op)] + interval_ - 1;
      for (const Edge& e : edges_) {
        if (e.from != op || e.to == op) continue;
        last = std::min(last, cycles_[at(e.to)] - e.latency + interval_ * e.iterations);
      }
      timeline_.remove(ops_[at(op)], opcodes_[at(op)], cycles_[at(op)]);
      int cycle = last;
      while (cycle > cycles_[at(op)] && timeline_.fits(ops_[at(op)], cycle) != ops_[at(op)].instruction.op)
        --cycle;
      if (cycle > cycles_[at(op)]) {
        cycles_[at(op)] = cycle;
        opcodes_[at(op)] = ops_[at(op)].instruction.op;
      }
      timeline_.place(ops_[at(op)], opcodes_[at(op)], cycles_[at(op)]);
    }
  }

  ModuloSchedule result() {
    delay_loads();
    const int first = *std::min_element(cycles_.begin(), cycles_.end());
    for (int& cycle : cycles_) cycle -= first;
    const int length = *std::max_element(cycles_.begin(), cycles_.end()) + 1;
    return {interval_, (length + interval_ - 1) / interval_, cycles_, opcodes_};
  }

  const std::vector<MachineOp>& ops_;
  const std::vector<Edge>& edges_;
  int interval_;
  Timeline timeline_;
  std::vector<int> cycles_, last_, heights_;
  std::vector<arch::Opcode> opcodes_;
};

}  // namespace

int resource_interval(const std::vector<MachineOp>& ops) {
  std::array<int, arch::kPhysicalSlots> fixed{};
  int loads = 0;
  for (const MachineOp& op : ops) {
    if (!op.alternatives.empty()) {
      ++loads;
      continue;
    }
    for (unsigned slot = 0; slot < arch::kPhysicalSlots; ++slot) {
      fixed[slot] += static_cast<int>(slot_mask(op.instruction.op) >> slot & 1U);
    }
  }
  // Operations with alternatives fit two slots at least.
  return std::max({1, *std::max_element(fixed.begin(), fixed.end()), (loads + 1) / 2});
}

ModuloSchedule modulo_schedule(const std::vector<MachineOp>& ops, const arch::CoreTiming& timing) {
  const std::vector<Edge> edges = edges_of(ops, timing);
  int length = static_cast<int>(ops.size());
  for (const Edge& e : edges) length += std::max(0, e.latency);
  for (int interval = resource_interval(ops); interval <= length; ++interval) {
    if (auto schedule = Attempt(ops, edges, timing, interval).run()) return *schedule;
  }
  std::abort();
}

}  // namespace aie4ml::kernels
