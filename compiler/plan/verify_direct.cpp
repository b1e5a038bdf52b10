// Direct links: that both tiles' descriptors, word by word, mean the same elements, and that an operand comes
// either directly or through memory tiles.
#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "compiler/plan/verify_plan.hpp"

namespace aie4ml::compiler {
namespace {

constexpr std::int64_t kWordBytes = 4;
using Element = std::pair<std::int64_t, std::int64_t>;  // row and column of the producer's slice

// Byte addresses of the words of a half, in the order of the stream.
std::vector<std::int64_t> addresses(const DmaChain& chain, std::size_t half) {
  std::vector<std::int64_t> result;
  const std::size_t count = chain.folded ? chain.descriptors.size() : chain.descriptors.size() / 2;
  for (std::size_t i = 0; i < count; ++i) {
    const arch::BufferDescriptor& bd = chain.descriptors[chain.folded ? i : half * count + i];
    std::int64_t first = bd.address_words;
    if (chain.folded) first += static_cast<std::int64_t>(half) * bd.iteration.stride_words;
    for (std::int64_t word = 0; word < bd.length_words; ++word) {
      std::int64_t at = first;
      std::int64_t left = word;
      for (const arch::BdDimension& dimension : bd.dimensions) {
        at += left % dimension.size * dimension.stride_words;
        left /= dimension.size;
      }
      if (bd.dimensions.empty()) at += word;
      result.push_back(at * kWordBytes);
    }
  }
  return result;
}

// The element at a byte of a buffer that holds so many columns in blocks.
Element element_at(std::int64_t byte, std::int64_t cols, const LayerPort& port) {
  const BlockFormat& format = port.format;
  const std::int64_t index = byte / port.element_bytes;
  const std::int64_t size = std::int64_t{format.block_rows} * format.block_cols;
  const std::int64_t block = index / size;
  const std::int64_t inside = index % size;
  const std::int64_t blocks = cols / format.block_cols;
  const std::int64_t row = format.transposed ? inside % format.block_rows : inside / format.block_cols;
  const std::int64_t col = format.transposed ? inside / format.block_rows : inside % format.block_cols;
  return {block / blocks * format.block_rows + row, block % blocks * format.block_cols + col};
}

class DirectCheck {
 public:
  DirectCheck(const Plan& plan, const arch::Device& device, arch::Problems& problems)
      : plan_(plan), device_(device), problems_(problems) {
    for (const DmaChain& chain : plan.dma) chains_[{chain.tile, chain.channel}] = &chain;
  }

  void run() {
    std::map<std::pair<std::int32_t, std::int32_t>, std::set<std::int32_t>> fed;  // slices, by operand
    for (const DirectLink& link : plan_.direct) {
      if (!exists(link)) {
        report(link, "has an end that does not exist");
        continue;
      }
      if (!fed[{link.consumer, link.operand}].insert(link.in_slice).second) {
        report(link, fmt::format("brings slice {} twice", link.in_slice));
      }
      check(link);
    }
    for (const auto& [key, slices] : fed) {
      const auto operand = key;
      const LayerPlan& layer = plan_.layers[static_cast<std::size_t>(operand.first)];
      const LayerPort& port = layer.inputs[static_cast<std::size_t>(operand.second)];
      const auto problem = [&](std::string what) {
        problems_.push_back(
            {fmt::format("layer '{}' operand {}", layer.name, operand.second), std::move(what), ""});
      };
      if (slices.size() != port.slices.size()) {
        problem(fmt::format("gets {} of {} slices directly", slices.size(), port.slices.size()));
      }
      for (const Edge& edge : plan_.edges) {
        if (edge.consumer == operand.first && edge.operand == operand.second) {
          problem("comes through a memory tile as well");
        }
      }
    }
  }

 private:
  void report(const DirectLink& link, std::string what) {
    problems_.push_back({fmt::format("direct link of '{}'", link.name), std::move(what), ""});
  }

  [[nodiscard]] bool exists(const DirectLink& link) const {
    const auto is_in = [](std::int32_t index, const auto& list) {
      return index >= 0 && index < std::ssize(list);
    };
    if (!is_in(link.producer, plan_.layers) || !is_in(link.consumer, plan_.layers)) return false;
    const LayerPlan& from = plan_.layers[static_cast<std::size_t>(link.producer)];
    const LayerPlan& to = plan_.layers[static_cast<std::size_t>(link.consumer)];
    return is_in(link.out_slice, from.output.slices) && is_in(link.operand, to.inputs) &&
           is_in(link.in_slice, to.inputs[static_cast<std::size_t>(link.operand)].slices);
  }

  void check(const DirectLink& link) {
    const LayerPlan& from = plan_.layers[static_cast<std::size_t>(link.producer)];
    const LayerPlan& to = plan_.layers[static_cast<std::size_t>(link.consumer)];
    const LayerPort& port = to.inputs[static_cast<std::size_t>(link.operand)];
    const PortSlice& sent = from.output.slices[static_cast<std::size_t>(link.out_slice)];
    const PortSlice& wanted = port.slices[static_cast<std::size_t>(link.in_slice)];
    const Slice received = link.transposed ? wanted.slice.transposed() : wanted.slice;
    if (received.rows.size() != sent.slice.rows.size() || received.cols.size() != sent.slice.cols.size() ||
        from.output.element_bytes != port.element_bytes) {
      report(link, "brings another slice than its reader takes");
      return;
    }
    const auto sender = static_cast<std::size_t>(sent.tiles.front());
    const TilePlan& source = from.tiles[sender];
    const auto source_chain = chains_.find({source.tile, {arch::DmaDirection::mm2s, 0}});
    if (source_chain == chains_.end() || !source.out) {
      report(link, "is not sent");
      return;
    }
    for (const std::int32_t t : wanted.tiles) {
      const TilePlan& tile = to.tiles[static_cast<std::size_t>(t)];
      const arch::ChannelId channel{arch::DmaDirection::s2mm, static_cast<std::uint8_t>(link.operand)};
      const auto chain = chains_.find({tile.tile, channel});
      if (chain == chains_.end() || !is_connected(source.tile, tile.tile, channel.index)) {
        report(link, fmt::format("does not reach {}", device_.tile_name(tile.tile)));
        continue;
      }
      for (std::size_t half = 0; half < 2; ++half) {
        check_words(link, elements(*source_chain->second, half, (*source.out)[half], sent.slice, from.output),
                    elements(*chain->second, half, tile.inputs[static_cast<std::size_t>(link.operand)][half],
                             wanted.slice, port));
      }
    }
  }

  [[nodiscard]] bool is_connected(arch::TileCoord from, arch::TileCoord to, std::uint8_t channel) const {
    const StreamEnd source{from, {arch::PortSide::dma, 0}};
    const StreamEnd sink{to, {arch::PortSide::dma, channel}};
    return std::any_of(plan_.nets.begin(), plan_.nets.end(), [&](const Net& net) {
      return net.source == source && std::find(net.sinks.begin(), net.sinks.end(), sink) != net.sinks.end();
    });
  }

  // What the words of a half are, element by element of the first of each.
  [[nodiscard]] static std::vector<Element> elements(const DmaChain& chain, std::size_t half,
                                                     const PlacedBuffer& buffer, const Slice& slice,
                                                     const LayerPort& port) {
    std::vector<Element> result;
    for (const std::int64_t address : addresses(chain, half)) {
      result.push_back(element_at(address - buffer.address, slice.cols.size(), port));
    }
    return result;
  }

  void check_words(const DirectLink& link, const std::vector<Element>& sent,
                   const std::vector<Element>& received) {
    if (sent.size() != received.size()) {
      report(link, fmt::format("sends {} words, {} are taken", sent.size(), received.size()));
      return;
    }
    std::set<Element> seen;
    for (std::size_t i = 0; i < sent.size(); ++i) {
      const auto [row, col] = received[i];
      if (sent[i] != (link.transposed ? Element{col, row} : Element{row, col})) {
        report(link, fmt::format("takes word {} for another than was sent", i));
        return;
      }
      if (!seen.insert(sent[i]).second) {
        report(link, fmt::format("sends word {} twice", i));
        return;
      }
    }
  }

  const Plan& plan_;
  const arch::Device& device_;
  arch::Problems& problems_;
  std::map<std::pair<arch::TileCoord, arch::ChannelId>, const DmaChain*> chains_;
};

}  // namespace

void verify_direct(const Plan& plan, const arch::Device& device, arch::Problems& problems) {
  DirectCheck(plan, device, problems).run();
}

}  // namespace aie4ml::compiler
