#include <fmt/format.h>

#include "arch/image/image.hpp"
#include "arch/image/image_check.hpp"

namespace aie4ml::arch {
namespace {

void check_tiles(const Image& image, const Device& device, Problems& problems) {
  for (std::size_t i = 0; i < image.tiles.size(); ++i) {
    const TileImage& tile = image.tiles[i];
    const std::string where = fmt::format("tiles[{}]", i);
    if (i > 0 && !(image.tiles[i - 1].tile < tile.tile)) {
      problems.push_back({where,
                          fmt::format("{} is there twice or not in the order of columns and rows",
                                      device.tile_name(tile.tile)),
                          ""});
    }
    if (!device.contains(tile.tile)) {
      problems.push_back({where, fmt::format("{} of {}", device.tile_name(tile.tile), device.name), ""});
      continue;
    }
    const TileCheck check{image, device, tile, where, problems};
    check_core(check);
    check_memory(check);
    check_dma(check);
    check_connections(check);
  }
}

}  // namespace

Problems Image::validate(const Device& target) const {
  Problems problems;
  if (device != target.name) {
    problems.push_back({"device", fmt::format("the image is for {}, the device is {}", device, target.name),
                        "compile the model for this device"});
  }
  const bool hash =
      model_sha256.empty() ||
      (model_sha256.size() == 64 && model_sha256.find_first_not_of("0123456789abcdef") == std::string::npos);
  if (!hash) problems.push_back({"model_sha256", "no SHA-256 in lower-case hexadecimal", ""});
  check_tiles(*this, target, problems);
  check_host(*this, target, problems);
  check_debug(*this, target, problems);
  return problems;
}

}  // namespace aie4ml::arch
