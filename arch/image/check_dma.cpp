#include <algorithm>
#include <map>
#include <set>

#include "arch/image/image_check.hpp"
#include "arch/image/packet.hpp"

namespace aie4ml::arch {
namespace {

using Where = LockAccess::Where;

class DmaCheck {
 public:
  explicit DmaCheck(const TileCheck& check) : check_(check), facts_(check.device.dma(check.kind())) {}

  void run() {
    const TileImage& tile = check_.tile;
    if (check_.kind() == TileKind::shim && !(tile.descriptors.empty() && tile.channels.empty()) &&
        !check_.device.is_noc_column(tile.tile.col)) {
      check_.report("channels", "the shim of this column has no NoC DMA");
      return;
    }
    for (std::size_t i = 0; i < tile.descriptors.size(); ++i) {
      check_descriptor(tile.descriptors[i], fmt::format("descriptors[{}]", i));
    }
    std::set<ChannelId> seen;
    for (std::size_t i = 0; i < tile.channels.size(); ++i) {
      const std::string part = fmt::format("channels[{}]", i);
      if (!seen.insert(tile.channels[i].channel).second) {
        check_.report(part, "{} is there twice", to_string(tile.channels[i].channel));
      }
      check_channel(tile.channels[i], part);
    }
  }

 private:
  static bool fits(std::int64_t value, int bits) { return value >= 0 && value < std::int64_t{1} << bits; }
  // A step field of n bits holds the step less one.
  static bool is_step(std::int64_t value, int bits) { return value >= 1 && fits(value - 1, bits); }

  // The tile a reference means, none where there is no such tile or no way to it.
  std::optional<TileCoord> tile_at(Where where) const {
    if (where == Where::own) return check_.tile.tile;
    if (facts_.neighbour_channels == 0) return std::nullopt;
    return check_.device.neighbour(check_.tile.tile, where == Where::west ? PortSide::west : PortSide::east);
  }

  void check_descriptor(const BufferDescriptor& bd, const std::string& part) {
    if (bd.id.value >= facts_.bds) {
      check_.report(part, "there is no BD {}, the DMA has {}", static_cast<int>(bd.id.value), facts_.bds);
    }
    if (!descriptors_.emplace(bd.id, &bd).second) {
      check_.report(part, "BD {} is there twice", static_cast<int>(bd.id.value));
    }
    if (!tile_at(bd.memory)) check_.report(part + ".memory", "the DMA reaches no memory on that side");
    check_walk(bd, part);
    check_padding(bd, part);
    if (bd.acquire) check_lock(*bd.acquire, part + ".acquire");
    if (bd.release) {
      check_lock(*bd.release, part + ".release");
      if (bd.release->equal) check_.report(part + ".release", "a release does not wait, it has no 'equal'");
    }
    if (bd.packet) check_packet(*bd.packet, part + ".packet");
    if (!check_.is_buffer(bd.buffer)) check_.report(part + ".buffer", "there is no buffer {}", bd.buffer);
  }

  void check_walk(const BufferDescriptor& bd, const std::string& part) {
    if (bd.length_words < 1 || !fits(bd.length_words, facts_.length_bits)) {
      check_.report(part + ".length_words", "{} is not in 1..{}", bd.length_words,
                    (std::int64_t{1} << facts_.length_bits) - 1);
      return;
    }
    const auto count = static_cast<int>(bd.dimensions.size());
    if (count > facts_.dimensions) {
      check_.report(part + ".dimensions", "{} dimensions, the DMA has {}", count, facts_.dimensions);
      return;
    }
    std::int64_t product = 1;  // both stay small: a dimension that does not fit ends the check
    std::int64_t last = bd.dimensions.empty() ? bd.length_words - 1 : 0;
    for (int d = 0; d < count; ++d) {
      const BdDimension& dimension = bd.dimensions[static_cast<std::size_t>(d)];
      const bool limited = static_cast<std::size_t>(d) < facts_.wrap_bits.size();
      const int bits = limited ? facts_.wrap_bits[static_cast<std::size_t>(d)] : facts_.length_bits;
      if (dimension.size < 1 || !fits(dimension.size, bits)) {
        check_.report(part + ".dimensions", "dimension {} has size {}, not in 1..{}", d, dimension.size,
                      (std::int64_t{1} << bits) - 1);
        return;
      }
      if (dimension.size > 1 && !is_step(dimension.stride_words, facts_.step_bits)) {
        check_.report(part + ".dimensions", "dimension {} has stride {}, not in 1..{}", d,
                      dimension.stride_words, std::int64_t{1} << facts_.step_bits);
        return;
      }
      product *= dimension.size;
      last += std::int64_t{dimension.size - 1} * dimension.stride_words;
    }
    if (count > 0 && product != bd.length_words) {
      check_.report(part + ".dimensions", "the sizes multiply to {}, the length is {}", product,
                    bd.length_words);
    }
    if (bd.iteration.wrap < 1 || !fits(bd.iteration.wrap - 1, facts_.iteration_wrap_bits)) {
      check_.report(part + ".iteration", "wrap {} is not in 1..{}", bd.iteration.wrap,
                    std::int64_t{1} << facts_.iteration_wrap_bits);
      return;
    }
    if (bd.iteration.wrap > 1) {
      if (!is_step(bd.iteration.stride_words, facts_.iteration_step_bits)) {
        check_.report(part + ".iteration", "stride {} is not in 1..{}", bd.iteration.stride_words,
                      std::int64_t{1} << facts_.iteration_step_bits);
        return;
      }
      last += std::int64_t{bd.iteration.wrap - 1} * bd.iteration.stride_words;
    }
    const std::int64_t memory_words = check_.device.memory_size(check_.kind()).value / 4;
    if (bd.address_words < 0 ||
        (check_.kind() != TileKind::shim && bd.address_words + last >= memory_words)) {
      check_.report(part, "words {}..{} are not in the memory of {} words", bd.address_words,
                    bd.address_words + last, memory_words);
      return;
    }
    last_word_[bd.id] = bd.address_words + last;
  }

  void check_padding(const BufferDescriptor& bd, const std::string& part) {
    for (std::size_t d = 0; d < bd.padding.before.size(); ++d) {
      const int most = std::max(bd.padding.before[d], bd.padding.after[d]);
      const int bits = d < facts_.padding_bits.size() ? facts_.padding_bits[d] : 0;
      if (!fits(most, bits)) {
        check_.report(part + ".padding", "dimension {} has padding {}, the DMA can do {}", d, most,
                      (1 << bits) - 1);
      }
    }
  }

  void check_packet(const BdPacket& packet, const std::string& part) {
    const int id_bits = check_.device.stream_switch.packet_id_bits;
    if (!fits(packet.id, id_bits) || !fits(packet.type, kPacketTypeBits) ||
        !fits(packet.out_of_order_bd, kOutOfOrderBits)) {
      check_.report(part, "id {}, type {}, BD {} do not fit into {}, {}, {} bits", packet.id, packet.type,
                    packet.out_of_order_bd, id_bits, kPacketTypeBits, kOutOfOrderBits);
    }
  }

  void check_lock(const LockAccess& access, const std::string& part) {
    const LockFacts& locks = check_.device.locks;
    if (!tile_at(access.where)) check_.report(part, "the DMA reaches no lock on that side");
    if (access.lock.value >= locks.of(check_.kind())) {
      check_.report(part, "there is no lock {}, the tile has {}", static_cast<int>(access.lock.value),
                    locks.of(check_.kind()));
    }
    if (access.value < (access.equal ? 0 : 1) || access.value > locks.max_change) {
      check_.report(part, "amount {} is not in {}..{}", static_cast<int>(access.value), access.equal ? 0 : 1,
                    locks.max_change);
    }
  }

  void check_channel(const DmaChannelConfig& config, const std::string& part) {
    const ChannelId channel = config.channel;
    if (channel.index >= facts_.channels(channel.direction)) {
      check_.report(part, "there is no {}", to_string(channel));
      return;
    }
    if (!check_.is_layer(config.layer)) check_.report(part + ".layer", "there is no layer {}", config.layer);
    if (config.tasks.empty()) check_.report(part + ".tasks", "{} has no task", to_string(channel));
    if (config.tasks.size() > static_cast<std::size_t>(facts_.queue_depth)) {
      check_.report(part + ".tasks", "{} tasks, the queue holds {}", config.tasks.size(), facts_.queue_depth);
    }
    if (check_.kind() == TileKind::shim && check_.image.gmio_at(check_.tile.tile.col, channel) == nullptr) {
      check_.report(part, "{} moves no GMIO", to_string(channel));
      return;
    }
    const bool in = channel.direction == DmaDirection::s2mm;
    if (!in && (config.finish_on_tlast || config.out_of_order)) {
      check_.report(part, "{} sends, it neither finishes on TLAST nor works out of order",
                    to_string(channel));
    }
    if (config.finish_on_tlast && config.out_of_order) {
      check_.report(part, "out of order, every BD ends with its packet: leave finish_on_tlast out");
    }
    for (std::size_t i = 0; i < config.tasks.size(); ++i) {
      const DmaTask& task = config.tasks[i];
      const std::string task_part = fmt::format("{}.tasks[{}]", part, i);
      if (task.repeat < 1 || task.repeat > facts_.max_repeat) {
        check_.report(task_part, "repeat {} is not in 1..{}", task.repeat, facts_.max_repeat);
      }
      if (config.out_of_order) continue;
      const bool ends = check_chain(channel, task.first, task_part);
      if (!ends && check_.kind() == TileKind::shim)
        check_.report(task_part, "the chain never ends, but the host starts it once an iteration");
      if (!ends && i + 1 < config.tasks.size())
        check_.report(task_part, "the chain never ends, and tasks follow it");
    }
  }

  // Follows a BD chain; false if it loops.
  bool check_chain(ChannelId channel, BdId first, const std::string& part) {
    std::set<BdId> visited;
    std::optional<BdId> next = first;
    while (next && visited.insert(*next).second) {
      const int id = next->value;
      const auto found = descriptors_.find(*next);
      if (found == descriptors_.end()) {
        check_.report(part, "the chain of BD {} comes to BD {}, which is not configured",
                      static_cast<int>(first.value), id);
        return true;
      }
      if (!facts_.bd_allowed(channel, *next))
        check_.report(part, "{} cannot use BD {}", to_string(channel), id);
      check_use(channel, *found->second, part);
      next = found->second->next;
    }
    return !next;
  }

  // What the channel cannot do though the BD may say it.
  void check_use(ChannelId channel, const BufferDescriptor& bd, const std::string& part) {
    const int id = bd.id.value;
    if (check_.kind() == TileKind::shim) check_external(channel, bd, part);
    // Without such channels the descriptor itself has been reported.
    if (facts_.neighbour_channels > 0 && channel.index >= facts_.neighbour_channels &&
        reaches_neighbour(bd)) {
      check_.report(part, "BD {} uses a neighbour, which {} cannot reach", id, to_string(channel));
    }
    if (channel.direction == DmaDirection::mm2s) return;
    if (bd.padding != BdPadding{}) {
      check_.report(part, "BD {} pads, which {} cannot do", id, to_string(channel));
    }
    if (bd.packet || bd.suppress_tlast) {
      check_.report(part, "BD {} makes packets, which {} cannot do", id, to_string(channel));
    }
  }

  void check_external(ChannelId channel, const BufferDescriptor& bd, const std::string& part) {
    const auto last = last_word_.find(bd.id);
    if (last == last_word_.end()) return;  // reported
    const GmioChannel* gmio = check_.image.gmio_at(check_.tile.tile.col, channel);
    const auto end = static_cast<std::size_t>(gmio - check_.image.gmios.data()) + check_.image.plios.size();
    const std::int64_t words = check_.image.host_words(end);
    if (last->second >= words) {
      check_.report(part, "BD {} goes to word {} of '{}', which has {} an iteration",
                    static_cast<int>(bd.id.value), last->second, gmio->name, words);
    }
  }

  static bool reaches_neighbour(const BufferDescriptor& bd) {
    return bd.memory != Where::own || (bd.acquire && bd.acquire->where != Where::own) ||
           (bd.release && bd.release->where != Where::own);
  }

  const TileCheck& check_;
  const DmaFacts& facts_;
  std::map<BdId, const BufferDescriptor*> descriptors_;
  std::map<BdId, std::int64_t> last_word_;  // that a BD comes to in any of its runs
};

}  // namespace

void check_dma(const TileCheck& check) {
  DmaCheck(check).run();
}

}  // namespace aie4ml::arch
