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

const TileImage* Image::find(TileCoord tile) const {
  const auto before = [](const TileImage& image, TileCoord coord) { return image.tile < coord; };
  const auto found = std::lower_bound(tiles.begin(), tiles.end(), tile, before);
  return found != tiles.end() && found->tile == tile ? &*found : nullptr;
}

}  // namespace aie4ml::arch
