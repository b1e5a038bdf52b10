#include "sim/app/data.hpp"

#include <filesystem>

#include <fmt/format.h>

#include "arch/error.hpp"
#include "sim/host/accuracy.hpp"
#include "sim/host/compare.hpp"
#include "sim/host/port_files.hpp"
#include "sim/host/port_map.hpp"

namespace aie4ml::sim::app {
namespace {

namespace fs = std::filesystem;
using Direction = arch::PlioChannel::Direction;

constexpr std::uint64_t kSeed = 1;
constexpr std::int64_t kRandomIterations = 8;  // enough for an interval after the pipeline is full

std::string plural(std::int64_t count) {
  return fmt::format("{} iteration{}", count, count == 1 ? "" : "s");
}

// Arrays that lie in the firmware directory, if there is one for every input.
PortArrays firmware_inputs(const arch::Image& image, const fs::path& firmware) {
  PortArrays inputs;
  for (const std::size_t port : ports_of(image, Direction::input)) {
    const fs::path file =
        firmware / "data" / fmt::format("in_{}.npy", file_name_of(image.ports[port].tensor));
    std::error_code ignored;
    if (!fs::exists(file, ignored)) return {};
    inputs[port] = {file.string(), read_npy(file)};
  }
  return inputs;
}

std::string sources(const PortArrays& arrays) {
  std::string text;
  for (const auto& [port, array] : arrays) text += (text.empty() ? "" : ", ") + array.source;
  return text;
}

void read_inputs(const arch::Image& image, const Options& options, Data& data) {
  const bool given = !options.inputs.empty();
  data.inputs = given ? read_port_files(image, Direction::input, options.inputs)
                      : firmware_inputs(image, options.firmware);
  if (data.inputs.empty()) {
    data.iterations = options.iterations.value_or(kRandomIterations);
    data.inputs = random_inputs(image, data.iterations, kSeed);
    data.inputs_note =
        fmt::format("random codes (seed {}), {}; give --inputs for your own", kSeed, plural(data.iterations));
    return;
  }
  const std::int64_t there = check_inputs(image, data.inputs);
  data.iterations = options.iterations.value_or(there);
  data.inputs_note = fmt::format("{}, {}", sources(data.inputs), plural(data.iterations));
  if (data.iterations == there) return;
  data.inputs_note += fmt::format(" of {}", there);
  if (data.iterations > there && given) {
    throw arch::InputError(sources(data.inputs),
                           fmt::format("holds {}, --iterations asks for {}", plural(there), data.iterations),
                           "give more, or run fewer");
  }
  for (auto& [port, input] : data.inputs) {
    if (data.iterations < there) {
      truncate(input.array, data.iterations);
    } else {
      repeat(input.array, data.iterations);
    }
  }
  if (data.iterations > there) data.inputs_note += ", repeated";
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
  read_inputs(image, options, data);
  read_expected(image, options, data);
  read_labels(image, options, data);
  return data;
}

}  // namespace aie4ml::sim::app
