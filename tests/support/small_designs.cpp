#include "tests/support/small_designs.hpp"

#include <fmt/format.h>

namespace aie4ml::test {

using namespace arch;

namespace {

// Core's view of its own locks.
constexpr int kOwnLocks = 48;
enum AddLock { in_empty, in_full, out_empty, out_full };

std::string add_program(const AddDesign& d, int in_address, int out_address) {
  const int bytes = d.words * 4;
  std::string text = "  movx r16, #-1\n  movx r17, #1\n  movx r1, #3\n  vbcst.s32 x8, r1\n";
  if (d.frames > 0) text += fmt::format("  movxm r2, #{}\n  movx r3, #-1\n", (d.frames + 1) / 2);
  text += "frames:\n";
  const auto release = [&](AddLock lock) {
    return kOwnLocks + lock == d.omit_release ? std::string("  nop\n")
                                              : fmt::format("  rel #{}, r17\n", kOwnLocks + lock);
  };
  for (int half = 0; half < 2; ++half) {
    text += fmt::format("  acq #{}, r16\n  acq #{}, r16\n", kOwnLocks + in_full, kOwnLocks + out_empty);
    text += fmt::format("  movxm p0, #{}\n  movxm p1, #{}\n", 0x70000 + in_address + half * bytes,
                        0x70000 + out_address + half * bytes);
    text += fmt::format("  movxm lc, #{}\n  movxm ls, loop{}\n  movxm le, last{}\n", d.words / 8, half, half);
    // One vector of eight words every eleven bundles: load 7, add 2, store.
    text += fmt::format("loop{}:\n  vlda w0, [p0], #32\n", half);
    for (int i = 0; i < 6; ++i) text += "  nop\n";
    text += "  vadd.s32 w2, w0, w16\n  nop\n  vst [p1], #32, w2\n";
    text += fmt::format("last{}:\n  nop\n", half);
    for (int i = 0; i < 4; ++i)
      text += "  nop\n";  // the last store reaches memory before the lock is given back
    text += release(in_empty) + release(out_full);
    if (d.frames > 0 && half == 0 && d.frames % 2 == 1) {
      // An odd number of frames ends after the first half of the last pass.
      text += "  add r4, r2, r3\n  jz r4, end\n  nop\n  nop\n  nop\n  nop\n  nop\n";
    }
  }
  if (d.frames > 0) {
    text += "  add r2, r2, r3\n  jnz r2, frames\n  nop\n  nop\n  nop\n  nop\n  nop\nend:\n  done\n";
  } else {
    text += "  j frames\n  nop\n  nop\n  nop\n  nop\n  nop\n";
  }
  return text;
}

}  // namespace

void add_design(ImageBuilder& b, const AddDesign& d) {
  TileImage& tile = b.core(d.col, d.row);
  const int in = 0x0000;
  const int out = d.shared_banks ? 0x2000 : 0x8000;
  b.program(tile, add_program(d, in, out));
  tile.program->regions = {{0, static_cast<std::int32_t>(tile.program->bundles.size()), -1, "main"}};
  b.lock(tile, in_empty, 2, "in empty");
  b.lock(tile, in_full, 0, "in full");
  b.lock(tile, out_empty, 2, "out empty");
  b.lock(tile, out_full, 0, "out full");
  for (int half = 0; half < 2; ++half) {
    b.bd(tile, {.id = half,
                .address = in / 4 + half * d.words,
                .words = d.words,
                .next = 1 - half,
                .acquire = in_empty,
                .release = in_full});
    b.bd(tile, {.id = 2 + half,
                .address = out / 4 + half * d.words,
                .words = d.words,
                .next = 3 - half,
                .acquire = out_full,
                .release = out_empty});
  }
  b.task(tile, DmaDirection::s2mm, 0, 0);
  b.task(tile, DmaDirection::mm2s, 0, 2);
  const std::string suffix = fmt::format("_{}_{}", d.col, d.row);
  const int x = b.input("x" + suffix, d.col, 0, tile.tile, 0, 0);
  const int y = b.output("y" + suffix, d.col, 0, tile.tile, 0, 0);
  b.words_port(x, d.words);
  b.words_port(y, d.words);
}

void relay_design(ImageBuilder& b, int col, int words, bool ping_pong) {
  TileImage& tile = b.memory_tile(col, 0);
  const int buffers = ping_pong ? 2 : 1;
  b.lock(tile, 0, buffers, "buffer empty");
  b.lock(tile, 1, 0, "buffer full");
  for (int i = 0; i < buffers; ++i) {
    b.bd(tile, {.id = i,
                .address = i * words,
                .words = words,
                .next = (i + 1) % buffers,
                .acquire = 0,
                .release = 1});
    b.bd(tile, {.id = 8 + i,
                .address = i * words,
                .words = words,
                .next = 8 + (i + 1) % buffers,
                .acquire = 1,
                .release = 0});
  }
  b.task(tile, DmaDirection::s2mm, 0, 0);
  b.task(tile, DmaDirection::mm2s, 0, 8);
  const int x = b.input("x", col, 0, tile.tile, 0, 0);
  const int y = b.output("y", col, 0, tile.tile, 0, 0);
  b.words_port(x, words);
  b.words_port(y, words);
}

}  // namespace aie4ml::test
