#include "compiler/codegen/codegen.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "arch/error.hpp"
#include "compiler/codegen/core_program.hpp"
#include "compiler/codegen/kernel_store.hpp"
#include "compiler/codegen/parameters.hpp"
#include "compiler/codegen/require_clean.hpp"
#include "compiler/plan/edges.hpp"
#include "compiler/plan/plan_locks.hpp"
#include "compiler/route/verify_routes.hpp"

namespace aie4ml::compiler {
namespace {

constexpr int kWordBytes = 4;

class Generator {
 public:
  Generator(const Graph& graph, const Plan& plan, const arch::Device& device)
      : graph_(graph), plan_(plan), device_(device) {}

  arch::Image generate() {
    image_.model = plan_.model;
    image_.model_sha256 = graph_.model_sha256;
    image_.device = plan_.device;
    for (std::size_t i = 0; i < plan_.layers.size(); ++i) add_layer(static_cast<std::int32_t>(i));
    for (const Edge& edge : plan_.edges) add_edge(edge);
    for (const PlannedLock& lock : locks_of(plan_)) {
      tile(lock.tile).locks.push_back({lock.lock, lock.value, lock.name});
    }
    for (const DmaChain& chain : plan_.dma) add_chain(chain);
    for (std::size_t i = 0; i < plan_.nets.size(); ++i) add_route(plan_.nets[i], plan_.routes[i]);
    for (const PlioPlan& plio : plan_.plios) add_host_end(plio);
    for (std::size_t i = 0; i < graph_.inputs.size(); ++i) {
      add_port(graph_.inputs[i], static_cast<std::int32_t>(i), arch::PlioChannel::Direction::input);
    }
    for (std::size_t i = 0; i < graph_.outputs.size(); ++i) {
      add_port(graph_.outputs[i], static_cast<std::int32_t>(i), arch::PlioChannel::Direction::output);
    }
    for (auto& [coord, tile] : tiles_) image_.tiles.push_back(std::move(tile));  // std::map: sorted
    return std::move(image_);
  }

 private:
  arch::TileImage& tile(arch::TileCoord coord) {
    arch::TileImage& found = tiles_[coord];
    found.tile = coord;
    return found;
  }

  std::int32_t add_buffer(arch::TileCoord coord, std::int32_t layer, const PlacedBuffer& buffer) {
    const auto index = static_cast<std::int32_t>(image_.debug.buffers.size());
    image_.debug.buffers.push_back({buffer.name, layer, coord, buffer.address, buffer.size});
    buffers_[coord].push_back(index);
    return index;
  }
  // The buffer that holds the address: what a descriptor works on.
  [[nodiscard]] std::int32_t buffer_at(arch::TileCoord coord, std::int32_t address) const {
    const auto here = buffers_.find(coord);
    if (here == buffers_.end()) return -1;
    for (const std::int32_t index : here->second) {
      const arch::BufferInfo& buffer = image_.debug.buffers[static_cast<std::size_t>(index)];
      if (address >= buffer.address && address < buffer.address + buffer.size_bytes) return index;
    }
    return -1;
  }

  void add_layer(std::int32_t index) {
    const LayerPlan& layer = plan_.layers[static_cast<std::size_t>(index)];
    const Op& op = graph_.nodes.at(static_cast<std::size_t>(layer.node)).op;
    arch::LayerInfo info;
    info.name = layer.name;
    info.op = layer.op;
    info.description =
        fmt::format("{}, {}{}, {}x{}", sizes(layer), arch::to_string(graph_.tensor(output_of(op)).quant.type),
                    applies_relu(op) ? ", ReLU" : "", layer.cas_len, layer.cas_num);
    if (std::holds_alternative<DenseOp>(op)) {
      info.macs_per_iteration = std::int64_t{layer.rows} * layer.k * layer.n;
    }
    for (const TilePlan& planned : layer.tiles) {
      info.tiles.push_back(planned.tile);
      add_tile(layer, planned, op, index, kernels_.of(planned.kernel));
    }
    image_.debug.layers.push_back(std::move(info));
  }
  static std::string sizes(const LayerPlan& layer) {
    if (layer.op == "dense") return fmt::format("{} -> {}", layer.k, layer.n);
    return fmt::format("{} x {}", layer.rows, layer.n);
  }
  static bool applies_relu(const Op& op) {
    if (const auto* dense = std::get_if<DenseOp>(&op)) return dense->relu;
    if (const auto* add = std::get_if<AddOp>(&op)) return add->relu;
    return false;
  }

  void add_tile(const LayerPlan& layer, const TilePlan& planned, const Op& op, std::int32_t index,
                const kernels::KernelCode& code) {
    arch::TileImage& out = tile(planned.tile);
    out.program = core_program(planned, code, index, device_);
    const std::int64_t bytes = out.program->size_bytes(device_);
    if (bytes > device_.core.program_memory.value) {
      throw arch::InputError(fmt::format("layer '{}'", layer.name),
                             fmt::format("its program of {} bytes exceeds the program memory of {}", bytes,
                                         device_.core.program_memory.value),
                             "cut the layer differently (cas_len, cas_num)");
    }
    out.cascade_in = planned.position > 0 ? arch::CascadeDirection::horizontal : arch::CascadeDirection::none;
    out.cascade_out = planned.position + 1 < layer.cas_len ? arch::CascadeDirection::horizontal
                                                           : arch::CascadeDirection::none;
    for (const PlacedBuffer& buffer : planned.buffers()) add_buffer(planned.tile, index, buffer);
    const auto segment = [&](const PlacedBuffer& buffer, std::vector<std::uint8_t> data) {
      out.memory.push_back({buffer.address, std::move(data), buffer_at(planned.tile, buffer.address)});
    };
    if (const auto* dense = std::get_if<DenseOp>(&op)) {
      segment(planned.weights.value(), weights_of(graph_, *dense, planned));
      if (planned.bias) segment(*planned.bias, bias_of(graph_, *dense, planned));
    }
  }

  // Whether the DMAs read bytes that none of them writes: padding, whose zeros are part of the design.
  static bool reads_unwritten(const Edge& edge) {
    std::int64_t written = 0;
    for (const Region& region : edge.regions) {
      if (region.reader >= 0) written += region.written.elements();
    }
    return written < edge.stored.elements();
  }

  void add_edge(const Edge& edge) {
    arch::TileImage& out = tile(edge.tile);
    for (const PlacedBuffer& buffer : edge.buffer) {
      const std::int32_t index = add_buffer(edge.tile, layer_of(edge), buffer);
      if (reads_unwritten(edge)) {
        out.memory.push_back(
            {buffer.address, std::vector<std::uint8_t>(static_cast<std::size_t>(buffer.size)), index});
      }
    }
    if (edge.dump) add_buffer(edge.tile, layer_of(edge), *edge.dump);
  }

  void add_chain(const DmaChain& chain) {
    arch::TileImage& out = tile(chain.tile);
    for (arch::BufferDescriptor bd : chain.descriptors) {
      bd.buffer = buffer_at(chain.tile, bd.address_words * kWordBytes);
      out.descriptors.push_back(std::move(bd));
    }
    std::sort(out.descriptors.begin(), out.descriptors.end(),
              [](const auto& a, const auto& b) { return a.id < b.id; });
    out.channels.push_back({chain.channel, {{chain.descriptors.front().id, 1}}, chain.layer});
    std::sort(out.channels.begin(), out.channels.end(),
              [](const auto& a, const auto& b) { return a.channel < b.channel; });
  }

  // Host ends of a plan are of one kind, so that their order is that of the image.
  void add_host_end(const PlioPlan& end) {
    if (!end.noc) {
      image_.plios.push_back(end.channel);
      return;
    }
    image_.gmios.push_back(
        {end.channel.name, end.channel.direction, end.channel.column, end.noc->channel.index});
    arch::TileImage& shim = tile(device_.shim_tile(end.channel.column));
    arch::BufferDescriptor bd;
    bd.id = end.noc->bd;
    bd.length_words = words_of(end);
    shim.descriptors.push_back(std::move(bd));
    std::sort(shim.descriptors.begin(), shim.descriptors.end(),
              [](const auto& a, const auto& b) { return a.id < b.id; });
    shim.channels.push_back({end.noc->channel, {{end.noc->bd, 1}}, -1});
    std::sort(shim.channels.begin(), shim.channels.end(),
              [](const auto& a, const auto& b) { return a.channel < b.channel; });
  }
  // Of an iteration: those of the stream that begins or ends at its South port.
  [[nodiscard]] std::int32_t words_of(const PlioPlan& end) const {
    const StreamEnd port{device_.shim_tile(end.channel.column), {arch::PortSide::south, end.channel.index}};
    const bool input = end.channel.direction == arch::PlioChannel::Direction::input;
    const auto net = std::find_if(plan_.nets.begin(), plan_.nets.end(), [&](const Net& candidate) {
      return input ? candidate.source == port : candidate.sinks.front() == port;
    });
    return net == plan_.nets.end() ? 0 : static_cast<std::int32_t>(net->words_per_iteration);
  }

  void add_route(const Net& net, const Route& route) {
    for (const Hop& hop : route) tile(hop.tile).connections.push_back(hop.connection);
    image_.debug.routes.push_back(
        {fmt::format("{} -> {}", net.name, destination(net)), net.source.tile, net.source.port, net.layer});
  }
  [[nodiscard]] std::string destination(const Net& net) const {
    const StreamEnd& first = net.sinks.front();
    if (net.sinks.size() == 1) return device_.tile_name(first.tile);
    return fmt::format("{} and {} more", device_.tile_name(first.tile), net.sinks.size() - 1);
  }

  void add_port(const GraphIo& io, std::int32_t index, arch::PlioChannel::Direction direction) {
    const Tensor& tensor = graph_.tensor(io.tensor);
    arch::GraphPort port;
    port.tensor = io.name;
    port.direction = direction;
    port.shape = tensor.shape;
    port.type = tensor.quant.type;
    port.is_float = io.is_float;
    port.frac = tensor.quant.frac;
    for (const PlioPlan& plio : plan_.plios) {
      if (plio.port != index || plio.channel.direction != direction) continue;
      port.transposed = plio.transposed;
      port.slices.insert(port.slices.end(), plio.slices.begin(), plio.slices.end());
    }
    image_.ports.push_back(std::move(port));
  }

  const Graph& graph_;
  const Plan& plan_;
  const arch::Device& device_;
  KernelStore kernels_{device_};
  arch::Image image_;
  std::map<arch::TileCoord, arch::TileImage> tiles_;
  std::map<arch::TileCoord, std::vector<std::int32_t>> buffers_;  // indices into DebugMap::buffers
};

}  // namespace

arch::Image generate_image(const Graph& graph, const Plan& plan, const arch::Device& device) {
  arch::Image image = Generator(graph, plan, device).generate();
  require_clean("image", image.validate(device));
  require_clean("routes", verify_routes(image, plan.nets, device));
  return image;
}

}  // namespace aie4ml::compiler
