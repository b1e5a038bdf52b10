// The plan as people read it.
#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "arch/text_table.hpp"
#include "compiler/plan/plan.hpp"

namespace aie4ml::compiler {
namespace {

using arch::TextTable;
using Align = TextTable::Align;

std::int64_t data_bytes(const TilePlan& tile) {
  std::int64_t bytes = 0;
  for (const PlacedBuffer& buffer : tile.buffers()) bytes += buffer.size;
  return bytes;
}

std::string mmul_text(const kernels::DenseTile& kernel) {
  return fmt::format("{}x{}x{}", kernel.mmul.m, kernel.mmul.k, kernel.mmul.n);
}
std::string block_text(const kernels::DenseTile& kernel) {
  return fmt::format("{}x{}", kernel.blocking.rows, kernel.blocking.columns);
}

std::string layers_table(const Plan& plan) {
  TextTable table({{"layer"},
                   {"operator"},
                   {"rows x K x N", Align::right},
                   {"tiles", Align::right},
                   {"len x num", Align::right},
                   {"chains split"},
                   {"at (col,row)"},
                   {"per tile", Align::right},
                   {"multiply"},
                   {"blocks"},
                   {"bytes/tile", Align::right},
                   {"MACs/tile", Align::right},
                   {"kernel cycles", Align::right},
                   {"MAC/cycle", Align::right},
                   {"words in", Align::right},
                   {"out", Align::right},
                   {"bound by"}});
  for (const LayerPlan& layer : plan.layers) {
    std::int64_t bytes = 0;
    for (const TilePlan& tile : layer.tiles) bytes = std::max(bytes, data_bytes(tile));
    const bool multiplies = layer.op == "dense";
    const std::int64_t macs = std::int64_t{layer.rows_slice} * layer.k_slice * layer.n_slice;
    std::int64_t cycles = 0;
    for (const arch::Cycles c : layer.kernel_cycles) cycles = std::max(cycles, c.value);
    const auto size = [&](std::int32_t rows, std::int32_t k, std::int32_t n) {
      return multiplies ? fmt::format("{} x {} x {}", rows, k, n) : fmt::format("{} x {}", rows, n);
    };
    table.add_row(
        {layer.name, layer.op, size(layer.rows, layer.k, layer.n), fmt::to_string(layer.tiles.size()),
         fmt::format("{} x {}", layer.cas_len, layer.cas_num), layer.cas_num == 1 ? "-" : layer.split_axis(),
         fmt::format("({},{})", layer.col, layer.row), size(layer.rows_slice, layer.k_slice, layer.n_slice),
         multiplies ? mmul_text(layer.tiles.back().dense()) : "-",
         multiplies ? block_text(layer.tiles.back().dense()) : "-", fmt::to_string(bytes),
         multiplies ? fmt::to_string(macs) : "-", fmt::to_string(cycles),
         multiplies && cycles > 0
             ? fmt::format("{:.1f}", static_cast<double>(macs) / static_cast<double>(cycles))
             : "-",
         fmt::to_string(layer.cost.input), fmt::to_string(layer.cost.output),
         std::string(layer.cost.bound_by())});
  }
  return table.print();
}

// Before waits for locks, banks and other layers.
std::string interval_line(const Plan& plan) {
  const auto slowest = std::max_element(
      plan.layers.begin(), plan.layers.end(),
      [](const LayerPlan& a, const LayerPlan& b) { return a.cost.interval() < b.cost.interval(); });
  if (slowest == plan.layers.end()) return "";
  return fmt::format("interval: at least {} cycles, by {} of layer {}\n", slowest->cost.interval(),
                     slowest->cost.bound_by(), slowest->name);
}

std::string edges_table(const Plan& plan, const arch::Device& device) {
  TextTable table({{"tensor"},
                   {"from"},
                   {"to"},
                   {"stored", Align::right},
                   {"in", Align::right},
                   {"out", Align::right},
                   {"regions", Align::right},
                   {"bytes", Align::right},
                   {"memory tile"}});
  const auto name = [&](const Endpoint& end) {
    switch (end.kind) {
      case Endpoint::Kind::layer:
        return plan.layers[static_cast<std::size_t>(end.index)].name;
      case Endpoint::Kind::plio:
        return std::string(plan.host_end());
      case Endpoint::Kind::relay:
        break;
    }
    return std::string("relay");
  };
  // Each name once, in order.
  const auto names = [&](const std::vector<Endpoint>& ends) {
    std::vector<std::string> all;
    for (const Endpoint& end : ends) {
      if (std::find(all.begin(), all.end(), name(end)) == all.end()) all.push_back(name(end));
    }
    return fmt::format("{}", fmt::join(all, ", "));
  };
  for (const Edge& edge : plan.edges) {
    table.add_row({edge.name, names(edge.writers), names(edge.readers),
                   fmt::format("{} x {}{}", edge.stored.rows.size(), edge.stored.cols.size(),
                               edge.transposed ? " T" : ""),
                   fmt::to_string(edge.writers.size()), fmt::to_string(edge.readers.size()),
                   fmt::to_string(edge.regions.size()), fmt::format("2 x {}", edge.buffer[0].size),
                   device.tile_name(edge.tile)});
  }
  for (std::size_t i = 0; i < plan.direct.size();) {  // links of an operand follow each other
    const DirectLink& first = plan.direct[i];
    const LayerPlan& to = plan.layers[static_cast<std::size_t>(first.consumer)];
    std::set<std::int32_t> producers;
    std::vector<std::string> from;
    Slice all = first.slice;
    std::size_t links = 0;
    for (; i < plan.direct.size() && plan.direct[i].consumer == first.consumer &&
           plan.direct[i].operand == first.operand;
         ++i, ++links) {
      const DirectLink& link = plan.direct[i];
      if (producers.insert(link.producer).second) {
        from.push_back(plan.layers[static_cast<std::size_t>(link.producer)].name);
      }
      all = {{std::min(all.rows.begin, link.slice.rows.begin), std::max(all.rows.end, link.slice.rows.end)},
             {std::min(all.cols.begin, link.slice.cols.begin), std::max(all.cols.end, link.slice.cols.end)}};
    }
    table.add_row({first.name, fmt::format("{}", fmt::join(from, ", ")), to.name,
                   fmt::format("{} x {}{}", all.rows.size(), all.cols.size(), first.transposed ? " T" : ""),
                   fmt::to_string(links), fmt::to_string(links), "-", "-", "direct"});
  }
  return table.print();
}

std::string plios_table(const Plan& plan) {
  const bool noc = !plan.plios.empty() && plan.plios.front().noc;
  TextTable table({{plan.host_end()},
                   {"direction"},
                   {"column", Align::right},
                   {noc ? "South" : "index", Align::right},
                   {noc ? "NoC DMA" : "bits", Align::right},
                   {"rows x columns of tensor"}});
  for (const PlioPlan& plio : plan.plios) {
    const bool input = plio.channel.direction == arch::PlioChannel::Direction::input;
    std::vector<std::string> parts;
    for (const arch::PlioSlice& slice : plio.slices) {
      parts.push_back(fmt::format("{}..{} x {}..{}", slice.row, slice.row + slice.rows - 1, slice.col,
                                  slice.col + slice.cols - 1));
    }
    table.add_row({plio.channel.name, input ? "input" : "output", fmt::to_string(plio.channel.column),
                   fmt::to_string(plio.channel.index),
                   plio.noc ? arch::to_string(plio.noc->channel) : fmt::to_string(plio.channel.width_bits),
                   fmt::format("{}", fmt::join(parts, ", "))});
  }
  return table.print();
}

std::string totals(const Plan& plan) {
  std::int64_t memory_bytes = 0;
  std::set<arch::TileCoord> memory_tiles;
  for (const Edge& edge : plan.edges) {
    memory_bytes += edge.buffer[0].size + edge.buffer[1].size + (edge.dump ? edge.dump->size : 0);
    memory_tiles.insert(edge.tile);
  }
  std::size_t hops = 0;
  for (const Route& route : plan.routes) hops += route.size();
  const auto inputs = std::count_if(plan.plios.begin(), plan.plios.end(), [](const PlioPlan& plio) {
    return plio.channel.direction == arch::PlioChannel::Direction::input;
  });
  return fmt::format(
      "{} tiles, {} memory tile(s) with {} bytes, {} {} in, {} {} out, {} streams over {} switch "
      "connections\n",
      plan.tiles_used(), memory_tiles.size(), memory_bytes, inputs, plan.host_end(),
      std::ssize(plan.plios) - inputs, plan.host_end(), plan.nets.size(), hops);
}

std::string placement_line(const Placement& placement) {
  const auto columns = [](std::int64_t thousandths) {
    return static_cast<double>(thousandths) / kColumnCost;
  };
  const std::string proof =
      placement.optimal() ? "proved optimal"
                          : fmt::format("at least {:.2f} (gap {:.1f} %)", columns(placement.lower_bound),
                                        100.0 * static_cast<double>(placement.cost - placement.lower_bound) /
                                            static_cast<double>(placement.cost));
  return fmt::format("placement: J = {:.2f}, {}; {} states, from column {}, {} spare column(s) per layer\n",
                     columns(placement.cost), proof, placement.states, placement.first_column,
                     placement.spare_columns);
}

std::string deadlock_line(const DeadlockCheck& check) {
  using Verdict = DeadlockCheck::Verdict;
  switch (check.verdict) {
    case Verdict::cannot:
      return fmt::format(
          "deadlock: cannot; all locks and streams are where they were after {} iteration(s)\n",
          check.iterations);
    case Verdict::deadlocks:
      return fmt::format("deadlock: in iteration {}: {}\n", check.iterations, check.story);
    case Verdict::undecided:
      break;
  }
  return fmt::format("deadlock: undecided: {}\n", check.story);
}

}  // namespace

std::string to_text(const Plan& plan, const arch::Device& device) {
  return fmt::format("{} on {}\n\n{}\n{}\n{}\n{}{}{}{}", plan.model, plan.device, layers_table(plan),
                     edges_table(plan, device), plios_table(plan), interval_line(plan),
                     placement_line(plan.placement), deadlock_line(plan.deadlock), totals(plan));
}

}  // namespace aie4ml::compiler
