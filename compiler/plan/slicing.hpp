// A layer's matrix product cut into tiles: arithmetic of slices, and the kernel each tile runs.
#pragma once

#include <cstdint>
#include <string>

#include "arch/device/device.hpp"
#include "compiler/graph/graph.hpp"
#include "compiler/plan/directives.hpp"
#include "kernels/dense/dense.hpp"

namespace aie4ml::compiler {

constexpr int ceil_div(int value, int step) {
  return (value + step - 1) / step;
}
constexpr int round_up(int value, int step) {
  return ceil_div(value, step) * step;
}

// What a layer becomes: a rectangle of cas_len x cas_num tiles. cas_len tiles side by side, a chain, split K;
// the chains split N (inner) or the rows (outer), and a tile computes `blocking` blocks of sums at once.
struct Parallelism {
  int cas_len{1}, cas_num{1};
  Contract contract{Contract::inner};
  kernels::Blocking blocking{};  // of dense layers
  [[nodiscard]] int tiles() const { return cas_len * cas_num; }
  // Parts of the output's rows and columns.
  [[nodiscard]] int row_parts() const { return contract == Contract::outer ? cas_num : 1; }
  [[nodiscard]] int column_parts() const { return contract == Contract::outer ? 1 : cas_num; }
  friend bool operator==(const Parallelism&, const Parallelism&) = default;
};

// `size` in so many slices of whole steps. The last holds what is left: nothing, if it is_empty.
struct Slicing {
  int size{}, step{1}, count{1};
  [[nodiscard]] int slice() const { return round_up(ceil_div(size, count), step); }
  [[nodiscard]] bool is_empty() const { return (count - 1) * slice() >= size; }
  [[nodiscard]] int most() const { return ceil_div(size, slice()); }  // slices of this size
};

// One dense layer before it is cut: sizes of the model, and a kernel that has all but sizes, blocking and
// role.
struct LayerShape {
  std::string name;
  int rows{}, k{}, n{};
  kernels::DenseTile kernel{};
  // Rows and columns come in register blocks of the kernel; K slices are kept to pairs of matrix multiplies,
  // as aie4ml does.
  [[nodiscard]] int k_step() const { return 2 * kernel.mmul.k; }
  [[nodiscard]] Slicing k_slicing(const Parallelism& cut) const { return {k, k_step(), cut.cas_len}; }
  [[nodiscard]] Slicing row_slicing(const Parallelism& cut) const {
    return {rows, cut.blocking.rows * kernel.mmul.m, cut.row_parts()};
  }
  [[nodiscard]] Slicing n_slicing(const Parallelism& cut) const {
    return {n, cut.blocking.columns * kernel.mmul.n, cut.column_parts()};
  }
};

// With the multiply that `fixed` says, or the first of the kernel's whose lanes no sum can leave. Throws
// InputError for what no tile can do: types the device cannot multiply, shapes beyond 32 bit.
LayerShape shape_of(const Graph& graph, NodeId node, const LayerDirectives& fixed,
                    const arch::Device& device);

kernels::CascadeRole role_of(int position, int cas_len);
kernels::DenseTile tile_kernel(const LayerShape& shape, const Parallelism& cut, int position);

}  // namespace aie4ml::compiler
