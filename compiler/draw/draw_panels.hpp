// What stands around the array: headline, overview of the device, table of layers, legend.
#pragma once

#include <string>
#include <vector>

#include "compiler/draw/array_view.hpp"
#include "compiler/draw/svg_writer.hpp"
#include "compiler/plan/plan.hpp"

namespace aie4ml::compiler {

struct Size {
  double width{}, height{};
};

// Each draws at its upper left corner, and the size can be asked for before.
class Headline {
 public:
  Headline(const Plan& plan, const arch::Device& device);
  [[nodiscard]] Size size() const;
  void draw(SvgWriter& svg, Point corner) const;

 private:
  struct Figure {
    std::string caption, value;
    [[nodiscard]] double width() const;
  };
  std::string title_, subtitle_;
  std::vector<Figure> figures_;
};

// The whole device in small, with the drawn part framed.
class Overview {
 public:
  // Keeps references.
  Overview(const Plan& plan, const arch::Device& device, const ArrayView& view);
  [[nodiscard]] Size size() const;
  void draw(SvgWriter& svg, Point corner) const;

 private:
  [[nodiscard]] Box cell(arch::TileCoord tile, Point corner) const;
  const Plan& plan_;
  const arch::Device& device_;
  const ArrayView& view_;
  double step_{};
};

class LayerTable {
 public:
  explicit LayerTable(const Plan& plan, const arch::Device& device);
  // Long tables can be cut into parts that stand side by side.
  [[nodiscard]] Size size(int parts = 1) const;
  void draw(SvgWriter& svg, Point corner, int parts = 1) const;

 private:
  [[nodiscard]] double part_width() const;
  void draw_row(SvgWriter& svg, Point corner, std::size_t row) const;
  std::vector<std::vector<std::string>> rows_;  // the first one is the head
  std::vector<double> widths_;
};

class Legend {
 public:
  // Wraps its entries at this width.
  Legend(const Plan& plan, const arch::Device& device, double width);
  [[nodiscard]] Size size() const { return {width_, height_}; }
  void draw(SvgWriter& svg, Point corner) const;

 private:
  enum class Symbol { first, middle, last, cascade, edge, input, output, thin, thick, no_plio };
  struct Entry {
    Symbol symbol{};
    std::string text;
    Point at{};  // relative to the corner
  };
  static double symbol_width(Symbol symbol);
  static void draw_symbol(SvgWriter& svg, const Box& box, Symbol symbol);
  std::vector<Entry> entries_;
  double width_{}, height_{};
};

}  // namespace aie4ml::compiler
