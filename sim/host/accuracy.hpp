// Top-1 accuracy of a classifier's output against labels.
#pragma once

#include <cstdint>
#include <string>

#include "arch/host/port_array.hpp"
#include "arch/image/image.hpp"

namespace aie4ml::sim {

struct Accuracy {
  std::int64_t correct{}, total{};
};

// Labels are integers in the shape of the output's array without its last axis, and count classes from 0.
// They may end before the run does. Throws InputError.
void check_labels(const arch::PortArray& labels, const arch::GraphPort& port, std::int64_t iterations);

// `values` has the shape of the port's array and any type; of equal largest values the first one is the
// answer. The labels pass check_labels().
Accuracy top1(const arch::PortArray& labels, const arch::NpyArray& values);

std::string to_text(const Accuracy& accuracy);  // "355/360 = 98.61 %"

}  // namespace aie4ml::sim
