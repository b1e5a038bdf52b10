// Colours of layers, apart for colour-blind readers too.
#pragma once

#include <cstdint>
#include <string>

namespace aie4ml::compiler {

struct Rgb {
  std::uint8_t red{}, green{}, blue{};
  [[nodiscard]] std::string hex() const;         // "#0072b2"
  [[nodiscard]] Rgb tinted(double share) const;  // that share of the colour, the rest white
  [[nodiscard]] Rgb shaded(double share) const;  // that share of the colour, the rest black
  [[nodiscard]] std::string text_on_it() const;  // black or white, whichever reads better
};

// layer -1: grey, for what belongs to no layer. Colours repeat after ten layers.
Rgb layer_colour(std::int32_t layer);

}  // namespace aie4ml::compiler
