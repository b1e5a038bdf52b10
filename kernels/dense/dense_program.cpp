#include "kernels/dense/dense_program.hpp"

#include <array>

#include <fmt/format.h>

namespace aie4ml::kernels {
namespace {

class Builder {
 public:
  explicit Builder(const DenseTile& tile) : t_(tile) {}

  VectorProgram build() {
    program_.name = "dense_" + to_string(t_.role);
    program_.rounding = t_.rounding;
    program_.saturation = t_.saturation;
    declare();

    std::vector<Node>& top = program_.body;
    top.push_back({Statement{
        .op = VectorOp::set_pointer, .dst = lhs_[1], .pointer = lhs_[0], .step_bytes = lhs_row()}});
    if (output_) {
      top.push_back({Statement{
          .op = VectorOp::set_pointer, .dst = out_[1], .pointer = out_[0], .step_bytes = out_row()}});
    }
    if (zeros_ >= 0) top.push_back({Statement{.op = VectorOp::zero, .dst = zeros_}});

    Loop rows{.name = "rows", .trips = t_.rows / (2 * m_), .pipelined = false, .body = {}};
    Loop cols{.name = "cols", .trips = t_.n / (2 * n_), .pipelined = false, .body = block()};
    rows.body.push_back({std::move(cols)});
    // Every pointer but out has stayed at the start of its row of blocks, or gone once over all columns.
    for (const int p : lhs_) advance(rows.body, p, 2 * lhs_row());
    advance(rows.body, weights_, -std::int64_t{t_.n / n_} * b_bytes());
    if (bias_ >= 0) advance(rows.body, bias_, -bias_bytes(t_));
    if (output_) {
      for (const int p : out_) advance(rows.body, p, out_row());
    }
    top.push_back({std::move(rows)});
    return std::move(program_);
  }

 private:
  [[nodiscard]] std::int64_t a_bytes() const { return std::int64_t{m_} * k_ * arch::bytes(t_.lhs); }
  [[nodiscard]] std::int64_t b_bytes() const { return std::int64_t{k_} * n_ * arch::bytes(t_.weights); }
  [[nodiscard]] std::int64_t lhs_row() const { return std::int64_t{t_.k / k_} * a_bytes(); }
  [[nodiscard]] std::int64_t out_block() const { return std::int64_t{m_} * n_ * arch::bytes(t_.out); }
  [[nodiscard]] std::int64_t out_row() const { return std::int64_t{t_.n / n_} * out_block(); }

  int variable(std::string name, VariableKind kind, arch::ElementType type, int rows, int cols,
               int buffer = -1) {
    program_.variables.push_back({std::move(name), kind, type, rows, cols, buffer});
    return static_cast<int>(program_.variables.size()) - 1;
  }
  int argument(std::string name, arch::ElementType type) {
    const auto buffer = static_cast<int>(program_.arguments.size());
    const int index = variable(std::move(name), VariableKind::pointer, type, 1, 0, buffer);
    program_.arguments.push_back(index);
    return index;
  }
  // Second row of blocks of the same buffer: a pointer of its own, as in aie4ml.
  int second_row(int of, std::string name) {
    const Variable base = program_.variable(of);
    return variable(std::move(name), VariableKind::pointer, base.type, 1, 0, base.buffer);
  }

  void declare() {
    output_ = t_.role == CascadeRole::single || t_.role == CascadeRole::last;
    lhs_[0] = argument("lhs", t_.lhs);
    weights_ = argument("weights", t_.weights);
    if (t_.bias) bias_ = argument("bias", arch::ElementType::int32);
    if (output_) out_[0] = argument("out", t_.out);
    lhs_[1] = second_row(lhs_[0], "lhs1");
    if (output_) out_[1] = second_row(out_[0], "out1");
    for (std::size_t i = 0; i < 2; ++i) {
      a_[i] = variable(fmt::format("a{}", i), VariableKind::vector, t_.lhs, m_, k_);
      b_[i] = variable(fmt::format("b{}", i), VariableKind::vector, t_.weights, k_, n_);
    }
    for (std::size_t i = 0; i < 4; ++i) {
      c_[i] = variable(fmt::format("c{}{}", i / 2, i % 2), VariableKind::accumulator,
                       arch::ElementType::int32, m_, n_);
    }
    if (t_.bias) {
      for (std::size_t i = 0; i < 2; ++i) {
        bias_row_[i] =
            variable(fmt::format("bias{}", i), VariableKind::vector, arch::ElementType::int32, 1, n_);
        if (t_.role == CascadeRole::last) {
          bias_acc_[i] =
              variable(fmt::format("d{}", i), VariableKind::accumulator, arch::ElementType::int32, m_, n_);
        }
      }
    }
    // SRS to uint8 saturates at 0, which already is the ReLU.
    if (t_.relu && arch::is_signed(t_.out)) {
      zeros_ = variable("zeros", VariableKind::vector, t_.out, m_, n_);
      for (std::size_t i = 0; i < 4; ++i) {
        y_[i] = variable(fmt::format("y{}{}", i / 2, i % 2), VariableKind::vector, t_.out, m_, n_);
      }
    }
  }

  static void advance(std::vector<Node>& nodes, int pointer, std::int64_t step_bytes) {
    nodes.push_back({Statement{.op = VectorOp::advance, .pointer = pointer, .step_bytes = step_bytes}});
  }

  void load_bias(std::vector<Node>& nodes) const {
    for (const int row : bias_row_) {
      nodes.push_back({Statement{
          .op = VectorOp::load, .dst = row, .pointer = bias_, .step_bytes = program_.variable(row).bytes()}});
    }
  }

  void start(std::vector<Node>& nodes) const {
    if (t_.role == CascadeRole::middle || t_.role == CascadeRole::last) {
      for (const int c : c_) nodes.push_back({Statement{.op = VectorOp::cascade_get, .dst = c}});
    } else if (bias_ >= 0) {
      load_bias(nodes);
      for (std::size_t col = 0; col < 2; ++col) {
        nodes.push_back({Statement{.op = VectorOp::broadcast_rows, .dst = c_[col], .a = bias_row_[col]}});
        nodes.push_back({Statement{.op = VectorOp::copy, .dst = c_[2 + col], .a = c_[col]}});
      }
    } else {
      for (const int c : c_) nodes.push_back({Statement{.op = VectorOp::zero, .dst = c}});
    }
  }

  [[nodiscard]] Loop reduction() const {
    Loop loop{.name = "k", .trips = t_.k / k_, .pipelined = true, .body = {}};
    const auto load = [&](int dst, int pointer, std::int64_t step_bytes) {
      loop.body.push_back(
          {Statement{.op = VectorOp::load, .dst = dst, .pointer = pointer, .step_bytes = step_bytes}});
    };
    load(a_[0], lhs_[0], a_bytes());
    load(a_[1], lhs_[1], a_bytes());
    load(b_[0], weights_, b_bytes());
    load(b_[1], weights_, std::int64_t{t_.n / n_ - 1} * b_bytes());
    for (std::size_t i = 0; i < 4; ++i) {
      loop.body.push_back({Statement{.op = VectorOp::mac, .dst = c_[i], .a = a_[i / 2], .b = b_[i % 2]}});
    }
    return loop;
  }

  void finish(std::vector<Node>& nodes) const {
    if (!output_) {
      for (const int c : c_) nodes.push_back({Statement{.op = VectorOp::cascade_put, .a = c}});
      return;
    }
    if (t_.role == CascadeRole::last && bias_ >= 0) {
      load_bias(nodes);
      for (std::size_t col = 0; col < 2; ++col) {
        nodes.push_back(
            {Statement{.op = VectorOp::broadcast_rows, .dst = bias_acc_[col], .a = bias_row_[col]}});
      }
      for (std::size_t i = 0; i < 4; ++i) {
        nodes.push_back({Statement{.op = VectorOp::add, .dst = c_[i], .a = bias_acc_[i % 2]}});
      }
    }
    for (std::size_t i = 0; i < 4; ++i) {
      const int pointer = out_[i / 2];
      if (zeros_ < 0) {
        nodes.push_back({Statement{.op = VectorOp::store_srs,
                                   .a = c_[i],
                                   .pointer = pointer,
                                   .step_bytes = out_block(),
                                   .shift = t_.shift}});
        continue;
      }
      nodes.push_back({Statement{.op = VectorOp::srs, .dst = y_[i], .a = c_[i], .shift = t_.shift}});
      nodes.push_back({Statement{.op = VectorOp::max_zero, .dst = y_[i], .a = y_[i], .b = zeros_}});
      nodes.push_back(
          {Statement{.op = VectorOp::store, .a = y_[i], .pointer = pointer, .step_bytes = out_block()}});
    }
  }

  [[nodiscard]] std::vector<Node> block() const {
    std::vector<Node> nodes;
    start(nodes);
    nodes.push_back({reduction()});
    finish(nodes);
    for (const int p : lhs_) advance(nodes, p, -lhs_row());
    advance(nodes, weights_, 2 * b_bytes() - std::int64_t{t_.k / k_} * (t_.n / n_) * b_bytes());
    return nodes;
  }

  const DenseTile& t_;
  const int m_{t_.mmul.m}, k_{t_.mmul.k}, n_{t_.mmul.n};
  VectorProgram program_;
  bool output_{};
  std::array<int, 2> lhs_{-1, -1}, out_{-1, -1}, a_{}, b_{}, bias_row_{}, bias_acc_{};
  std::array<int, 4> c_{}, y_{};
  int weights_{-1}, bias_{-1}, zeros_{-1};
};

}  // namespace

VectorProgram dense_program(const DenseTile& tile) {
  return Builder(tile).build();
}

}  // namespace aie4ml::kernels
