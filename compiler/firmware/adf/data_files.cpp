#include "compiler/firmware/adf/data_files.hpp"

#include <cstring>

#include <fmt/format.h>

#include "arch/host/plio_text.hpp"
#include "arch/host/port_files.hpp"
#include "arch/host/port_map.hpp"
#include "compiler/graph/reference.hpp"

namespace aie4ml::compiler {
namespace {

using Direction = arch::PlioChannel::Direction;
constexpr int kBufferWidthBits = 128;  // values on a line of what is a buffer in external memory

Codes numbers(const std::uint8_t* bytes, std::size_t count, arch::ElementType type) {
  const auto size = static_cast<std::size_t>(arch::bytes(type));
  const int unused = 64 - arch::bits(type);
  Codes codes(count);
  for (std::size_t i = 0; i < count; ++i) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, bytes + i * size, size);
    codes[i] = arch::is_signed(type) ? static_cast<std::int64_t>(bits << unused) >> unused
                                     : static_cast<std::int64_t>(bits);
  }
  return codes;
}

// The graph's ports of a direction, in the order of Graph::inputs and Graph::outputs.
arch::PortArrays expected_outputs(const Graph& graph, const arch::Image& image,
                                  const arch::PortArrays& inputs, std::int64_t iterations) {
  const std::vector<std::size_t> in = arch::ports_of(image, Direction::input);
  const std::vector<std::size_t> out = arch::ports_of(image, Direction::output);
  std::vector<std::vector<std::uint8_t>> given;
  for (const std::size_t port : in) given.push_back(arch::codes_of(inputs.at(port).array, image.ports[port]));
  std::vector<std::vector<std::uint8_t>> results(out.size());
  for (std::int64_t iteration = 0; iteration < iterations; ++iteration) {
    std::vector<Codes> codes;
    for (std::size_t i = 0; i < in.size(); ++i) {
      const std::size_t bytes = given[i].size() / static_cast<std::size_t>(iterations);
      const arch::ElementType type = image.ports[in[i]].type;
      codes.push_back(numbers(given[i].data() + static_cast<std::size_t>(iteration) * bytes,
                              bytes / static_cast<std::size_t>(arch::bytes(type)), type));
    }
    const std::vector<Codes> outputs = evaluate(graph, codes);
    for (std::size_t o = 0; o < out.size(); ++o) {
      const auto size = static_cast<std::size_t>(arch::bytes(image.ports[out[o]].type));
      for (const std::int64_t code : outputs[o]) {
        const auto* bytes = reinterpret_cast<const std::uint8_t*>(&code);
        results[o].insert(results[o].end(), bytes, bytes + size);
      }
    }
  }
  arch::PortArrays arrays;
  for (std::size_t o = 0; o < out.size(); ++o) {
    arrays[out[o]] = {"expected", arch::array_of(std::move(results[o]), image.ports[out[o]], iterations)};
  }
  return arrays;
}

}  // namespace

arch::FirmwareFiles data_files(const Graph& graph, const arch::Image& image, const arch::PortArrays& inputs,
                               std::int64_t iterations) {
  arch::FirmwareFiles files;
  for (const auto& [port, array] : inputs) {
    const std::string file = fmt::format("data/in_{}.npy", arch::file_name_of(image.ports[port].tensor));
    files[file] = arch::npy_contents(array.array, file);
  }
  const arch::PlioWords in = arch::words_from_inputs(image, inputs, iterations);
  const arch::PlioWords out =
      arch::words_from_outputs(image, expected_outputs(graph, image, inputs, iterations), iterations);
  for (std::size_t end = 0; end < image.host_ends(); ++end) {
    const bool is_input = image.host_direction(end) == Direction::input;
    const int width = end < image.plios.size() ? image.plios[end].width_bits : kBufferWidthBits;
    files[arch::plio_file(image, end)] =
        arch::plio_text(is_input ? in[end] : out[end], arch::plio_type(image, end), width);
  }
  return files;
}

}  // namespace aie4ml::compiler
