// The part of the array that is drawn, and where on the sheet its tiles lie.
//
// A cell is a tile with its stream switch: the switch in the lower left corner, gutters for wires to the
// right of it and above it, the body of the tile in the rest.
#pragma once

#include <map>
#include <vector>

#include "compiler/draw/svg_writer.hpp"
#include "compiler/plan/plan.hpp"

namespace aie4ml::compiler {

class ArrayView {
 public:
  // Keeps references.
  ArrayView(const Plan& plan, const arch::Device& device);

  // Shown are the columns [first_col, last_col] and the rows of the array [0, last_row].
  [[nodiscard]] int first_col() const { return first_col_; }
  [[nodiscard]] int last_col() const { return last_col_; }
  [[nodiscard]] int last_row() const { return last_row_; }
  [[nodiscard]] std::vector<arch::TileCoord> tiles() const;

  void move_to(Point corner) { corner_ = corner; }
  [[nodiscard]] double width() const;
  [[nodiscard]] double height() const;
  [[nodiscard]] double gutter() const { return gutter_; }
  [[nodiscard]] Box cell(arch::TileCoord tile) const;
  [[nodiscard]] Box body(arch::TileCoord tile) const;
  [[nodiscard]] Box switch_box(arch::TileCoord tile) const;

  // Lists inside bodies: place number `index` of `count` lines. Where bodies are narrow lines read upwards.
  [[nodiscard]] bool lines_upwards() const;
  [[nodiscard]] Box line(arch::TileCoord tile, std::size_t index, std::size_t count) const;

  // What a memory tile and a shim tile hold, in the order of the list.
  [[nodiscard]] const std::vector<const Edge*>& edges_in(arch::TileCoord tile) const;
  [[nodiscard]] const std::vector<const PlioPlan*>& plios_in(int col) const;

 private:
  void collect(const Plan& plan);
  void choose_extent(const Plan& plan);
  void choose_sizes();
  void show(arch::TileCoord tile, int margin);

  const arch::Device& device_;
  std::map<arch::TileCoord, std::vector<const Edge*>> edges_;
  std::map<int, std::vector<const PlioPlan*>> plios_;
  int first_col_{}, last_col_{-1}, last_row_{};
  Point corner_{};
  double cell_{}, gutter_{};
  std::vector<double> row_heights_;  // by row of the array
};

}  // namespace aie4ml::compiler
