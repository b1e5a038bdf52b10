// Buffer descriptors and channels as a loader would write them (AM020 chapters 2, 3, 5; RT).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "arch/units.hpp"

namespace aie4ml::arch {

// One dimension of a BD's address walk: `size` steps of `stride_words` 32-bit words. Dimension 0 is
// innermost. The word visited at indices (i0, i1, ...) is base + sum(i_d * stride_words_d).
struct BdDimension {
  std::int32_t size{1};
  std::int32_t stride_words{1};
  friend bool operator==(const BdDimension&, const BdDimension&) = default;
};

// Zero (AIE-MLv2: constant) words a memory tile's MM2S inserts around dimensions 0..2. Dimension 0 counts
// words, dimension d whole rows of the dimensions below it, padding included. Not read from memory, sent on
// the stream.
struct BdPadding {
  std::array<std::uint8_t, 3> before{};
  std::array<std::uint8_t, 3> after{};
  friend bool operator==(const BdPadding&, const BdPadding&) = default;
};

// Address moves by stride_words each time the BD is run, and wraps after `wrap` runs.
struct BdIteration {
  std::int32_t wrap{1};
  std::int32_t stride_words{0};
  friend bool operator==(const BdIteration&, const BdIteration&) = default;
};

// Lock access of a BD: acquire waits and subtracts before the first word, release adds after the last one.
struct LockAccess {
  // Which lock module: own tile, or for a memory tile's channels 0-3 its west or east neighbour.
  enum class Where : std::uint8_t { own, west, east };
  Where where{Where::own};
  LockId lock{};
  std::int8_t value{};  // positive: the amount k
  bool equal{false};    // acquire: wait until == k instead of >= k
  friend bool operator==(const LockAccess&, const LockAccess&) = default;
};

// A word that goes before the data of a BD and leads it through packet-switched ports (AM020-2; packet.hpp).
struct BdPacket {
  std::uint8_t id{};
  std::uint8_t type{};
  std::uint8_t out_of_order_bd{};  // BD that an S2MM channel in out-of-order mode uses for it
  friend bool operator==(const BdPacket&, const BdPacket&) = default;
};

struct BufferDescriptor {
  BdId id{};
  LockAccess::Where memory{LockAccess::Where::own};  // whose memory the address is in
  std::int32_t address_words{};                      // of the first word
  std::int32_t length_words{};                       // words moved to or from memory, padding not counted
  std::vector<BdDimension> dimensions;               // empty: linear; product of sizes == length_words
  BdPadding padding{};
  BdIteration iteration{};
  std::optional<LockAccess> acquire;
  std::optional<LockAccess> release;
  std::optional<BdId> next;
  std::optional<BdPacket> packet{};  // MM2S
  bool suppress_tlast{};             // MM2S: the last word does not end a packet
  std::int32_t buffer{-1};           // index into DebugMap::buffers
  friend bool operator==(const BufferDescriptor&, const BufferDescriptor&) = default;

  // Words on the stream: length plus padding. A packet's header comes on top.
  [[nodiscard]] std::int64_t stream_words() const;
};

// A task pushed on a channel's queue at start: a BD chain run `repeat` times; a chain that loops never ends.
// Of a channel in out-of-order mode: `repeat` packets, whose headers choose the BDs; `first` means nothing.
struct DmaTask {
  BdId first{};
  std::uint16_t repeat{1};
  std::optional<std::uint8_t> token{};  // its end issues a task-complete token to this controller
  friend bool operator==(const DmaTask&, const DmaTask&) = default;
};

struct DmaChannelConfig {
  ChannelId channel{};
  std::vector<DmaTask> tasks;
  std::int32_t layer{-1};  // index into DebugMap::layers: whose data it moves, for names
  bool finish_on_tlast{};  // S2MM: a TLAST ends the BD, however many words of it are missing
  bool out_of_order{};     // S2MM: every packet's header, which is taken off, says which BD to use
  friend bool operator==(const DmaChannelConfig&, const DmaChannelConfig&) = default;
};

}  // namespace aie4ml::arch
