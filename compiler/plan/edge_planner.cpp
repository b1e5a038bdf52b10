#include "compiler/plan/edge_planner.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "arch/error.hpp"
#include "compiler/plan/direct.hpp"
#include "compiler/plan/edges.hpp"
#include "compiler/plan/hand_over.hpp"
#include "compiler/plan/layers.hpp"
#include "compiler/plan/memory_tiles.hpp"
#include "compiler/plan/noc_pool.hpp"
#include "compiler/plan/plio_pool.hpp"
#include "compiler/plan/sources.hpp"
#include "compiler/plan/staging.hpp"
#include "compiler/plan/transfers.hpp"

namespace aie4ml::compiler {
namespace {

using Direction = arch::PlioChannel::Direction;
using Kind = Endpoint::Kind;
constexpr int kWordBytes = 4;

class EdgePlanner {
 public:
  EdgePlanner(const Graph& graph, HostPorts host_ports, const arch::Device& device, Plan& plan)
      : graph_(graph), host_ports_(host_ports), device_(device), plan_(plan) {}

  void run(const std::vector<Leg>& legs) {
    sources_ = sources_of(graph_, legs, plan_);
    for (const Leg& leg : legs) {
      if (!is_direct(leg, plan_.direct)) stage_leg(graph_, leg, sources_, device_, plan_, listeners_);
    }
    mark_unread();
    place_edges();
    place_plios();
    fold_crowded_tiles();
    BdAllocator bds(device_);
    for (const Source& source : sources_) {
      if (in_blocks(source)) add_source_transfers(source, device_, bds, plan_);
      for (const DirectLink& link : plan_.direct) {
        if (comes_from(link, source)) add_direct_transfers(link, source, device_, bds, plan_);
      }
    }
    for (const Edge& edge : plan_.edges) add_edge_transfers(edge, device_, bds, plan_);
    for (const Edge& edge : plan_.edges) hand_over_whole(edge, plan_.dma, bds);
    for (std::size_t s = 0; s < sources_.size(); ++s) add_source_net(static_cast<std::int32_t>(s));
    for (const Edge& edge : plan_.edges) add_reader_nets(edge);
  }

 private:
  [[nodiscard]] const LayerPlan& layer(const Endpoint& end) const {
    return plan_.layers[static_cast<std::size_t>(end.index)];
  }
  [[nodiscard]] bool has_listeners(const Source& source) const {
    return std::any_of(listeners_.begin(), listeners_.end(), [&](const Listener& listener) {
      return &sources_[static_cast<std::size_t>(listener.source)] == &source;
    });
  }
  template <class Which>
  [[nodiscard]] bool has_link(const Source& source, Which which) const {
    return std::any_of(plan_.direct.begin(), plan_.direct.end(),
                       [&](const DirectLink& link) { return comes_from(link, source) && which(link); });
  }
  // Whether the source's stream has the order of its blocks, piece by piece: not if a direct link has it
  // alone, nor if nobody listens.
  [[nodiscard]] bool in_blocks(const Source& source) const {
    return has_listeners(source) || has_link(source, [](const DirectLink& link) { return link.shared; });
  }

  // Chains whose part of the output nobody reads must not wait for a reader.
  void mark_unread() {
    for (const Source& source : sources_) {
      if (source.kind != Kind::layer || has_listeners(source)) continue;
      if (has_link(source, [](const DirectLink&) { return true; })) continue;
      LayerPlan& layer = plan_.layers[static_cast<std::size_t>(source.index)];
      const PortSlice& slice = layer.output.slices[static_cast<std::size_t>(source.slice)];
      layer.tiles[static_cast<std::size_t>(slice.tiles.front())].unread = true;
    }
  }

  // Nearest to where the edge is read: to the tiles of its readers or, for outputs and relays, of its
  // writers.
  [[nodiscard]] int column_near(const Edge& edge) const {
    std::vector<int> columns;
    for (const Endpoint& end : edge.readers) {
      if (end.kind != Kind::layer) continue;
      const LayerPlan& to = layer(end);
      const PortSlice& slice =
          to.inputs[static_cast<std::size_t>(end.operand)].slices[static_cast<std::size_t>(end.slice)];
      columns.push_back(to.tiles[static_cast<std::size_t>(slice.tiles.front())].tile.col);
    }
    if (!columns.empty()) return *std::min_element(columns.begin(), columns.end());
    for (const Endpoint& end : edge.writers) {
      if (end.kind != Kind::layer) continue;
      const LayerPlan& from = layer(end);
      const PortSlice& slice = from.output.slices[static_cast<std::size_t>(end.slice)];
      columns.push_back(from.tiles[static_cast<std::size_t>(slice.tiles.front())].tile.col);
    }
    if (!columns.empty()) return *std::max_element(columns.begin(), columns.end());
    return device_.grid.default_start_column;
  }

  void place_edges() {
    MemoryTilePool memory(device_);
    for (Edge& edge : plan_.edges) {
      check_rows(edge);
      memory.place(edge, count_edge_descriptors(edge, plan_), column_near(edge));
    }
  }

  // Rows of a PLIO stream are counted by a wrap field of the memory tile's descriptors.
  void check_rows(const Edge& edge) const {
    const int limit = (1 << device_.memory_tile_dma.wrap_bits.at(1)) - 1;
    if (edge.stored.rows.size() <= limit) return;
    throw arch::InputError(
        fmt::format("tensor '{}'", edge.name),
        fmt::format("{} rows are more than the {} a descriptor can count", edge.stored.rows.size(), limit),
        "use a smaller batch");
  }

  // Tiles whose streams come in more pieces than there are descriptors for two halves.
  void fold_crowded_tiles() {
    std::map<std::pair<std::int32_t, std::int32_t>, std::size_t> descriptors;  // by layer and tile
    for (const Source& source : sources_) {
      if (source.kind != Kind::layer) continue;
      const LayerPort& port = plan_.layers[static_cast<std::size_t>(source.index)].output;
      const PortSlice& slice = port.slices[static_cast<std::size_t>(source.slice)];
      const std::size_t count = in_blocks(source) ? count_source_descriptors(source, port) : 1;
      descriptors[{source.index, slice.tiles.front()}] += count;
      for (const DirectLink& link : plan_.direct) {
        if (!comes_from(link, source)) continue;
        const LayerPlan& to = plan_.layers[static_cast<std::size_t>(link.consumer)];
        const LayerPort& in = to.inputs[static_cast<std::size_t>(link.operand)];
        for (const std::int32_t tile : in.slices[static_cast<std::size_t>(link.in_slice)].tiles) {
          descriptors[{link.consumer, tile}] += count;
        }
      }
    }
    for (const Edge& edge : plan_.edges) {
      for (std::size_t r = 0; r < edge.readers.size(); ++r) {
        const Endpoint& end = edge.readers[r];
        if (end.kind != Kind::layer) continue;
        const LayerPort& port = layer(end).inputs[static_cast<std::size_t>(end.operand)];
        const std::size_t count = count_reader_descriptors(edge, static_cast<int>(r), port);
        for (const std::int32_t tile : port.slices[static_cast<std::size_t>(end.slice)].tiles) {
          descriptors[{end.index, tile}] += count;
        }
      }
    }
    for (const auto& [where, count] : descriptors) {
      if (2 * count <= static_cast<std::size_t>(device_.tile_dma.bds)) continue;
      LayerPlan& crowded = plan_.layers[static_cast<std::size_t>(where.first)];
      fold_tile(crowded.tiles[static_cast<std::size_t>(where.second)], crowded.name, device_);
    }
  }

  // Near the first memory tile that their words come from or go to.
  void place_plios() {
    const bool noc = host_ports_ == HostPorts::noc ||
                     (host_ports_ == HostPorts::automatic && device_.grid.plio_columns.empty());
    PlioPool plios(device_);
    NocPool gmios(device_);
    int inputs = 0;
    int outputs = 0;
    const auto place = [&](const Endpoint& end, Direction direction, int column) {
      if (end.kind != Kind::plio) return;
      PlioPlan& plio = plan_.plios[static_cast<std::size_t>(end.index)];
      if (!plio.channel.name.empty()) return;
      const std::string name =
          direction == Direction::input ? fmt::format("ifm_c{}", inputs++) : fmt::format("y_p{}", outputs++);
      if (noc) {
        gmios.take(direction, column, name, plio);
      } else {
        plio.channel = plios.take(direction, column, name);
      }
    };
    for (const Edge& edge : plan_.edges) {
      for (const Endpoint& end : edge.writers) place(end, Direction::input, edge.tile.col);
      for (const Endpoint& end : edge.readers) place(end, Direction::output, edge.tile.col);
    }
  }

  [[nodiscard]] static StreamEnd dma_port(arch::TileCoord tile, arch::ChannelId channel) {
    return {tile, {arch::PortSide::dma, channel.index}};
  }
  [[nodiscard]] StreamEnd plio_port(std::int32_t index) const {
    const arch::PlioChannel& channel = plan_.plios[static_cast<std::size_t>(index)].channel;
    return {device_.shim_tile(channel.column), {arch::PortSide::south, channel.index}};
  }
  [[nodiscard]] const std::string& plio_name(std::int32_t index) const {
    return plan_.plios[static_cast<std::size_t>(index)].channel.name;
  }

  // One net to all edges that listen.
  void add_source_net(std::int32_t index) {
    const Source& source = sources_[static_cast<std::size_t>(index)];
    Net net;
    for (const Listener& listener : listeners_) {
      if (listener.source != index) continue;
      const Edge& edge = plan_.edges[static_cast<std::size_t>(listener.edge)];
      net.sinks.push_back(
          dma_port(edge.tile, edge.writers[static_cast<std::size_t>(listener.writer)].channel));
      net.words_per_iteration = writer_words(edge, listener.writer);
      if (net.layer < 0) net.layer = source.kind == Kind::layer ? source.index : layer_of(edge);
    }
    for (const DirectLink& link : plan_.direct) {
      if (!comes_from(link, source)) continue;
      const std::vector<StreamEnd> sinks = direct_sinks(link, plan_);
      net.sinks.insert(net.sinks.end(), sinks.begin(), sinks.end());
      net.layer = source.index;
      const LayerPort& port = plan_.layers[static_cast<std::size_t>(source.index)].output;
      net.words_per_iteration = source.box.elements() * port.element_bytes / kWordBytes;
    }
    if (net.sinks.empty()) return;
    if (source.kind == Kind::plio) {
      net.name = plio_name(source.index);
      net.source = plio_port(source.index);
    } else {
      const LayerPlan& from = plan_.layers[static_cast<std::size_t>(source.index)];
      const PortSlice& slice = from.output.slices[static_cast<std::size_t>(source.slice)];
      net.name = fmt::format("{}.out[{}]", from.name, source.slice);
      net.source = dma_port(from.tiles[static_cast<std::size_t>(slice.tiles.front())].tile, kTileOutChannel);
    }
    plan_.nets.push_back(std::move(net));
  }

  void add_reader_nets(const Edge& edge) {
    for (std::size_t r = 0; r < edge.readers.size(); ++r) {
      const Endpoint& end = edge.readers[r];
      Net net;
      net.layer = layer_of(edge, end);
      net.words_per_iteration = reader_words(edge, static_cast<int>(r));
      net.source = dma_port(edge.tile, end.channel);
      if (end.kind == Kind::plio) {
        net.name = plio_name(end.index);
        net.sinks = {plio_port(end.index)};
      } else if (end.kind == Kind::relay) {
        const Edge& to = plan_.edges[static_cast<std::size_t>(end.index)];
        net.name = edge.name;
        net.sinks = {dma_port(to.tile, to.writers[static_cast<std::size_t>(end.slice)].channel)};
      } else {
        const LayerPlan& to = layer(end);
        const LayerPort& port = to.inputs[static_cast<std::size_t>(end.operand)];
        net.name = fmt::format("{}.in{}[{}]", to.name,
                               to.inputs.size() > 1 ? fmt::to_string(end.operand) : "", end.slice);
        for (const std::int32_t t : port.slices[static_cast<std::size_t>(end.slice)].tiles) {
          net.sinks.push_back(
              dma_port(to.tiles[static_cast<std::size_t>(t)].tile, tile_input_channel(end.operand)));
        }
      }
      plan_.nets.push_back(std::move(net));
    }
  }

  const Graph& graph_;
  HostPorts host_ports_;
  const arch::Device& device_;
  Plan& plan_;
  std::vector<Source> sources_;
  std::vector<Listener> listeners_;
};

}  // namespace

void plan_edges(const Graph& graph, const std::vector<Leg>& legs, HostPorts host_ports,
                const arch::Device& device, Plan& plan) {
  EdgePlanner(graph, host_ports, device, plan).run(legs);
}

}  // namespace aie4ml::compiler
