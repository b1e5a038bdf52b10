#include "sim/app/data.hpp"

#include <utility>

#include "arch/host/port_files.hpp"
#include "sim/app/inputs.hpp"
#include "sim/host/accuracy.hpp"
#include "sim/host/compare.hpp"

namespace aie4ml::sim::app {
namespace {

using Direction = arch::PlioChannel::Direction;

void take_inputs(const arch::Image& image, const Options& options, Data& data) {
  Inputs inputs = read_inputs(image, {options.firmware, options.inputs, options.iterations});
  data.inputs = std::move(inputs.arrays);
  data.iterations = inputs.iterations;
  data.inputs_note = std::move(inputs.note);
}

void read_expected(const arch::Image& image, const Options& options, Data& data) {
  data.expected = read_port_files(image, Direction::output, options.expect);
  for (auto& [port, expected] : data.expected) {
    // Who asks for a part of the inputs means that part of the outputs.
    if (options.iterations && iterations_of(expected, image.ports[port]) > data.iterations) {
      truncate(expected.array, data.iterations);
    }
    check_expected(expected, image.ports[port], data.iterations);
  }
}

void read_labels(const arch::Image& image, const Options& options, Data& data) {
  if (options.labels.empty()) return;
  data.labels = read_port_files(image, Direction::output, {options.labels});
  for (auto& [port, labels] : data.labels) {
    const bool longer = !labels.array.shape.empty() && labels.array.shape[0] > data.iterations;
    if (options.iterations && longer) truncate(labels.array, data.iterations);
    check_labels(labels, image.ports[port], data.iterations);
  }
}

}  // namespace

Data read_data(const arch::Image& image, const Options& options) {
  Data data;
  take_inputs(image, options, data);
  read_expected(image, options, data);
  read_labels(image, options, data);
  return data;
}

}  // namespace aie4ml::sim::app
