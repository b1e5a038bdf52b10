#include "compiler/plan/direct.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "arch/error.hpp"
#include "compiler/plan/transfers.hpp"
#include "compiler/plan/walks.hpp"

namespace aie4ml::compiler {
namespace {

bool meet(const Slice& a, const Slice& b) {
  return a.rows.begin < b.rows.end && b.rows.begin < a.rows.end && a.cols.begin < b.cols.end &&
         b.cols.begin < a.cols.end;
}

const LayerPlan& at(const std::vector<LayerPlan>& layers, std::int32_t index) {
  return layers[static_cast<std::size_t>(index)];
}

const PortSlice& out_slice(const DirectLink& link, const std::vector<LayerPlan>& layers) {
  return at(layers, link.producer).output.slices[static_cast<std::size_t>(link.out_slice)];
}
const LayerPort& in_port(const DirectLink& link, const std::vector<LayerPlan>& layers) {
  return at(layers, link.consumer).inputs[static_cast<std::size_t>(link.operand)];
}

std::optional<DirectWalks> walks_of(const DirectLink& link, const std::vector<LayerPlan>& layers,
                                    const arch::DmaFacts& dma) {
  const LayerPort& from = at(layers, link.producer).output;
  return direct_walks(link.slice.rows.size(), link.slice.cols.size(), from.format,
                      in_port(link, layers).format, from.element_bytes, dma.dimensions, max_wrap(dma));
}

// Why a leg cannot go directly, and what helps.
struct Obstacle {
  std::string what, remedy;
};

class LinkFinder {
 public:
  LinkFinder(const Graph& graph, const std::vector<Leg>& legs, const std::vector<LayerPlan>& layers,
             const arch::Device& device)
      : graph_(graph), legs_(legs), layers_(layers), device_(device) {}

  // Appends the links of a leg that a layer reads.
  std::optional<Obstacle> add_links(const Leg& leg, std::vector<DirectLink>& links) const {
    const LayerPort& port = at(layers_, leg.consumer).inputs[static_cast<std::size_t>(leg.operand)];
    std::vector<Slice> boxes;
    for (const PortSlice& slice : port.slices) {
      boxes.push_back(leg.transposed ? slice.slice.transposed() : slice.slice);
    }
    std::set<std::size_t> fed;
    for (const Segment& segment : leg.segments) {
      const std::int32_t producer = producer_of(segment.tensor);
      const std::vector<PortSlice>& slices = at(layers_, producer).output.slices;
      for (std::size_t s = 0; s < slices.size(); ++s) {
        const Slice& box = slices[s].slice;
        if (!meet(box, segment.from)) continue;
        if (!segment.from.contains(data_of(box, segment.tensor))) return other_slices();
        const Slice stored = segment.stored(box);
        const auto found = std::find(boxes.begin(), boxes.end(), stored);
        const auto reader = static_cast<std::size_t>(found - boxes.begin());
        if (found == boxes.end() || !fed.insert(reader).second) return other_slices();
        const bool shared = readers_of(segment.tensor, box) > 1;
        links.push_back({leg.tensor, graph_.tensor(leg.tensor).name, producer, static_cast<std::int32_t>(s),
                         leg.consumer, leg.operand, static_cast<std::int32_t>(reader), leg.transposed, stored,
                         shared});
        if (shared && port.format != at(layers_, producer).output.format) {
          return Obstacle{"has other readers as well, and blocks that are not those of this one",
                          "leave route out, or say \"memtile\""};
        }
        if (!walks_of(links.back(), layers_, device_.tile_dma)) {
          return Obstacle{"has blocks that no descriptor can turn into those of its reader",
                          "leave route out, or say \"memtile\""};
        }
      }
    }
    if (fed.size() < boxes.size()) return other_slices();
    return std::nullopt;
  }

  // The layer that computes a tensor; -1: it comes from outside.
  [[nodiscard]] std::int32_t producer_of(TensorId tensor) const {
    const auto found = std::find_if(layers_.begin(), layers_.end(), [&](const LayerPlan& layer) {
      return output_of(graph_.nodes[static_cast<std::size_t>(layer.node)].op) == tensor;
    });
    return found == layers_.end() ? -1 : static_cast<std::int32_t>(found - layers_.begin());
  }

 private:
  static Obstacle other_slices() {
    return {
        "comes in other slices than its reader takes",
        "cut both alike: cas_num of the producer equal to cas_len of the consumer, with as many rows to a "
        "tile"};
  }

  [[nodiscard]] Slice data_of(const Slice& box, TensorId id) const {
    const Tensor& tensor = graph_.tensor(id);
    return {{box.rows.begin, std::min(box.rows.end, static_cast<std::int32_t>(tensor.rows()))},
            {box.cols.begin, std::min(box.cols.end, static_cast<std::int32_t>(tensor.cols()))}};
  }

  // How many legs take something of it.
  [[nodiscard]] std::ptrdiff_t readers_of(TensorId tensor, const Slice& box) const {
    return std::count_if(legs_.begin(), legs_.end(), [&](const Leg& leg) {
      return std::any_of(leg.segments.begin(), leg.segments.end(), [&](const Segment& segment) {
        return segment.tensor == tensor && meet(segment.from, box);
      });
    });
  }

  const Graph& graph_;
  const std::vector<Leg>& legs_;
  const std::vector<LayerPlan>& layers_;
  const arch::Device& device_;
};

}  // namespace

std::vector<DirectLink> direct_links(const Graph& graph, const std::vector<Leg>& legs,
                                     const std::vector<LayerPlan>& layers, const Directives& directives,
                                     Transport automatic, const arch::Device& device) {
  const LinkFinder finder(graph, legs, layers, device);
  std::vector<DirectLink> links;
  for (const Leg& leg : legs) {
    if (leg.consumer < 0) continue;
    const bool outside = std::any_of(leg.segments.begin(), leg.segments.end(), [&](const Segment& segment) {
      return finder.producer_of(segment.tensor) < 0;
    });
    const LayerPlan& reader = at(layers, leg.consumer);
    const Transport asked = directives.of(reader.node).route.value_or(Transport::automatic);
    const Transport route = asked == Transport::automatic ? automatic : asked;
    if (outside || route != Transport::direct) continue;
    std::vector<DirectLink> found;
    const auto obstacle = finder.add_links(leg, found);
    if (!obstacle) {
      links.insert(links.end(), found.begin(), found.end());
    } else if (asked == Transport::direct) {
      throw arch::InputError(fmt::format("layer '{}'", reader.name),
                             fmt::format("cannot get tensor '{}' directly: it {}",
                                         graph.tensor(leg.tensor).name, obstacle->what),
                             obstacle->remedy);
    }
  }
  return links;
}

bool is_direct(const Leg& leg, const std::vector<DirectLink>& links) {
  return leg.consumer >= 0 && std::any_of(links.begin(), links.end(), [&](const DirectLink& link) {
           return link.consumer == leg.consumer && link.operand == leg.operand;
         });
}

bool comes_from(const DirectLink& link, const Source& source) {
  return source.kind == Endpoint::Kind::layer && source.index == link.producer &&
         source.slice == link.out_slice;
}

void add_direct_transfers(const DirectLink& link, const Source& source, const arch::Device& device,
                          BdAllocator& bds, Plan& plan) {
  const auto walks = walks_of(link, plan.layers, device.tile_dma).value();
  const auto add = [&](ChainBuilder builder, const DoubleBuffer& buffers, const Walk& walk,
                       arch::LockId acquire, arch::LockId release) {
    for (std::size_t half = 0; half < builder.passes(); ++half) {
      arch::BufferDescriptor bd = descriptor(walk, buffers[half]);
      builder.fold(bd, buffers);
      builder.add_run({std::move(bd)}, acquire, release);
    }
    plan.dma.push_back(builder.finish());
  };
  if (!link.shared) {
    const LayerPlan& from = at(plan.layers, link.producer);
    const auto sender = static_cast<std::size_t>(out_slice(link, plan.layers).tiles.front());
    const TilePlan& tile = from.tiles[sender];
    add({fmt::format("{}.out[{}]", from.name, link.out_slice), tile.tile, kTileOutChannel, link.producer,
         tile.folded, bds},
        tile.out.value(), walks.from, tile.out_locks.full, tile.out_locks.empty);
  }
  const LayerPlan& to = at(plan.layers, link.consumer);
  const auto operand = static_cast<std::size_t>(link.operand);
  const LayerPort& port = to.inputs[operand];
  const PortSlice& target = port.slices[static_cast<std::size_t>(link.in_slice)];
  for (const std::int32_t t : target.tiles) {
    const TilePlan& tile = to.tiles[static_cast<std::size_t>(t)];
    ChainBuilder builder(fmt::format("{}.in{}[{}]", to.name,
                                     to.inputs.size() > 1 ? fmt::to_string(operand) : "", link.in_slice),
                         tile.tile, tile_input_channel(link.operand), link.consumer, tile.folded, bds);
    const BufferLocks& locks = tile.input_locks[operand];
    if (link.shared) {
      plan.dma.push_back(tile_chain(std::move(builder), tile.inputs[operand], pieces_in_tile(source),
                                    source.box.cols.size(), port, locks.empty, locks.full, device.tile_dma));
    } else {
      add(std::move(builder), tile.inputs[operand], walks.to, locks.empty, locks.full);
    }
  }
}

std::vector<StreamEnd> direct_sinks(const DirectLink& link, const Plan& plan) {
  const LayerPlan& to = at(plan.layers, link.consumer);
  const LayerPort& port = in_port(link, plan.layers);
  std::vector<StreamEnd> sinks;
  for (const std::int32_t t : port.slices[static_cast<std::size_t>(link.in_slice)].tiles) {
    sinks.push_back({to.tiles[static_cast<std::size_t>(t)].tile,
                     {arch::PortSide::dma, tile_input_channel(link.operand).index}});
  }
  return sinks;
}

}  // namespace aie4ml::compiler
