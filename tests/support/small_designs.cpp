#include "tests/support/small_designs.hpp"

#include <fmt/format.h>

namespace aie4ml::test {

using namespace arch;

namespace {

// How a core sees its own and its western neighbour's memory and locks.
constexpr int kOwnLocks = 48;
constexpr int kWestLocks = 16;
constexpr int kOwnMemory = 0x70000;
constexpr int kWestMemory = 0x50000;
constexpr int kInput = 0x0000;

// One end of a core's work: a ping-pong pair and its locks, as the core sees them.
struct Side {
  int acquire{-1}, release{-1};  // -1: none
  int address{};
};

struct Work {
  const Design& design;
  Side in, out;
  std::string body;  // for eight words; p0 reads, p1 writes
};

// Eight words every twelve bundles and `delay` more.
std::string body_add() {
  std::string text = "  vlda w0, [p0], #32\n";
  for (int i = 0; i < 6; ++i) text += "  nop\n";
  return text + "  vadd.s32 w2, w0, w16\n  nop\n  vst [p1], #32, w2\n";
}
std::string body_to_cascade() {
  std::string text = "  vlda w0, [p0], #32\n";
  for (int i = 0; i < 6; ++i) text += "  nop\n";
  return text + "  vups.s64.s32 bm0, w0, s0\n  nop\n  nop\n  vmov.mcd bm0\n";
}
std::string body_from_cascade() {
  std::string text = "  vmov.scd bm2\n";
  for (int i = 0; i < 6; ++i) text += "  nop\n";
  return text + "  vst.srs.s32.s64 [p1], #32, bm2, s0\n";
}

std::string nops(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += "  nop\n";
  return text;
}

std::string program(const Work& work) {
  const Design& d = work.design;
  const int bytes = d.words * 4;
  const auto acquire = [](int lock) {
    return lock < 0 ? std::string() : fmt::format("  acq #{}, r16\n", lock);
  };
  const auto release = [&d](int lock) {
    if (lock < 0) return std::string();
    if (lock == kOwnLocks + d.omit_release) return std::string("  nop\n");
    return fmt::format("  rel #{}, r17\n", lock);
  };
  std::string text = "  movx r16, #-1\n  movx r17, #1\n  movx r1, #3\n  vbcst.s32 x8, r1\n  movx r3, #-1\n";
  text += fmt::format(
      "  movxm r2, #{}\n  movx r5, #0\n  mov s0, r5\n  movx r6, #0\n  mov crrnd, r6\n  nop\nframes:\n",
      d.frames);
  for (int half = 0; half < 2; ++half) {
    text += acquire(work.in.acquire) + acquire(work.out.acquire);
    text += fmt::format("  movxm p0, #{}\n  movxm p1, #{}\n", work.in.address + half * bytes,
                        work.out.address + half * bytes);
    text += fmt::format("  movxm lc, #{}\n  movxm ls, loop{}\n  movxm le, last{}\n", d.words / 8, half, half);
    text += fmt::format("loop{}:\n{}{}last{}:\n  nop\n", half, work.body, nops(d.delay), half);
    text += nops(7);  // the last store reaches memory before the lock is given back
    text += release(work.in.release) + release(work.out.release);
    text += "  add r2, r2, r3\n";
    text += half == 0 ? "  jz r2, end\n" : "  jnz r2, frames\n";
    text += nops(5);
  }
  return text + "end:\n  done\n";
}

int output_address(const Design& d) {
  return d.shared_banks ? 0x2000 : 0x8000;
}

void declare_locks(ImageBuilder& b, TileImage& tile) {
  b.lock(tile, in_empty, 2, "in empty");
  b.lock(tile, in_full, 0, "in full");
  b.lock(tile, out_empty, 2, "out empty");
  b.lock(tile, out_full, 0, "out full");
}

void feed(ImageBuilder& b, const Design& d, TileImage& tile) {
  for (int half = 0; half < 2; ++half) {
    b.bd(tile, {.id = half,
                .address = kInput / 4 + half * d.words,
                .words = d.words,
                .next = 1 - half,
                .acquire = in_empty,
                .release = in_full});
  }
  b.task(tile, DmaDirection::s2mm, 0, 0);
  b.words_port(b.input(fmt::format("x_{}_{}", d.col, d.row), d.col, 2 * (d.row % 3), tile.tile, 0, d.row % 4),
               d.words);
}

void drain(ImageBuilder& b, const Design& d, TileImage& tile) {
  for (int half = 0; half < 2; ++half) {
    b.bd(tile, {.id = 2 + half,
                .address = output_address(d) / 4 + half * d.words,
                .words = d.words,
                .next = 3 - half,
                .acquire = out_full,
                .release = out_empty});
  }
  b.task(tile, DmaDirection::mm2s, 0, 2);
  const int col = tile.tile.col;
  b.words_port(b.output(fmt::format("y_{}_{}", col, d.row), col, 2 * (d.row % 3), tile.tile, 0, d.row % 4),
               d.words);
}

Side own(int acquire, int release, int address) {
  return {kOwnLocks + acquire, kOwnLocks + release, kOwnMemory + address};
}

}  // namespace

void add_design(ImageBuilder& b, const Design& d) {
  TileImage& tile = b.core(d.col, d.row);
  b.program(tile, program({d, own(in_full, in_empty, kInput), own(out_empty, out_full, output_address(d)),
                           body_add()}));
  declare_locks(b, tile);
  feed(b, d, tile);
  drain(b, d, tile);
}

void handover_design(ImageBuilder& b, const Design& d) {
  TileImage& first = b.core(d.col, d.row);
  TileImage& second = b.core(d.col + 1, d.row);
  const int out = output_address(d);
  b.program(first, program({d, own(in_full, in_empty, kInput), own(out_empty, out_full, out), body_add()}));
  const Side west{kWestLocks + out_full, kWestLocks + out_empty, kWestMemory + out};
  b.program(second, program({d, west, own(out_empty, out_full, out), body_add()}));
  declare_locks(b, first);
  declare_locks(b, second);
  feed(b, d, first);
  drain(b, d, second);
}

void cascade_design(ImageBuilder& b, const Design& d) {
  TileImage& first = b.core(d.col, d.row);
  TileImage& second = b.core(d.col + 1, d.row);
  const Side nothing{-1, -1, kOwnMemory};
  b.program(first, program({d, own(in_full, in_empty, kInput), nothing, body_to_cascade()}));
  b.program(second, program({d, nothing, own(out_empty, out_full, output_address(d)), body_from_cascade()}));
  first.cascade_out = CascadeDirection::horizontal;
  second.cascade_in = CascadeDirection::horizontal;
  declare_locks(b, first);
  declare_locks(b, second);
  feed(b, d, first);
  drain(b, d, second);
}

void relay_design(ImageBuilder& b, const Relay& r) {
  TileImage& tile = b.memory_tile(r.col, 0);
  const int buffers = r.ping_pong ? 2 : 1;
  b.lock(tile, 0, buffers, "buffer empty");
  b.lock(tile, 1, 0, "buffer full");
  for (int i = 0; i < buffers; ++i) {
    const int next = (i + 1) % buffers;
    b.bd(tile, {.id = i, .address = i * r.words, .words = r.words, .next = next, .acquire = 0, .release = 1});
    BufferDescriptor& out = b.bd(tile, {.id = 8 + i,
                                        .address = i * r.words,
                                        .words = r.words,
                                        .next = 8 + next,
                                        .acquire = 1,
                                        .release = 0});
    if (r.columns > 0) out.dimensions = {{r.words / r.columns, r.columns}, {r.columns, 1}};
    out.padding.before[0] = out.padding.after[0] = static_cast<std::uint8_t>(r.padding);
  }
  b.task(tile, DmaDirection::s2mm, 0, 0);
  b.task(tile, DmaDirection::mm2s, 0, 8);
  const int x = b.input("x", r.col, 0, tile.tile, 0, 0);
  const int y = b.output("y", r.col, 0, tile.tile, 0, 0);
  b.words_port(x, r.words);
  const int rows = r.columns > 0 ? r.columns : 1;
  b.words_port(y, r.words + 2 * r.padding * rows);
}

void external_relay_design(ImageBuilder& b, const Device& device, int col, int words) {
  TileImage& tile = b.memory_tile(col, 0);
  b.lock(tile, 0, 2, "free");
  b.lock(tile, 1, 0, "full");
  for (int half = 0; half < 2; ++half) {
    const int address = half * words;
    b.bd(tile,
         {.id = half, .address = address, .words = words, .next = 1 - half, .acquire = 0, .release = 1});
    b.bd(tile,
         {.id = 2 + half, .address = address, .words = words, .next = 3 - half, .acquire = 1, .release = 0});
  }
  b.task(tile, DmaDirection::s2mm, 0, 0);
  b.task(tile, DmaDirection::mm2s, 0, 2);
  const int input = b.gmio_input("ddr_x", col, 0, tile.tile, 0, 0);
  const int output = b.gmio_output("ddr_y", col, 0, tile.tile, 0, 0);
  TileImage& shim = b.at(device.shim_tile(col));
  b.bd(shim, {.id = 0, .words = words});
  b.bd(shim, {.id = 1, .words = words});
  b.task(shim, DmaDirection::mm2s, 0, 0);
  b.task(shim, DmaDirection::s2mm, 0, 1);
  b.gmio_words_port(input, words);
  b.gmio_words_port(output, words);
}

void packet_relay_design(ImageBuilder& b, const PacketRelay& r) {
  TileImage& tile = b.memory_tile(r.col, 0);
  for (int side = 0; side < 2; ++side) {
    const int first_bd = 24 * side;
    const int free = 2 * side;
    const int full = free + 1;
    b.lock(tile, free, 2, "free");
    b.lock(tile, full, 0, "full");
    const int words = r.words[side];
    for (int half = 0; half < 2; ++half) {
      const int address = (2 * side + half) * 4096;
      b.bd(tile, {.id = first_bd + half,
                  .address = address,
                  .words = words,
                  .next = first_bd + 1 - half,
                  .acquire = free,
                  .release = full});
      b.bd(tile, {.id = first_bd + 2 + half,
                  .address = address,
                  .words = words,
                  .next = first_bd + 3 - half,
                  .acquire = full,
                  .release = free})
          .packet = BdPacket{static_cast<std::uint8_t>(side + 1), 0, 0};
    }
    b.task(tile, DmaDirection::s2mm, side, first_bd);
    b.task(tile, DmaDirection::mm2s, side, first_bd + 2);
    b.words_port(b.input(fmt::format("packets_x{}", side), r.col, 4 * side, tile.tile, side, side), words);
    const StreamPort slave{PortSide::dma, static_cast<std::uint8_t>(side)};
    tile.packet_slaves.push_back({.slave = slave, .slots = {{0, 28, 0, 2}}});
  }
  if (r.fixed_order) {
    tile.merges = {{.arbiter = 0, .order = {{{PortSide::dma, 0}, 1}, {{PortSide::dma, 1}, 1}}}};
  }
  const StreamPort out{PortSide::south, 3};
  tile.packet_masters.push_back({.master = out, .arbiter = 0, .msels = 4});
  b.connect({tile.tile.col, 0}, {PortSide::north, 3}, {PortSide::south, 2});
  b.words_port(b.plio("packets_y", PlioChannel::Direction::output, r.col, 2), r.words[0] + r.words[1] + 2);
}

}  // namespace aie4ml::test
