#include "arch/image/image_check.hpp"

namespace aie4ml::arch {
namespace {

class DebugCheck {
 public:
  DebugCheck(const Image& image, const Device& device, Problems& problems)
      : debug_(image.debug), device_(device), problems_(problems) {}

  void run() {
    for (std::size_t i = 0; i < debug_.layers.size(); ++i) {
      const LayerInfo& layer = debug_.layers[i];
      where_ = fmt::format("debug.layers[{}]", i);
      if (layer.macs_per_iteration < 0) report("{} multiply-accumulates", layer.macs_per_iteration);
      for (const TileCoord tile : layer.tiles) check_tile(tile);
    }
    for (std::size_t i = 0; i < debug_.buffers.size(); ++i) {
      const BufferInfo& buffer = debug_.buffers[i];
      where_ = fmt::format("debug.buffers[{}]", i);
      check_layer(buffer.layer);
      if (!check_tile(buffer.tile)) continue;
      const std::int64_t size = device_.memory_size(device_.kind(buffer.tile)).value;
      const std::int64_t last = std::int64_t{buffer.address} + buffer.size_bytes;
      if (buffer.address < 0 || buffer.size_bytes < 1 || last > size) {
        report("bytes [{}, {}) are not in the memory of {}, {} bytes", buffer.address, last,
               device_.tile_name(buffer.tile), size);
      }
    }
    for (std::size_t i = 0; i < debug_.routes.size(); ++i) {
      const RouteInfo& route = debug_.routes[i];
      where_ = fmt::format("debug.routes[{}]", i);
      check_layer(route.layer);
      if (!check_tile(route.tile)) continue;
      if (route.source.index >= device_.ports(device_.kind(route.tile), route.source.side, false)) {
        report("{} has no slave port {}", device_.tile_name(route.tile), to_string(route.source));
      }
    }
  }

 private:
  template <class... Args>
  void report(fmt::format_string<Args...> format, Args&&... args) {
    problems_.push_back({where_, fmt::format(format, std::forward<Args>(args)...), ""});
  }
  void check_layer(std::int32_t layer) {
    if (layer < -1 || layer >= static_cast<std::int64_t>(debug_.layers.size()))
      report("there is no layer {}", layer);
  }
  bool check_tile(TileCoord tile) {
    if (!device_.contains(tile)) report("{}", device_.tile_name(tile));
    return device_.contains(tile);
  }

  const DebugMap& debug_;
  const Device& device_;
  Problems& problems_;
  std::string where_;
};

}  // namespace

void check_debug(const Image& image, const Device& device, Problems& problems) {
  DebugCheck(image, device, problems).run();
}

}  // namespace aie4ml::arch
