#include "arch/host/port_array.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <numeric>

#include <fmt/format.h>

#include "arch/check.hpp"
#include "arch/error.hpp"
#include "arch/numeric/element_type.hpp"

namespace aie4ml::arch {
namespace {

using Direction = PlioChannel::Direction;

std::int64_t elements_per_iteration(const GraphPort& port) {
  return std::accumulate(port.shape.begin(), port.shape.end(), std::int64_t{1}, std::multiplies<>());
}

std::string shape_text(const GraphPort& port) {
  return fmt::format("(iterations, {})", fmt::join(port.shape, ", "));
}

std::string shape_remedy(const NpyArray& array, const GraphPort& port) {
  if (array.shape == port.shape) return "add the axis of iterations: array[numpy.newaxis]";
  const std::int64_t elements = array.elements();
  if (elements == 0 || elements % elements_per_iteration(port) != 0)
    return "give whole iterations in that shape";
  return fmt::format("if the order of the values is right: array.reshape(-1, {})",
                     fmt::join(port.shape, ", "));
}

std::int64_t quantize(double value, const GraphPort& port) {
  // Exact: a float times a power of two. nearbyint() rounds halves to even, the mode every program starts in.
  const double scaled = std::nearbyint(std::ldexp(value, port.frac));
  const int magnitude_bits = arch::bits(port.type) - (is_signed(port.type) ? 1 : 0);
  // 2^magnitude_bits is a double, max_value() of an int64 is not.
  if (scaled >= std::ldexp(1.0, magnitude_bits)) return max_value(port.type);
  if (scaled <= static_cast<double>(min_value(port.type))) return min_value(port.type);
  return static_cast<std::int64_t>(scaled);
}

std::int64_t code_at(const std::vector<std::uint8_t>& codes, std::int64_t index, ElementType type) {
  const auto size = static_cast<std::size_t>(bytes(type));
  std::uint64_t bits = 0;
  std::memcpy(&bits, codes.data() + static_cast<std::size_t>(index) * size, size);
  if (!is_signed(type)) return static_cast<std::int64_t>(bits);
  const int unused = 64 - arch::bits(type);
  return static_cast<std::int64_t>(bits << unused) >> unused;
}

}  // namespace

NpyType array_type(const GraphPort& port) {
  if (port.is_float) return NpyType::float32;
  switch (port.type) {
    case ElementType::int8:
      return NpyType::int8;
    case ElementType::uint8:
      return NpyType::uint8;
    case ElementType::int16:
      return NpyType::int16;
    case ElementType::uint16:
      return NpyType::uint16;
    case ElementType::int32:
      return NpyType::int32;
    case ElementType::int64:
      return NpyType::int64;
    case ElementType::float32:
    case ElementType::bfloat16:
      break;
  }
  check(false, "a valid image has integer codes on its ports");
  return NpyType::int8;
}

std::vector<std::int64_t> array_shape(const GraphPort& port, std::int64_t iterations) {
  std::vector<std::int64_t> shape{iterations};
  shape.insert(shape.end(), port.shape.begin(), port.shape.end());
  return shape;
}

std::string describe(const GraphPort& port) {
  return fmt::format("graph {} '{}'", port.direction == Direction::input ? "input" : "output", port.tensor);
}

std::int64_t iterations_of(const PortArray& array, const GraphPort& port) {
  const std::vector<std::int64_t>& shape = array.array.shape;
  if (shape.empty() || shape != array_shape(port, shape[0])) {
    throw InputError(array.source,
                     fmt::format("its shape {} does not fit {}, expected {}", to_string(shape),
                                 describe(port), shape_text(port)),
                     shape_remedy(array.array, port));
  }
  if (shape[0] == 0) {
    throw InputError(array.source,
                     fmt::format("its shape {} holds no iteration of {}, expected {}", to_string(shape),
                                 describe(port), shape_text(port)),
                     "give at least one iteration");
  }
  return shape[0];
}

std::int64_t check_input(const PortArray& array, const GraphPort& port) {
  const NpyType type = array_type(port);
  if (array.array.type != type) {
    throw InputError(
        array.source,
        fmt::format("it holds {} of shape {}, {} takes {} of shape {}", to_string(array.array.type),
                    to_string(array.array.shape), describe(port), to_string(type), shape_text(port)),
        port.is_float ? "give real values: .astype(numpy.float32)"
                      : fmt::format("give the integer codes: .astype(numpy.{})", to_string(type)));
  }
  const std::int64_t iterations = iterations_of(array, port);
  if (port.is_float) {
    for (std::int64_t i = 0; i < array.array.elements(); ++i) {
      if (!std::isnan(array.array.real_at(i))) continue;
      throw InputError(array.source, fmt::format("value {} for {} is not a number", i, describe(port)),
                       "a quantized network has no code for NaN; replace it");
    }
  }
  return iterations;
}

std::vector<std::uint8_t> codes_of(const NpyArray& array, const GraphPort& port) {
  if (!port.is_float) return array.bytes;
  const auto size = static_cast<std::size_t>(bytes(port.type));
  const std::int64_t elements = array.elements();
  std::vector<std::uint8_t> codes(static_cast<std::size_t>(elements) * size);
  for (std::int64_t i = 0; i < elements; ++i) {
    const std::int64_t code = quantize(array.real_at(i), port);
    std::memcpy(codes.data() + static_cast<std::size_t>(i) * size, &code, size);
  }
  return codes;
}

NpyArray array_of(std::vector<std::uint8_t> codes, const GraphPort& port, std::int64_t iterations) {
  NpyArray array{array_type(port), array_shape(port, iterations), {}};
  if (port.is_float) {
    const std::int64_t elements = iterations * elements_per_iteration(port);
    array.bytes.resize(static_cast<std::size_t>(elements) * sizeof(float));
    for (std::int64_t i = 0; i < elements; ++i) {
      const float value = std::ldexp(static_cast<float>(code_at(codes, i, port.type)), -port.frac);
      std::memcpy(array.bytes.data() + static_cast<std::size_t>(i) * sizeof(float), &value, sizeof(float));
    }
  } else {
    array.bytes = std::move(codes);
  }
  return array;
}

void truncate(NpyArray& array, std::int64_t iterations) {
  check(!array.shape.empty() && array.shape[0] >= iterations && array.shape[0] > 0,
        "iterations to drop exist");
  array.bytes.resize(array.bytes.size() / static_cast<std::size_t>(array.shape[0]) *
                     static_cast<std::size_t>(iterations));
  array.shape[0] = iterations;
}

void repeat(NpyArray& array, std::int64_t iterations) {
  check(!array.shape.empty() && array.shape[0] > 0, "there are iterations to repeat");
  const std::size_t once = array.bytes.size();
  const std::size_t total =
      once / static_cast<std::size_t>(array.shape[0]) * static_cast<std::size_t>(iterations);
  array.bytes.resize(total);
  for (std::size_t at = once; at < total; ++at) array.bytes[at] = array.bytes[at - once];
  array.shape[0] = iterations;
}

}  // namespace aie4ml::arch
