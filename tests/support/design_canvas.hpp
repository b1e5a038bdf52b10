// What random designs are drawn on: gives out stream lanes, packet ids, places in memory, locks, descriptors
// and channels, and keeps account of what has to come through each channel.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "arch/device/device.hpp"
#include "tests/support/image_builder.hpp"
#include "tests/support/random_program.hpp"

namespace aie4ml::test {

using Frame = std::vector<std::uint32_t>;

inline constexpr int kMostWords = 128;  // of a frame

inline arch::StreamPort port(arch::PortSide side, int index) {
  return {side, static_cast<std::uint8_t>(index)};
}

// Who takes the headers off packets.
enum class Headers { end_drops, end_takes, start_drops, stay };

// Where the words of a stream come from, and what they are.
struct Head {
  arch::TileCoord tile{};
  arch::StreamPort from{};
  std::vector<Frame> frames{};
  bool ends_frames{};           // the last word of every frame carries TLAST; otherwise no word does
  std::optional<int> packet{};  // every frame, or part of it, is a packet with this id
  bool arbitrated{};            // packets leave `tile` by a port in packet mode
  Headers headers{Headers::end_drops};
  int up{-1}, down{-1};  // lanes it takes on its way north and south
  [[nodiscard]] int words() const { return static_cast<int>(frames.front().size()); }
};

// Halves of a buffer in one tile's memory, with the locks that guard them.
struct Buffer {
  arch::TileCoord tile{};
  std::vector<int> addresses{};  // bytes
  int words{};
  int empty{}, full{};  // locks
  int amount{1};        // of every lock operation on a whole frame
  bool equal{};
  bool contiguous{};  // the halves follow each other
};

// A buffer's words in the order of the stream are those of a matrix read column by column: word i of the
// stream is word (i % rows) * cols + i / rows of the buffer. 0 rows: in order.
struct Order {
  int rows{}, cols{};
  [[nodiscard]] std::size_t at(int i) const {
    return static_cast<std::size_t>(rows == 0 ? i : i % rows * cols + i / rows);
  }
};

class DesignCanvas {
 public:
  DesignCanvas(const arch::Device& device, unsigned seed) : device_(device), random_(seed) {}

  [[nodiscard]] const arch::Device& device() const { return device_; }
  [[nodiscard]] Random& random() { return random_; }
  [[nodiscard]] ImageBuilder& builder() { return builder_; }
  [[nodiscard]] int frames() const { return frames_; }
  void set_frames(int frames) { frames_ = frames; }
  // Words that have to come through each DMA channel.
  using ChannelWords = std::map<std::pair<arch::TileCoord, arch::ChannelId>, std::int64_t>;
  [[nodiscard]] const ChannelWords& channel_words() const { return words_; }
  void expect_words(arch::TileCoord tile, arch::ChannelId channel, std::int64_t words) {
    words_[{tile, channel}] = words;
  }

  // A core tile of the column for a buffer or a program of its own, one that can be reached.
  std::optional<arch::TileCoord> free_core(const Head& head);
  [[nodiscard]] bool is_free(arch::TileCoord core) const { return !taken_.contains(core); }
  bool take_core(arch::TileCoord core) { return taken_.insert(core).second; }
  [[nodiscard]] const std::set<arch::TileCoord>& taken_cores() const { return taken_; }

  // beyond: lanes in the same direction that will be taken before.
  [[nodiscard]] bool reachable(const Head& head, arch::TileCoord to, int beyond = 0) const;
  void connect(Head& head, arch::TileCoord to, arch::StreamPort end);
  int next_packet_id() { return packet_ids_++ % 32; }
  // Arbiters of the tile's switch that are left.
  [[nodiscard]] int free_arbiters(arch::TileCoord tile);

  // A place of kSlotBytes, in bytes.
  int slot(arch::TileCoord tile);
  // parts: descriptors that together fill or empty a half, if they do not come in order.
  Buffer buffer(arch::TileCoord tile, int words, const std::string& name, int parts = 1);
  // Whether one more channel of each direction fits, with descriptors for it.
  [[nodiscard]] bool has_channels(arch::TileCoord tile);
  // Writes the stream into the buffer by a channel of `tile`; returns the frames as they lie there.
  std::vector<Frame> fill(Head& head, arch::TileCoord tile, const Buffer& buffer);
  // Reads the buffer's frames back to the stream, as packets or not.
  Head drain(arch::TileCoord tile, const Buffer& buffer, const std::vector<Frame>& frames,
             std::optional<int> packet = std::nullopt);
  // From buffer to buffer in packets of part of a frame each, which choose their descriptors and come in any
  // order. `way`: from the tile, with the packets' id; `from` is found here.
  void out_of_order(arch::TileCoord from, const Buffer& source, arch::TileCoord to, const Buffer& sink,
                    Head& way);

 private:
  struct Chain {
    Order order{};
    int padding{};  // words before a frame, filled up to 8 behind it
    int slack{};    // words a descriptor could take beyond the frame
    int parts{1};
    bool tlast{true};
    std::optional<int> packet{};
  };
  struct Opened {
    int index{};  // of the channel
    int first{};  // its first descriptor
  };
  static constexpr int kSlotBytes = 2048;  // memory is given out in places of this size
  static constexpr int kUpLanes = 6, kDownLanes = 4;

  void packet_way(arch::TileCoord tile, arch::StreamPort slave, arch::StreamPort master, int id, bool drop);
  Order order(int words);
  [[nodiscard]] int first_bd(arch::TileCoord tile, int index) const;
  int& next_bd(arch::TileCoord tile, int index) { return bds_[{tile, first_bd(tile, index)}]; }
  Opened open(arch::TileCoord tile, arch::DmaDirection direction);
  int channel(arch::TileCoord tile, arch::DmaDirection direction, const Buffer& buffer, const Chain& chain);
  void task(arch::TileCoord tile, arch::DmaDirection direction, int channel, int first, int repeat);

  const arch::Device& device_;
  Random random_;
  ImageBuilder builder_{device_};
  int frames_{};
  std::map<int, std::array<int, 2>> lanes_;  // taken, by column: northwards, southwards
  int packet_ids_{};
  std::set<arch::TileCoord> taken_;
  std::set<std::pair<arch::TileCoord, int>> slots_;
  std::map<std::pair<arch::TileCoord, arch::DmaDirection>, int> channels_;
  std::map<std::pair<arch::TileCoord, int>, int> bds_;  // given away, by first BD of the part
  ChannelWords words_;
};

}  // namespace aie4ml::test
