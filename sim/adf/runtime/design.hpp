// What the constructors of the graphs of this process have said so far, and how messages name it.
#pragma once

#include <aie4ml_adf/elaboration.hpp>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace aie4ml::adf {

struct NetRecord {
  PortRecord *from{}, *to{};
  Link link{};
  Where where;
  std::optional<std::int64_t> fifo_words;
};

struct PortRecord {
  // Of a graph's port these are all null.
  KernelRecord* kernel{};
  PlioRecord* plio{};
  SharedBufferRecord* shared_buffer{};

  Direction direction{};
  std::size_t index{};     // among the node's ports of the direction
  std::size_t argument{};  // of a kernel: index of the function's argument
  std::size_t sequence{};
  Where where;

  NetRecord* source{};  // null: none yet
  std::vector<NetRecord*> sinks;

  std::vector<std::uint32_t> dimensions;
  Where dimensions_where;
  bool async{};
  int buffers{2};
  std::optional<Tiling> tiling;
  Where tiling_where;
  std::vector<Place> places;
  Where places_where;

  [[nodiscard]] bool is_of_graph() const {
    return kernel == nullptr && plio == nullptr && shared_buffer == nullptr;
  }
};

struct KernelRecord {
  KernelType type;
  Where where;
  std::size_t sequence{};
  std::vector<PortRecord*> ports;  // one per argument
  std::string source;
  std::string initialization;
  Where initialization_where;
  double ratio{1.0};
  std::int64_t repetitions{1};
  std::int64_t stack_bytes{};  // 0: not said
  std::optional<Place> place;
  Where place_where;
  std::vector<Place> stack_places;
  Where stack_where;
};

struct PlioRecord {
  PlioOrigin origin{};
  std::string name;
  int width_bits{};
  std::string file;
  Where where;
  std::size_t sequence{};
  PortRecord* port{};
  std::optional<Place> place;
  Where place_where;
};

struct SharedBufferRecord {
  Element element;
  std::vector<std::uint32_t> dimensions;
  Where where;
  std::size_t sequence{};
  std::vector<PortRecord*> inputs, outputs;
  int buffers{1};
  std::vector<Place> places;
  Where places_where;
  [[nodiscard]] std::size_t elements() const;
};

class Network;
class GraphRecord {
 public:
  GraphRecord(std::size_t number, Where at);
  ~GraphRecord();
  std::size_t sequence;
  Where where;
  std::unique_ptr<Network> network;  // after init()
};

// Everything in the order in which it was made; addresses stay.
struct Design {
  std::deque<PortRecord> ports;
  std::deque<KernelRecord> kernels;
  std::deque<PlioRecord> plios;
  std::deque<SharedBufferRecord> shared_buffers;
  std::deque<NetRecord> nets;
  std::deque<GraphRecord> graphs;
  std::size_t made{};  // so many nodes, ports and graphs
};
Design& design();

// "kernel dense_first<L1Cfg> on tile (7,0)", "in[0] of ...", "shared_buffer (src/graph_plan.h:31)", "PLIO
// 'x'".
std::string name_of(const KernelRecord& kernel);
std::string name_of(const PlioRecord& plio);
std::string name_of(const SharedBufferRecord& buffer);
std::string name_of(const PortRecord& port);

const Argument& argument_of(const PortRecord& kernel_port);

}  // namespace aie4ml::adf
