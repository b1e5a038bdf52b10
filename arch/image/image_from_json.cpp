#include <charconv>

#include <fmt/format.h>

#include "arch/image/image_io.hpp"
#include "arch/image/json_reader.hpp"
#include "arch/isa/assembly.hpp"

namespace aie4ml::arch {
namespace {

template <class Range, class Function>
auto list_of(const Range& readers, Function&& read) {
  std::vector<decltype(read(readers.front()))> list;
  list.reserve(readers.size());
  for (const JsonReader& reader : readers) list.push_back(read(reader));
  return list;
}

TileCoord read_tile(const JsonReader& in) {
  const auto parts = in.items();
  if (parts.size() != 2) in.fail("a tile is [column, row]");
  return {parts[0].integer<std::int16_t>(), parts[1].integer<std::int16_t>()};
}

// "South 3": a name and a number.
std::pair<std::string, std::uint8_t> read_numbered(const JsonReader& in) {
  const std::string text = in.text();
  const std::size_t space = text.find(' ');
  std::uint8_t index = 0;
  const char* const end = text.data() + text.size();
  if (space == std::string::npos || space + 1 == text.size())
    in.fail(fmt::format("'{}' has no number", text));
  const auto [stop, error] = std::from_chars(text.data() + space + 1, end, index);
  if (error != std::errc() || stop != end) in.fail(fmt::format("'{}' has no number below 256", text));
  return {text.substr(0, space), index};
}

StreamPort read_port(const JsonReader& in) {
  const auto [name, index] = read_numbered(in);
  const auto side = port_side_from_string(name);
  if (!side) in.fail(fmt::format("'{}' is no side of a stream switch", name));
  return {*side, index};
}

ChannelId read_channel_id(const JsonReader& in) {
  const auto [name, index] = read_numbered(in);
  for (const DmaDirection direction : {DmaDirection::s2mm, DmaDirection::mm2s}) {
    if (name == to_string(direction)) return {direction, index};
  }
  in.fail(fmt::format("'{}' is neither S2MM nor MM2S", name));
}

LockAccess::Where read_where(const JsonReader& in) {
  using Where = LockAccess::Where;
  return in.choice<Where>({{"own", Where::own}, {"west", Where::west}, {"east", Where::east}});
}
CascadeDirection read_cascade(const JsonReader& in) {
  return in.choice<CascadeDirection>({{"none", CascadeDirection::none},
                                      {"horizontal", CascadeDirection::horizontal},
                                      {"vertical", CascadeDirection::vertical}});
}
PlioChannel::Direction read_direction(const JsonReader& in) {
  using Direction = PlioChannel::Direction;
  return in.choice<Direction>({{"input", Direction::input}, {"output", Direction::output}});
}
ElementType read_type(const JsonReader& in) {
  const std::string name = in.text();
  const auto type = element_type_from_string(name);
  if (!type) in.fail(fmt::format("'{}' is no element type", name));
  return *type;
}

Program read_program(JsonReader in) {
  std::string text;
  const JsonReader assembly = in.at("assembly");
  for (const JsonReader& line : assembly.items()) text.append(line.text()).append("\n");
  Program program = parse_assembly(text, fmt::format("{}: {}", assembly.where(), assembly.path()));
  program.regions = list_of(in.items("regions"), [](JsonReader r) {
    CodeRegion region{r.at("first").integer<std::int32_t>(), r.at("last").integer<std::int32_t>(),
                      r.at("layer").integer<std::int32_t>(), r.at("name").text()};
    r.done();
    return region;
  });
  in.done();
  return program;
}

MemorySegment read_segment(JsonReader in, const std::vector<std::uint8_t>& blob) {
  MemorySegment segment;
  segment.address = in.at("address").integer<std::int32_t>();
  segment.buffer = in.at("buffer").integer<std::int32_t>();
  const auto size = static_cast<std::int64_t>(blob.size());
  const std::int64_t offset = in.at("offset").integer(0, size);
  const std::int64_t length = in.at("size").integer(0, size - offset);
  segment.data.assign(blob.begin() + offset, blob.begin() + offset + length);
  in.done();
  return segment;
}

LockInit read_lock(JsonReader in) {
  LockInit lock{LockId(in.at("lock").integer<std::uint8_t>()), in.at("value").integer<std::uint8_t>(),
                in.at("name").text()};
  in.done();
  return lock;
}

LockAccess read_lock_access(JsonReader in) {
  LockAccess access{read_where(in.at("where")), LockId(in.at("lock").integer<std::uint8_t>()),
                    in.at("value").integer<std::int8_t>(), in.at("equal").boolean()};
  in.done();
  return access;
}

std::array<std::uint8_t, 3> read_three(const JsonReader& in) {
  const auto parts = in.items();
  if (parts.size() != 3) in.fail("padding has three dimensions");
  return {parts[0].integer<std::uint8_t>(), parts[1].integer<std::uint8_t>(),
          parts[2].integer<std::uint8_t>()};
}

BufferDescriptor read_descriptor(JsonReader in) {
  BufferDescriptor bd;
  bd.id = BdId(in.at("id").integer<std::uint8_t>());
  bd.memory = read_where(in.at("memory"));
  bd.address_words = in.at("address_words").integer<std::int32_t>();
  bd.length_words = in.at("length_words").integer<std::int32_t>();
  bd.buffer = in.at("buffer").integer<std::int32_t>();
  bd.dimensions = list_of(in.items("dimensions"), [](JsonReader d) {
    BdDimension dimension{d.at("size").integer<std::int32_t>(), d.at("stride_words").integer<std::int32_t>()};
    d.done();
    return dimension;
  });
  if (auto padding = in.find("padding")) {
    bd.padding = {read_three(padding->at("before")), read_three(padding->at("after"))};
    padding->done();
  }
  if (auto iteration = in.find("iteration")) {
    bd.iteration = {iteration->at("wrap").integer<std::int32_t>(),
                    iteration->at("stride_words").integer<std::int32_t>()};
    iteration->done();
  }
  if (auto acquire = in.find("acquire")) bd.acquire = read_lock_access(*acquire);
  if (auto release = in.find("release")) bd.release = read_lock_access(*release);
  if (auto next = in.find("next")) bd.next = BdId(next->integer<std::uint8_t>());
  if (auto packet = in.find("packet")) {
    bd.packet = BdPacket{packet->at("id").integer<std::uint8_t>(), packet->at("type").integer<std::uint8_t>(),
                         packet->at("out_of_order_bd").integer<std::uint8_t>()};
    packet->done();
  }
  if (auto suppress = in.find("suppress_tlast")) bd.suppress_tlast = suppress->boolean();
  in.done();
  return bd;
}

DmaChannelConfig read_channel(JsonReader in) {
  DmaChannelConfig channel;
  channel.channel = read_channel_id(in.at("channel"));
  channel.layer = in.at("layer").integer<std::int32_t>();
  channel.tasks = list_of(in.at("tasks").items(), [](JsonReader t) {
    DmaTask task{BdId(t.at("first").integer<std::uint8_t>()), t.at("repeat").integer<std::uint16_t>(), {}};
    if (auto token = t.find("token")) task.token = token->integer<std::uint8_t>();
    t.done();
    return task;
  });
  if (auto finish = in.find("finish_on_tlast")) channel.finish_on_tlast = finish->boolean();
  if (auto out_of_order = in.find("out_of_order")) channel.out_of_order = out_of_order->boolean();
  in.done();
  return channel;
}

PacketSlave read_packet_slave(JsonReader in) {
  PacketSlave port;
  port.slave = read_port(in.at("slave"));
  port.slots = list_of(in.at("slots").items(), [](JsonReader s) {
    PacketSlot slot{s.at("id").integer<std::uint8_t>(), s.at("mask").integer<std::uint8_t>(),
                    s.at("arbiter").integer<std::uint8_t>(), s.at("msel").integer<std::uint8_t>()};
    s.done();
    return slot;
  });
  in.done();
  return port;
}

PacketMaster read_packet_master(JsonReader in) {
  PacketMaster port;
  port.master = read_port(in.at("master"));
  port.arbiter = in.at("arbiter").integer<std::uint8_t>();
  const JsonReader msels = in.at("msels");
  for (const JsonReader& msel : msels.items())
    port.msels = static_cast<std::uint8_t>(port.msels | 1U << msel.integer(0, 7));
  port.drop_header = in.at("drop_header").boolean();
  in.done();
  return port;
}

DeterministicMerge read_merge(JsonReader in) {
  DeterministicMerge merge;
  merge.arbiter = in.at("arbiter").integer<std::uint8_t>();
  merge.order = list_of(in.at("order").items(), [](JsonReader p) {
    DeterministicMerge::Position position{read_port(p.at("slave")), p.at("packets").integer<std::uint8_t>()};
    p.done();
    return position;
  });
  in.done();
  return merge;
}

TileImage read_tile_image(JsonReader in, const std::vector<std::uint8_t>& blob) {
  TileImage tile;
  tile.tile = read_tile(in.at("tile"));
  if (auto program = in.find("program")) tile.program = read_program(*program);
  tile.memory = list_of(in.items("memory"), [&](const JsonReader& s) { return read_segment(s, blob); });
  tile.locks = list_of(in.items("locks"), read_lock);
  tile.descriptors = list_of(in.items("descriptors"), read_descriptor);
  tile.channels = list_of(in.items("channels"), read_channel);
  tile.connections = list_of(in.items("connections"), [](JsonReader c) {
    CircuitConnection connection{read_port(c.at("slave")), read_port(c.at("master"))};
    c.done();
    return connection;
  });
  tile.packet_slaves = list_of(in.items("packet_slaves"), read_packet_slave);
  tile.packet_masters = list_of(in.items("packet_masters"), read_packet_master);
  tile.merges = list_of(in.items("merges"), read_merge);
  if (auto direction = in.find("cascade_in")) tile.cascade_in = read_cascade(*direction);
  if (auto direction = in.find("cascade_out")) tile.cascade_out = read_cascade(*direction);
  in.done();
  return tile;
}

PlioChannel read_plio(JsonReader in) {
  PlioChannel plio;
  plio.name = in.at("name").text();
  plio.direction = read_direction(in.at("direction"));
  plio.column = in.at("column").integer<std::int16_t>();
  plio.index = in.at("index").integer<std::uint8_t>();
  plio.width_bits = in.at("width_bits").integer<std::int32_t>();
  plio.pl_clock_mhz = in.at("pl_clock_mhz").number();
  in.done();
  return plio;
}

GmioChannel read_gmio(JsonReader in) {
  GmioChannel gmio;
  gmio.name = in.at("name").text();
  gmio.direction = read_direction(in.at("direction"));
  gmio.column = in.at("column").integer<std::int16_t>();
  gmio.channel = in.at("channel").integer<std::uint8_t>();
  in.done();
  return gmio;
}

GraphPort read_graph_port(JsonReader in) {
  GraphPort port;
  port.tensor = in.at("tensor").text();
  port.direction = read_direction(in.at("direction"));
  port.shape = list_of(in.at("shape").items(), [](const JsonReader& s) { return s.integer<std::int64_t>(); });
  port.type = read_type(in.at("type"));
  port.is_float = in.at("is_float").boolean();
  port.frac = in.at("frac").integer<std::int32_t>();
  if (auto transposed = in.find("transposed")) port.transposed = transposed->boolean();
  port.slices = list_of(in.at("slices").items(), [](JsonReader s) {
    PlioSlice slice{
        s.at("plio").integer<std::int32_t>(),          s.at("row").integer<std::int32_t>(),
        s.at("rows").integer<std::int32_t>(),          s.at("rows_on_stream").integer<std::int32_t>(),
        s.at("col").integer<std::int32_t>(),           s.at("cols").integer<std::int32_t>(),
        s.at("cols_on_stream").integer<std::int32_t>()};
    s.done();
    return slice;
  });
  in.done();
  return port;
}

DebugMap read_debug(JsonReader in) {
  DebugMap debug;
  debug.layers = list_of(in.at("layers").items(), [](JsonReader l) {
    LayerInfo layer{l.at("name").text(), l.at("op").text(), l.at("description").text(),
                    l.at("macs_per_iteration").integer<std::int64_t>(),
                    list_of(l.at("tiles").items(), read_tile)};
    l.done();
    return layer;
  });
  debug.buffers = list_of(in.at("buffers").items(), [](JsonReader b) {
    BufferInfo buffer{b.at("name").text(), b.at("layer").integer<std::int32_t>(), read_tile(b.at("tile")),
                      b.at("address").integer<std::int32_t>(), b.at("size_bytes").integer<std::int32_t>()};
    b.done();
    return buffer;
  });
  debug.routes = list_of(in.at("routes").items(), [](JsonReader r) {
    RouteInfo route{r.at("name").text(), read_tile(r.at("tile")), read_port(r.at("source")),
                    r.at("layer").integer<std::int32_t>()};
    r.done();
    return route;
  });
  in.done();
  return debug;
}

}  // namespace

Image image_from_json(const nlohmann::json& json, const std::vector<std::uint8_t>& blob,
                      const std::string& where) {
  JsonReader in(json, where);
  const auto schema = in.at("schema").integer<std::int64_t>();
  if (schema != kImageSchema) {
    in.fail(fmt::format("schema {} is not the schema {} that this version reads", schema, kImageSchema),
            "compile the model again with this version");
  }
  Image image;
  image.model = in.at("model").text();
  image.model_sha256 = in.at("model_sha256").text();
  image.device = in.at("device").text();
  image.tiles =
      list_of(in.at("tiles").items(), [&](const JsonReader& t) { return read_tile_image(t, blob); });
  image.plios = list_of(in.at("plios").items(), read_plio);
  image.gmios = list_of(in.items("gmios"), read_gmio);
  image.ports = list_of(in.at("ports").items(), read_graph_port);
  image.debug = read_debug(in.at("debug"));
  in.done();
  return image;
}

}  // namespace aie4ml::arch
