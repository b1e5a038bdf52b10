#include <string_view>

#include "arch/image/image_io.hpp"
#include "arch/isa/assembly.hpp"

namespace aie4ml::arch {
namespace {

using nlohmann::json;

// Lists and blocks that are empty or at their default are left out.
void put_unless_empty(json& object, const char* key, json list) {
  if (!list.empty()) object[key] = std::move(list);
}
template <class Range, class Function>
json list_of(const Range& range, Function&& item_to_json) {
  json list = json::array();
  for (const auto& item : range) list.push_back(item_to_json(item));
  return list;
}

json tile_json(TileCoord tile) {
  return json::array({tile.col, tile.row});
}

const char* name(LockAccess::Where where) {
  constexpr const char* kNames[] = {"own", "west", "east"};
  return kNames[static_cast<std::size_t>(where)];
}
const char* name(CascadeDirection direction) {
  constexpr const char* kNames[] = {"none", "horizontal", "vertical"};
  return kNames[static_cast<std::size_t>(direction)];
}
const char* name(PlioChannel::Direction direction) {
  return direction == PlioChannel::Direction::input ? "input" : "output";
}

json program_json(const Program& program) {
  json lines = json::array();
  std::string_view text;
  const std::string assembly = to_assembly(program);
  for (text = assembly; !text.empty();) {
    const std::size_t end = text.find('\n');
    lines.push_back(std::string(text.substr(0, end)));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  json object = {{"assembly", std::move(lines)}};
  put_unless_empty(object, "regions", list_of(program.regions, [](const CodeRegion& r) {
                     return json{{"first", r.first}, {"last", r.last}, {"layer", r.layer}, {"name", r.name}};
                   }));
  return object;
}

json lock_access_json(const LockAccess& access) {
  return {{"where", name(access.where)},
          {"lock", access.lock.value},
          {"value", access.value},
          {"equal", access.equal}};
}

json descriptor_json(const BufferDescriptor& bd) {
  json object = {{"id", bd.id.value},
                 {"memory", name(bd.memory)},
                 {"address_words", bd.address_words},
                 {"length_words", bd.length_words},
                 {"buffer", bd.buffer}};
  put_unless_empty(object, "dimensions", list_of(bd.dimensions, [](const BdDimension& d) {
                     return json{{"size", d.size}, {"stride_words", d.stride_words}};
                   }));
  if (bd.padding != BdPadding{}) {
    object["padding"] = {{"before", bd.padding.before}, {"after", bd.padding.after}};
  }
  if (bd.iteration != BdIteration{}) {
    object["iteration"] = {{"wrap", bd.iteration.wrap}, {"stride_words", bd.iteration.stride_words}};
  }
  if (bd.acquire) object["acquire"] = lock_access_json(*bd.acquire);
  if (bd.release) object["release"] = lock_access_json(*bd.release);
  if (bd.next) object["next"] = bd.next->value;
  if (bd.packet) {
    object["packet"] = {
        {"id", bd.packet->id}, {"type", bd.packet->type}, {"out_of_order_bd", bd.packet->out_of_order_bd}};
  }
  if (bd.suppress_tlast) object["suppress_tlast"] = true;
  return object;
}

json channel_json(const DmaChannelConfig& channel) {
  json object = {{"channel", to_string(channel.channel)},
                 {"layer", channel.layer},
                 {"tasks", list_of(channel.tasks, [](const DmaTask& t) {
                    json task = {{"first", t.first.value}, {"repeat", t.repeat}};
                    if (t.token) task["token"] = *t.token;
                    return task;
                  })}};
  if (channel.finish_on_tlast) object["finish_on_tlast"] = true;
  if (channel.out_of_order) object["out_of_order"] = true;
  return object;
}

json packet_slave_json(const PacketSlave& port) {
  return {{"slave", to_string(port.slave)},
          {"slots", list_of(port.slots, [](const PacketSlot& s) {
             return json{{"id", s.id}, {"mask", s.mask}, {"arbiter", s.arbiter}, {"msel", s.msel}};
           })}};
}

json packet_master_json(const PacketMaster& port) {
  json msels = json::array();
  for (unsigned m = 0; m < 8; ++m) {
    if ((port.msels >> m & 1U) != 0) msels.push_back(m);
  }
  return {{"master", to_string(port.master)},
          {"arbiter", port.arbiter},
          {"msels", std::move(msels)},
          {"drop_header", port.drop_header}};
}

json merge_json(const DeterministicMerge& merge) {
  return {{"arbiter", merge.arbiter},
          {"order", list_of(merge.order, [](const DeterministicMerge::Position& p) {
             return json{{"slave", to_string(p.slave)}, {"packets", p.packets}};
           })}};
}

json tile_image_json(const TileImage& tile, std::vector<std::uint8_t>& blob) {
  json object = {{"tile", tile_json(tile.tile)}};
  if (tile.program) object["program"] = program_json(*tile.program);
  put_unless_empty(
      object, "memory", list_of(tile.memory, [&](const MemorySegment& s) {
        const std::size_t offset = blob.size();
        blob.insert(blob.end(), s.data.begin(), s.data.end());
        return json{
            {"address", s.address}, {"offset", offset}, {"size", s.data.size()}, {"buffer", s.buffer}};
      }));
  put_unless_empty(object, "locks", list_of(tile.locks, [](const LockInit& l) {
                     return json{{"lock", l.lock.value}, {"value", l.value}, {"name", l.name}};
                   }));
  put_unless_empty(object, "descriptors", list_of(tile.descriptors, descriptor_json));
  put_unless_empty(object, "channels", list_of(tile.channels, channel_json));
  put_unless_empty(object, "connections", list_of(tile.connections, [](const CircuitConnection& c) {
                     return json{{"slave", to_string(c.slave)}, {"master", to_string(c.master)}};
                   }));
  put_unless_empty(object, "packet_slaves", list_of(tile.packet_slaves, packet_slave_json));
  put_unless_empty(object, "packet_masters", list_of(tile.packet_masters, packet_master_json));
  put_unless_empty(object, "merges", list_of(tile.merges, merge_json));
  if (tile.cascade_in != CascadeDirection::none) object["cascade_in"] = name(tile.cascade_in);
  if (tile.cascade_out != CascadeDirection::none) object["cascade_out"] = name(tile.cascade_out);
  return object;
}

json plio_json(const PlioChannel& plio) {
  return {{"name", plio.name},   {"direction", name(plio.direction)}, {"column", plio.column},
          {"index", plio.index}, {"width_bits", plio.width_bits},     {"pl_clock_mhz", plio.pl_clock_mhz}};
}

json gmio_json(const GmioChannel& gmio) {
  return {{"name", gmio.name},
          {"direction", name(gmio.direction)},
          {"column", gmio.column},
          {"channel", gmio.channel}};
}

json port_json(const GraphPort& port) {
  json object = {{"tensor", port.tensor},
                 {"direction", name(port.direction)},
                 {"shape", port.shape},
                 {"type", to_string(port.type)},
                 {"is_float", port.is_float},
                 {"frac", port.frac},
                 {"slices", list_of(port.slices, [](const PlioSlice& s) {
                    return json{{"plio", s.plio},
                                {"row", s.row},
                                {"rows", s.rows},
                                {"rows_on_stream", s.rows_on_stream},
                                {"col", s.col},
                                {"cols", s.cols},
                                {"cols_on_stream", s.cols_on_stream}};
                  })}};
  if (port.transposed) object["transposed"] = true;
  return object;
}

json debug_json(const DebugMap& debug) {
  return {{"layers", list_of(debug.layers,
                             [](const LayerInfo& l) {
                               return json{{"name", l.name},
                                           {"op", l.op},
                                           {"description", l.description},
                                           {"macs_per_iteration", l.macs_per_iteration},
                                           {"tiles", list_of(l.tiles, tile_json)}};
                             })},
          {"buffers", list_of(debug.buffers,
                              [](const BufferInfo& b) {
                                return json{{"name", b.name},
                                            {"layer", b.layer},
                                            {"tile", tile_json(b.tile)},
                                            {"address", b.address},
                                            {"size_bytes", b.size_bytes}};
                              })},
          {"routes", list_of(debug.routes, [](const RouteInfo& r) {
             return json{{"name", r.name},
                         {"tile", tile_json(r.tile)},
                         {"source", to_string(r.source)},
                         {"layer", r.layer}};
           })}};
}

}  // namespace

json to_json(const Image& image, std::vector<std::uint8_t>& blob) {
  json object = {
      {"schema", kImageSchema},
      {"model", image.model},
      {"model_sha256", image.model_sha256},
      {"device", image.device},
      {"tiles", list_of(image.tiles, [&](const TileImage& t) { return tile_image_json(t, blob); })},
      {"plios", list_of(image.plios, plio_json)},
      {"ports", list_of(image.ports, port_json)},
      {"debug", debug_json(image.debug)}};
  put_unless_empty(object, "gmios", list_of(image.gmios, gmio_json));
  return object;
}

}  // namespace aie4ml::arch
