// Cores of random designs: what is put between a stream's head and the next one.
#pragma once

#include <optional>
#include <vector>

#include "tests/support/design_canvas.hpp"

namespace aie4ml::test {

class DesignCores {
 public:
  // races: cores give buffers away while they still use them.
  DesignCores(DesignCanvas& canvas, bool races) : canvas_(canvas), races_(races) {}

  // From buffer to buffer by one core, or by two that hand over in the first one's memory or by cascade.
  // Nothing: there is no core to be had.
  std::optional<Head> by_memory(Head& head);
  // By one core that takes the words from its stream, or sends them to it, or both.
  std::optional<Head> by_stream(Head& head);
  // Cores that only get in the way.
  void add_noise();

 private:
  Head finish(arch::TileCoord core, CoreWork& work, arch::TileCoord home, std::vector<Frame>& frames);
  [[nodiscard]] std::optional<arch::PortSide> neighbour_side(arch::TileCoord tile, bool cascade);
  CoreWork make_work(arch::TileCoord tile, int words);
  [[nodiscard]] int seen(arch::TileCoord core, arch::TileCoord memory) const;
  [[nodiscard]] WorkSide side(arch::TileCoord core, const Buffer& buffer, bool in) const;
  std::vector<int> places_around(arch::TileCoord tile);
  void program(arch::TileCoord core, const CoreWork& work);
  Random& random() { return canvas_.random(); }
  [[nodiscard]] const arch::Device& device() const { return canvas_.device(); }

  DesignCanvas& canvas_;
  bool races_;
};

}  // namespace aie4ml::test
