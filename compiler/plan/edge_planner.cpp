#include "compiler/plan/edge_planner.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "arch/error.hpp"
#include "compiler/plan/edges.hpp"
#include "compiler/plan/memory_tiles.hpp"
#include "compiler/plan/plio_pool.hpp"
#include "compiler/plan/slicing.hpp"
#include "compiler/plan/transfers.hpp"

namespace aie4ml::compiler {
namespace {

using Direction = arch::PlioChannel::Direction;

const DenseOp& dense(const Node& node) {
  return std::get<DenseOp>(node.op);
}

void refuse_fan_out(const Graph& graph, const std::vector<Connection>& connections) {
  std::map<TensorId, const Connection*> seen;
  const auto reader = [&](const Connection& c) {
    return c.consumer < 0 ? std::string("a graph output")
                          : fmt::format("layer '{}'", graph.nodes[static_cast<std::size_t>(c.consumer)].name);
  };
  for (const Connection& connection : connections) {
    const auto [first, fresh] = seen.emplace(connection.tensor, &connection);
    if (fresh) continue;
    throw arch::InputError(
        fmt::format("tensor '{}'", graph.tensor(connection.tensor).name),
        fmt::format("is read by {} and {}; several readers of one tensor are not supported yet",
                    reader(*first->second), reader(connection)),
        "give each reader a tensor of its own");
  }
}

class EdgePlanner {
 public:
  EdgePlanner(const Graph& graph, const arch::Device& device, Plan& plan)
      : graph_(graph), device_(device), plan_(plan), memory_(device), plios_(device), bds_(device) {}

  void add(const Connection& connection) {
    Edge edge;
    const Tensor& tensor = graph_.tensor(connection.tensor);
    edge.tensor = connection.tensor;
    edge.name = tensor.name;
    edge.producer = connection.producer;
    edge.consumer = connection.consumer;
    const LayerPlan& some_layer = layer(edge.consumer >= 0 ? edge.consumer : edge.producer);
    edge.rows = some_layer.rows;
    edge.rows_stored = some_layer.rows_padded;
    edge.cols = static_cast<std::int32_t>(tensor.cols());
    edge.element_bytes = arch::bytes(tensor.quant.type);
    set_endpoints(edge);
    const auto& padding_bits = device_.memory_tile_dma.padding_bits;
    const kernels::DenseTile& kernel = some_layer.tiles.front().kernel;
    cut_regions(edge, {std::max<int>(kernel.mmul.k, kernel.mmul.n),
                       padding_bits.size() > 2 ? (1 << padding_bits[2]) - 1 : 0});
    check_rows(edge);
    const int near = edge.consumer >= 0 ? layer(edge.consumer).col
                                        : layer(edge.producer).col + layer(edge.producer).cas_len - 1;
    memory_.place(edge, near);
    place_plios(edge);
    for (DmaChain& chain : edge_transfers(edge, plan_.layers, bds_)) plan_.dma.push_back(std::move(chain));
    add_nets(edge);
    plan_.edges.push_back(std::move(edge));
  }

 private:
  [[nodiscard]] const LayerPlan& layer(int index) const {
    return plan_.layers[static_cast<std::size_t>(index)];
  }

  void set_endpoints(Edge& edge) {
    if (edge.producer >= 0) {
      const LayerPlan& from = layer(edge.producer);
      for (int c = 0; c < from.cas_num; ++c) {
        edge.writers.push_back({from.at(c, from.cas_len - 1).n, edge.producer, c, {}});
      }
    }
    if (edge.consumer >= 0) {
      const LayerPlan& to = layer(edge.consumer);
      for (int p = 0; p < to.cas_len; ++p) edge.readers.push_back({to.at(0, p).k, edge.consumer, p, {}});
    }
    // A PLIO for every slice of the layer that the boundary faces.
    if (edge.producer < 0) edge.writers = add_plios(edge, edge.readers, Direction::input);
    if (edge.consumer < 0) edge.readers = add_plios(edge, edge.writers, Direction::output);
  }

  std::vector<Endpoint> add_plios(const Edge& edge, const std::vector<Endpoint>& slices,
                                  Direction direction) {
    std::vector<Endpoint> ends;
    for (const Endpoint& slice : slices) {
      const int begin = slice.columns.begin;
      const int cols = std::min(slice.columns.end, edge.cols) - begin;
      const int on_stream = plio_columns_on_stream(cols, edge.element_bytes);
      const auto index = static_cast<std::int32_t>(plan_.plios.size());
      PlioPlan plio{edge.tensor, {}, {index, 0, edge.rows, edge.rows, begin, cols, on_stream}};
      plio.channel.direction = direction;
      plan_.plios.push_back(plio);
      ends.push_back({{begin, begin + on_stream}, -1, index, {}});
    }
    return ends;
  }

  // Column and channel of the edge's PLIOs, near its memory tile.
  void place_plios(const Edge& edge) {
    const bool input = edge.producer < 0;
    if (!input && edge.consumer >= 0) return;
    for (const Endpoint& end : input ? edge.writers : edge.readers) {
      const std::string name = input ? fmt::format("ifm_c{}", inputs_++) : fmt::format("y_p{}", outputs_++);
      plan_.plios[static_cast<std::size_t>(end.index)].channel =
          plios_.take(input ? Direction::input : Direction::output, edge.tile.col, name);
    }
  }

  // Rows of a PLIO stream are counted by a wrap field of the memory tile's descriptors.
  void check_rows(const Edge& edge) const {
    const int limit = (1 << device_.memory_tile_dma.wrap_bits.at(1)) - 1;
    if (edge.rows <= limit) return;
    throw arch::InputError(
        fmt::format("tensor '{}'", edge.name),
        fmt::format("{} rows are more than the {} a descriptor can count", edge.rows, limit),
        "use a smaller batch");
  }

  [[nodiscard]] StreamEnd dma_port(arch::TileCoord tile, arch::ChannelId channel) const {
    return {tile, {arch::PortSide::dma, channel.index}};
  }
  [[nodiscard]] StreamEnd plio_port(int index) const {
    const arch::PlioChannel& channel = plan_.plios[static_cast<std::size_t>(index)].channel;
    return {device_.shim_tile(channel.column), {arch::PortSide::south, channel.index}};
  }
  [[nodiscard]] static std::int64_t words(const Edge& edge, const Endpoint& end) {
    return std::int64_t{end.columns.size()} * edge.element_bytes / 4 *
           (end.layer < 0 ? edge.rows : edge.rows_stored);
  }

  void add_nets(const Edge& edge) {
    for (const Endpoint& end : edge.writers) {
      Net net;
      net.layer = end.layer >= 0 ? end.layer : edge.consumer;
      net.words_per_iteration = words(edge, end);
      net.sinks = {dma_port(edge.tile, end.channel)};
      if (end.layer < 0) {
        net.name = plan_.plios[static_cast<std::size_t>(end.index)].channel.name;
        net.source = plio_port(end.index);
      } else {
        const LayerPlan& from = layer(end.layer);
        net.name = fmt::format("{}.out[{}]", from.name, end.index);
        net.source = dma_port(from.at(end.index, from.cas_len - 1).tile, kTileOutChannel);
      }
      plan_.nets.push_back(std::move(net));
    }
    for (const Endpoint& end : edge.readers) {
      Net net;
      net.layer = end.layer >= 0 ? end.layer : edge.producer;
      net.words_per_iteration = words(edge, end);
      net.source = dma_port(edge.tile, end.channel);
      if (end.layer < 0) {
        net.name = plan_.plios[static_cast<std::size_t>(end.index)].channel.name;
        net.sinks = {plio_port(end.index)};
      } else {
        const LayerPlan& to = layer(end.layer);
        net.name = fmt::format("{}.in[{}]", to.name, end.index);
        for (int c = 0; c < to.cas_num; ++c)
          net.sinks.push_back(dma_port(to.at(c, end.index).tile, kTileLhsChannel));
      }
      plan_.nets.push_back(std::move(net));
    }
  }

  const Graph& graph_;
  const arch::Device& device_;
  Plan& plan_;
  MemoryTilePool memory_;
  PlioPool plios_;
  BdAllocator bds_;
  int inputs_{}, outputs_{};
};

}  // namespace

std::vector<Connection> connections_of(const Graph& graph) {
  std::map<TensorId, int> producer;
  std::vector<Connection> connections;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const DenseOp& op = dense(graph.nodes[i]);
    const auto from = producer.find(op.x);
    connections.push_back({op.x, from == producer.end() ? -1 : from->second, static_cast<int>(i)});
    producer[op.y] = static_cast<int>(i);
  }
  for (const GraphIo& output : graph.outputs) {
    const auto from = producer.find(output.tensor);
    if (from == producer.end()) {
      throw arch::InputError(fmt::format("graph output '{}'", output.name), "no layer computes it",
                             "remove it from the model's outputs");
    }
    connections.push_back({output.tensor, from->second, -1});
  }
  refuse_fan_out(graph, connections);
  return connections;
}

void plan_edges(const Graph& graph, const std::vector<Connection>& connections, const arch::Device& device,
                Plan& plan) {
  EdgePlanner planner(graph, device, plan);
  for (const Connection& connection : connections) planner.add(connection);
}

}  // namespace aie4ml::compiler
