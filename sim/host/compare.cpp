#include "sim/host/compare.hpp"

#include <bit>
#include <cmath>

#include <fmt/format.h>

#include "arch/error.hpp"

namespace aie4ml::sim {
namespace {

std::vector<std::int64_t> unravel(std::int64_t index, const std::vector<std::int64_t>& shape) {
  std::vector<std::int64_t> position(shape.size());
  for (std::size_t d = shape.size(); d-- > 0;) {
    position[d] = index % shape[d];
    index /= shape[d];
  }
  return position;
}

std::uint32_t bits_of(double value) {
  return std::bit_cast<std::uint32_t>(static_cast<float>(value));
}

}  // namespace

void check_expected(const arch::PortArray& expected, const arch::GraphPort& port, std::int64_t iterations) {
  const arch::NpyType type = array_type(port);
  if (expected.array.type != type && !is_integer(expected.array.type)) {
    throw arch::InputError(
        expected.source,
        fmt::format("it holds {}, {} is {}", to_string(expected.array.type), describe(port), to_string(type)),
        port.is_float ? "give .astype(numpy.float32), or integer codes" : "give the integer codes");
  }
  const std::int64_t given = iterations_of(expected, port);
  if (given != iterations) {
    throw arch::InputError(
        expected.source,
        fmt::format("it has {} iterations of {}, the run has {}", given, describe(port), iterations),
        "give as many as are run, or choose them with --iterations");
  }
}

Comparison compare(const arch::PortArray& expected, const arch::NpyArray& got, const arch::GraphPort& port) {
  check_expected(expected, port, got.shape.at(0));
  const bool codes_of_reals = port.is_float && is_integer(expected.array.type);
  Comparison result;
  result.compared = got.elements();
  for (std::int64_t i = 0; i < result.compared; ++i) {
    bool same = false;
    if (!port.is_float) {
      same = expected.array.integer_at(i) == got.integer_at(i);
    } else if (codes_of_reals) {
      // The code's value as the graph gives it, so that codes of more than 24 bits are rounded as they are
      // there.
      const auto value = static_cast<float>(expected.array.integer_at(i));
      same = bits_of(std::ldexp(value, -port.frac)) == bits_of(got.real_at(i));
    } else {
      same = bits_of(expected.array.real_at(i)) == bits_of(got.real_at(i));
    }
    if (same) continue;
    if (result.differing++ > 0) continue;
    result.first.emplace();
    result.first->index = unravel(i, got.shape);
    if (port.is_float && !codes_of_reals) {
      result.first->expected = fmt::format("{}", static_cast<float>(expected.array.real_at(i)));
      result.first->got = fmt::format("{}", static_cast<float>(got.real_at(i)));
    } else {
      result.first->expected = fmt::to_string(expected.array.integer_at(i));
      result.first->got = port.is_float ? fmt::format("{:.0f}", std::ldexp(got.real_at(i), port.frac))
                                        : fmt::to_string(got.integer_at(i));
    }
  }
  return result;
}

std::string to_text(const Comparison& comparison) {
  if (!comparison.first) return fmt::format("{} values, bit-exact", comparison.compared);
  return fmt::format("{} of {} differ, first at [{}]: expected {}, got {}", comparison.differing,
                     comparison.compared, fmt::join(comparison.first->index, ","), comparison.first->expected,
                     comparison.first->got);
}

}  // namespace aie4ml::sim
