#include "tests/support/random_design.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "arch/isa/assembly.hpp"
#include "tests/support/image_builder.hpp"
#include "tests/support/random_program.hpp"

namespace aie4ml::test {

using namespace arch;

namespace {

using Frame = std::vector<std::uint32_t>;
using Where = LockAccess::Where;

constexpr int kMostWords = 128;   // of a frame
constexpr int kSlotBytes = 2048;  // memory is given out in places of this size, each for one buffer
constexpr int kUpLanes = 6, kDownLanes = 4;

StreamPort port(PortSide side, int index) {
  return {side, static_cast<std::uint8_t>(index)};
}

// Where the words of a stream come from, and what they are.
struct Head {
  TileCoord tile{};
  StreamPort from{};
  std::vector<Frame> frames{};
  int up{-1}, down{-1};  // lanes it takes on its way north and south
  [[nodiscard]] int words() const { return static_cast<int>(frames.front().size()); }
};

// Halves of a buffer in one tile's memory, with the locks that guard them.
struct Buffer {
  TileCoord tile{};
  std::vector<int> addresses{};  // bytes
  int words{};
  int empty{}, full{};  // locks
  int amount{1};        // of every lock operation
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

class Generator {
 public:
  Generator(const Device& device, unsigned seed) : device_(device), random_(seed) {}

  RandomDesign draw() {
    frames_ = random_.pick(1, 5);
    races_ = random_.chance(20);
    constexpr std::array<int, 3> kBits = {32, 64, 128};
    builder_.plio_shape(kBits[static_cast<std::size_t>(random_.pick(0, 2))],
                        random_.chance(50) ? 625 : 312.5);
    const int flows = random_.pick(1, 3);
    for (int i = 0; i < flows; ++i) flow(8 + 3 * i);
    add_noise();
    RandomDesign design{builder_.build(), frames_, {}, {}, races_};
    design.inputs.resize(design.image.plios.size());
    design.expected.resize(design.image.plios.size());
    for (const auto& [plio, frames] : streams_) {
      const bool input = design.image.plios[plio].direction == PlioChannel::Direction::input;
      auto& words = (input ? design.inputs : design.expected)[plio];
      for (const Frame& frame : frames) words.insert(words.end(), frame.begin(), frame.end());
    }
    return design;
  }

 private:
  // --- streams

  void flow(int col) {
    Head head{device_.shim_tile(col), port(PortSide::south, 0), {}, -1, -1};
    const int words = 8 * random_.pick(1, kMostWords / 8);
    for (int f = 0; f < frames_; ++f) {
      Frame& frame = head.frames.emplace_back(static_cast<std::size_t>(words));
      for (std::uint32_t& word : frame) word = random_.word();
    }
    const int x = builder_.plio(fmt::format("x{}", col), PlioChannel::Direction::input, col, 0);
    streams_[static_cast<std::size_t>(x)] = head.frames;
    builder_.words_port(x, words);
    const int stages = random_.pick(1, 3);
    for (int stage = 0; stage < stages; ++stage) {
      if (stage == 0 && random_.chance(40)) {
        // The words also go elsewhere.
        if (auto tap = core_stage(head)) sink(*tap);
      }
      auto next = random_.chance(40) ? relay_stage(head) : core_stage(head);
      if (!next && stage == 0) next = relay_stage(head);
      if (!next) break;
      head = *next;
    }
    sink(head);
  }

  [[nodiscard]] bool reachable(const Head& head, TileCoord to) const {
    if (head.tile.col != to.col || head.tile == to) return false;
    const auto used = lanes_.find(head.tile.col);
    const std::array<int, 2> taken = used == lanes_.end() ? std::array<int, 2>{} : used->second;
    // Two lanes south are left for outputs.
    return head.tile.row < to.row ? head.up >= 0 || taken[0] < kUpLanes
                                  : head.down >= 0 || taken[1] < kDownLanes - 2;
  }

  void connect(Head& head, TileCoord to, StreamPort end) {
    const bool up = head.tile.row < to.row;
    int& lane = up ? head.up : head.down;
    if (lane < 0) lane = lanes_[head.tile.col][up ? 0 : 1]++;
    const PortSide out = up ? PortSide::north : PortSide::south;
    StreamPort from = head.from;
    TileCoord at = head.tile;
    for (; at != to; at.row = static_cast<std::int16_t>(at.row + (up ? 1 : -1))) {
      builder_.connect(at, from, port(out, lane));
      from = port(opposite(out), lane);
    }
    builder_.connect(to, from, end);
  }

  void sink(Head& head) {
    const int col = head.tile.col;
    const int index = 2 * outputs_[col]++;
    const int y =
        builder_.plio(fmt::format("y{}_{}", col, index), PlioChannel::Direction::output, col, index);
    connect(head, device_.shim_tile(col), port(PortSide::south, index));
    streams_[static_cast<std::size_t>(y)] = head.frames;
    builder_.words_port(y, head.words());
  }

  // --- memory and DMA

  int slot(TileCoord tile) {
    const int slots = static_cast<int>(device_.memory_size(device_.kind(tile)).value) / kSlotBytes;
    int at = random_.pick(0, slots - 1);
    while (!slots_.insert({tile, at}).second) at = (at + 1) % slots;
    return at * kSlotBytes;
  }

  Buffer buffer(TileCoord tile, int words, const std::string& name) {
    Buffer made{.tile = tile, .words = words, .amount = random_.pick(1, 3)};
    const int halves = random_.pick(1, 3);
    made.contiguous = random_.chance(30) && halves * words * 4 <= kSlotBytes;
    const int first = slot(tile);
    for (int i = 0; i < halves; ++i) {
      made.addresses.push_back(made.contiguous || i == 0 ? first + i * words * 4 : slot(tile));
    }
    made.equal = halves == 1 && random_.chance(25);
    TileImage& image = builder_.at(tile);
    made.empty = static_cast<int>(image.locks.size());
    builder_.lock(image, made.empty, halves * made.amount, name + " empty");
    made.full = static_cast<int>(image.locks.size());
    builder_.lock(image, made.full, 0, name + " full");
    return made;
  }

  Order order(int words) {
    if (random_.chance(60)) return {};
    const int rows = 1 << random_.pick(1, 3);
    return words % rows == 0 ? Order{rows, words / rows} : Order{};
  }

  // A channel of `tile` that serves the buffer, which lies in its memory or, for a memory tile, beside it.
  // Returns the channel's number.
  int channel(TileCoord tile, DmaDirection direction, const Buffer& buffer, const Order& order, int padding) {
    TileImage& image = builder_.at(tile);
    const bool memory = device_.kind(tile) == TileKind::memory;
    const bool in = direction == DmaDirection::s2mm;
    int& used = channels_[{tile, direction}];
    const int index = used++;
    const int base = memory && index % 2 == 1 ? device_.memory_tile_dma.bd_partition : 0;
    int& next_bd = bds_[{tile, base}];
    const int halves = static_cast<int>(buffer.addresses.size());
    const bool iterates = buffer.contiguous && random_.chance(60);
    const int count = iterates ? 1 : halves;
    const bool ends = frames_ % count == 0 && random_.chance(50);
    const int first = base + next_bd;
    for (int i = 0; i < count; ++i) {
      BufferDescriptor& bd = builder_.bd(image, {.id = first + i,
                                                 .address = buffer.addresses[static_cast<std::size_t>(i)] / 4,
                                                 .words = buffer.words,
                                                 .next = i + 1 < count ? first + i + 1
                                                         : ends        ? -1
                                                                       : first,
                                                 .acquire = in ? buffer.empty : buffer.full,
                                                 .acquire_value = buffer.amount,
                                                 .release = in ? buffer.full : buffer.empty,
                                                 .release_value = buffer.amount});
      if (order.rows > 0) bd.dimensions = {{order.rows, order.cols}, {order.cols, 1}};
      if (iterates) bd.iteration = {halves, buffer.words};
      bd.acquire->equal = buffer.equal;
      bd.padding.before[0] = static_cast<std::uint8_t>(padding);
      bd.padding.after[0] = static_cast<std::uint8_t>(padding > 0 ? 8 - padding : 0);
      const Where where = buffer.tile.col == tile.col  ? Where::own
                          : buffer.tile.col < tile.col ? Where::west
                                                       : Where::east;
      bd.memory = bd.acquire->where = bd.release->where = where;
    }
    next_bd += count;
    builder_.task(image, direction, index, first, ends ? frames_ / count : 1);
    return index;
  }

  // Reads the buffer's frames back to the stream.
  Head drain(TileCoord tile, const Buffer& buffer, const std::vector<Frame>& frames) {
    const bool memory = device_.kind(tile) == TileKind::memory;
    const Order out = order(buffer.words);
    const int padding = memory && out.rows == 0 && buffer.words + 8 <= kMostWords && random_.chance(30)
                            ? random_.pick(1, 7)
                            : 0;
    const int index = channel(tile, DmaDirection::mm2s, buffer, out, padding);
    Head head{tile, port(PortSide::dma, index), {}, -1, -1};
    for (const Frame& frame : frames) {
      Frame& sent = head.frames.emplace_back(static_cast<std::size_t>(padding), 0U);
      for (int i = 0; i < buffer.words; ++i) sent.push_back(frame[out.at(i)]);
      if (padding > 0) sent.resize(sent.size() + static_cast<std::size_t>(8 - padding), 0U);
    }
    return head;
  }

  // Writes the stream into the buffer; returns the frames as they lie there.
  std::vector<Frame> fill(Head& head, TileCoord tile, const Buffer& buffer) {
    const Order in = order(buffer.words);
    const int index = channel(tile, DmaDirection::s2mm, buffer, in, 0);
    connect(head, tile, port(PortSide::dma, index));
    std::vector<Frame> frames;
    for (const Frame& frame : head.frames) {
      Frame& stored = frames.emplace_back(frame.size());
      for (int i = 0; i < buffer.words; ++i) stored[in.at(i)] = frame[static_cast<std::size_t>(i)];
    }
    return frames;
  }

  // --- stages

  std::optional<Head> relay_stage(Head& head) {
    const TileCoord tile = device_.memory_tile_at(head.tile.col, random_.pick(0, 1));
    if (!reachable(head, tile)) return std::nullopt;
    TileCoord home = tile;
    if (random_.chance(30)) home.col = static_cast<std::int16_t>(home.col + (random_.chance(50) ? 1 : -1));
    const Buffer made = buffer(home, head.words(), "relay");
    const std::vector<Frame> frames = fill(head, tile, made);
    return drain(tile, made, frames);
  }

  [[nodiscard]] std::optional<TileCoord> free_core(const Head& head) {
    for (int tries = 0; tries < 8; ++tries) {
      const TileCoord tile = device_.core_tile(head.tile.col, random_.pick(0, device_.grid.core_rows - 1));
      if (cores_.count(tile) == 0 && reachable(head, tile)) return tile;
    }
    return std::nullopt;
  }

  // One core, or two that hand over in the first one's memory or by cascade.
  std::optional<Head> core_stage(Head& head) {
    const std::optional<TileCoord> first = free_core(head);
    if (!first) return std::nullopt;
    cores_.insert(*first);
    const int words = head.words();
    const Buffer in = buffer(*first, words, "in");
    std::vector<Frame> frames = fill(head, *first, in);
    CoreWork work = make_work(*first, words);
    work.in = side(*first, in, true);
    std::optional<PortSide> beside;
    const bool cascade = random_.chance(50);
    if (random_.chance(60)) beside = neighbour_side(*first, cascade);
    if (!beside) return finish(*first, work, *first, frames);
    const TileCoord second = *device_.neighbour(*first, *beside);
    if (random_.chance(30) && !cascade) return finish(*first, work, second, frames);
    cores_.insert(second);
    CoreWork other = make_work(second, words);
    if (cascade) {
      work.added = other.added = 0;
      const auto direction =
          *beside == PortSide::east ? CascadeDirection::horizontal : CascadeDirection::vertical;
      builder_.at(*first).cascade_out = direction;
      builder_.at(second).cascade_in = direction;
    } else {
      const Buffer between = buffer(*first, words, "between");
      work.out = side(*first, between, false);
      other.in = side(second, between, true);
    }
    add(frames, work.added);
    builder_.program(builder_.at(*first), random_program(work, random_));
    return finish(second, other, second, frames);
  }

  // The core's output goes into the memory of `home`, whose DMA sends it on.
  Head finish(TileCoord core, CoreWork& work, TileCoord home, std::vector<Frame>& frames) {
    if (home != core) cores_.insert(home);
    const Buffer out = buffer(home, work.words, "out");
    work.out = side(core, out, false);
    add(frames, work.added);
    builder_.program(builder_.at(core), random_program(work, random_));
    return drain(home, out, frames);
  }

  static void add(std::vector<Frame>& frames, int added) {
    for (Frame& frame : frames) {
      for (std::uint32_t& word : frame) word += static_cast<std::uint32_t>(added);
    }
  }

  // A free core that sees this one's memory and is seen by it or, for a cascade, is the next one.
  [[nodiscard]] std::optional<PortSide> neighbour_side(TileCoord tile, bool cascade) {
    std::vector<PortSide> sides = {PortSide::east, PortSide::south};
    if (!cascade) sides = {PortSide::south, PortSide::north};
    std::shuffle(sides.begin(), sides.end(), random_.engine());
    for (const PortSide s : sides) {
      const auto to = device_.neighbour(tile, s);
      if (to && device_.kind(*to) == TileKind::core && cores_.count(*to) == 0) return s;
    }
    return std::nullopt;
  }

  CoreWork make_work(TileCoord tile, int words) {
    return {.in = {},
            .out = {},
            .words = words,
            .frames = frames_,
            .added = random_.pick(0, 100),
            .races = races_,
            .scratch = seen(tile, tile) + slot(tile),
            .reads = places_around(tile)};
  }

  // Base address of a memory as a core sees it.
  [[nodiscard]] int seen(TileCoord core, TileCoord memory) const {
    const MemoryWindow window = device_.window_of(core, memory).value();
    return static_cast<int>(device_.data_memory.window_base[static_cast<std::size_t>(window)]);
  }

  [[nodiscard]] WorkSide side(TileCoord core, const Buffer& buffer, bool in) const {
    const MemoryWindow window = device_.window_of(core, buffer.tile).value();
    const int locks = device_.locks.core_window_base[static_cast<std::size_t>(window)];
    WorkSide made{.addresses = buffer.addresses,
                  .words = buffer.words,
                  .acquire = locks + (in ? buffer.full : buffer.empty),
                  .release = locks + (in ? buffer.empty : buffer.full),
                  .amount = buffer.amount,
                  .equal = buffer.equal};
    for (int& address : made.addresses) address += seen(core, buffer.tile);
    return made;
  }

  std::vector<int> places_around(TileCoord tile) {
    std::vector<int> places;
    const auto memories = device_.reachable_memories(tile);
    for (int i = 0; i < 4; ++i) {
      const TileCoord memory =
          random_.chance(50)
              ? tile
              : memories[static_cast<std::size_t>(random_.pick(0, static_cast<int>(memories.size()) - 1))];
      places.push_back(seen(tile, memory) + 32 * random_.pick(0, 2047));
    }
    return places;
  }

  void add_noise() {
    const std::set<TileCoord> used = cores_;
    for (const TileCoord tile : used) {
      if (!random_.chance(25)) continue;
      const auto beside = device_.neighbour(tile, random_.chance(50) ? PortSide::north : PortSide::east);
      if (!beside || device_.kind(*beside) != TileKind::core || !cores_.insert(*beside).second) continue;
      const int scratch = seen(*beside, *beside) + slot(*beside);
      builder_.program(builder_.at(*beside),
                       noise_program(random_.pick(20, 400), scratch, places_around(*beside), random_));
    }
  }

  const Device& device_;
  Random random_;
  ImageBuilder builder_{device_};
  int frames_{};
  bool races_{};
  std::map<std::size_t, std::vector<Frame>> streams_;  // by PLIO
  std::map<int, std::array<int, 2>> lanes_;            // taken, by column: northwards, southwards
  std::map<int, int> outputs_;                         // by column
  std::set<TileCoord> cores_;
  std::set<std::pair<TileCoord, int>> slots_;
  std::map<std::pair<TileCoord, DmaDirection>, int> channels_;
  std::map<std::pair<TileCoord, int>, int> bds_;  // given away, by first BD of the part
};

}  // namespace

RandomDesign random_design(const Device& device, unsigned seed) {
  return Generator(device, seed).draw();
}

}  // namespace aie4ml::test
