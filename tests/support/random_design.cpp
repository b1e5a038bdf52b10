#include "tests/support/random_design.hpp"

#include <array>
#include <optional>

#include <fmt/format.h>

#include "tests/support/design_canvas.hpp"
#include "tests/support/design_cores.hpp"
#include "tests/support/packet_word.hpp"

namespace aie4ml::test {

using namespace arch;

namespace {

class Generator {
 public:
  Generator(const Device& device, unsigned seed)
      : canvas_(device, seed), random_(canvas_.random()), builder_(canvas_.builder()) {}

  RandomDesign draw() {
    canvas_.set_frames(random_.pick(1, 5));
    const bool races = random_.chance(20);
    DesignCores cores(canvas_, races);
    cores_ = &cores;
    constexpr std::array<int, 3> kBits = {32, 64, 128};
    builder_.plio_shape(kBits[static_cast<std::size_t>(random_.pick(0, 2))],
                        random_.chance(50) ? 625 : 312.5);
    // Every other one has a NoC DMA; a flow may move east by as many columns as it has stages.
    constexpr std::array<std::array<int, 2>, 3> kColumns = {{{8, 14}, {18, 22}, {26, 30}}};
    const int flows = random_.pick(1, 3);
    for (int i = 0; i < flows; ++i)
      flow(kColumns[static_cast<std::size_t>(i)][static_cast<std::size_t>(random_.pick(0, 1))]);
    cores.add_noise();
    for (std::size_t g = 0; g < gmios_.size(); ++g)
      builder_.gmio_words_port(static_cast<int>(g), static_cast<int>(gmios_[g].front().size()));

    RandomDesign design{builder_.build(), canvas_.frames(), {}, {}, canvas_.channel_words(), races};
    design.inputs.resize(design.image.host_ends());
    design.expected.resize(design.image.host_ends());
    std::vector<std::vector<Frame>> streams = plios_;
    streams.insert(streams.end(), gmios_.begin(), gmios_.end());
    for (std::size_t end = 0; end < streams.size(); ++end) {
      const bool input = design.image.host_direction(end) == PlioChannel::Direction::input;
      auto& words = (input ? design.inputs : design.expected)[end];
      for (const Frame& frame : streams[end]) words.insert(words.end(), frame.begin(), frame.end());
    }
    return design;
  }

 private:
  void flow(int col) {
    std::vector<Head> heads{random_.chance(50) && canvas_.device().is_noc_column(col) ? from_memory(col)
                                                                                      : from_plio(col)};
    const int stages = random_.pick(1, 3);
    for (int stage = 0; stage < stages; ++stage) {
      Head& head = heads[static_cast<std::size_t>(random_.pick(0, static_cast<int>(heads.size()) - 1))];
      if (stage == 0 && !head.packet && random_.chance(40)) {
        // The words also go elsewhere.
        if (auto tap = cores_->by_memory(head)) sink(*tap);
      }
      if (heads.size() == 1 && random_.chance(head.packet ? 60 : 35)) {
        std::vector<Head> next = packet_stage(head);
        if (!next.empty()) {
          heads = std::move(next);
          continue;
        }
      }
      std::optional<Head> next = random_.chance(35)   ? relay(head)
                                 : random_.chance(35) ? cores_->by_stream(head)
                                                      : cores_->by_memory(head);
      if (!next && stage == 0) next = relay(head);
      if (!next) break;
      head = *next;
    }
    if (heads.size() == 1 && random_.chance(25) && merged_sink(heads[0])) return;
    for (Head& head : heads) sink(head);
  }

  // --- the host's ends

  Head random_frames(int col) {
    Head head{.tile = canvas_.device().shim_tile(col), .ends_frames = true};
    const int words = 8 * random_.pick(1, kMostWords / 8);
    for (int f = 0; f < canvas_.frames(); ++f) {
      Frame& frame = head.frames.emplace_back(static_cast<std::size_t>(words));
      for (std::uint32_t& word : frame) word = random_.word();
    }
    return head;
  }

  Head from_plio(int col) {
    Head head = random_frames(col);
    head.from = port(PortSide::south, 0);
    const int x = builder_.plio(fmt::format("x{}", col), PlioChannel::Direction::input, col, 0);
    if (random_.chance(35)) head.packet = canvas_.next_packet_id();
    plios_.push_back(head.frames);
    if (head.packet) {  // an iteration is one
      const std::uint32_t header = packet_word(static_cast<std::uint32_t>(*head.packet), head.tile);
      for (Frame& frame : plios_.back()) frame.insert(frame.begin(), header);
    }
    builder_.words_port(x, static_cast<int>(plios_.back().front().size()));
    return head;
  }

  // One or two descriptors of a shim's DMA, which the host starts once a frame.
  void external(TileImage& shim, DmaDirection direction, int channel, int words, const Head& head) {
    const bool in = direction == DmaDirection::s2mm;
    const int first = static_cast<int>(shim.descriptors.size());
    const int cut = random_.chance(40) ? random_.pick(1, words - 1) : words;
    const bool two = cut < words;
    {
      BufferDescriptor& bd = builder_.bd(shim, {.id = first, .words = cut, .next = two ? first + 1 : -1});
      bd.suppress_tlast = !in && (two || !head.ends_frames);
      if (!in && head.packet) bd.packet = BdPacket{static_cast<std::uint8_t>(*head.packet), 0, 0};
    }
    if (two) {
      BufferDescriptor& bd = builder_.bd(shim, {.id = first + 1, .address = cut, .words = words - cut});
      bd.suppress_tlast = !in && !head.ends_frames;
    }
    builder_.task(shim, direction, channel, first);
    shim.channels.back().finish_on_tlast = in && random_.chance(40);
    canvas_.expect_words(shim.tile, {direction, static_cast<std::uint8_t>(channel)},
                         std::int64_t{canvas_.frames()} * words);
  }

  Head from_memory(int col) {
    Head head = random_frames(col);
    const int channel = random_.pick(0, 1);
    const int south = canvas_.device().shim.dma_slave_ports.at(static_cast<std::size_t>(channel));
    head.from = port(PortSide::south, south);
    if (random_.chance(35)) head.packet = canvas_.next_packet_id();
    head.ends_frames = head.packet || random_.chance(70);
    builder_.gmio(fmt::format("m{}", col), PlioChannel::Direction::input, col, channel);
    gmios_.push_back(head.frames);
    external(builder_.at(head.tile), DmaDirection::mm2s, channel, head.words(), head);
    return head;
  }

  void sink(Head& head) {
    const int col = head.tile.col;
    const int place = outputs_[col]++;
    const TileCoord shim = canvas_.device().shim_tile(col);
    if (place == 1 && canvas_.device().is_noc_column(col) && random_.chance(70)) {
      const int channel = random_.pick(0, 1);  // both at ports of this place
      const int south = canvas_.device().shim.dma_master_ports.at(static_cast<std::size_t>(channel));
      canvas_.connect(head, shim, port(PortSide::south, south));
      builder_.gmio(fmt::format("n{}", col), PlioChannel::Direction::output, col, channel);
      gmios_.push_back(head.frames);
      external(builder_.at(shim), DmaDirection::s2mm, channel, head.words(), head);
      return;
    }
    canvas_.connect(head, shim, port(PortSide::south, 2 * place));
    to_plio(col, 2 * place, head.frames);
  }

  void to_plio(int col, int index, const std::vector<Frame>& frames) {
    const int y =
        builder_.plio(fmt::format("y{}_{}", col, index), PlioChannel::Direction::output, col, index);
    plios_.push_back(frames);
    builder_.words_port(y, static_cast<int>(frames.front().size()));
  }

  // --- stages

  std::optional<TileCoord> memory_tile(const Head& head) {
    const TileCoord tile = canvas_.device().memory_tile_at(head.tile.col, random_.pick(0, 1));
    if (!canvas_.reachable(head, tile) || !canvas_.has_channels(tile)) return std::nullopt;
    return tile;
  }

  std::optional<Head> relay(Head& head) {
    const auto tile = memory_tile(head);
    if (!tile) return std::nullopt;
    TileCoord home = *tile;
    if (random_.chance(30)) home.col = static_cast<std::int16_t>(home.col + (random_.chance(50) ? 1 : -1));
    const Buffer made = canvas_.buffer(home, head.words(), "relay");
    const std::vector<Frame> frames = canvas_.fill(head, *tile, made);
    return canvas_.drain(*tile, made, frames);
  }

  // Through a memory tile, and from there in packets to another tile: one stream, or two that share the way.
  std::vector<Head> packet_stage(Head& head) {
    const auto via = memory_tile(head);
    if (!via || canvas_.free_arbiters(*via) < 4) return {};
    Head way{.tile = *via, .frames = head.frames};
    const TileCoord other = canvas_.device().memory_tile_at(head.tile.col, random_.pick(0, 1));
    std::optional<TileCoord> to = random_.chance(50) ? canvas_.free_core(way) : other;
    const bool up = via->row > head.tile.row;
    const int beyond = up == (to && to->row > via->row) && (up ? head.up : head.down) < 0 ? 1 : 0;
    if (!to || !canvas_.reachable(way, *to, beyond) || !canvas_.has_channels(*to)) return {};
    const bool is_core = canvas_.device().kind(*to) == TileKind::core;
    if (is_core) canvas_.take_core(*to);
    const int ways = random_.pick(1, 2);
    const bool arbitrated = ways == 2 || random_.chance(50);
    std::vector<Head> next;
    for (int i = 0; i < ways; ++i) {
      if (i > 0 && !(canvas_.has_channels(*via) && canvas_.has_channels(*to))) break;
      const Buffer source = canvas_.buffer(*via, head.words(), "packets");
      const std::vector<Frame> frames = canvas_.fill(head, *via, source);
      const int id = canvas_.next_packet_id();
      // A core tile has few descriptors.
      if (random_.chance(50) && (i == 0 || !is_core)) {
        const Buffer sink = canvas_.buffer(*to, source.words, "any order", 2);
        way.frames = frames;
        way.packet = id;
        way.arbitrated = arbitrated;
        canvas_.out_of_order(*via, source, *to, sink, way);
        next.push_back(canvas_.drain(*to, sink, frames));
        continue;
      }
      Head sent = canvas_.drain(*via, source, frames, id);
      sent.arbitrated = arbitrated;
      sent.up = way.up;
      sent.down = way.down;
      const Buffer sink = canvas_.buffer(*to, sent.words(), "packets");
      const std::vector<Frame> arrived = canvas_.fill(sent, *to, sink);
      way.up = sent.up;
      way.down = sent.down;
      next.push_back(canvas_.drain(*to, sink, arrived));
    }
    return next;
  }

  // Into two buffers, whose frames leave in turns by one port, with or without their headers.
  bool merged_sink(Head& head) {
    const auto tile = memory_tile(head);
    if (!tile || canvas_.free_arbiters(*tile) < 4) return false;
    const int arbiter =
        canvas_.device().stream_switch.packet_arbiters - canvas_.free_arbiters(*tile);  // that comes next
    TileImage& image = builder_.at(*tile);
    if (arbiter >= canvas_.device().stream_switch.merge_arbiters) return false;
    DeterministicMerge merge{.arbiter = static_cast<std::uint8_t>(arbiter), .order = {}};
    std::vector<Frame> merged(static_cast<std::size_t>(canvas_.frames()));
    const bool keeps_headers = random_.chance(50);
    int down = -1;
    const int col = tile->col;
    const int index = 2 * outputs_[col]++;
    for (int i = 0; i < 2; ++i) {
      const Buffer buffer = canvas_.buffer(*tile, head.words(), "merged");
      const std::vector<Frame> frames = canvas_.fill(head, *tile, buffer);
      const int id = canvas_.next_packet_id();
      Head half = canvas_.drain(*tile, buffer, frames, id);
      half.arbitrated = true;
      half.down = down;
      merge.order.push_back({half.from, 1});
      for (std::size_t f = 0; f < merged.size(); ++f) {
        if (keeps_headers) merged[f].push_back(packet_word(static_cast<std::uint32_t>(id), *tile));
        merged[f].insert(merged[f].end(), half.frames[f].begin(), half.frames[f].end());
      }
      half.headers = keeps_headers ? Headers::stay : Headers::start_drops;
      canvas_.connect(half, canvas_.device().shim_tile(col), port(PortSide::south, index));
      down = half.down;
    }
    image.merges.push_back(merge);
    to_plio(col, index, merged);
    return true;
  }

  DesignCanvas canvas_;
  Random& random_;
  ImageBuilder& builder_;
  DesignCores* cores_{};
  std::vector<std::vector<Frame>> plios_, gmios_;  // what goes through each, in order of their making
  std::map<int, int> outputs_;                     // by column
};

}  // namespace

RandomDesign random_design(const Device& device, unsigned seed) {
  return Generator(device, seed).draw();
}

}  // namespace aie4ml::test
