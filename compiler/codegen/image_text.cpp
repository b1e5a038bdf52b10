#include "compiler/codegen/image_text.hpp"

#include <array>
#include <cstdint>
#include <vector>

#include <fmt/format.h>

#include "arch/text_table.hpp"

namespace aie4ml::compiler {
namespace {

using arch::TextTable;
using Align = TextTable::Align;
using Counts = std::array<std::int64_t, 7>;

Counts counts(const arch::TileImage& tile, const arch::Device& device) {
  std::int64_t loaded = 0;
  for (const arch::MemorySegment& segment : tile.memory) loaded += std::ssize(segment.data);
  return {tile.program ? std::ssize(tile.program->bundles) : 0,
          tile.program ? tile.program->size_bytes(device) : 0,
          loaded,
          std::ssize(tile.descriptors),
          std::ssize(tile.channels),
          std::ssize(tile.locks),
          std::ssize(tile.connections)};
}

}  // namespace

std::string to_text(const arch::Image& image, const arch::Device& device) {
  TextTable table({{"tile"},
                   {"bundles", Align::right},
                   {"program bytes", Align::right},
                   {"memory bytes", Align::right},
                   {"descriptors", Align::right},
                   {"channels", Align::right},
                   {"locks", Align::right},
                   {"connections", Align::right}});
  const auto add = [&](const std::string& name, const Counts& row) {
    std::vector<std::string> cells = {name};
    for (const std::int64_t count : row) cells.push_back(count == 0 ? "-" : fmt::to_string(count));
    table.add_row(std::move(cells));
  };
  Counts sum{};
  int programs = 0;
  for (const arch::TileImage& tile : image.tiles) {
    const Counts row = counts(tile, device);
    for (std::size_t i = 0; i < row.size(); ++i) sum[i] += row[i];
    if (tile.program) ++programs;
    add(device.tile_name(tile.tile), row);
  }
  add("all", sum);
  return fmt::format("{} on {}\n\n{}\n{} tiles, {} with a program; {} PLIOs\n", image.model, image.device,
                     table.print(), image.tiles.size(), programs, image.plios.size());
}

}  // namespace aie4ml::compiler
