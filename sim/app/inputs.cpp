#include "sim/app/inputs.hpp"

#include <filesystem>

#include <fmt/format.h>

#include "arch/error.hpp"
#include "arch/host/port_files.hpp"
#include "arch/host/port_map.hpp"

namespace aie4ml::sim::app {
namespace {

namespace fs = std::filesystem;
using Direction = arch::PlioChannel::Direction;

constexpr std::int64_t kRandomIterations = 8;  // enough for an interval after the pipeline is full

// Arrays that lie in the firmware directory, if there is one for every input.
arch::PortArrays firmware_inputs(const arch::Image& image, const fs::path& firmware) {
  arch::PortArrays inputs;
  for (const std::size_t port : ports_of(image, Direction::input)) {
    const fs::path file =
        firmware / "data" / fmt::format("in_{}.npy", arch::file_name_of(image.ports[port].tensor));
    std::error_code ignored;
    if (!fs::exists(file, ignored)) return {};
    inputs[port] = {file.string(), arch::read_npy(file)};
  }
  return inputs;
}

std::string sources(const arch::PortArrays& arrays) {
  std::string text;
  for (const auto& [port, array] : arrays) text += (text.empty() ? "" : ", ") + array.source;
  return text;
}

}  // namespace

std::string iterations_text(std::int64_t count) {
  return fmt::format("{} iteration{}", count, count == 1 ? "" : "s");
}

Inputs read_inputs(const arch::Image& image, const InputSource& source) {
  Inputs inputs;
  const bool given = !source.files.empty();
  inputs.arrays = given ? read_port_files(image, Direction::input, source.files)
                        : firmware_inputs(image, source.firmware);
  if (inputs.arrays.empty()) {
    inputs.iterations = source.iterations.value_or(kRandomIterations);
    inputs.arrays = arch::random_inputs(image, inputs.iterations, source.seed);
    inputs.seed = source.seed;
    inputs.note = fmt::format("random codes (seed {}), {}; give --inputs for your own", source.seed,
                              iterations_text(inputs.iterations));
    return inputs;
  }
  const std::int64_t there = check_inputs(image, inputs.arrays);
  inputs.iterations = source.iterations.value_or(there);
  inputs.note = fmt::format("{}, {}", sources(inputs.arrays), iterations_text(inputs.iterations));
  if (inputs.iterations == there) return inputs;
  inputs.note += fmt::format(" of {}", there);
  if (inputs.iterations > there && given) {
    throw arch::InputError(
        sources(inputs.arrays),
        fmt::format("holds {}, --iterations asks for {}", iterations_text(there), inputs.iterations),
        "give more, or run fewer");
  }
  for (auto& [port, input] : inputs.arrays) {
    if (inputs.iterations < there) {
      truncate(input.array, inputs.iterations);
    } else {
      repeat(input.array, inputs.iterations);
    }
  }
  if (inputs.iterations > there) inputs.note += ", repeated";
  return inputs;
}

}  // namespace aie4ml::sim::app
