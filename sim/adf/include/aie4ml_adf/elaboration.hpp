// What the headers tell the runtime while constructors of graphs execute: ports, kernels, connections and
// constraints, each with the line that said it. Nothing here is for users. A statement that cannot be right
// ends the program with one line "FILE:LINE: error: ...", exit code 2; what only the whole graph shows is
// checked by graph::init().
#pragma once

#include <adf/types.hpp>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace aie4ml::adf {

// A line of the user's. std::source_location is not for clang 14 with this standard library.
struct Where {
  const char* file = "";
  unsigned line = 0;  // 0: not known
  // As a default argument: the line of the call.
  static constexpr Where current(const char* file = __builtin_FILE(), unsigned line = __builtin_LINE()) {
    return {file, line};
  }
};

enum class Direction : std::uint8_t { in, out, inout };
enum class Link : std::uint8_t { any, stream, cascade, parameter };
enum class ArgumentKind : std::uint8_t { buffer, stream, cascade, parameter };

// One argument of a kernel's function.
struct Argument {
  ArgumentKind kind{};
  Direction direction{};
  Element element;
  std::size_t
      count{};  // elements of a parameter or of a buffer whose type fixes its extents; 0: by dimensions()
};

// What a slot of an argument holds while the kernel runs.
struct BufferSlot {
  void* data{};
  std::size_t count{};  // elements
};
class StreamEnd;
union Slot {
  BufferSlot* buffer;
  StreamEnd* stream;
  void* parameter;
};

// The user's function or object behind a kernel.
class KernelBody {
 public:
  KernelBody() = default;
  KernelBody(const KernelBody&) = delete;
  KernelBody& operator=(const KernelBody&) = delete;
  virtual ~KernelBody() = default;
  virtual void construct() = 0;  // once, in graph::init()
  virtual void run(Slot* slots) = 0;
};

struct KernelType {
  std::vector<Argument> arguments;
  const char* mangled_class{};  // of kernel::create_object
  void (*function)(){};         // of kernel::create
  std::unique_ptr<KernelBody> body;
};

struct PortRecord;
struct KernelRecord;
struct PlioRecord;
struct SharedBufferRecord;
struct NetRecord;
class GraphRecord;

// A tile, bank or address that a constraint names.
struct Place {
  enum class Kind : std::uint8_t { tile, bank, address, shim } kind{};
  int column{}, row{};  // of the grid of core tiles (or of memory tiles); a shim has no row
  int index{-1};        // bank, byte address or channel; -1: any
};

struct Traversal {
  std::uint32_t dimension{}, stride{}, wrap{};
};
// adf::tiling_parameters, checked when the graph is.
struct Tiling {
  std::vector<std::uint32_t> buffer, tile;
  std::vector<std::int32_t> offset;
  std::vector<Traversal> traversal;
  std::vector<std::uint32_t> boundary;
};

enum class PlioOrigin : std::uint8_t { file_in, file_out };

PortRecord* make_graph_port(Direction direction, Where where);
KernelRecord* make_kernel(KernelType type, Where where);
PlioRecord* make_plio(PlioOrigin origin, std::string name, int width_bits, std::string file, Where where);
SharedBufferRecord* make_shared_buffer(Element element, std::vector<std::uint32_t> dimensions,
                                       std::size_t inputs, std::size_t outputs, Where where);

// Ports of a node, by index as the user counts them; out of range is an error at `where`.
PortRecord* port_of(KernelRecord* kernel, Direction direction, std::size_t index, Where where);
PortRecord* port_of(PlioRecord* plio, Direction direction, std::size_t index, Where where);
PortRecord* port_of(SharedBufferRecord* buffer, Direction direction, std::size_t index, Where where);
std::size_t ports_of(const KernelRecord* kernel, Direction direction);
std::size_t ports_of(const PlioRecord* plio, Direction direction);
std::size_t ports_of(const SharedBufferRecord* buffer, Direction direction);

NetRecord* connect_ports(PortRecord* from, PortRecord* to, Link link, Where where);

void set_dimensions(PortRecord* port, std::vector<std::uint32_t> dimensions, Where where);
void set_async(PortRecord* port);
void set_buffers(PortRecord* port, int buffers);  // 1 or 2
void set_access(PortRecord* port, bool is_read, Tiling tiling, Where where);
void set_fifo_depth(NetRecord* net, std::int64_t words, Where where);
void set_buffers(SharedBufferRecord* buffer, int buffers, Where where);

void set_runtime_ratio(KernelRecord* kernel, double ratio, Where where);
void set_repetitions(KernelRecord* kernel, std::int64_t count, Where where);
void set_initialization(KernelRecord* kernel, std::string function, Where where);
void set_source(KernelRecord* kernel, std::string file, Where where);
void set_stack_bytes(KernelRecord* kernel, std::int64_t bytes, Where where);

void place_kernel(KernelRecord* kernel, Place tile, Where where);
void place_stack(KernelRecord* kernel, std::vector<Place> places, Where where);
void place_port(PortRecord* port, std::vector<Place> places, Where where);
void place_plio(PlioRecord* plio, Place place, Where where);
void place_shared_buffer(SharedBufferRecord* buffer, std::vector<Place> places, Where where);

}  // namespace aie4ml::adf
