#include "tests/support/design_canvas.hpp"

#include <algorithm>

namespace aie4ml::test {

using namespace arch;
using Where = LockAccess::Where;

namespace {

constexpr int kNeighbourChannels = 4;  // of a memory tile, that reach the tiles beside it
constexpr int kMostHalves = 3;
constexpr int kParts = 2;                                         // of a frame that does not come in order
constexpr int kMostIn = kMostHalves * kParts;                     // descriptors of a channel
constexpr int kMostOut = kMostHalves * kMostHalves * kParts - 6;  // 3 and 2 halves come round in 6 frames

Where beside(TileCoord owner, TileCoord tile) {
  return owner.col == tile.col ? Where::own : owner.col < tile.col ? Where::west : Where::east;
}

LockAccess access(int lock, int amount, bool equal, Where where) {
  return {where, LockId(static_cast<std::uint8_t>(lock)), static_cast<std::int8_t>(amount), equal};
}

}  // namespace

std::optional<TileCoord> DesignCanvas::free_core(const Head& head) {
  for (int tries = 0; tries < 8; ++tries) {
    const TileCoord tile = device_.core_tile(head.tile.col, random_.pick(0, device_.grid.core_rows - 1));
    if (is_free(tile) && reachable(head, tile)) return tile;
  }
  return std::nullopt;
}

bool DesignCanvas::reachable(const Head& head, TileCoord to, int beyond) const {
  if (head.tile.col != to.col || head.tile == to) return false;
  const auto used = lanes_.find(head.tile.col);
  const std::array<int, 2> taken = used == lanes_.end() ? std::array<int, 2>{} : used->second;
  // Two lanes south are left for outputs.
  return head.tile.row < to.row ? head.up >= 0 || taken[0] + beyond < kUpLanes
                                : head.down >= 0 || taken[1] + beyond < kDownLanes - 2;
}

void DesignCanvas::connect(Head& head, TileCoord to, StreamPort end) {
  const bool up = head.tile.row < to.row;
  int& lane = up ? head.up : head.down;
  if (lane < 0) lane = lanes_[head.tile.col][up ? 0 : 1]++;
  const PortSide out = up ? PortSide::north : PortSide::south;
  StreamPort from = head.from;
  TileCoord at = head.tile;
  for (; at != to; at.row = static_cast<std::int16_t>(at.row + (up ? 1 : -1))) {
    if (at == head.tile && head.arbitrated) {
      packet_way(at, from, port(out, lane), *head.packet, head.headers == Headers::start_drops);
    } else {
      builder_.connect(at, from, port(out, lane));
    }
    from = port(opposite(out), lane);
  }
  const bool ends_as_packets = head.headers == Headers::end_drops || head.headers == Headers::end_takes;
  if (head.packet && ends_as_packets) {
    packet_way(to, from, end, *head.packet, head.headers == Headers::end_drops);
  } else {
    builder_.connect(to, from, end);
  }
}

int DesignCanvas::free_arbiters(TileCoord tile) {
  return device_.stream_switch.packet_arbiters - static_cast<int>(builder_.at(tile).packet_masters.size());
}

// A master port has an arbiter of its own, unless it takes packets that go elsewhere as well.
void DesignCanvas::packet_way(TileCoord tile, StreamPort slave, StreamPort master, int id, bool drop) {
  TileImage& image = builder_.at(tile);
  const auto arbiter = static_cast<std::uint8_t>(image.packet_masters.size());
  const auto known = std::find_if(image.packet_slaves.begin(), image.packet_slaves.end(),
                                  [&](const PacketSlave& s) { return s.slave == slave; });
  PacketSlave& port_in =
      known != image.packet_slaves.end() ? *known : image.packet_slaves.emplace_back(PacketSlave{slave, {}});
  const auto same_id = std::find_if(port_in.slots.begin(), port_in.slots.end(),
                                    [id](const PacketSlot& s) { return s.id == id; });
  const auto present = std::find_if(image.packet_masters.begin(), image.packet_masters.end(),
                                    [&](const PacketMaster& m) { return m.master == master; });
  if (same_id != port_in.slots.end()) {
    image.packet_masters.push_back(
        {master, same_id->arbiter, static_cast<std::uint8_t>(1U << same_id->msel), drop});
    return;
  }
  PacketSlot slot{static_cast<std::uint8_t>(id), 31, arbiter, static_cast<std::uint8_t>(random_.pick(0, 3))};
  if (present == image.packet_masters.end()) {
    image.packet_masters.push_back({master, slot.arbiter, static_cast<std::uint8_t>(1U << slot.msel), drop});
  } else {
    slot.arbiter = present->arbiter;
    present->msels = static_cast<std::uint8_t>(present->msels | 1U << slot.msel);
  }
  port_in.slots.push_back(slot);
}

int DesignCanvas::slot(TileCoord tile) {
  const int slots = static_cast<int>(device_.memory_size(device_.kind(tile)).value) / kSlotBytes;
  int at = random_.pick(0, slots - 1);
  while (!slots_.insert({tile, at}).second) at = (at + 1) % slots;
  return at * kSlotBytes;
}

Buffer DesignCanvas::buffer(TileCoord tile, int words, const std::string& name, int parts) {
  Buffer made{.tile = tile, .words = words, .amount = parts * random_.pick(1, 3)};
  const int halves = random_.pick(1, kMostHalves);
  made.contiguous = random_.chance(30) && halves * words * 4 <= kSlotBytes;
  const int first = slot(tile);
  for (int i = 0; i < halves; ++i) {
    made.addresses.push_back(made.contiguous || i == 0 ? first + i * words * 4 : slot(tile));
  }
  made.equal = halves == 1 && parts == 1 && random_.chance(25);
  TileImage& image = builder_.at(tile);
  made.empty = static_cast<int>(image.locks.size());
  builder_.lock(image, made.empty, halves * made.amount, name + " empty");
  made.full = static_cast<int>(image.locks.size());
  builder_.lock(image, made.full, 0, name + " full");
  return made;
}

Order DesignCanvas::order(int words) {
  if (random_.chance(60)) return {};
  const int rows = 1 << random_.pick(1, 3);
  return words % rows == 0 ? Order{rows, words / rows} : Order{};
}

int DesignCanvas::first_bd(TileCoord tile, int index) const {
  const bool memory = device_.kind(tile) == TileKind::memory;
  return memory && index % 2 == 1 ? device_.memory_tile_dma.bd_partition : 0;
}

bool DesignCanvas::has_channels(TileCoord tile) {
  const bool memory = device_.kind(tile) == TileKind::memory;
  const auto free = [&](DmaDirection direction) {
    return channels_[{tile, direction}] < (memory ? kNeighbourChannels : 2);
  };
  const int bds = memory ? device_.memory_tile_dma.bd_partition : device_.tile_dma.bds;
  const int needed = memory ? kMostIn + kMostOut : 2 * kMostHalves;
  return free(DmaDirection::s2mm) && free(DmaDirection::mm2s) && next_bd(tile, 0) + needed <= bds &&
         next_bd(tile, 1) + needed <= bds;
}

DesignCanvas::Opened DesignCanvas::open(TileCoord tile, DmaDirection direction) {
  const int index = channels_[{tile, direction}]++;
  return {index, first_bd(tile, index) + next_bd(tile, index)};
}

void DesignCanvas::task(TileCoord tile, DmaDirection direction, int channel, int first, int repeat) {
  TileImage& image = builder_.at(tile);
  const int now = repeat > 1 && random_.chance(30) ? random_.pick(1, repeat - 1) : repeat;
  for (const int times : {now, repeat - now}) {
    if (times > 0) builder_.task(image, direction, channel, first, times);
  }
  const ChannelId id{direction, static_cast<std::uint8_t>(channel)};
  for (DmaChannelConfig& config : image.channels) {
    if (config.channel == id && random_.chance(20)) config.tasks.back().token = std::uint8_t{3};
  }
}

int DesignCanvas::channel(TileCoord tile, DmaDirection direction, const Buffer& buffer, const Chain& chain) {
  TileImage& image = builder_.at(tile);
  const bool in = direction == DmaDirection::s2mm;
  const auto [index, first] = open(tile, direction);
  const int halves = static_cast<int>(buffer.addresses.size());
  const bool iterates = buffer.contiguous && random_.chance(60);
  const int count = iterates ? 1 : halves;
  const bool ends = frames_ % count == 0 && random_.chance(50);
  const int last = first + count * chain.parts - 1;
  const int cut = chain.parts == 1 ? 0 : random_.pick(1, buffer.words - 1);
  const Where where = beside(buffer.tile, tile);
  for (int id = first; id <= last; ++id) {
    const int half = (id - first) / chain.parts;
    const bool begins = (id - first) % chain.parts == 0;
    const bool finishes = (id - first) % chain.parts == chain.parts - 1;
    const int offset = begins ? 0 : cut;
    const int words = finishes ? buffer.words - offset + chain.slack : cut;
    BufferDescriptor& bd =
        builder_.bd(image, {.id = id,
                            .address = buffer.addresses[static_cast<std::size_t>(half)] / 4 + offset,
                            .words = words,
                            .next = id < last ? id + 1
                                    : ends    ? -1
                                              : first});
    if (begins) {
      bd.acquire = access(in ? buffer.empty : buffer.full, buffer.amount, buffer.equal, where);
      if (chain.packet) bd.packet = BdPacket{static_cast<std::uint8_t>(*chain.packet), 0, 0};
    }
    if (finishes) bd.release = access(in ? buffer.full : buffer.empty, buffer.amount, false, where);
    if (chain.order.rows > 0) bd.dimensions = {{chain.order.rows, chain.order.cols}, {chain.order.cols, 1}};
    if (iterates) bd.iteration = {halves, buffer.words};
    bd.padding.before[0] = static_cast<std::uint8_t>(chain.padding);
    bd.padding.after[0] = static_cast<std::uint8_t>(chain.padding > 0 ? 8 - chain.padding : 0);
    bd.suppress_tlast = !in && (!finishes || !chain.tlast);
    bd.memory = where;
  }
  next_bd(tile, index) += count * chain.parts;
  task(tile, direction, index, first, ends ? frames_ / count : 1);
  return index;
}

Head DesignCanvas::drain(TileCoord tile, const Buffer& buffer, const std::vector<Frame>& frames,
                         std::optional<int> packet) {
  const bool memory = device_.kind(tile) == TileKind::memory;
  Chain chain{.order = order(buffer.words), .packet = packet};
  const bool linear = chain.order.rows == 0;
  if (memory && linear && buffer.words + 8 <= kMostWords && random_.chance(30))
    chain.padding = random_.pick(1, 7);
  // A core tile has few descriptors.
  if (linear && chain.padding == 0 && (memory || next_bd(tile, 0) == 0) && random_.chance(25))
    chain.parts = 2;
  chain.tlast = packet || random_.chance(70);
  const int index = channel(tile, DmaDirection::mm2s, buffer, chain);
  Head head{.tile = tile, .from = port(PortSide::dma, index), .ends_frames = chain.tlast, .packet = packet};
  for (const Frame& frame : frames) {
    Frame& sent = head.frames.emplace_back(static_cast<std::size_t>(chain.padding), 0U);
    for (int i = 0; i < buffer.words; ++i) sent.push_back(frame[chain.order.at(i)]);
    if (chain.padding > 0) sent.resize(sent.size() + static_cast<std::size_t>(8 - chain.padding), 0U);
  }
  expect_words(tile, {DmaDirection::mm2s, static_cast<std::uint8_t>(index)},
               std::int64_t{frames_} * head.words());
  return head;
}

std::vector<Frame> DesignCanvas::fill(Head& head, TileCoord tile, const Buffer& buffer) {
  const bool memory = device_.kind(tile) == TileKind::memory;
  const bool finishes = random_.chance(35);  // on TLAST
  Chain chain;
  if (finishes && head.ends_frames && !buffer.contiguous && random_.chance(60)) {
    chain.slack = random_.pick(1, 32);
  } else {
    chain.order = order(buffer.words);
  }
  if (chain.order.rows == 0 && (memory || next_bd(tile, 0) == 0) && random_.chance(25)) chain.parts = 2;
  const int index = channel(tile, DmaDirection::s2mm, buffer, chain);
  const ChannelId id{DmaDirection::s2mm, static_cast<std::uint8_t>(index)};
  for (DmaChannelConfig& config : builder_.at(tile).channels) {
    if (config.channel == id) config.finish_on_tlast = finishes;
  }
  connect(head, tile, port(PortSide::dma, index));
  expect_words(tile, id, std::int64_t{frames_} * buffer.words);
  std::vector<Frame> frames;
  for (const Frame& frame : head.frames) {
    Frame& stored = frames.emplace_back(frame.size());
    for (int i = 0; i < buffer.words; ++i) stored[chain.order.at(i)] = frame[static_cast<std::size_t>(i)];
  }
  return frames;
}

void DesignCanvas::out_of_order(TileCoord from, const Buffer& source, TileCoord to, const Buffer& sink,
                                Head& way) {
  const int cut = random_.pick(1, source.words - 1);
  const std::array<int, kParts> offsets = {0, cut};
  const std::array<int, kParts> sizes = {cut, source.words - cut};
  const int halves = static_cast<int>(sink.addresses.size());
  const auto [in, first_in] = open(to, DmaDirection::s2mm);
  std::vector<int> ids(static_cast<std::size_t>(halves * kParts));
  for (std::size_t i = 0; i < ids.size(); ++i) ids[i] = first_in + static_cast<int>(i);
  std::shuffle(ids.begin(), ids.end(), random_.engine());
  next_bd(to, in) += halves * kParts;
  TileImage& receiver = builder_.at(to);
  for (int i = 0; i < halves * kParts; ++i) {
    const auto part = static_cast<std::size_t>(i % kParts);
    BufferDescriptor& bd = builder_.bd(
        receiver, {.id = ids[static_cast<std::size_t>(i)],
                   .address = sink.addresses[static_cast<std::size_t>(i / kParts)] / 4 + offsets[part],
                   .words = sizes[part]});
    const Where where = beside(sink.tile, to);
    bd.memory = where;
    bd.acquire = access(sink.empty, sink.amount / kParts, false, where);
    bd.release = access(sink.full, sink.amount / kParts, false, where);
  }
  task(to, DmaDirection::s2mm, in, 0, frames_ * kParts);
  for (DmaChannelConfig& config : receiver.channels) {
    if (config.channel == ChannelId{DmaDirection::s2mm, static_cast<std::uint8_t>(in)})
      config.out_of_order = true;
  }

  // As many frames as it takes for both sides' halves to come round.
  const int source_halves = static_cast<int>(source.addresses.size());
  const int rounds = source_halves == halves ? halves : source_halves * halves;
  const auto [out, first_out] = open(from, DmaDirection::mm2s);
  TileImage& sender = builder_.at(from);
  const int last = first_out + rounds * kParts - 1;
  for (int id = first_out; id <= last; ++id) {
    const int frame = (id - first_out) / kParts;
    const bool begins = (id - first_out) % kParts == 0;
    const std::size_t part = begins == (frame % 2 == 0) ? 1 : 0;  // the later half first in every other frame
    const int address = source.addresses[static_cast<std::size_t>(frame % source_halves)] / 4;
    BufferDescriptor& bd = builder_.bd(sender, {.id = id,
                                                .address = address + offsets[part],
                                                .words = sizes[part],
                                                .next = id < last ? id + 1 : first_out});
    const Where where = beside(source.tile, from);
    bd.memory = where;
    if (begins) bd.acquire = access(source.full, source.amount, source.equal, where);
    if (!begins) bd.release = access(source.empty, source.amount, false, where);
    const int chosen = ids[static_cast<std::size_t>(frame % halves * kParts) + part];
    bd.packet = BdPacket{static_cast<std::uint8_t>(*way.packet), 0, static_cast<std::uint8_t>(chosen)};
  }
  next_bd(from, out) += rounds * kParts;
  task(from, DmaDirection::mm2s, out, first_out, 1);
  way.from = port(PortSide::dma, out);
  way.headers = Headers::end_takes;
  connect(way, to, port(PortSide::dma, in));
  const std::int64_t words = std::int64_t{frames_} * source.words;
  expect_words(from, {DmaDirection::mm2s, static_cast<std::uint8_t>(out)}, words);
  expect_words(to, {DmaDirection::s2mm, static_cast<std::uint8_t>(in)}, words);
}

}  // namespace aie4ml::test
