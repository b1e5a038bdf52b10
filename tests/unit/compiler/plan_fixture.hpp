// Networks of dense layers made by hand, and what they compute, in plain integer arithmetic.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <random>
#include <vector>

#include "arch/device/device.hpp"
#include "compiler/graph/graph.hpp"
#include "compiler/plan/directives.hpp"

namespace aie4ml::tests {

using Matrix = std::vector<std::int64_t>;  // row-major codes

struct DenseSpec {
  int n{};
  bool bias{true}, relu{true};
  int cas_len{}, cas_num{};  // 0: left to the compiler
  bool outer{};
  std::optional<std::array<int, 2>> block{};
  std::optional<compiler::Transport> route{};  // of its input
};

// rows x k -> layers, int8 throughout, all fractions such that sums are shifted by 7. Layers are "fc1",
// "fc2", ...
compiler::Graph make_dense_graph(int rows, int k, const std::vector<DenseSpec>& layers,
                                 std::uint32_t seed = 1);
compiler::Directives make_directives(const std::vector<DenseSpec>& layers);

Matrix random_codes(std::size_t count, std::uint32_t seed);
// The last layer's output for an input of the first.
Matrix evaluate(const compiler::Graph& graph, const Matrix& input);

// sum >> shift, halves to even, saturated to int8 or uint8.
std::int64_t requantize(std::int64_t sum, int shift, bool is_signed);

const arch::Device& ve2802();

}  // namespace aie4ml::tests
