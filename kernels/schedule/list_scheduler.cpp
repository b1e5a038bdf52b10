#include "kernels/schedule/list_scheduler.hpp"

#include <algorithm>
#include <utility>

#include <climits>

#include "kernels/schedule/pressure.hpp"
#include "kernels/schedule/register_allocator.hpp"

namespace aie4ml::kernels {
namespace {

struct Edge {
  std::size_t from{}, to{};
  int latency{};
};

constexpr int kMostIdle = 128;  // cycles without an operation in which a stuck schedule is given up
constexpr int kRoomEach = 16;   // cycles per operation that no schedule needs

using Touched = std::vector<std::vector<Access>>;

std::vector<Edge> edges_of(const ListProblem& problem, const Touched& touched,
                           const arch::CoreTiming& timing) {
  std::vector<Edge> edges;
  for (std::size_t j = 0; j < problem.ops.size(); ++j) {
    for (std::size_t i = 0; i < j; ++i) {
      const int least = distance(*problem.ops[i], touched[i], *problem.ops[j], touched[j], timing);
      if (least != INT_MIN) edges.push_back({i, j, least});
    }
  }
  return edges;
}

std::vector<std::vector<Pressure::Use>> uses_of(const ListProblem& problem, const Touched& touched) {
  std::vector<std::vector<Pressure::Use>> result;
  for (const std::vector<Access>& accesses : touched) {
    std::vector<Pressure::Use>& uses = result.emplace_back();
    for (const Access& access : accesses) {
      if ((*problem.units)[static_cast<std::size_t>(access.reg)] >= 0) continue;
      const Interval held = RegisterAllocator::held(access);
      const auto same = std::find_if(uses.begin(), uses.end(),
                                     [&](const Pressure::Use& use) { return use.reg == access.reg; });
      if (same == uses.end()) {
        uses.push_back({access.reg, held.first, held.last});
      } else {
        *same = {access.reg, std::min(same->first, held.first), std::max(same->last, held.last)};
      }
    }
  }
  return result;
}

// Greedy, cycle by cycle. From the end, everything is turned round: program order, edges and time.
class ListScheduler {
 public:
  ListScheduler(const ListProblem& problem, const arch::CoreTiming& timing)
      : problem_(problem), count_(problem.ops.size()), timeline_(problem.timeline) {
    touched_ = Touched(count_);
    for (std::size_t i = 0; i < count_; ++i) touched_[i] = accesses(*problem.ops[i], timing);
    edges_ = edges_of(problem, touched_, timing);
    end_ = static_cast<int>(count_) * kRoomEach;
    for (const int deadline : problem.deadline) {
      if (deadline < kNever) end_ = std::max(end_, deadline);
    }
  }

  std::optional<std::vector<Placed>> run() {
    std::vector<Edge> edges = edges_;
    std::vector<int> earliest = problem_.earliest;
    std::vector<int> late = problem_.deadline;
    for (int& cycle : late) cycle = std::min(cycle, kNever);
    std::optional<Pressure> pressure;
    if (problem_.registers != nullptr) {
      std::vector<std::vector<Pressure::Use>> uses = uses_of(problem_, touched_);
      if (problem_.from_end) turn(uses);
      pressure.emplace(uses, *problem_.registers, problem_.capacity);
    }
    if (problem_.from_end) {
      turn(edges);
      for (std::size_t i = 0; i < count_; ++i) {
        earliest[index(i)] = end_ - std::min(problem_.deadline[i], end_);
        late[index(i)] = end_ - problem_.earliest[i];
      }
    }
    // Latest start that lets everything behind keep its deadline; without one, all share a far horizon.
    for (auto e = edges.rbegin(); e != edges.rend(); ++e) {
      late[e->from] = std::min(late[e->from], late[e->to] - e->latency);
    }
    if (!place_all(edges, std::move(earliest), late, std::move(pressure))) return std::nullopt;
    delay_cascade_reads();
    return std::move(placed_);
  }

 private:
  // Between the order that operations are scheduled in and program order, both ways.
  [[nodiscard]] std::size_t index(std::size_t i) const { return problem_.from_end ? count_ - 1 - i : i; }
  [[nodiscard]] int time(int cycle) const { return problem_.from_end ? end_ - cycle : cycle; }
  [[nodiscard]] const MachineOp& op(std::size_t i) const { return *problem_.ops[index(i)]; }

  void turn(std::vector<Edge>& edges) const {
    for (Edge& e : edges) e = {count_ - 1 - e.to, count_ - 1 - e.from, e.latency};
    std::sort(edges.begin(), edges.end(),
              [](const Edge& a, const Edge& b) { return std::pair(a.to, a.from) < std::pair(b.to, b.from); });
  }
  static void turn(std::vector<std::vector<Pressure::Use>>& uses) {
    std::reverse(uses.begin(), uses.end());
    for (auto& of_op : uses) {
      for (Pressure::Use& use : of_op) use = {use.reg, -use.last, -use.first};
    }
  }

  // Where work ends that is complete in itself.
  [[nodiscard]] bool ends_work(const MachineOp& op) const {
    if (!problem_.from_end) return is_store(op.instruction.op);
    return op.instruction.op == arch::Opcode::vmov_scd || (op.buffer >= 0 && !is_store(op.instruction.op));
  }

  // What the critical path says counts first. Where registers are short, what they wait for does: the first
  // end of work in program order that an operation leads to.
  [[nodiscard]] std::vector<std::size_t> priorities(const std::vector<Edge>& edges,
                                                    const std::vector<int>& late) const {
    std::vector<std::size_t> leads_to(count_, 0);
    if (problem_.registers != nullptr) {
      for (std::size_t i = 0; i < count_; ++i) leads_to[i] = i;
      std::vector<bool> known(count_);
      for (auto e = edges.rbegin(); e != edges.rend(); ++e) {
        if (ends_work(op(e->from))) continue;
        leads_to[e->from] = known[e->from] ? std::min(leads_to[e->from], leads_to[e->to]) : leads_to[e->to];
        known[e->from] = true;
      }
    }
    std::vector<std::size_t> order(count_);
    for (std::size_t i = 0; i < count_; ++i) order[i] = i;
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return std::pair(leads_to[a], late[a]) < std::pair(leads_to[b], late[b]);
    });
    return order;
  }

  bool place_all(const std::vector<Edge>& edges, std::vector<int> earliest, const std::vector<int>& late,
                 std::optional<Pressure> pressure) {
    std::vector<int> waiting(count_);
    std::vector<std::vector<std::size_t>> successors(count_);
    for (std::size_t i = 0; i < edges.size(); ++i) {
      ++waiting[edges[i].to];
      successors[edges[i].from].push_back(i);
    }
    const std::vector<std::size_t> order = priorities(edges, late);
    placed_.assign(count_, {});
    std::vector<bool> done(count_);
    std::size_t first_open = 0;
    std::size_t left = count_;
    const int begin = std::max(0, count_ == 0 ? 0 : *std::min_element(earliest.begin(), earliest.end()));
    int last_placed = begin;
    for (int cycle = begin; left > 0; ++cycle) {
      if (pressure && cycle > last_placed + kMostIdle) return false;
      if (problem_.from_end && cycle > end_) return false;
      bool progress = true;
      while (progress) {  // a latency of 0 lets an operation join the bundle of the one it depends on
        progress = false;
        for (const std::size_t i : order) {
          if (done[i] || waiting[i] > 0 || earliest[i] > cycle) continue;
          if (i - std::min(i, first_open) > static_cast<std::size_t>(problem_.window)) continue;
          const auto opcode = timeline_.fits(op(i), time(cycle));
          if (!opcode || (pressure && !pressure->fits(i, cycle))) continue;
          if (cycle > late[i]) return false;
          if (pressure) pressure->place(i, cycle);
          timeline_.place(op(i), *opcode, time(cycle));
          placed_[index(i)] = {&op(i), *opcode, time(cycle)};
          last_placed = cycle;
          done[i] = true;
          --left;
          for (const std::size_t e : successors[i]) {
            --waiting[edges[e].to];
            earliest[edges[e].to] = std::max(earliest[edges[e].to], cycle + edges[e].latency);
          }
          while (first_open < count_ && done[first_open]) ++first_open;
          progress = true;
        }
      }
      const bool late_already = std::any_of(order.begin(), order.end(),
                                            [&](std::size_t i) { return !done[i] && late[i] < cycle + 1; });
      if (late_already) return false;
    }
    return true;
  }

  // A core that waits for its neighbour stands still: the later it asks, the more of its own is under way.
  void delay_cascade_reads() {
    for (std::size_t i = count_; i-- > 0;) {
      if (placed_[i].opcode != arch::Opcode::vmov_scd) continue;
      const MachineOp& read = *placed_[i].op;
      int latest = problem_.deadline[i];
      for (const Edge& e : edges_) {
        if (e.from == i) latest = std::min(latest, placed_[e.to].cycle - e.latency);
      }
      timeline_.remove(read, placed_[i].opcode, placed_[i].cycle);
      while (latest > placed_[i].cycle && !timeline_.fits(read, latest)) --latest;
      placed_[i].cycle = std::max(placed_[i].cycle, latest);
      timeline_.place(read, placed_[i].opcode, placed_[i].cycle);
    }
  }

  const ListProblem& problem_;
  std::size_t count_;
  Timeline timeline_;
  Touched touched_;
  std::vector<Edge> edges_;  // in program order
  int end_{};                // the cycle that scheduling from the end starts with
  std::vector<Placed> placed_;
};

}  // namespace

std::optional<std::vector<Placed>> list_schedule(const ListProblem& problem, const arch::CoreTiming& timing) {
  return ListScheduler(problem, timing).run();
}

}  // namespace aie4ml::kernels
