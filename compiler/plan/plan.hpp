// A placed design: everything decided about tiles, slices, buffers, locks, DMAs, PLIOs and routes, before any
// code or image exists. Made by make_plan() (planner.hpp), judged by verify_plan() (verify_plan.hpp), turned
// into an arch::Image by codegen.
//
// Words used: a layer takes a rectangle of cas_len x cas_num tiles. A row of it is a *chain*: its cas_len
// tiles split K, pass partial sums eastwards over the cascade, and the easternmost one (*position* cas_len -
// 1) writes the chain's N slice. An *edge* is a tensor between two layers, or between a layer and the graph's
// boundary; it lies row-major and double-buffered in one memory tile, between writers (streams in) and
// readers (streams out).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "arch/device/device.hpp"
#include "arch/image/image.hpp"
#include "arch/units.hpp"
#include "compiler/graph/graph.hpp"
#include "compiler/place/placer.hpp"
#include "kernels/dense/dense.hpp"

namespace aie4ml::compiler {

// Columns [begin, end) of a tensor seen as a matrix.
struct Interval {
  std::int32_t begin{}, end{};
  [[nodiscard]] std::int32_t size() const { return end - begin; }
  friend bool operator==(const Interval&, const Interval&) = default;
};

struct PlacedBuffer {
  std::string name;        // "fc1.in ping"
  std::int32_t address{};  // bytes, in the tile's own memory
  std::int32_t size{};     // bytes
  [[nodiscard]] std::int32_t end() const { return address + size; }
};

// Counting locks of a core tile: full counts buffers to be read, empty those to be written.
struct TileLocks {
  arch::LockId lhs_empty{0}, lhs_full{1}, out_empty{2}, out_full{3};
};

struct TilePlan {
  arch::TileCoord tile{};
  std::int32_t chain{}, position{};
  Interval k, n;                      // slice of the weights, padding included: may end beyond the matrix
  kernels::DenseTile kernel{};        // shape, types, role
  std::array<PlacedBuffer, 2> lhs{};  // ping, pong
  PlacedBuffer weights{}, stack{};
  std::optional<PlacedBuffer> bias;                // tiles that end a chain of a layer with bias
  std::optional<std::array<PlacedBuffer, 2>> out;  // tiles that end a chain
  TileLocks locks{};
  [[nodiscard]] std::vector<PlacedBuffer> buffers() const;  // all of them, by address
};

struct LayerPlan {
  NodeId node{};
  std::string name;                   // of the ONNX node
  std::int32_t rows{}, k{}, n{};      // of the model
  std::int32_t rows_padded{};         // rows each tile computes
  std::int32_t k_slice{}, n_slice{};  // per tile
  std::int32_t cas_len{1}, cas_num{1};
  std::int32_t col{}, row{};                // of the lower left tile, core grid
  std::vector<TilePlan> tiles;              // [chain][position]
  std::vector<arch::Cycles> kernel_cycles;  // predicted, per position, when nothing stalls
  [[nodiscard]] const TilePlan& at(int chain, int position) const {
    return tiles[static_cast<std::size_t>(chain) * static_cast<std::size_t>(cas_len) +
                 static_cast<std::size_t>(position)];
  }
};

// One stream into (writer) or out of (reader) an edge's buffer.
struct Endpoint {
  Interval columns;           // of the tensor, as they pass on the stream; padding included
  std::int32_t layer{-1};     // layer on the far side; -1: a PLIO
  std::int32_t index{};       // writer: chain; reader: position; PLIO: index into Plan::plios
  arch::ChannelId channel{};  // of the memory tile
};

// Columns with exactly one writer and one reader, and a lock pair of their own: hardware allows one acquire
// and one release per BD, and a lock between one producer and one consumer cannot race.
struct Region {
  std::int32_t writer{}, reader{};  // indices into Edge::writers, Edge::readers
  Interval written;                 // columns that the writer brings
  Interval read;                    // columns that the reader takes out of memory ...
  std::int32_t zero_columns{};      // ... followed by these, made by the DMA
  arch::LockId empty{}, full{};     // in the memory tile
};

struct Edge {
  TensorId tensor{};
  std::string name;                         // of the tensor
  std::int32_t producer{-1}, consumer{-1};  // layers; -1: graph input, graph output
  std::int32_t rows{}, cols{};              // of the tensor
  std::int32_t rows_stored{}, pitch{};      // of the buffer, in rows and columns: row r starts at r * pitch
  std::int32_t element_bytes{1};
  arch::TileCoord tile{};  // memory tile
  std::array<PlacedBuffer, 2> buffer{};
  std::vector<Endpoint> writers, readers;  // left to right
  std::vector<Region> regions;             // by writer, then reader: left to right
};

// What one DMA channel does for ever: the descriptors in order, the last followed by the first.
struct DmaChain {
  std::string name;  // "fc1.in"
  arch::TileCoord tile{};
  arch::ChannelId channel{};
  std::int32_t layer{-1};
  std::vector<arch::BufferDescriptor> descriptors;  // buffer index not set
};

// A stream between the programmable logic and the array, and its share of a graph input or output.
struct PlioPlan {
  TensorId tensor{};
  arch::PlioChannel channel;
  arch::PlioSlice slice;
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
  std::vector<DmaChain> dma;
  std::vector<PlioPlan> plios;
  std::vector<Net> nets;
  std::vector<Route> routes;  // of nets, same index; empty before routing

  [[nodiscard]] int tiles_used() const;
};

nlohmann::ordered_json to_json(const Plan& plan, const arch::Device& device);
// What people read: layers, edges, PLIOs and totals as aligned columns.
std::string to_text(const Plan& plan, const arch::Device& device);

}  // namespace aie4ml::compiler
