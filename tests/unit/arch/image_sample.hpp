// A valid image for ve2802 that uses every part of the format: two core tiles in a cascade between a memory
// tile and two PLIOs. It need not compute anything sensible.
#pragma once

#include "arch/device/device_loader.hpp"
#include "arch/image/image.hpp"
#include "arch/isa/assembly.hpp"

namespace aie4ml::arch::test {

inline const Device& sample_device() {
  static const Device device = load_device("ve2802");
  return device;
}

inline TileImage sample_core(TileCoord tile, bool first) {
  using enum PortSide;
  TileImage result;
  result.tile = tile;
  result.program =
      parse_assembly(first ? "main:\nacq #48, r0\nvmov.mcd bm3\nmovxm r1, #70000; vlda w0, [p0], #32\ndone\n"
                           : "main:\nacq #48, r0\nvmov.scd bm3\nvst.srs.s8.s32 [p1], m2, cm0, s0\ndone\n",
                     "sample");
  result.program->regions = {{0, 1, -1, "start-up"}, {1, 4, 0, "fc \"1\" \xc3\xa9"}};
  result.memory = {{0x400, {1, 2, 3, 4, 255}, 0},
                   {0x8000, std::vector<std::uint8_t>(256, first ? 7 : 9), -1}};
  result.locks = {{LockId(0), 1, "in free"}, {LockId(15), 63, ""}};
  BufferDescriptor in;
  in.id = BdId(0);
  in.address_words = 0x100;
  in.length_words = 64;
  in.acquire = LockAccess{LockAccess::Where::own, LockId(0), 1, false};
  in.release = LockAccess{LockAccess::Where::own, LockId(1), 2, false};
  in.next = BdId(0);
  in.buffer = 0;
  BufferDescriptor out;
  out.id = BdId(9);
  out.address_words = 0x2000;
  out.length_words = 24;
  out.dimensions = {{4, 1}, {3, 8}, {2, 100}};
  out.iteration = {3, 200};
  out.packet = BdPacket{31, 7, 63};
  out.suppress_tlast = true;
  result.descriptors = {in, out};
  result.channels = {{{DmaDirection::s2mm, 0}, {{BdId(0), 1}}, 0},
                     {{DmaDirection::mm2s, 1}, {{BdId(9), 256}, {BdId(9), 2, 0}}, -1},
                     {{DmaDirection::s2mm, 1}, {{BdId(0), 4, 255}}, -1}};
  result.channels[first ? 0 : 2].finish_on_tlast = true;
  result.channels[first ? 2 : 0].out_of_order = true;
  result.connections = {{{south, 2}, {dma, 0}}, {{south, 2}, {north, 5}}, {{dma, 1}, {south, 0}}};
  result.packet_slaves = {{{dma, 0}, {{3, 31, 0, 1}, {8, 24, 1, 0}}}, {{north, 0}, {{0, 0, 1, 3}}}};
  result.packet_masters = {{{south, 3}, 0, 0b0010, true}, {{north, 0}, 1, 0b1001, false}};
  result.merges = {{1, {{{dma, 0}, 3}, {{north, 0}, 63}}}};
  (first ? result.cascade_out : result.cascade_in) = CascadeDirection::horizontal;
  return result;
}

inline Image sample_image() {
  using enum PortSide;
  using Where = LockAccess::Where;
  using Direction = PlioChannel::Direction;
  const Device& device = sample_device();
  constexpr std::int16_t col = 8;
  constexpr std::int16_t next_col = col + 1;

  TileImage shim;
  shim.tile = {col, 0};
  shim.connections = {{{south, 2}, {north, 3}}, {{north, 1}, {south, 4}}};

  TileImage memory;
  memory.tile = device.memory_tile_at(col, 0);
  memory.memory = {{0, {9, 9}, -1}};
  memory.locks = {{LockId(63), 3, "weights"}};
  BufferDescriptor padded;
  padded.id = BdId(24);
  padded.memory = Where::east;
  padded.address_words = 10;
  padded.length_words = 12;
  padded.dimensions = {{4, 1}, {3, 4}};
  padded.padding = {{1, 2, 0}, {3, 0, 15}};
  padded.acquire = LockAccess{Where::west, LockId(5), 0, true};
  padded.release = LockAccess{Where::east, LockId(5), 63, false};
  memory.descriptors = {padded};
  memory.channels = {{{DmaDirection::mm2s, 3}, {{BdId(24), 1}}, 0}};
  memory.connections = {{{south, 3}, {north, 3}}, {{dma, 3}, {north, 0}}};

  Image image;
  image.model = "sample";
  image.model_sha256 = std::string(64, 'a');
  image.device = device.name;
  image.tiles = {shim, memory, sample_core(device.core_tile(col, 0), true),
                 sample_core(device.core_tile(next_col, 0), false)};
  image.plios = {{"x", Direction::input, col, 2, 128, 312.5},
                 {"y", Direction::output, col, 4, 64, 1000.0 / 3}};
  GraphPort x;
  x.tensor = "x/0:input";
  x.direction = Direction::input;
  x.shape = {2, 3, 10};
  x.type = ElementType::int8;
  x.frac = 4;
  x.slices = {{0, 0, 6, 8, 0, 6, 8}, {0, 0, 6, 6, 6, 4, 4}};
  GraphPort y;
  y.tensor = "y";
  y.direction = Direction::output;
  y.shape = {7};
  y.type = ElementType::int16;
  y.is_float = true;
  y.frac = -2;
  y.slices = {{1, 0, 1, 1, 0, 7, 8}};
  image.ports = {x, y};
  image.debug.layers = {
      {"fc1", "dense", "10 -> 7, int8", 420, {device.core_tile(col, 0), device.core_tile(next_col, 0)}}};
  image.debug.buffers = {{"fc1.in ping", 0, device.core_tile(col, 0), 0x400, 256}};
  image.debug.routes = {{"x -> fc1", shim.tile, {south, 2}, -1}};
  return image;
}

}  // namespace aie4ml::arch::test
