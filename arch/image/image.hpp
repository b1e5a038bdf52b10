// What a loader would write into the array, and the names to talk about it: the meeting point of compiler and
// machine. Compiler makes it, the machine runs it, neither knows the other (docs/formats.md has the JSON
// form).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "arch/device/device.hpp"
#include "arch/device/stream_ports.hpp"
#include "arch/error.hpp"
#include "arch/image/dma.hpp"
#include "arch/isa/program.hpp"
#include "arch/numeric/element_type.hpp"
#include "arch/units.hpp"

namespace aie4ml::arch {

inline constexpr int kImageSchema = 1;

// Bytes written into a memory before the start. Memory is zero otherwise.
struct MemorySegment {
  std::int32_t address{};  // bytes, in the tile's own memory
  std::vector<std::uint8_t> data;
  std::int32_t buffer{-1};  // index into DebugMap::buffers
  friend bool operator==(const MemorySegment&, const MemorySegment&) = default;
};

struct LockInit {
  LockId lock{};
  std::uint8_t value{};
  std::string name;  // "fc2.in ping full"
  friend bool operator==(const LockInit&, const LockInit&) = default;
};

struct CircuitConnection {
  StreamPort slave{};   // into the switch
  StreamPort master{};  // out of the switch; several connections from one slave are a multicast
  friend bool operator==(const CircuitConnection&, const CircuitConnection&) = default;
};

// A slave port in packet mode. The header's id chooses the slot with (header & mask) == (id & mask), and that
// the arbiter and the masters that listen to this arbiter and msel.
struct PacketSlot {
  std::uint8_t id{}, mask{};
  std::uint8_t arbiter{}, msel{};
  friend bool operator==(const PacketSlot&, const PacketSlot&) = default;
};
struct PacketSlave {
  StreamPort slave{};
  std::vector<PacketSlot> slots;
  friend bool operator==(const PacketSlave&, const PacketSlave&) = default;
};

// A master port in packet mode: takes packets of one arbiter.
struct PacketMaster {
  StreamPort master{};
  std::uint8_t arbiter{};
  std::uint8_t msels{};  // bit: msel it listens to
  bool drop_header{};
  friend bool operator==(const PacketMaster&, const PacketMaster&) = default;
};

// An arbiter that serves its slaves in a given order, over and over, instead of in turns as they come.
struct DeterministicMerge {
  struct Position {
    StreamPort slave{};
    std::uint8_t packets{1};
    friend bool operator==(const Position&, const Position&) = default;
  };
  std::uint8_t arbiter{};
  std::vector<Position> order;
  friend bool operator==(const DeterministicMerge&, const DeterministicMerge&) = default;
};

enum class CascadeDirection : std::uint8_t { none, horizontal, vertical };  // west->east, north->south

// Configuration of one tile of any kind; what its kind lacks stays empty.
struct TileImage {
  TileCoord tile{};
  std::optional<Program> program;     // core tiles
  std::vector<MemorySegment> memory;  // core and memory tiles
  std::vector<LockInit> locks;        // locks not named start at 0
  std::vector<BufferDescriptor> descriptors;
  std::vector<DmaChannelConfig> channels;
  std::vector<CircuitConnection> connections;
  std::vector<PacketSlave> packet_slaves;
  std::vector<PacketMaster> packet_masters;
  std::vector<DeterministicMerge> merges;
  CascadeDirection cascade_in{CascadeDirection::none};
  CascadeDirection cascade_out{CascadeDirection::none};
  friend bool operator==(const TileImage&, const TileImage&) = default;
};

// A stream between the programmable logic and a column's shim switch.
struct PlioChannel {
  enum class Direction : std::uint8_t { input, output };  // as the array sees it
  std::string name;                                       // "ifm_c0", "y_p0"
  Direction direction{};
  std::int16_t column{};
  std::uint8_t index{};  // input: South slave port of the shim switch; output: South master port
  std::int32_t width_bits{};
  double pl_clock_mhz{};
  friend bool operator==(const PlioChannel&, const PlioChannel&) = default;
};

// A buffer of the host in external memory that one channel of a shim's NoC DMA reads (input, MM2S) or writes
// (output, S2MM). The host starts the channel's tasks once an iteration; addresses of its BDs count from the
// first word of that iteration.
struct GmioChannel {
  std::string name;
  PlioChannel::Direction direction{};
  std::int16_t column{};
  std::uint8_t channel{};
  [[nodiscard]] ChannelId id() const {
    return {direction == PlioChannel::Direction::input ? DmaDirection::mm2s : DmaDirection::s2mm, channel};
  }
  friend bool operator==(const GmioChannel&, const GmioChannel&) = default;
};

// One PLIO's share of a graph input or output: the box [row, row+rows) x [col, col+cols) of the tensor seen
// as a matrix (all axes but the last folded into rows). On the stream a row takes cols_on_stream elements, a
// multiple of 4 bytes; the host pads inputs with zeros and drops what outputs carry beyond the box. Rows
// likewise. A GMIO's share is the same, with its buffer for the stream.
struct PlioSlice {
  std::int32_t plio{};  // index into Image::plios, then into Image::gmios: see Image::host_ends()
  std::int32_t row{}, rows{}, rows_on_stream{};
  std::int32_t col{}, cols{}, cols_on_stream{};
  friend bool operator==(const PlioSlice&, const PlioSlice&) = default;
};

// A graph input or output: how the host turns the user's array into stream words and back.
struct GraphPort {
  std::string tensor;
  PlioChannel::Direction direction{};
  std::vector<std::int64_t> shape;  // of one iteration, as in the ONNX file (with --batch applied)
  ElementType type{};               // codes on the streams
  bool is_float{};  // the ONNX tensor is float32: value = code * 2^-frac, quantized half to even
  std::int32_t frac{};
  bool transposed{};  // the streams carry the matrix with its last two axes exchanged; slices are of that one
  std::vector<PlioSlice> slices;  // of one iteration; cover the tensor exactly
  friend bool operator==(const GraphPort&, const GraphPort&) = default;
};

struct LayerInfo {
  std::string name;                   // ONNX node
  std::string op;                     // "dense"
  std::string description;            // "128 -> 256, int8, ReLU, 1x2"
  std::int64_t macs_per_iteration{};  // of the model, padding not counted
  std::vector<TileCoord> tiles;
  friend bool operator==(const LayerInfo&, const LayerInfo&) = default;
};

struct BufferInfo {
  std::string name;  // "fc2.in ping"
  std::int32_t layer{-1};
  TileCoord tile{};
  std::int32_t address{}, size_bytes{};
  friend bool operator==(const BufferInfo&, const BufferInfo&) = default;
};

// A route as a person names it, found again by its source port.
struct RouteInfo {
  std::string name;  // "fc1.out[0] -> memory tile (9,0)"
  TileCoord tile{};  // where it starts
  StreamPort source{};
  std::int32_t layer{-1};
  friend bool operator==(const RouteInfo&, const RouteInfo&) = default;
};

struct DebugMap {
  std::vector<LayerInfo> layers;
  std::vector<BufferInfo> buffers;
  std::vector<RouteInfo> routes;
  friend bool operator==(const DebugMap&, const DebugMap&) = default;
};

struct Image {
  std::string model;             // name of the model
  std::string model_sha256;      // of the ONNX file: which network this is
  std::string device;            // name; the facts themselves lie beside the image (device.json)
  std::vector<TileImage> tiles;  // sorted by (col, row), each at most once
  std::vector<PlioChannel> plios;
  std::vector<GmioChannel> gmios;
  std::vector<GraphPort> ports;
  DebugMap debug;
  friend bool operator==(const Image&, const Image&) = default;

  [[nodiscard]] const TileImage* find(TileCoord tile) const;
  // Where the host hands over words: the PLIOs, then the GMIOs.
  [[nodiscard]] std::size_t host_ends() const { return plios.size() + gmios.size(); }
  [[nodiscard]] PlioChannel::Direction host_direction(std::size_t end) const;
  [[nodiscard]] const std::string& host_name(std::size_t end) const;
  // Words of one iteration there: sum of rows_on_stream * cols_on_stream * element bytes / 4 over the slices.
  [[nodiscard]] std::int64_t host_words(std::size_t end) const;
  // The GMIO of a shim DMA channel; null: none.
  [[nodiscard]] const GmioChannel* gmio_at(int column, ChannelId channel) const;
  // The shim DMA channel of a GMIO that a South port leads to (slave: MM2S, master: S2MM); none: no GMIO's.
  [[nodiscard]] std::optional<ChannelId> shim_channel_at(const Device& target, int column, std::uint8_t south,
                                                         bool master) const;
  // Everything a loader could refuse: coordinates, ids, ranges, capacities, illegal switch connections, two
  // drivers of one master port, packet slots that lead nowhere, BD chains that leave their channel's half,
  // lock values, programs, slices that do not cover a tensor, debug indices out of range.
  [[nodiscard]] Problems validate(const Device& device) const;
};

// Whether a packet may choose this BD at an S2MM channel in out-of-order mode.
bool can_choose(const DmaFacts& facts, ChannelId channel, const BufferDescriptor& bd);

}  // namespace aie4ml::arch
