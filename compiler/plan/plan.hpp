// A placed design: everything decided about tiles, slices, buffers, locks, DMAs, PLIOs and routes, before any
// code or image exists. Made by make_plan() (planner.hpp), judged by verify_plan() (verify_plan.hpp), turned
// into an arch::Image by codegen.
//
// Words used: a layer takes a rectangle of cas_len x cas_num tiles. A row of it is a *chain*: its cas_len
// tiles split K, pass partial sums eastwards over the cascade, and the easternmost one (*position* cas_len -
// 1) writes the chain's share of the output. An *edge* is a tensor (or a part of one) on its way to one
// reader of it, double-buffered and row-major in one memory tile, between writers (streams in) and readers
// (streams out). The tensor as it lies there is the *stored matrix*: for an operand that is read transposed
// it is the operand with rows and columns exchanged, otherwise the operand itself.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "arch/device/device.hpp"
#include "arch/image/image.hpp"
#include "arch/units.hpp"
#include "compiler/graph/graph.hpp"
#include "compiler/place/placer.hpp"
#include "compiler/plan/deadlock_check.hpp"
#include "kernels/dense/dense.hpp"
#include "kernels/elementwise/elementwise.hpp"

namespace aie4ml::compiler {

// Rows or columns [begin, end).
struct Interval {
  std::int32_t begin{}, end{};
  [[nodiscard]] std::int32_t size() const { return end - begin; }
  [[nodiscard]] bool contains(const Interval& other) const {
    return begin <= other.begin && other.end <= end;
  }
  friend bool operator==(const Interval&, const Interval&) = default;
};

// A rectangle of a matrix.
struct Slice {
  Interval rows, cols;
  [[nodiscard]] bool contains(const Slice& other) const {
    return rows.contains(other.rows) && cols.contains(other.cols);
  }
  [[nodiscard]] std::int64_t elements() const { return std::int64_t{rows.size()} * cols.size(); }
  [[nodiscard]] Slice transposed() const { return {cols, rows}; }
  friend bool operator==(const Slice&, const Slice&) = default;
};

struct PlacedBuffer {
  std::string name;        // "fc1.in ping"
  std::int32_t address{};  // bytes, in the tile's own memory
  std::int32_t size{};     // bytes
  [[nodiscard]] std::int32_t end() const { return address + size; }
};
using DoubleBuffer = std::array<PlacedBuffer, 2>;  // ping, pong

// How a tile holds its slice of a matrix: blocks [rows / block_rows][cols / block_cols], inside
// [block_rows][block_cols]; transposed: inside [block_cols][block_rows].
struct BlockFormat {
  std::int32_t block_rows{}, block_cols{};
  bool transposed{};
  friend bool operator==(const BlockFormat&, const BlockFormat&) = default;
};

// Counting locks of a double buffer: full counts halves to be read, empty those to be written.
struct BufferLocks {
  arch::LockId empty{}, full{};
};

using TileKernel = std::variant<kernels::DenseTile, kernels::ElementwiseTile>;

struct TilePlan {
  arch::TileCoord tile{};
  std::int32_t chain{}, position{};
  TileKernel kernel;                 // shape, types, role
  std::vector<DoubleBuffer> inputs;  // by operand
  std::optional<PlacedBuffer> weights, bias;
  PlacedBuffer stack{};
  std::optional<DoubleBuffer> out;  // tiles that end a chain
  std::vector<BufferLocks> input_locks;
  BufferLocks out_locks{};
  bool folded{};  // one descriptor serves both halves of a buffer
  bool unread{};  // nobody reads its output: written over and over, without locks
  // Dense: slice of the weights, padding included: may end beyond the matrix.
  Interval k, n;
  [[nodiscard]] std::vector<PlacedBuffer> buffers() const;  // all of them, by address
  [[nodiscard]] const kernels::DenseTile& dense() const { return std::get<kernels::DenseTile>(kernel); }
  // Place in a cascade; tiles of elementwise layers are single.
  [[nodiscard]] kernels::CascadeRole role() const;
  // What it does, in a word: the role, or the elementwise operator.
  [[nodiscard]] std::string task() const;
};

// One stream between a layer and an edge: which slice of the operand (or output), padding included, and the
// tiles at its end, as indices into LayerPlan::tiles. Several tiles get the same words.
struct PortSlice {
  Slice slice;
  std::vector<std::int32_t> tiles;
};
struct LayerPort {
  BlockFormat format;
  std::int32_t element_bytes{1};
  std::vector<PortSlice> slices;
};

// What a layer takes for one iteration, in cycles of the AIE clock, of the busiest tile: the kernel, when
// nothing stalls, and the words in and out, of which a stream, a DMA channel and a memory tile's channel each
// move one a cycle. Waits for locks, banks and other layers are left to the simulation.
struct LayerCost {
  std::int64_t compute{}, input{}, output{};
  // Ping and pong let the three overlap from one iteration to the next ...
  [[nodiscard]] std::int64_t interval() const;
  // ... but in one iteration a buffer is full before it is read.
  [[nodiscard]] std::int64_t latency() const { return input + compute + output; }
  [[nodiscard]] std::string_view bound_by() const;  // what the interval is: "compute", "input" or "output"
};

struct LayerPlan {
  NodeId node{};
  std::string name;                   // of the ONNX node
  std::string op;                     // "dense", "add", "relu"
  std::int32_t rows{}, k{}, n{};      // of the model; elementwise layers have k = n
  std::int32_t rows_slice{};          // rows each tile computes
  std::int32_t k_slice{}, n_slice{};  // per tile
  std::int32_t cas_len{1}, cas_num{1};
  bool outer{};                             // chains split the rows instead of N
  std::int32_t col{}, row{};                // of the lower left tile, core grid
  std::vector<TilePlan> tiles;              // [chain][position]
  std::vector<arch::Cycles> kernel_cycles;  // predicted, per position, when nothing stalls
  std::vector<LayerPort> inputs;            // by operand
  LayerPort output;
  LayerCost cost;
  // What its chains share out among them, in a word.
  [[nodiscard]] const char* split_axis() const { return outer ? "rows" : op == "dense" ? "N" : "columns"; }
  [[nodiscard]] const TilePlan& at(int chain, int position) const {
    return tiles[static_cast<std::size_t>(chain) * static_cast<std::size_t>(cas_len) +
                 static_cast<std::size_t>(position)];
  }
};

// One stream into (writer) or out of (reader) an edge's buffer.
struct Endpoint {
  enum class Kind : std::uint8_t { layer, plio, relay };
  Kind kind{};
  std::int32_t index{};    // into Plan::layers, Plan::plios, or Plan::edges (the other end of a relay)
  std::int32_t operand{};  // readers of kind layer
  std::int32_t slice{};    // of a layer's port
  std::int32_t row{},
      col{};  // writers of kind layer: where the corner of their slice lies in the stored matrix
  arch::ChannelId channel{};  // of the memory tile
};

// A rectangle with one writer and at most one reader, and a lock pair of its own: hardware allows one acquire
// and one release per BD, and a lock between one producer and one consumer cannot race. All in the stored
// matrix.
struct Region {
  std::int32_t writer{}, reader{-1};  // indices into Edge::writers, Edge::readers; -1: nobody here wants it
  Slice written;                      // what the writer brings
  Slice read;                         // what the reader takes out of memory ...
  std::int32_t zero_cols{};           // ... its columns followed by these, made by the DMA
  arch::LockId empty{}, full{};       // in the memory tile
};

struct Edge {
  TensorId tensor{};                     // what the reader reads
  std::string name;                      // of the tensor
  std::int32_t consumer{-1}, operand{};  // layer and its operand, or -1 and the graph output
  std::optional<std::int32_t> relay_to;  // index of the edge that this one collects streams for
  bool transposed{};                     // the reader wants rows and columns exchanged
  Slice tensor_slice;                    // the part of the stored matrix that is data, not padding
  Slice stored;                          // rows and columns of the stored matrix that lie here
  std::int32_t element_bytes{1};
  arch::TileCoord tile{};  // memory tile
  DoubleBuffer buffer{};
  bool folded{};                     // one descriptor serves both halves
  std::optional<PlacedBuffer> dump;  // for what writers bring and nobody here wants
  std::vector<Endpoint> writers, readers;
  std::vector<Region> regions;  // of every writer and of every reader in the order of its stream
  // Per half: counts the writers that are done with it, where halves change hands whole (hand_over.hpp).
  std::optional<std::array<arch::LockId, 2>> gathered;

  [[nodiscard]] std::int32_t pitch() const { return stored.cols.size(); }  // elements from row to row
};

// A stream from the tile that ends a chain to the tiles that read, with no memory tile between them: the
// reader's slice of its operand is the writer's slice of its output.
struct DirectLink {
  TensorId tensor{};  // what the reader reads
  std::string name;
  std::int32_t producer{}, out_slice{};            // layer, and slice of its output
  std::int32_t consumer{}, operand{}, in_slice{};  // layer, and slice of its operand
  bool transposed{};                               // the reader wants rows and columns exchanged
  Slice slice;    // of the stored matrix, padding included; the operand or, transposed, its transpose
  bool shared{};  // others listen to the stream, which has the order of the producer's blocks
};

// What one DMA channel does for ever: the descriptors in order, the last followed by the first.
struct DmaChain {
  std::string name;  // "fc1.in"
  arch::TileCoord tile{};
  arch::ChannelId channel{};
  std::int32_t layer{-1};
  bool folded{};  // once through the chain is one iteration; otherwise two: ping, then pong
  std::vector<arch::BufferDescriptor> descriptors;  // buffer index not set
};

// The channel of a shim's NoC DMA that moves words between external memory and a South port, and the
// descriptor with an iteration's share.
struct NocEnd {
  arch::ChannelId channel{};
  arch::BdId bd{};
};

// Where the host hands over words, and their share of a graph input or output: slices one behind the other.
// Either a stream of the programmable logic, or a buffer in external memory (GMIO). A plan has one kind.
struct PlioPlan {
  std::int32_t port{};  // index into Graph::inputs or Graph::outputs
  arch::PlioChannel
      channel;  // of a GMIO: name, direction, column and South port; width and clock mean nothing
  std::optional<NocEnd> noc;  // GMIO
  bool transposed{};          // slices are of the transposed matrix
  std::vector<arch::PlioSlice> slices;
};

// One end of a stream: a slave port where it enters a switch, a master port where it leaves the last one.
struct StreamEnd {
  arch::TileCoord tile{};
  arch::StreamPort port{};
  friend auto operator<=>(const StreamEnd&, const StreamEnd&) = default;
};

struct Net {
  std::string name;  // "fc1.in[0]"
  std::int32_t layer{-1};
  StreamEnd source{};
  std::vector<StreamEnd> sinks;
  std::int64_t words_per_iteration{};
};

struct Hop {
  arch::TileCoord tile{};
  arch::CircuitConnection connection{};
  friend bool operator==(const Hop&, const Hop&) = default;
};
using Route = std::vector<Hop>;  // in the order the tree grew: a hop's slave is reached before it

struct Plan {
  std::string model, device;
  std::vector<LayerPlan> layers;  // topological order
  Placement placement;            // of the layers, same index: what it costs, and how sure that is the least
  std::vector<Edge> edges;
  std::vector<DirectLink> direct;
  std::vector<DmaChain> dma;
  std::vector<PlioPlan> plios;
  std::vector<Net> nets;
  std::vector<Route> routes;  // of nets, same index; empty before routing
  DeadlockCheck deadlock;     // of the routed plan

  [[nodiscard]] int tiles_used() const;
  // "PLIO" or "GMIO": what its host ends are.
  [[nodiscard]] const char* host_end() const { return !plios.empty() && plios.front().noc ? "GMIO" : "PLIO"; }
};

nlohmann::ordered_json to_json(const Plan& plan, const arch::Device& device);
// What people read: layers, edges, PLIOs and totals as aligned columns.
std::string to_text(const Plan& plan, const arch::Device& device);

}  // namespace aie4ml::compiler
