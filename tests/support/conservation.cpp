#include "tests/support/conservation.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include <fmt/format.h>

namespace aie4ml::test {

using namespace arch;

namespace {

using Lock = std::pair<TileCoord, int>;

struct Walked {
  std::int64_t words{};            // of the descriptors that are done
  const BufferDescriptor* next{};  // the one after them, nullptr: none
};

const BufferDescriptor& descriptor(const TileImage& tile, BdId id) {
  return *std::find_if(tile.descriptors.begin(), tile.descriptors.end(),
                       [id](const BufferDescriptor& bd) { return bd.id == id; });
}

// A channel's first `done` descriptors, in the order of its tasks and chains; the tasks are run `rounds`
// times.
Walked walk(const TileImage& tile, const DmaChannelConfig& config, int rounds, std::int64_t done) {
  Walked walked;
  for (int round = 0; round < rounds; ++round) {
    for (const DmaTask& task : config.tasks) {
      for (int repetition = 0; repetition < task.repeat; ++repetition) {
        for (std::optional<BdId> id = task.first; id;) {
          const BufferDescriptor& bd = descriptor(tile, *id);
          if (done-- == 0) {
            walked.next = &bd;
            return walked;
          }
          walked.words += bd.stream_words();
          id = bd.next;
        }
      }
    }
  }
  return walked;
}

TileCoord beside(TileCoord tile, LockAccess::Where where) {
  if (where == LockAccess::Where::west) --tile.col;
  if (where == LockAccess::Where::east) ++tile.col;
  return tile;
}

}  // namespace

std::string unconserved(const Device& device, const Image& image, const sim::MachineResult& result) {
  std::string text;
  for (const traces::RouteStatistics& route : result.statistics.routes) {
    if (route.words_out != route.words_in * route.receivers) {
      text += fmt::format("{}: {} words in, {} out at {} receivers\n", route.name, route.words_in,
                          route.words_out, route.receivers);
    }
  }
  std::map<Lock, int> balance;  // value at the end and what channels took that will not run any more
  for (const sim::LockValue& lock : result.locks) balance[{lock.tile, lock.lock.value}] += lock.value;
  for (const traces::ChannelStatistics& channel : result.statistics.channels) {
    const TileImage& tile = *image.find(channel.tile);
    const auto config = std::find_if(tile.channels.begin(), tile.channels.end(),
                                     [&](const auto& c) { return c.channel == channel.channel; });
    if (config->out_of_order) continue;  // packets say which descriptors
    const int rounds = device.kind(channel.tile) == TileKind::shim ? result.statistics.iterations : 1;
    const Walked walked = walk(tile, *config, rounds, channel.descriptors);
    if (config->finish_on_tlast ? channel.words > walked.words : channel.words != walked.words) {
      text +=
          fmt::format("{} {}: {} words in {} descriptors, which have {}\n", device.tile_name(channel.tile),
                      to_string(channel.channel), channel.words, channel.descriptors, walked.words);
    }
    // Where no words come any more, the next descriptor has its lock nevertheless.
    if (walked.next == nullptr || !walked.next->acquire || channel.channel.direction == DmaDirection::mm2s)
      continue;
    const LockAccess& acquire = *walked.next->acquire;
    balance[{beside(channel.tile, acquire.where), acquire.lock.value}] += acquire.value;
  }
  for (const TileImage& tile : image.tiles) {
    for (const LockInit& lock : tile.locks) balance[{tile.tile, lock.lock.value}] -= lock.value;
  }
  for (const auto& [lock, value] : balance) {
    if (value != 0) {
      text += fmt::format("lock {} of {} ends {} beside its start value\n", lock.second,
                          device.tile_name(lock.first), value);
    }
  }
  return text;
}

}  // namespace aie4ml::test
