#include "tests/support/image_builder.hpp"

#include <algorithm>

#include "arch/isa/assembly.hpp"

namespace aie4ml::test {

using namespace arch;

namespace {

StreamPort port(PortSide side, int index) {
  return {side, static_cast<std::uint8_t>(index)};
}

}  // namespace

Image ImageBuilder::build() const {
  Image image = image_;
  image.device = device_.name;
  image.model = "test";
  std::sort(image.tiles.begin(), image.tiles.end(),
            [](const TileImage& a, const TileImage& b) { return a.tile < b.tile; });
  return image;
}

TileImage& ImageBuilder::at(TileCoord tile) {
  const auto found = std::find_if(image_.tiles.begin(), image_.tiles.end(),
                                  [tile](const TileImage& t) { return t.tile == tile; });
  if (found != image_.tiles.end()) return *found;
  image_.tiles.reserve(1024);  // references stay valid
  image_.tiles.emplace_back().tile = tile;
  return image_.tiles.back();
}

TileImage& ImageBuilder::core(int col, int row) {
  return at(device_.core_tile(col, row));
}

TileImage& ImageBuilder::memory_tile(int col, int row) {
  return at(device_.memory_tile_at(col, row));
}

void ImageBuilder::program(TileImage& tile, const std::string& assembly) {
  tile.program = parse_assembly(assembly, "test program");
}

void ImageBuilder::lock(TileImage& tile, int lock, int value, const std::string& name) {
  tile.locks.push_back({LockId(static_cast<std::uint8_t>(lock)), static_cast<std::uint8_t>(value), name});
}

BufferDescriptor& ImageBuilder::bd(TileImage& tile, const Bd& bd) {
  const auto access = [](int lock, int value) -> std::optional<LockAccess> {
    if (lock < 0) return std::nullopt;
    return LockAccess{.lock = LockId(static_cast<std::uint8_t>(lock)),
                      .value = static_cast<std::int8_t>(value)};
  };
  BufferDescriptor made;
  made.id = BdId(static_cast<std::uint8_t>(bd.id));
  made.address_words = bd.address;
  made.length_words = bd.words;
  made.dimensions = bd.dimensions;
  made.acquire = access(bd.acquire, bd.acquire_value);
  made.release = access(bd.release, bd.release_value);
  if (bd.next >= 0) made.next = BdId(static_cast<std::uint8_t>(bd.next));
  tile.descriptors.push_back(made);
  return tile.descriptors.back();
}

void ImageBuilder::task(TileImage& tile, DmaDirection direction, int channel, int first_bd, int repeat) {
  const ChannelId id{direction, static_cast<std::uint8_t>(channel)};
  const DmaTask task{BdId(static_cast<std::uint8_t>(first_bd)), static_cast<std::uint16_t>(repeat)};
  for (DmaChannelConfig& config : tile.channels) {
    if (config.channel == id) {
      config.tasks.push_back(task);
      return;
    }
  }
  tile.channels.push_back({.channel = id, .tasks = {task}});
}

void ImageBuilder::connect(TileCoord tile, StreamPort slave, StreamPort master) {
  const CircuitConnection connection{slave, master};
  auto& connections = at(tile).connections;
  if (std::find(connections.begin(), connections.end(), connection) == connections.end()) {
    connections.push_back(connection);
  }
}

int ImageBuilder::plio(const std::string& name, PlioChannel::Direction direction, int col, int index) {
  image_.plios.push_back({.name = name,
                          .direction = direction,
                          .column = static_cast<std::int16_t>(col),
                          .index = static_cast<std::uint8_t>(index),
                          .width_bits = width_bits_,
                          .pl_clock_mhz = mhz_});
  return static_cast<int>(image_.plios.size()) - 1;
}

void ImageBuilder::route_in(int south, TileCoord to, int channel, int lane) {
  connect(device_.shim_tile(to.col), port(PortSide::south, south), port(PortSide::north, lane));
  for (std::int16_t row = 1; row < to.row; ++row) {
    connect({to.col, row}, port(PortSide::south, lane), port(PortSide::north, lane));
  }
  connect(to, port(PortSide::south, lane), port(PortSide::dma, channel));
}

void ImageBuilder::route_out(int south, TileCoord from, int channel, int lane) {
  connect(from, port(PortSide::dma, channel), port(PortSide::south, lane));
  for (std::int16_t row = 1; row < from.row; ++row) {
    connect({from.col, row}, port(PortSide::north, lane), port(PortSide::south, lane));
  }
  connect(device_.shim_tile(from.col), port(PortSide::north, lane), port(PortSide::south, south));
}

int ImageBuilder::input(const std::string& name, int col, int index, TileCoord to, int channel, int lane) {
  route_in(index, to, channel, lane);
  return plio(name, PlioChannel::Direction::input, col, index);
}

int ImageBuilder::output(const std::string& name, int col, int index, TileCoord from, int channel, int lane) {
  route_out(index, from, channel, lane);
  return plio(name, PlioChannel::Direction::output, col, index);
}

int ImageBuilder::gmio_input(const std::string& name, int col, int shim_channel, TileCoord to, int channel,
                             int lane) {
  route_in(device_.shim.dma_slave_ports.at(static_cast<std::size_t>(shim_channel)), to, channel, lane);
  return gmio(name, PlioChannel::Direction::input, col, shim_channel);
}

int ImageBuilder::gmio_output(const std::string& name, int col, int shim_channel, TileCoord from, int channel,
                              int lane) {
  route_out(device_.shim.dma_master_ports.at(static_cast<std::size_t>(shim_channel)), from, channel, lane);
  return gmio(name, PlioChannel::Direction::output, col, shim_channel);
}

int ImageBuilder::gmio(const std::string& name, PlioChannel::Direction direction, int col, int shim_channel) {
  image_.gmios.push_back(
      {name, direction, static_cast<std::int16_t>(col), static_cast<std::uint8_t>(shim_channel)});
  return static_cast<int>(image_.gmios.size()) - 1;
}

void ImageBuilder::vertical(TileCoord from, int mm2s, TileCoord to, int s2mm, int lane) {
  const bool up = from.row < to.row;
  const PortSide out = up ? PortSide::north : PortSide::south;
  const PortSide in = up ? PortSide::south : PortSide::north;
  connect(from, port(PortSide::dma, mm2s), port(out, lane));
  for (auto row = static_cast<std::int16_t>(from.row + (up ? 1 : -1)); row != to.row;
       row = static_cast<std::int16_t>(row + (up ? 1 : -1))) {
    connect({from.col, row}, port(in, lane), port(out, lane));
  }
  connect(to, port(in, lane), port(PortSide::dma, s2mm));
}

void ImageBuilder::words_port(int plio, int words) {
  const PlioChannel& channel = image_.plios[static_cast<std::size_t>(plio)];
  port_at(plio, channel.name, channel.direction, words);
}

void ImageBuilder::gmio_words_port(int gmio, int words) {
  const GmioChannel& channel = image_.gmios[static_cast<std::size_t>(gmio)];
  port_at(static_cast<std::int32_t>(image_.plios.size()) + gmio, channel.name, channel.direction, words);
}

void ImageBuilder::port_at(std::int32_t end, const std::string& name, PlioChannel::Direction direction,
                           int words) {
  image_.ports.push_back({.tensor = name,
                          .direction = direction,
                          .shape = {1, words},
                          .type = ElementType::int32,
                          .slices = {{.plio = end,
                                      .row = 0,
                                      .rows = 1,
                                      .rows_on_stream = 1,
                                      .col = 0,
                                      .cols = words,
                                      .cols_on_stream = words}}});
}

}  // namespace aie4ml::test
