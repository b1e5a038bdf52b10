// Which tiles are taken while an arrangement is built.
#pragma once

#include <vector>

#include "compiler/place/site.hpp"

namespace aie4ml::compiler {

class Board {
 public:
  // Boxes with both coordinates fixed hold their places from the beginning.
  explicit Board(const Site& site);

  void put(std::size_t box, BoxPosition at) { mark(box, at, 1); }
  void take(std::size_t box, BoxPosition at) { mark(box, at, -1); }

  // Places where the box keeps clear of all others, spare columns included: by column, then row. The place of
  // a box that is fixed is free for it.
  void free_places(std::size_t box, std::vector<BoxPosition>& found) const;
  // Calls segment(row, first, end) for every longest run of free tiles in a row, from the first column on
  // that any box may use.
  template <class Segment>
  void free_segments(Segment segment) const {
    for (int row = 0; row < site_.rows; ++row) {
      for (int col = first_; col < site_.columns;) {
        const int first = col;
        while (col < site_.columns && free_at(col, row)) ++col;
        if (col > first) segment(row, first, col);
        while (col < site_.columns && !free_at(col, row)) ++col;
      }
    }
  }
  // Whether every box from `first` on that has one coordinate fixed still has a place.
  [[nodiscard]] bool fixed_lines_open(std::size_t first) const;

 private:
  [[nodiscard]] bool free_at(int col, int row) const {
    return wide_[static_cast<std::size_t>(col * site_.rows + row)] == 0;
  }
  void mark(std::size_t box, BoxPosition at, int change);
  void add_box(std::size_t box, BoxPosition at, int change);

  const Site& site_;
  // [col * rows + row]: boxes that hold the tile or keep it as a spare one, counted so that a box can be
  // taken off again. A gap between two boxes is spare for both.
  std::vector<int> wide_;
  int first_{};
  bool any_half_fixed_{};
};

}  // namespace aie4ml::compiler
