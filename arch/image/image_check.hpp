// The parts of Image::validate(), by block of the hardware. Each adds what it finds to `problems`.
#pragma once

#include <string>
#include <utility>

#include <fmt/format.h>

#include "arch/image/image.hpp"

namespace aie4ml::arch {

// What every check of one tile needs. The tile is inside the array.
struct TileCheck {
  const Image& image;
  const Device& device;
  const TileImage& tile;
  std::string where;  // "tiles[2]"
  Problems& problems;

  [[nodiscard]] TileKind kind() const { return device.kind(tile.tile); }
  template <class... Args>
  void report(const std::string& part, fmt::format_string<Args...> format, Args&&... args) const {
    problems.push_back({where + "." + part,
                        device.tile_name(tile.tile) + ": " + fmt::format(format, std::forward<Args>(args)...),
                        ""});
  }
  // -1: names nothing.
  [[nodiscard]] bool is_layer(std::int32_t index) const {
    return index >= -1 && index < static_cast<std::int64_t>(image.debug.layers.size());
  }
  [[nodiscard]] bool is_buffer(std::int32_t index) const {
    return index >= -1 && index < static_cast<std::int64_t>(image.debug.buffers.size());
  }
};

void check_core(const TileCheck& check);         // program, its locks and cascade
void check_memory(const TileCheck& check);       // memory segments, lock values
void check_dma(const TileCheck& check);          // buffer descriptors, channels
void check_connections(const TileCheck& check);  // stream switch

void check_host(const Image& image, const Device& device, Problems& problems);   // PLIOs, graph ports
void check_debug(const Image& image, const Device& device, Problems& problems);  // debug map

}  // namespace aie4ml::arch
