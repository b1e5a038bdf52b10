// One value for every tile of the grid, found by its place.
#pragma once

#include <cstddef>
#include <vector>

#include "arch/device/device.hpp"

namespace aie4ml::sim {

template <class T>
class TileTable {
 public:
  explicit TileTable(const arch::Device& device)
      : rows_(static_cast<std::size_t>(device.rows())),
        values_(rows_ * static_cast<std::size_t>(device.columns())) {}

  // The tile must be one of the grid's.
  T& operator[](arch::TileCoord tile) { return values_.at(place(tile)); }
  const T& operator[](arch::TileCoord tile) const { return values_.at(place(tile)); }

 private:
  [[nodiscard]] std::size_t place(arch::TileCoord tile) const {
    return static_cast<std::size_t>(tile.col) * rows_ + static_cast<std::size_t>(tile.row);
  }
  std::size_t rows_;
  std::vector<T> values_;
};

}  // namespace aie4ml::sim
