// A layer's matrix product cut into tiles: arithmetic of slices, and the kernel each tile runs.
#pragma once

#include <cstdint>
#include <string>

#include "arch/device/device.hpp"
#include "compiler/graph/graph.hpp"
#include "compiler/plan/plan.hpp"
#include "kernels/dense/dense.hpp"

namespace aie4ml::compiler {

constexpr int ceil_div(int value, int step) {
  return (value + step - 1) / step;
}
constexpr int round_up(int value, int step) {
  return ceil_div(value, step) * step;
}

// One dense layer before it is cut: sizes of the model, and a kernel that has all but sizes and role.
struct LayerShape {
  std::string name;
  int rows{}, k{}, n{};
  kernels::DenseTile kernel{};
  // Rows and columns come in register blocks of the kernel; K slices are kept to pairs of matrix multiplies,
  // as aie4ml does.
  [[nodiscard]] int row_step() const { return kernels::row_step(kernel); }
  [[nodiscard]] int k_step() const { return 2 * kernel.mmul.k; }
  [[nodiscard]] int n_step() const { return kernels::column_step(kernel); }
  [[nodiscard]] int rows_padded() const { return round_up(rows, row_step()); }
  [[nodiscard]] int k_slice(int cas_len) const { return round_up(ceil_div(k, cas_len), k_step()); }
  [[nodiscard]] int n_slice(int cas_num) const { return round_up(ceil_div(n, cas_num), n_step()); }
  // Slices that hold nothing but padding would be left out of every buffer and stream.
  [[nodiscard]] bool has_empty_k_slice(int cas_len) const { return (cas_len - 1) * k_slice(cas_len) >= k; }
  [[nodiscard]] bool has_empty_n_slice(int cas_num) const { return (cas_num - 1) * n_slice(cas_num) >= n; }
};

// Throws InputError for what no tile can do: types the device cannot multiply, shapes beyond 32 bit.
LayerShape shape_of(const Graph& graph, NodeId node, const arch::Device& device);

kernels::CascadeRole role_of(int position, int cas_len);
kernels::DenseTile tile_kernel(const LayerShape& shape, int cas_len, int cas_num, int position);

}  // namespace aie4ml::compiler
