#include "compiler/draw/palette.hpp"

#include <array>
#include <cmath>

#include <fmt/format.h>

namespace aie4ml::compiler {
namespace {

// Okabe and Ito's palette without black and yellow (too pale as a line), continued with Paul Tol's "muted".
constexpr std::array kLayers{Rgb{0x00, 0x72, 0xB2}, Rgb{0xE6, 0x9F, 0x00}, Rgb{0x00, 0x9E, 0x73},
                             Rgb{0xCC, 0x79, 0xA7}, Rgb{0x56, 0xB4, 0xE9}, Rgb{0xD5, 0x5E, 0x00},
                             Rgb{0x33, 0x22, 0x88}, Rgb{0x99, 0x99, 0x33}, Rgb{0x88, 0x22, 0x55},
                             Rgb{0x44, 0xAA, 0x99}};
constexpr Rgb kNeutral{0x77, 0x77, 0x77};

std::uint8_t mix(std::uint8_t colour, double share, double ground) {
  return static_cast<std::uint8_t>(std::lround(colour * share + ground * (1 - share)));
}

}  // namespace

std::string Rgb::hex() const {
  return fmt::format("#{:02x}{:02x}{:02x}", red, green, blue);
}
Rgb Rgb::tinted(double share) const {
  return {mix(red, share, 255), mix(green, share, 255), mix(blue, share, 255)};
}
Rgb Rgb::shaded(double share) const {
  return {mix(red, share, 0), mix(green, share, 0), mix(blue, share, 0)};
}
std::string Rgb::text_on_it() const {
  const double luma = 0.299 * red + 0.587 * green + 0.114 * blue;  // ITU-R BT.601
  return luma < 140 ? "#ffffff" : "#111111";
}

Rgb layer_colour(std::int32_t layer) {
  return layer < 0 ? kNeutral : kLayers[static_cast<std::size_t>(layer) % kLayers.size()];
}

}  // namespace aie4ml::compiler
