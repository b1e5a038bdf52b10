// Elements of an SVG 1.1 document, written one after another. Knows no plan.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace aie4ml::compiler {

struct Point {
  double x{}, y{};
};

struct Box {
  double x{}, y{}, width{}, height{};
  [[nodiscard]] double right() const { return x + width; }
  [[nodiscard]] double bottom() const { return y + height; }
  [[nodiscard]] double mid_x() const { return x + width / 2; }
  [[nodiscard]] double mid_y() const { return y + height / 2; }
  [[nodiscard]] Box grown(double by) const { return {x - by, y - by, width + 2 * by, height + 2 * by}; }
};

struct Paint {
  std::string fill{"none"};
  std::string stroke{"none"};
  double stroke_width{1};
};

enum class Anchor { start, middle, end };

struct TextStyle {
  double size{10};  // px
  Anchor anchor{Anchor::start};
  std::string colour{"#222222"};
  bool bold{false};
  bool upwards{false};  // turned by 90 degrees, read from bottom to top
};

class SvgWriter {
 public:
  // A group whose title browsers show as a tooltip. Lines may be broken with \n.
  void open_group(std::string_view title = {});
  void close_group();
  void rect(const Box& box, const Paint& paint, double radius = 0);
  // Lines from point to point.
  void polyline(const std::vector<Point>& points, const Paint& paint);
  // Several separate lines as one element.
  void polylines(const std::vector<std::vector<Point>>& lines, const Paint& paint);
  void polygon(const std::vector<Point>& points, const Paint& paint);
  void circle(Point centre, double radius, const Paint& paint);
  // at: the anchor on the baseline.
  void text(Point at, std::string_view text, const TextStyle& style);

  // All that was written, on a white ground. Groups must be closed.
  [[nodiscard]] std::string document(double width, double height, std::string_view title) const;

 private:
  std::string body_;
  int open_groups_{};
};

// For element content and attributes. What XML 1.0 cannot hold (control characters, broken UTF-8) becomes
// U+FFFD.
std::string xml_escape(std::string_view text);
// Width in px that the text takes at most in a usual sans-serif font.
double text_width(std::string_view text, double size, bool bold = false);
// The text if it fits, otherwise its beginning and an ellipsis; empty if not even that has room.
std::string fit_text(std::string_view text, double size, double width, bool bold = false);

}  // namespace aie4ml::compiler
