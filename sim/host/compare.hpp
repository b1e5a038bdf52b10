// Outputs against expected ones, bit for bit.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "arch/host/port_array.hpp"
#include "arch/image/image.hpp"

namespace aie4ml::sim {

struct Comparison {
  struct Difference {
    std::vector<std::int64_t> index;  // into the array, iteration first
    std::string expected, got;
  };
  std::int64_t compared{}, differing{};
  std::optional<Difference> first;
};

// Whether `expected` can be held against `iterations` of the port: its shape, and its type, which is float32
// for a float output, or integers of any width, which are codes. Throws InputError.
void check_expected(const arch::PortArray& expected, const arch::GraphPort& port, std::int64_t iterations);

// `got` is the port's array from outputs_from_words(). Codes are compared as integers. Throws as
// check_expected().
Comparison compare(const arch::PortArray& expected, const arch::NpyArray& got, const arch::GraphPort& port);

// "3600 values, bit-exact" or "12 of 3600 differ, first at [0,3,7]: expected -4, got 5".
std::string to_text(const Comparison& comparison);

}  // namespace aie4ml::sim
