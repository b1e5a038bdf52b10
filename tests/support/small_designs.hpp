// Whole designs of a few tiles that tests of the machine run. All process frames of int32 words, one an
// iteration, ping-pong everywhere, and end by themselves.
#pragma once

#include <cstdint>
#include <string>

#include "arch/device/device.hpp"
#include "tests/support/image_builder.hpp"

namespace aie4ml::test {

// What a core adds to every word.
inline constexpr std::int32_t kAdded = 3;

struct Design {
  int col{8}, row{0};
  int words{64};         // of a frame, a multiple of 8
  int frames{4};         // that the cores process
  int delay{0};          // bundles a core wastes for every eight words
  bool shared_banks{};   // input and output buffers in the same 16 KB bank
  int omit_release{-1};  // own lock that the (first) core forgets to give back
};

// Own locks of a core tile in these designs.
enum DesignLock { in_empty, in_full, out_empty, out_full };

// PLIO x -> S2MM 0 -> core, which adds kAdded -> MM2S 0 -> PLIO y.
void add_design(ImageBuilder& builder, const Design& design);
// The same with two cores side by side: the second reads the first one's output in the first one's memory.
void handover_design(ImageBuilder& builder, const Design& design);
// Two cores side by side: the first sends words over the cascade, the second writes them. Adds nothing.
void cascade_design(ImageBuilder& builder, const Design& design);
// A memory tile takes frames from a PLIO and sends them to another; for ever. The frame may be sent
// transposed, read as rows of `columns` words, and with `padding` zero words around.
struct Relay {
  int col{8};
  int words{64};
  bool ping_pong{true};
  int columns{0};  // 0: as it came
  int padding{0};
};
void relay_design(ImageBuilder& builder, const Relay& relay);
// External memory -> memory tile -> external memory, in frames of `words` and ping-pong; for ever in the
// array. The column needs a NoC DMA. After all PLIOs were made.
void external_relay_design(ImageBuilder& builder, const arch::Device& device, int col, int words);
// A memory tile takes frames from two PLIOs and sends them to one, as packets with ids 1 and 2 that share the
// way and keep their headers; for ever. A frame of the output is one of each and two headers.
struct PacketRelay {
  int col{8};
  int words[2]{16, 24};
  bool fixed_order{};
};
void packet_relay_design(ImageBuilder& builder, const PacketRelay& relay);

}  // namespace aie4ml::test
