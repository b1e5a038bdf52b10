// Whole designs of a few tiles that tests of the machine run.
#pragma once

#include <cstdint>
#include <string>

#include "arch/device/device.hpp"
#include "tests/support/image_builder.hpp"

namespace aie4ml::test {

// One core that adds a constant to int32 words: PLIO -> S2MM 0 -> ping-pong in -> core -> ping-pong out ->
// MM2S 0
// -> PLIO. A frame is one iteration.
struct AddDesign {
  int col{8}, row{0};
  int words{64};         // of a frame, a multiple of 8
  int frames{4};         // that the core and the DMA tasks process; 0: for ever
  bool shared_banks{};   // input and output buffers in the same 16 KB bank
  int omit_release{-1};  // lock (core's view) the core forgets to release
};
inline constexpr std::int32_t kAdded = 3;

void add_design(ImageBuilder& builder, const AddDesign& design);

// DMA only: a memory tile takes frames from a PLIO and sends them to another.
void relay_design(ImageBuilder& builder, int col, int words, bool ping_pong);

}  // namespace aie4ml::test
