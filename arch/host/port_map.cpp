#include "arch/host/port_map.hpp"

#include <cstring>
#include <functional>
#include <numeric>
#include <random>

#include <fmt/format.h>

#include "arch/check.hpp"
#include "arch/error.hpp"
#include "arch/host/port_files.hpp"
#include "arch/numeric/element_type.hpp"

namespace aie4ml::arch {
namespace {

using Direction = PlioChannel::Direction;
constexpr std::size_t kWordBytes = 4;

std::size_t size_of(std::int64_t count) {
  return static_cast<std::size_t>(count);
}

std::size_t bytes_per_iteration(const GraphPort& port) {
  return size_of(
             std::accumulate(port.shape.begin(), port.shape.end(), std::int64_t{1}, std::multiplies<>())) *
         size_of(bytes(port.type));
}

// Where a row of a slice (an element, of a transposed port) lies, in bytes: within the tensor and within the
// words of its PLIO, of one iteration.
struct Row {
  std::size_t plio{};
  std::size_t in_tensor{}, on_stream{}, bytes{};
};

// The layout of one port, worked out once for all iterations.
struct Layout {
  std::vector<Row> rows;
  std::map<std::size_t, std::size_t> plio_bytes;  // an iteration takes so many on each of its PLIOs
};

Layout layout_of(const GraphPort& port) {
  Layout layout;
  const std::size_t element = size_of(bytes(port.type));
  const std::size_t tensor_cols = size_of(port.shape.back());
  for (const PlioSlice& slice : port.slices) {
    const std::size_t plio = size_of(slice.plio);
    std::size_t& end = layout.plio_bytes[plio];
    const std::size_t row_bytes = size_of(slice.cols_on_stream) * element;
    for (std::size_t r = 0; r < size_of(slice.rows); ++r) {
      if (port.transposed) {
        // Neighbours on the stream are a row apart in the tensor.
        for (std::size_t c = 0; c < size_of(slice.cols); ++c) {
          const std::size_t at = (size_of(slice.col) + c) * tensor_cols + size_of(slice.row) + r;
          layout.rows.push_back({plio, at * element, end + r * row_bytes + c * element, element});
        }
        continue;
      }
      layout.rows.push_back({plio, ((size_of(slice.row) + r) * tensor_cols + size_of(slice.col)) * element,
                             end + r * row_bytes, size_of(slice.cols) * element});
    }
    end += size_of(slice.rows_on_stream) * row_bytes;
  }
  return layout;
}

PlioWords words_of(const Image& image, Direction direction, const PortArrays& arrays,
                   std::int64_t iterations) {
  PlioWords words(image.host_ends());
  for (const std::size_t index : ports_of(image, direction)) {
    const GraphPort& port = image.ports[index];
    const std::vector<std::uint8_t> codes = codes_of(arrays.at(index).array, port);
    const Layout layout = layout_of(port);
    for (const auto& [plio, bytes] : layout.plio_bytes) {
      words[plio].assign(bytes / kWordBytes * size_of(iterations), 0);
    }
    const std::size_t tensor_bytes = bytes_per_iteration(port);
    for (std::size_t i = 0; i < size_of(iterations); ++i) {
      for (const Row& row : layout.rows) {
        auto* stream = reinterpret_cast<std::uint8_t*>(words[row.plio].data());
        std::memcpy(stream + i * layout.plio_bytes.at(row.plio) + row.on_stream,
                    codes.data() + i * tensor_bytes + row.in_tensor, row.bytes);
      }
    }
  }
  return words;
}

}  // namespace

std::int64_t check_inputs(const Image& image, const PortArrays& inputs) {
  const PortArray* first = nullptr;
  std::int64_t iterations = 0;
  for (const std::size_t port : ports_of(image, Direction::input)) {
    const auto found = inputs.find(port);
    if (found == inputs.end()) {
      throw InputError(describe(image.ports[port]), "has no array",
                       fmt::format("give --inputs {}=FILE.npy as well", image.ports[port].tensor));
    }
    const std::int64_t here = check_input(found->second, image.ports[port]);
    if (first == nullptr) {
      first = &found->second;
      iterations = here;
    } else if (here != iterations) {
      throw InputError(found->second.source,
                       fmt::format("it has {} iterations of {}, {} has {}", here, describe(image.ports[port]),
                                   first->source, iterations),
                       "give as many of every input");
    }
  }
  return iterations;
}

PlioWords words_from_inputs(const Image& image, const PortArrays& inputs, std::int64_t iterations) {
  const std::int64_t given = check_inputs(image, inputs);
  if (given != iterations && !inputs.empty()) {
    throw InputError(inputs.begin()->second.source,
                     fmt::format("it has {} iterations, the run {}", given, iterations),
                     "give as many iterations as are run");
  }
  return words_of(image, Direction::input, inputs, iterations);
}

PlioWords words_from_outputs(const Image& image, const PortArrays& outputs, std::int64_t iterations) {
  return words_of(image, Direction::output, outputs, iterations);
}

PortArrays outputs_from_words(const Image& image, const PlioWords& words, std::int64_t iterations) {
  PortArrays outputs;
  for (const std::size_t index : ports_of(image, Direction::output)) {
    const GraphPort& port = image.ports[index];
    const Layout layout = layout_of(port);
    for (const auto& [plio, bytes] : layout.plio_bytes) {
      check(plio < words.size() && words[plio].size() * kWordBytes == bytes * size_of(iterations),
            "an output PLIO carried all its words");
    }
    const std::size_t tensor_bytes = bytes_per_iteration(port);
    std::vector<std::uint8_t> codes(tensor_bytes * size_of(iterations));
    for (std::size_t i = 0; i < size_of(iterations); ++i) {
      for (const Row& row : layout.rows) {
        const auto* stream = reinterpret_cast<const std::uint8_t*>(words[row.plio].data());
        std::memcpy(codes.data() + i * tensor_bytes + row.in_tensor,
                    stream + i * layout.plio_bytes.at(row.plio) + row.on_stream, row.bytes);
      }
    }
    outputs[index] = {"the run", array_of(std::move(codes), port, iterations)};
  }
  return outputs;
}

PortArrays random_inputs(const Image& image, std::int64_t iterations, std::uint64_t seed) {
  PortArrays inputs;
  for (const std::size_t index : ports_of(image, Direction::input)) {
    const GraphPort& port = image.ports[index];
    // Bytes of the engine itself: the standard's distributions differ from library to library. Every bit
    // pattern is a code.
    std::mt19937_64 engine(seed + index);
    std::vector<std::uint8_t> codes(bytes_per_iteration(port) * size_of(iterations));
    for (std::uint8_t& byte : codes) byte = static_cast<std::uint8_t>(engine() >> 56U);
    inputs[index] = {"random inputs", array_of(std::move(codes), port, iterations)};
  }
  return inputs;
}

}  // namespace aie4ml::arch
