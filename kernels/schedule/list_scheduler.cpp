#include "kernels/schedule/list_scheduler.hpp"

#include <algorithm>

#include <climits>

namespace aie4ml::kernels {
namespace {

struct Edge {
  std::size_t from{}, to{};
  int latency{};
};

std::vector<Edge> edges_of(const std::vector<const MachineOp*>& ops, const arch::CoreTiming& timing) {
  std::vector<Edge> edges;
  std::vector<std::vector<Access>> touched;
  for (const MachineOp* op : ops) touched.push_back(accesses(*op, timing));
  for (std::size_t j = 0; j < ops.size(); ++j) {
    for (std::size_t i = 0; i < j; ++i) {
      const int least = distance(*ops[i], touched[i], *ops[j], touched[j], timing);
      if (least != INT_MIN) edges.push_back({i, j, least});
    }
  }
  return edges;
}

}  // namespace

std::optional<std::vector<Placed>> list_schedule(const ListProblem& problem, const arch::CoreTiming& timing) {
  const std::size_t count = problem.ops.size();
  const std::vector<Edge> edges = edges_of(problem.ops, timing);

  // Latest start that lets everything behind keep its deadline; without one, all share a far horizon.
  std::vector<int> late = problem.deadline;
  for (int& cycle : late) cycle = std::min(cycle, kNever);
  for (auto e = edges.rbegin(); e != edges.rend(); ++e) {
    late[e->from] = std::min(late[e->from], late[e->to] - e->latency);
  }

  std::vector<int> earliest = problem.earliest;
  std::vector<int> waiting(count);
  std::vector<std::vector<std::size_t>> successors(count);
  for (std::size_t i = 0; i < edges.size(); ++i) {
    ++waiting[edges[i].to];
    successors[edges[i].from].push_back(i);
  }

  std::vector<std::size_t> order(count);
  for (std::size_t i = 0; i < count; ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return late[a] < late[b]; });

  Timeline timeline = problem.timeline;
  std::vector<Placed> placed(count);
  std::vector<bool> done(count);
  std::size_t first_open = 0;
  std::size_t left = count;
  for (int cycle = 0; left > 0; ++cycle) {
    bool progress = true;
    while (progress) {  // a latency of 0 lets an operation join the bundle of the one it depends on
      progress = false;
      for (const std::size_t i : order) {
        if (done[i] || waiting[i] > 0 || earliest[i] > cycle) continue;
        if (i - std::min(i, first_open) > static_cast<std::size_t>(problem.window)) continue;
        const auto opcode = timeline.fits(*problem.ops[i], cycle);
        if (!opcode) continue;
        if (cycle > late[i]) return std::nullopt;
        timeline.place(*problem.ops[i], *opcode, cycle);
        placed[i] = {problem.ops[i], *opcode, cycle};
        done[i] = true;
        --left;
        for (const std::size_t e : successors[i]) {
          --waiting[edges[e].to];
          earliest[edges[e].to] = std::max(earliest[edges[e].to], cycle + edges[e].latency);
        }
        while (first_open < count && done[first_open]) ++first_open;
        progress = true;
      }
    }
    const bool late_already = std::any_of(order.begin(), order.end(),
                                          [&](std::size_t i) { return !done[i] && late[i] < cycle + 1; });
    if (late_already) return std::nullopt;
  }
  return placed;
}

}  // namespace aie4ml::kernels
