#include "compiler/route/router.hpp"

#include <algorithm>
#include <cstdlib>
#include <queue>
#include <tuple>

#include <fmt/format.h>

#include "arch/error.hpp"
#include "compiler/route/switch_graph.hpp"

namespace aie4ml::compiler {
namespace {

// Prices in units of a hop.
constexpr std::int64_t kHop = 16;
constexpr std::int64_t kHistory = 8;  // added to a port each time it was shared at the end of a round
constexpr int kMaxRounds = 60;

class Router {
 public:
  Router(const std::vector<Net>& nets, const arch::Device& device)
      : nets_(nets),
        device_(device),
        graph_(device),
        users_(graph_.masters()),
        history_(graph_.masters()),
        routes_(nets.size()) {}

  std::vector<Route> run() {
    std::vector<std::size_t> order(nets_.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    for (int round = 0; round < kMaxRounds; ++round) {
      present_ = kHop * round * (round + 1) / 2;
      for (const std::size_t net : order) {
        for (const Hop& hop : routes_[net]) --users_[master_of(hop)];
        routes_[net] = route(net);
        for (const Hop& hop : routes_[net]) ++users_[master_of(hop)];
      }
      for (std::size_t m = 0; m < users_.size(); ++m) {
        if (users_[m] > 1) history_[m] += kHistory;
      }
      order.clear();
      for (std::size_t net = 0; net < routes_.size(); ++net) {
        if (shares_a_port(routes_[net])) order.push_back(net);
      }
      if (order.empty()) return std::move(routes_);
    }
    fail(nets_[order.front()], "streams compete for the same switch ports");
  }

 private:
  [[noreturn]] void fail(const Net& net, const std::string& what) const {
    throw arch::InputError(fmt::format("stream '{}'", net.name),
                           fmt::format("no route from {}: {}", device_.tile_name(net.source.tile), what),
                           "place the layers further apart (col, row), or use a smaller cas_num or cas_len");
  }

  [[nodiscard]] std::size_t master_of(const Hop& hop) const {
    return static_cast<std::size_t>(graph_.master({hop.tile, hop.connection.master}));
  }
  [[nodiscard]] bool shares_a_port(const Route& route) const {
    return std::any_of(route.begin(), route.end(),
                       [&](const Hop& hop) { return users_[master_of(hop)] > 1; });
  }

  [[nodiscard]] static int distance(arch::TileCoord a, arch::TileCoord b) {
    return std::abs(a.col - b.col) + std::abs(a.row - b.row);
  }

  // The tree grows sink by sink, the nearest to the source first.
  [[nodiscard]] Route route(std::size_t index) {
    const Net& net = nets_[index];
    std::vector<StreamEnd> sinks = net.sinks;
    std::sort(sinks.begin(), sinks.end(), [&](const StreamEnd& a, const StreamEnd& b) {
      return std::tuple(distance(net.source.tile, a.tile), a) <
             std::tuple(distance(net.source.tile, b.tile), b);
    });
    Route tree;
    std::vector<PortId> reached{graph_.slave(net.source)};
    std::vector<bool> own(graph_.masters());
    if (reached.front() < 0) fail(net, "the source port does not exist");
    for (const StreamEnd& sink : sinks) {
      for (const Hop& hop : path(net, reached, own, sink)) {
        const PortId master = graph_.master({hop.tile, hop.connection.master});
        own[static_cast<std::size_t>(master)] = true;
        if (graph_.wired_to(master) >= 0) reached.push_back(graph_.wired_to(master));
        tree.push_back(hop);
      }
    }
    return tree;
  }

  [[nodiscard]] std::int64_t price(PortId master) const {
    const auto m = static_cast<std::size_t>(master);
    return kHop + history_[m] + users_[m] * present_;
  }

  // A* from all slave ports of the tree so far to the sink.
  [[nodiscard]] std::vector<Hop> path(const Net& net, const std::vector<PortId>& from,
                                      const std::vector<bool>& own, const StreamEnd& sink) const {
    const PortId target = graph_.master(sink);
    if (target < 0) fail(net, fmt::format("{} has no such port", device_.tile_name(sink.tile)));
    constexpr std::int64_t kFar = INT64_MAX;
    std::vector<std::int64_t> best(graph_.slaves(), kFar);
    std::vector<PortId> entered_by(graph_.slaves(), -1);  // master on the way in
    std::vector<PortId> entered_from(graph_.slaves(), -1);
    using Entry = std::tuple<std::int64_t, std::int64_t, PortId>;  // estimate, cost, slave
    std::priority_queue<Entry, std::vector<Entry>, std::greater<>> open;
    const auto estimate = [&](PortId slave) {
      return kHop * distance(graph_.slave_end(slave).tile, sink.tile);
    };
    for (const PortId slave : from) {
      best[static_cast<std::size_t>(slave)] = 0;
      open.emplace(estimate(slave), 0, slave);
    }
    while (!open.empty()) {
      const auto [key, cost, slave] = open.top();
      open.pop();
      if (cost > best[static_cast<std::size_t>(slave)]) continue;
      for (const PortId master : graph_.reachable(slave)) {
        if (own[static_cast<std::size_t>(master)]) continue;
        if (master == target) return trace(slave, master, entered_by, entered_from);
        const PortId next = graph_.wired_to(master);
        if (next < 0) continue;
        const std::int64_t total = cost + price(master);
        if (total >= best[static_cast<std::size_t>(next)]) continue;
        best[static_cast<std::size_t>(next)] = total;
        entered_by[static_cast<std::size_t>(next)] = master;
        entered_from[static_cast<std::size_t>(next)] = slave;
        open.emplace(total + estimate(next), total, next);
      }
    }
    fail(net, fmt::format("{} cannot be reached", device_.tile_name(sink.tile)));
  }

  [[nodiscard]] std::vector<Hop> trace(PortId slave, PortId master, const std::vector<PortId>& entered_by,
                                       const std::vector<PortId>& entered_from) const {
    std::vector<Hop> hops;
    while (true) {
      const StreamEnd& in = graph_.slave_end(slave);
      hops.push_back({in.tile, {in.port, graph_.master_end(master).port}});
      if (entered_by[static_cast<std::size_t>(slave)] < 0) break;
      master = entered_by[static_cast<std::size_t>(slave)];
      slave = entered_from[static_cast<std::size_t>(slave)];
    }
    std::reverse(hops.begin(), hops.end());
    return hops;
  }

  const std::vector<Net>& nets_;
  const arch::Device& device_;
  SwitchGraph graph_;
  std::vector<int> users_;  // nets on each master port
  std::vector<std::int64_t> history_;
  std::int64_t present_{};
  std::vector<Route> routes_;
};

}  // namespace

std::vector<Route> route_nets(const std::vector<Net>& nets, const arch::Device& device) {
  return Router(nets, device).run();
}

}  // namespace aie4ml::compiler
