// Float accumulation written apart from the code under test, in doubles that hold every number exactly:
// addends cut to 23 fraction bits below the largest exponent, added, the sum cut to 24 bits (AM020-4).
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "tests/unit/adf/exact.hpp"

namespace aie4ml::adf::testing {

// The exponent of the leading bit.
inline int exponent_of(double x) {
  int exponent = 0;
  std::frexp(x, &exponent);
  return exponent - 1;
}

inline double cut_to(double x, int fraction_bits_below, int exponent) {
  return std::ldexp(std::trunc(std::ldexp(x, fraction_bits_below - exponent)),
                    exponent - fraction_bits_below);
}

struct Product {
  double a, b;
};

// lane + sum of products
inline double exact_float_sum(double lane, const std::vector<Product>& products) {
  int top = lane == 0 ? -1000 : exponent_of(lane);
  for (const Product& p : products) {
    if (p.a != 0 && p.b != 0) top = std::max(top, exponent_of(p.a) + exponent_of(p.b));
  }
  double sum = lane == 0 ? 0 : cut_to(lane, 23, top);
  for (const Product& p : products) sum += cut_to(p.a * p.b, 23, top);
  return sum == 0 ? 0 : cut_to(sum, 23, exponent_of(sum));
}

// The nearest numbers of `bits` of mantissa on the side that the mode says.
inline double exact_float_round(double x, int bits, aie::rounding_mode mode) {
  if (x == 0) return 0;
  const int unit = exponent_of(x) - (bits - 1);
  // 40 more places than are kept: exact for the mantissas of fp32.
  const auto scaled = static_cast<Wide>(std::ldexp(x, 40 - unit));
  return std::ldexp(static_cast<double>(exact_round(scaled, 40, mode)), unit);
}

// One fp32 product, as products of bfloat16 pieces, added to a lane.
inline double exact_fp32_products(double lane, const std::vector<Product>& products, aie::rounding_mode mode,
                                  int accuracy) {
  struct Pieces {
    double part[3];
  };
  const auto split = [&](double x) {
    Pieces pieces{};
    for (double& part : pieces.part) {
      part = exact_float_round(x, 8, mode);
      x = exact_float_sum(x, {{-part, 1.0}});  // what is left, by the machine's own multiply
    }
    return pieces;
  };
  const int order[9][2] = {{2, 2}, {2, 1}, {1, 2}, {0, 2}, {1, 1}, {2, 0}, {1, 0}, {0, 1}, {0, 0}};
  for (int i = 9 - accuracy; i < 9; ++i) {
    std::vector<Product> parts;
    for (const Product& p : products)
      parts.push_back({split(p.a).part[order[i][0]], split(p.b).part[order[i][1]]});
    lane = exact_float_sum(lane, parts);
  }
  return lane;
}

// A float of `bits` of mantissa with an exponent in -range..range, sometimes 0.
inline float interesting_float(std::mt19937_64& random, int bits, int range) {
  if (random() % 9 == 0) return 0.0F;
  const auto mantissa = static_cast<double>(random() % (1ULL << (bits - 1))) + std::ldexp(1.0, bits - 1);
  const int exponent = static_cast<int>(random() % static_cast<unsigned>(2 * range + 1)) - range;
  return static_cast<float>(std::ldexp(random() % 2 == 0 ? mantissa : -mantissa, exponent - (bits - 1)));
}

}  // namespace aie4ml::adf::testing
