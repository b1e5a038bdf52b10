#include "compiler/plan/layers.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "arch/error.hpp"
#include "compiler/plan/elementwise_shape.hpp"
#include "compiler/plan/slicing.hpp"
#include "compiler/plan/tile_memory.hpp"

namespace aie4ml::compiler {
namespace {

void name_halves(DoubleBuffer& buffers, const std::string& name) {
  buffers[0].name = name + " ping";
  buffers[1].name = name + " pong";
}

// Locks in order of the ports: empty and full of every operand, then of the output.
void set_locks(TilePlan& tile) {
  std::uint8_t next = 0;
  const auto pair = [&] {
    BufferLocks locks;
    locks.empty = arch::LockId(next++);
    locks.full = arch::LockId(next++);
    return locks;
  };
  tile.input_locks.clear();
  for (std::size_t i = 0; i < tile.inputs.size(); ++i) tile.input_locks.push_back(pair());
  tile.out_locks = pair();
}

void set_memory(TilePlan& tile, TileMemory memory, const std::string& layer) {
  tile.inputs = std::move(memory.inputs);
  tile.weights = memory.weights;
  tile.bias = memory.bias;
  tile.stack = memory.stack;
  tile.out = memory.out;
  for (std::size_t i = 0; i < tile.inputs.size(); ++i) {
    name_halves(tile.inputs[i], tile.inputs.size() > 1 ? fmt::format("{}.in{}", layer, i) : layer + ".in");
  }
  if (tile.out) name_halves(*tile.out, layer + ".out");
  if (tile.weights) tile.weights->name = layer + ".weights";
  if (tile.bias) tile.bias->name = layer + ".bias";
  tile.stack.name = "stack";
  set_locks(tile);
}

Interval slice(std::int32_t index, std::int32_t size) {
  return {index * size, (index + 1) * size};
}

// A chain's part of the output.
Slice part_of(const LayerPlan& layer, std::int32_t chain) {
  if (layer.outer) return {slice(chain, layer.rows_slice), {0, layer.n_slice}};
  return {{0, layer.rows_slice}, slice(chain, layer.n_slice)};
}

class DensePlanner {
 public:
  DensePlanner(const Graph& graph, NodeId node, const Parallelism& cut, const LayerDirectives& fixed,
               bool transposed, const arch::Device& device)
      : shape_(shape_of(graph, node, fixed, device)), cut_(cut), device_(device) {
    shape_.kernel.lhs_transposed = transposed;
    layer_.node = node;
    layer_.name = shape_.name;
    layer_.op = "dense";
    layer_.rows = shape_.rows;
    layer_.k = shape_.k;
    layer_.n = shape_.n;
    layer_.cas_len = cut.cas_len;
    layer_.cas_num = cut.cas_num;
    layer_.outer = cut.contract == Contract::outer;
    layer_.rows_slice = shape_.row_slicing(cut).slice();
    layer_.k_slice = shape_.k_slicing(cut).slice();
    layer_.n_slice = shape_.n_slicing(cut).slice();
  }

  LayerPlan plan() {
    for (int chain = 0; chain < cut_.cas_num; ++chain) {
      for (int position = 0; position < cut_.cas_len; ++position) add_tile(chain, position);
    }
    for (int position = 0; position < cut_.cas_len; ++position) {
      const kernels::DenseTile& kernel = layer_.at(0, position).dense();
      const bool repeated = position >= 2 && kernel == layer_.at(0, position - 1).dense();
      layer_.kernel_cycles.push_back(repeated ? layer_.kernel_cycles.back()
                                              : kernels::dense_code(kernel, device_).cycles);
    }
    add_ports();
    return std::move(layer_);
  }

 private:
  void add_tile(int chain, int position) {
    TilePlan tile;
    tile.chain = chain;
    tile.position = position;
    tile.k = slice(position, layer_.k_slice);
    tile.n = part_of(layer_, chain).cols;
    const kernels::DenseTile kernel = tile_kernel(shape_, cut_, position);
    for (const arch::Problem& problem : kernels::check(kernel, device_)) {  // of a transposed operand
      throw arch::InputError(fmt::format("layer '{}'", layer_.name), problem.what, problem.remedy);
    }
    tile.kernel = kernel;
    set_memory(tile, lay_out(kernel, device_).value(), layer_.name);  // refusal() has asked before
    layer_.tiles.push_back(std::move(tile));
  }

  void add_ports() {
    const kernels::DenseTile& kernel = shape_.kernel;
    LayerPort& lhs = layer_.inputs.emplace_back();
    lhs.format = {kernel.mmul.m, kernel.mmul.k, kernel.lhs_transposed};
    lhs.element_bytes = arch::bytes(kernel.lhs);
    // A slice of K goes to a position of all chains that read the same rows.
    const int chains = layer_.outer ? 1 : cut_.cas_num;
    for (int first = 0; first < cut_.cas_num; first += chains) {
      for (int position = 0; position < cut_.cas_len; ++position) {
        PortSlice& port = lhs.slices.emplace_back();
        port.slice = {part_of(layer_, first).rows, slice(position, layer_.k_slice)};
        for (int chain = first; chain < first + chains; ++chain) {
          port.tiles.push_back(chain * cut_.cas_len + position);
        }
      }
    }
    layer_.output.format = {kernel.mmul.m, kernel.mmul.n, false};
    layer_.output.element_bytes = arch::bytes(kernel.out);
    for (int chain = 0; chain < cut_.cas_num; ++chain) {
      layer_.output.slices.push_back({part_of(layer_, chain), {(chain + 1) * cut_.cas_len - 1}});
    }
  }

  LayerShape shape_;
  const Parallelism& cut_;
  const arch::Device& device_;
  LayerPlan layer_;
};

// Each tile has a range of columns, or of rows, of all operands.
LayerPlan plan_elementwise(const Graph& graph, NodeId node, const Parallelism& cut,
                           const std::vector<bool>& transposed, const arch::Device& device) {
  const ElementwiseShape shape = elementwise_shape_of(graph, node, device);
  LayerPlan layer;
  layer.node = node;
  layer.name = shape.name;
  layer.op = kernels::to_string(shape.kernel.op);
  layer.rows = shape.rows;
  layer.k = layer.n = shape.columns;
  layer.cas_num = cut.cas_num;
  layer.outer = cut.contract == Contract::outer;
  layer.rows_slice = shape.row_slicing(cut).slice();
  layer.k_slice = layer.n_slice = shape.column_slicing(cut).slice();
  kernels::ElementwiseTile kernel = shape.tile(cut);
  for (std::size_t i = 0; i < transposed.size(); ++i) kernel.transposed.at(i) = transposed[i];
  for (std::size_t operand = 0; operand < transposed.size(); ++operand) {
    LayerPort& port = layer.inputs.emplace_back();
    port.format = {kernel.block_rows, kernel.block_columns, transposed[operand]};
    port.element_bytes = arch::bytes(kernel.type);
  }
  layer.output.format = {kernel.block_rows, kernel.block_columns, false};
  layer.output.element_bytes = arch::bytes(kernel.type);
  for (int chain = 0; chain < cut.cas_num; ++chain) {
    TilePlan tile;
    tile.chain = chain;
    const PortSlice part{part_of(layer, chain), {chain}};
    tile.k = tile.n = part.slice.cols;
    tile.kernel = kernel;
    set_memory(tile, lay_out(kernel, device).value(), layer.name);
    layer.tiles.push_back(std::move(tile));
    for (LayerPort& port : layer.inputs) port.slices.push_back(part);
    layer.output.slices.push_back(part);
  }
  layer.kernel_cycles = {kernels::elementwise_code(kernel, device).cycles};
  return layer;
}

}  // namespace

LayerPlan plan_layer(const Graph& graph, NodeId node, const Parallelism& cut, const LayerDirectives& fixed,
                     const std::vector<bool>& transposed, const arch::Device& device) {
  if (std::holds_alternative<DenseOp>(graph.nodes.at(static_cast<std::size_t>(node)).op)) {
    return DensePlanner(graph, node, cut, fixed, transposed.at(0), device).plan();
  }
  return plan_elementwise(graph, node, cut, transposed, device);
}

void fold_tile(TilePlan& tile, const std::string& layer, const arch::Device& device) {
  auto memory = std::visit(
      [&](const auto& kernel) { return lay_out(kernel, device, nullptr, Halves::close); }, tile.kernel);
  const auto reach = [&](const DoubleBuffer& buffer) {
    const std::int32_t words = (buffer[1].address - buffer[0].address) / 4;
    return words > 0 && words <= 1 << device.tile_dma.iteration_step_bits;
  };
  if (!memory || !std::all_of(memory->inputs.begin(), memory->inputs.end(), reach) ||
      (memory->out && !reach(*memory->out))) {
    throw arch::InputError(
        fmt::format("layer '{}'", layer), "its streams come in more pieces than a tile has descriptors for",
        "cut neighbouring layers alike: cas_num of the producer equal to cas_len of the consumer, or 1");
  }
  set_memory(tile, std::move(*memory), layer);
  tile.folded = true;
}

void move_layer(LayerPlan& layer, int col, int row, const arch::Device& device) {
  layer.col = col;
  layer.row = row;
  for (TilePlan& tile : layer.tiles) tile.tile = device.core_tile(col + tile.position, row + tile.chain);
}

}  // namespace aie4ml::compiler
