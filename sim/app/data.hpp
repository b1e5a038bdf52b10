// The arrays a run of aie4ml-sim works on, read and checked before any time is spent on it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "arch/host/port_array.hpp"
#include "arch/image/image.hpp"
#include "sim/app/options.hpp"

namespace aie4ml::sim::app {

struct Data {
  arch::PortArrays inputs;
  arch::PortArrays expected;  // of the outputs that --expect names
  arch::PortArrays labels;    // of one output, or none
  std::int64_t iterations{};
  std::string inputs_note;  // where the inputs come from, for people
};

// Throws arch::InputError for whatever does not fit the image or each other.
Data read_data(const arch::Image& image, const Options& options);

}  // namespace aie4ml::sim::app
