// Descriptor chains: what the hardware can encode, where their walks go, and that both ends of a stream
// agree.
#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "compiler/plan/verify_plan.hpp"

namespace aie4ml::compiler {
namespace {

bool fits(std::int64_t value, int bits) {
  return value >= 0 && value < std::int64_t{1} << bits;
}

// First and last byte address a walk touches.
std::pair<std::int64_t, std::int64_t> extent(const arch::BufferDescriptor& bd) {
  std::int64_t low = bd.address_words;
  std::int64_t high = low;
  if (bd.dimensions.empty()) high += bd.length_words - 1;
  for (const arch::BdDimension& d : bd.dimensions) {
    const std::int64_t way = std::int64_t{d.size - 1} * d.stride_words;
    (way < 0 ? low : high) += way;
  }
  return {low * 4, high * 4 + 4};
}

class ChainCheck {
 public:
  ChainCheck(const DmaChain& chain, const std::vector<PlacedBuffer>& buffers, const arch::Device& device,
             arch::Problems& problems)
      : chain_(chain),
        buffers_(buffers),
        device_(device),
        dma_(device.dma(device.kind(chain.tile))),
        problems_(problems) {}

  void run(std::set<arch::BdId>& taken) {
    if (chain_.channel.index >= dma_.channels(chain_.channel.direction))
      report("", "has a channel that does not exist");
    const std::size_t count = chain_.descriptors.size();
    if (count == 0 || (!chain_.folded && count % 2 != 0)) report("", "does not serve two halves");
    for (std::size_t i = 0; i < count; ++i) {
      const arch::BufferDescriptor& bd = chain_.descriptors[i];
      const std::string part = fmt::format(" BD {}", bd.id.value);
      if (!taken.insert(bd.id).second) report(part, "is used twice");
      if (!dma_.bd_allowed(chain_.channel, bd.id)) report(part, "cannot be used by this channel");
      if (bd.next != chain_.descriptors[(i + 1) % count].id) report(part, "is not followed by the next one");
      check_encoding(bd, part);
      check_locks(bd, part);
      // Without locks it drops what nobody reads, always in the same place.
      const bool twice = chain_.folded && (bd.acquire || bd.release || bd.iteration.wrap != 1);
      if (bd.iteration.wrap != (twice ? 2 : 1)) report(part, "has another number of iterations than halves");
      for (std::int32_t half = 0; half < bd.iteration.wrap; ++half) check_extent(bd, half, part);
    }
  }

 private:
  void report(const std::string& part, std::string what) {
    problems_.push_back({fmt::format("{} {} '{}'{}", device_.tile_name(chain_.tile),
                                     arch::to_string(chain_.channel), chain_.name, part),
                         std::move(what), ""});
  }

  void check_extent(const arch::BufferDescriptor& bd, std::int32_t iteration, const std::string& part) {
    auto [first, last] = extent(bd);
    first += std::int64_t{iteration} * bd.iteration.stride_words * 4;
    last += std::int64_t{iteration} * bd.iteration.stride_words * 4;
    const bool inside = std::any_of(
        buffers_.begin(), buffers_.end(),
        [f = first, l = last](const auto& buffer) { return f >= buffer.address && l <= buffer.end(); });
    if (!inside) report(part, fmt::format("walks over bytes {} to {}, which is no buffer", first, last));
  }

  void check_encoding(const arch::BufferDescriptor& bd, const std::string& part) {
    if (bd.length_words < 1 || !fits(bd.length_words, dma_.length_bits)) report(part, "is too long");
    if (!fits(bd.address_words, dma_.base_bits)) report(part, "has an address that cannot be encoded");
    if (std::ssize(bd.dimensions) > dma_.dimensions) report(part, "has too many dimensions");
    std::int64_t words = bd.dimensions.empty() ? bd.length_words : 1;
    for (std::size_t d = 0; d < bd.dimensions.size(); ++d) {
      const arch::BdDimension& dimension = bd.dimensions[d];
      words *= dimension.size;
      if (dimension.size < 1) report(part, "has an empty dimension");
      if (d < dma_.wrap_bits.size() && !fits(dimension.size, dma_.wrap_bits[d])) {
        report(part, fmt::format("dimension {} of {} is too large", d, dimension.size));
      }
      if (!fits(dimension.stride_words - 1, dma_.step_bits))
        report(part, fmt::format("step of dimension {} is too large", d));
    }
    if (words != bd.length_words) report(part, "has a length other than its walk");
    for (std::size_t d = 0; d < bd.padding.after.size(); ++d) {
      const int bits = d < dma_.padding_bits.size() && chain_.channel.direction == arch::DmaDirection::mm2s
                           ? dma_.padding_bits[d]
                           : 0;
      if (!fits(bd.padding.before[d], bits) || !fits(bd.padding.after[d], bits)) {
        report(part, fmt::format("cannot pad dimension {} like this", d));
      }
    }
  }

  void check_locks(const arch::BufferDescriptor& bd, const std::string& part) {
    for (const auto& access : {bd.acquire, bd.release}) {
      if (!access) continue;
      if (access->lock.value >= device_.locks.of(device_.kind(chain_.tile)))
        report(part, "uses a lock that does not exist");
      if (access->value < 1 || access->value > device_.locks.max_change)
        report(part, "changes a lock by too much");
    }
  }

  const DmaChain& chain_;
  const std::vector<PlacedBuffer>& buffers_;
  const arch::Device& device_;
  const arch::DmaFacts& dma_;
  arch::Problems& problems_;
};

// Words on the stream while one half is moved.
std::int64_t words_per_iteration(const DmaChain& chain) {
  std::int64_t words = 0;
  for (const arch::BufferDescriptor& bd : chain.descriptors) words += bd.stream_words();
  return chain.folded ? words : words / 2;
}

using ChannelKey = std::pair<arch::TileCoord, arch::ChannelId>;

void check_nets(const Plan& plan, const std::map<ChannelKey, const DmaChain*>& chains,
                const arch::Device& device, arch::Problems& problems) {
  const auto check = [&](const Net& net, const StreamEnd& end, arch::DmaDirection direction) {
    if (end.port.side != arch::PortSide::dma) return;
    const auto chain = chains.find({end.tile, {direction, end.port.index}});
    if (chain == chains.end()) {
      problems.push_back({net.name, fmt::format("no transfer at {}", device.tile_name(end.tile)), ""});
    } else if (words_per_iteration(*chain->second) != net.words_per_iteration) {
      problems.push_back({net.name,
                          fmt::format("'{}' moves {} words of {}", chain->second->name,
                                      words_per_iteration(*chain->second), net.words_per_iteration),
                          ""});
    }
  };
  for (const Net& net : plan.nets) {
    check(net, net.source, arch::DmaDirection::mm2s);
    for (const StreamEnd& sink : net.sinks) check(net, sink, arch::DmaDirection::s2mm);
  }
}

}  // namespace

void verify_transfers(const Plan& plan, const arch::Device& device, arch::Problems& problems) {
  std::map<arch::TileCoord, std::vector<PlacedBuffer>> buffers;
  for (const LayerPlan& layer : plan.layers) {
    for (const TilePlan& tile : layer.tiles) buffers[tile.tile] = tile.buffers();
  }
  for (const Edge& edge : plan.edges) {
    auto& here = buffers[edge.tile];
    here.insert(here.end(), edge.buffer.begin(), edge.buffer.end());
    if (edge.dump) here.push_back(*edge.dump);
  }
  std::map<ChannelKey, const DmaChain*> chains;
  std::map<arch::TileCoord, std::set<arch::BdId>> taken;
  for (const DmaChain& chain : plan.dma) {
    if (!device.contains(chain.tile)) {
      problems.push_back({chain.name, "is in no tile", ""});
      continue;
    }
    if (!chains.emplace(ChannelKey{chain.tile, chain.channel}, &chain).second) {
      problems.push_back({chain.name,
                          fmt::format("{} of {} is used twice", arch::to_string(chain.channel),
                                      device.tile_name(chain.tile)),
                          ""});
    }
    ChainCheck(chain, buffers[chain.tile], device, problems).run(taken[chain.tile]);
  }
  check_nets(plan, chains, device, problems);
}

}  // namespace aie4ml::compiler
