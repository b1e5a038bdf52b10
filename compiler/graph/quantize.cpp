#include "compiler/graph/quantize.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace aie4ml::compiler {

std::int64_t quantize(double value, const Quantization& quant) {
  if (std::isnan(value)) {
    throw arch::InputError("quantization", "a value is not a number (NaN)", "quantize finite values only");
  }
  const auto low = static_cast<double>(arch::min_value(quant.type));
  const auto high = static_cast<double>(arch::max_value(quant.type));
  const double scaled = std::clamp(std::ldexp(value, quant.frac), low - 1, high + 1);
  // floor and the remainder, not nearbyint: the result must not hang on the rounding mode of the process.
  const double below = std::floor(scaled);
  const double rest = scaled - below;
  const bool up = rest > 0.5 || (rest == 0.5 && std::fmod(below, 2.0) != 0.0);
  return static_cast<std::int64_t>(std::clamp(below + (up ? 1.0 : 0.0), low, high));
}

std::vector<std::int64_t> quantize(std::span<const float> values, const Quantization& quant) {
  std::vector<std::int64_t> codes(values.size());
  std::transform(values.begin(), values.end(), codes.begin(),
                 [&](float value) { return quantize(static_cast<double>(value), quant); });
  return codes;
}

std::vector<float> dequantize(std::span<const std::int64_t> codes, const Quantization& quant) {
  std::vector<float> values(codes.size());
  std::transform(codes.begin(), codes.end(), values.begin(), [&](std::int64_t code) {
    return static_cast<float>(std::ldexp(static_cast<double>(code), -quant.frac));
  });
  return values;
}

}  // namespace aie4ml::compiler
