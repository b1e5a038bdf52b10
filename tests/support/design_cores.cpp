#include "tests/support/design_cores.hpp"

#include <algorithm>
#include <set>

namespace aie4ml::test {

using namespace arch;

namespace {

void add(std::vector<Frame>& frames, int added) {
  for (Frame& frame : frames) {
    for (std::uint32_t& word : frame) word += static_cast<std::uint32_t>(added);
  }
}

}  // namespace

std::optional<Head> DesignCores::by_memory(Head& head) {
  const std::optional<TileCoord> first = canvas_.free_core(head);
  if (!first) return std::nullopt;
  canvas_.take_core(*first);
  const int words = head.words();
  const Buffer in = canvas_.buffer(*first, words, "in");
  std::vector<Frame> frames = canvas_.fill(head, *first, in);
  CoreWork work = make_work(*first, words);
  work.in = side(*first, in, true);
  std::optional<PortSide> beside;
  const bool cascade = random().chance(50);
  if (random().chance(60)) beside = neighbour_side(*first, cascade);
  if (!beside) return finish(*first, work, *first, frames);
  const TileCoord second = *device().neighbour(*first, *beside);
  if (random().chance(30) && !cascade) return finish(*first, work, second, frames);
  canvas_.take_core(second);
  CoreWork other = make_work(second, words);
  if (cascade) {
    work.added = other.added = 0;
    const auto direction =
        *beside == PortSide::east ? CascadeDirection::horizontal : CascadeDirection::vertical;
    canvas_.builder().at(*first).cascade_out = direction;
    canvas_.builder().at(second).cascade_in = direction;
  } else {
    const Buffer between = canvas_.buffer(*first, words, "between");
    work.out = side(*first, between, false);
    other.in = side(second, between, true);
  }
  add(frames, work.added);
  program(*first, work);
  return finish(second, other, second, frames);
}

// The core's output goes into the memory of `home`, whose DMA sends it on.
Head DesignCores::finish(TileCoord core, CoreWork& work, TileCoord home, std::vector<Frame>& frames) {
  canvas_.take_core(home);
  const Buffer out = canvas_.buffer(home, work.words, "out");
  work.out = side(core, out, false);
  add(frames, work.added);
  program(core, work);
  return canvas_.drain(home, out, frames);
}

std::optional<Head> DesignCores::by_stream(Head& head) {
  const std::optional<TileCoord> tile = canvas_.free_core(head);
  if (!tile) return std::nullopt;
  canvas_.take_core(*tile);
  CoreWork work = make_work(*tile, head.words());
  const bool reads = random().chance(60);
  const bool writes = !reads || random().chance(50);
  std::vector<Frame> frames = head.frames;
  if (reads) {
    work.in.stream = true;
    canvas_.connect(head, *tile, port(PortSide::core, 0));
  } else {
    const Buffer in = canvas_.buffer(*tile, work.words, "in");
    frames = canvas_.fill(head, *tile, in);
    work.in = side(*tile, in, true);
  }
  if (!writes) return finish(*tile, work, *tile, frames);
  work.out.stream = true;
  work.ends_frames = random().chance(60);
  add(frames, work.added);
  program(*tile, work);
  return Head{
      .tile = *tile, .from = port(PortSide::core, 0), .frames = frames, .ends_frames = work.ends_frames};
}

// A free core that sees this one's memory and is seen by it or, for a cascade, is the next one.
std::optional<PortSide> DesignCores::neighbour_side(TileCoord tile, bool cascade) {
  std::vector<PortSide> sides = {PortSide::east, PortSide::south};
  if (!cascade) sides = {PortSide::south, PortSide::north};
  std::shuffle(sides.begin(), sides.end(), random().engine());
  for (const PortSide s : sides) {
    const auto to = device().neighbour(tile, s);
    if (to && device().kind(*to) == TileKind::core && canvas_.is_free(*to)) return s;
  }
  return std::nullopt;
}

CoreWork DesignCores::make_work(TileCoord tile, int words) {
  return {.in = {},
          .out = {},
          .words = words,
          .frames = canvas_.frames(),
          .added = random().pick(0, 63),
          .ends_frames = false,
          .races = races_,
          .scratch = seen(tile, tile) + canvas_.slot(tile),
          .reads = places_around(tile)};
}

void DesignCores::program(TileCoord core, const CoreWork& work) {
  canvas_.builder().program(canvas_.builder().at(core), random_program(work, random()));
}

// Base address of a memory as a core sees it.
int DesignCores::seen(TileCoord core, TileCoord memory) const {
  const MemoryWindow window = device().window_of(core, memory).value();
  return static_cast<int>(device().data_memory.window_base[static_cast<std::size_t>(window)]);
}

WorkSide DesignCores::side(TileCoord core, const Buffer& buffer, bool in) const {
  const MemoryWindow window = device().window_of(core, buffer.tile).value();
  const int locks = device().locks.core_window_base[static_cast<std::size_t>(window)];
  WorkSide made{.addresses = buffer.addresses,
                .stream = false,
                .words = buffer.words,
                .acquire = locks + (in ? buffer.full : buffer.empty),
                .release = locks + (in ? buffer.empty : buffer.full),
                .amount = buffer.amount,
                .equal = buffer.equal};
  for (int& address : made.addresses) address += seen(core, buffer.tile);
  return made;
}

std::vector<int> DesignCores::places_around(TileCoord tile) {
  std::vector<int> places;
  const auto memories = device().reachable_memories(tile);
  for (int i = 0; i < 4; ++i) {
    const int other = random().pick(0, static_cast<int>(memories.size()) - 1);
    const TileCoord memory = random().chance(50) ? tile : memories[static_cast<std::size_t>(other)];
    places.push_back(seen(tile, memory) + 32 * random().pick(0, 2047));
  }
  return places;
}

void DesignCores::add_noise() {
  const std::set<TileCoord> used = canvas_.taken_cores();
  for (const TileCoord tile : used) {
    if (!random().chance(25)) continue;
    const auto beside = device().neighbour(tile, random().chance(50) ? PortSide::north : PortSide::east);
    if (!beside || device().kind(*beside) != TileKind::core || !canvas_.take_core(*beside)) continue;
    const int scratch = seen(*beside, *beside) + canvas_.slot(*beside);
    canvas_.builder().program(canvas_.builder().at(*beside), noise_program(random().pick(20, 400), scratch,
                                                                           places_around(*beside), random()));
  }
}

}  // namespace aie4ml::test
