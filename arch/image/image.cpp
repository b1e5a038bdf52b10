#include "arch/image/image.hpp"

#include <algorithm>
#include <tuple>

namespace aie4ml::arch {

std::int64_t BufferDescriptor::stream_words() const {
  // Sizes of the padded dimensions from the inside out; those the walk does not have are 1.
  const auto size = [&](std::size_t d) -> std::int64_t {
    if (dimensions.empty()) return d == 0 ? length_words : 1;
    return d < dimensions.size() ? dimensions[d].size : 1;
  };
  std::int64_t words = 1;
  const std::size_t count = std::max<std::size_t>(dimensions.size(), padding.before.size());
  for (std::size_t d = 0; d < count; ++d) {
    const std::int64_t pad = d < padding.before.size() ? padding.before[d] + padding.after[d] : 0;
    words *= size(d) + pad;
  }
  return words;
}

bool can_choose(const DmaFacts& facts, ChannelId channel, const BufferDescriptor& bd) {
  using Where = LockAccess::Where;
  const bool far = bd.memory != Where::own || (bd.acquire && bd.acquire->where != Where::own) ||
                   (bd.release && bd.release->where != Where::own);
  return facts.bd_allowed(channel, bd.id) && bd.padding == BdPadding{} && !bd.packet && !bd.suppress_tlast &&
         (!far || channel.index < facts.neighbour_channels);
}

PlioChannel::Direction Image::host_direction(std::size_t end) const {
  return end < plios.size() ? plios[end].direction : gmios.at(end - plios.size()).direction;
}

const std::string& Image::host_name(std::size_t end) const {
  return end < plios.size() ? plios[end].name : gmios.at(end - plios.size()).name;
}

std::int64_t Image::host_words(std::size_t end) const {
  std::int64_t words = 0;
  for (const GraphPort& port : ports) {
    for (const PlioSlice& slice : port.slices) {
      if (static_cast<std::size_t>(slice.plio) != end) continue;
      words += std::int64_t{slice.rows_on_stream} * slice.cols_on_stream * bits(port.type) / 32;
    }
  }
  return words;
}

const GmioChannel* Image::gmio_at(int column, ChannelId channel) const {
  const auto found = std::find_if(gmios.begin(), gmios.end(), [&](const GmioChannel& g) {
    return g.column == column && g.id() == channel;
  });
  return found == gmios.end() ? nullptr : &*found;
}

std::optional<ChannelId> Image::shim_channel_at(const Device& target, int column, std::uint8_t south,
                                                bool master) const {
  const std::vector<int>& ports_of = master ? target.shim.dma_master_ports : target.shim.dma_slave_ports;
  for (std::size_t c = 0; c < ports_of.size(); ++c) {
    const ChannelId id{master ? DmaDirection::s2mm : DmaDirection::mm2s, static_cast<std::uint8_t>(c)};
    if (ports_of[c] == south && gmio_at(column, id) != nullptr) return id;
  }
  return std::nullopt;
}

const TileImage* Image::find(TileCoord tile) const {
  const auto before = [](const TileImage& image, TileCoord coord) { return image.tile < coord; };
  const auto found = std::lower_bound(tiles.begin(), tiles.end(), tile, before);
  return found != tiles.end() && found->tile == tile ? &*found : nullptr;
}

}  // namespace aie4ml::arch
