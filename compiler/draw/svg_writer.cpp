#include "compiler/draw/svg_writer.hpp"

#include <cstdint>
#include <cstdlib>

#include <fmt/format.h>

namespace aie4ml::compiler {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr std::string_view kEllipsis = "\xE2\x80\xA6";

// Two decimals at most, and never "-0".
std::string number(double value) {
  std::string text = fmt::format("{:.2f}", value);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text == "-0" ? "0" : text;
}

bool is_continuation(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

bool is_xml_char(std::uint32_t code) {
  if (code < 0x20) return code == '\n' || code == '\t' || code == '\r';
  return code != 0xFFFE && code != 0xFFFF && !(code >= 0xD800 && code <= 0xDFFF) && code <= 0x10FFFF;
}

// Bytes of the well-formed UTF-8 character at the front that XML may hold, 0 if there is none.
std::size_t character_length(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  if (lead < 0x80) return is_xml_char(lead) ? 1 : 0;
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return 0;
  std::uint32_t code = lead & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if (!is_continuation(text[i])) return 0;
    code = code << 6U | (static_cast<unsigned char>(text[i]) & 0x3FU);
  }
  constexpr std::uint32_t kShortest[] = {0, 0, 0x80, 0x800, 0x10000};
  return code >= kShortest[length] && is_xml_char(code) ? length : 0;
}

// Width of a character relative to the font size: those of DejaVu Sans, which is wider than Arial or
// Helvetica.
double character_width(char c) {
  constexpr std::string_view kNarrow = "ijl.,:;'|![]() It/f-r";
  constexpr std::string_view kWide = "mwMW%@#";
  if (kWide.find(c) != std::string_view::npos) return 0.98;
  if (kNarrow.find(c) != std::string_view::npos) return 0.41;
  return c >= 'A' && c <= 'Z' ? 0.73 : 0.64;
}

std::string points_of(const std::vector<Point>& points) {
  std::string text;
  for (const Point& point : points) {
    if (!text.empty()) text += ' ';
    text += number(point.x) + ',' + number(point.y);
  }
  return text;
}

std::string attributes_of(const Paint& paint) {
  std::string text = fmt::format(" fill=\"{}\"", paint.fill);
  if (paint.stroke != "none") {
    text += fmt::format(" stroke=\"{}\" stroke-width=\"{}\"", paint.stroke, number(paint.stroke_width));
  }
  return text;
}

}  // namespace

void SvgWriter::open_group(std::string_view title) {
  body_ += "<g>";
  if (!title.empty()) body_ += "<title>" + xml_escape(title) + "</title>";
  body_ += '\n';
  ++open_groups_;
}

void SvgWriter::close_group() {
  body_ += "</g>\n";
  --open_groups_;
}

void SvgWriter::rect(const Box& box, const Paint& paint, double radius) {
  body_ += fmt::format("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"", number(box.x), number(box.y),
                       number(box.width), number(box.height));
  if (radius > 0) body_ += fmt::format(" rx=\"{}\"", number(radius));
  body_ += attributes_of(paint) + "/>\n";
}

void SvgWriter::polyline(const std::vector<Point>& points, const Paint& paint) {
  body_ += fmt::format("<polyline points=\"{}\"{}/>\n", points_of(points), attributes_of(paint));
}

void SvgWriter::polylines(const std::vector<std::vector<Point>>& lines, const Paint& paint) {
  std::string data;
  for (const std::vector<Point>& line : lines) data += "M" + points_of(line);
  body_ += fmt::format("<path d=\"{}\" stroke-linejoin=\"round\" stroke-linecap=\"round\"{}/>\n", data,
                       attributes_of(paint));
}

void SvgWriter::polygon(const std::vector<Point>& points, const Paint& paint) {
  body_ += fmt::format("<polygon points=\"{}\"{}/>\n", points_of(points), attributes_of(paint));
}

void SvgWriter::circle(Point centre, double radius, const Paint& paint) {
  body_ += fmt::format("<circle cx=\"{}\" cy=\"{}\" r=\"{}\"{}/>\n", number(centre.x), number(centre.y),
                       number(radius), attributes_of(paint));
}

void SvgWriter::text(Point at, std::string_view text, const TextStyle& style) {
  if (text.empty()) return;
  body_ += fmt::format("<text x=\"{}\" y=\"{}\" font-size=\"{}\" fill=\"{}\"", number(at.x), number(at.y),
                       number(style.size), style.colour);
  if (style.anchor != Anchor::start) {
    body_ += fmt::format(" text-anchor=\"{}\"", style.anchor == Anchor::end ? "end" : "middle");
  }
  if (style.bold) body_ += " font-weight=\"bold\"";
  if (style.upwards) body_ += fmt::format(" transform=\"rotate(-90 {} {})\"", number(at.x), number(at.y));
  body_ += '>' + xml_escape(text) + "</text>\n";
}

std::string SvgWriter::document(double width, double height, std::string_view title) const {
  if (open_groups_ != 0) std::abort();
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\" width=\"{0}\" height=\"{1}\" "
      "viewBox=\"0 0 {0} {1}\" font-family=\"Helvetica, Arial, 'DejaVu Sans', sans-serif\">\n"
      "<title>{2}</title>\n"
      "<rect x=\"0\" y=\"0\" width=\"{0}\" height=\"{1}\" fill=\"#ffffff\"/>\n"
      "{3}</svg>\n",
      number(width), number(height), xml_escape(title), body_);
}

std::string xml_escape(std::string_view text) {
  std::string escaped;
  while (!text.empty()) {
    const std::size_t length = character_length(text);
    if (length == 0) {
      escaped += kReplacement;
      text.remove_prefix(1);
      continue;
    }
    switch (text.front()) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += text.substr(0, length);
    }
    text.remove_prefix(length);
  }
  return escaped;
}

double text_width(std::string_view text, double size, bool bold) {
  double width = 0;
  for (const char c : text) {
    if (!is_continuation(c)) width += static_cast<unsigned char>(c) < 0x80 ? character_width(c) : 1.0;
  }
  return width * size * (bold ? 1.1 : 1.0);
}

std::string fit_text(std::string_view text, double size, double width, bool bold) {
  if (text_width(text, size, bold) <= width) return std::string(text);
  const double ellipsis = text_width(kEllipsis, size, bold);
  std::size_t end = text.size() - 1;  // not empty, or it would fit
  while (end > 0 &&
         (is_continuation(text[end]) || text_width(text.substr(0, end), size, bold) + ellipsis > width)) {
    --end;
  }
  return end == 0 ? std::string() : std::string(text.substr(0, end)).append(kEllipsis);
}

}  // namespace aie4ml::compiler
