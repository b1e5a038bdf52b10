#include "kernels/dense/dense_program.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

namespace aie4ml::kernels {
namespace {

using arch::ElementType;

constexpr int kRowPointers = 2;  // of a buffer that is walked block row by block row: there are six pointers
constexpr int kMostBlocks = 8;   // of accumulators that may be worked on at once
constexpr int kRawBlocks = 2;    // transposed blocks that wait for the shuffle
constexpr int kBiasRowBytes = 64;             // of a vector that the bias is spread from
constexpr int kLoadedAccumulatorBits = 1024;  // of an accumulator that the bias is loaded into

class Builder {
 public:
  explicit Builder(const DenseTile& tile) : t_(tile) {}

  VectorProgram build() {
    program_.name = "dense_" + to_string(t_.role);
    program_.rounding = t_.rounding;
    program_.saturation = t_.saturation;
    // A call of one block costs what several cost apart from their blocks; published for uncascaded kernels.
    program_.exit_apart = t_.role == CascadeRole::single;
    declare();

    std::vector<Node>& top = program_.body;
    for (const auto& [pointers, row] : {std::pair{lhs_, lhs_row()}, std::pair{out_, out_row()}}) {
      if (pointers.size() < 2) continue;
      top.push_back({Statement{
          .op = VectorOp::set_pointer, .dst = pointers[1], .pointer = pointers[0], .step_bytes = row}});
    }
    if (zeros_ >= 0) top.push_back({Statement{.op = VectorOp::zero, .dst = zeros_}});

    Loop rows{.name = "rows", .trips = t_.rows / row_step(t_), .pipelined = false, .body = {}};
    Loop cols{.name = "cols",
              .trips = t_.n / column_step(t_),
              .pipelined = false,
              .loads_ahead = true,
              .body = block()};
    rows.body.push_back({std::move(cols)});
    // Every pointer but out has stayed at the start of its row of blocks, or gone once over all columns.
    for (const int p : lhs_) advance(rows.body, p, r_ * lhs_row());
    advance(rows.body, weights_, -std::int64_t{t_.n / n_} * b_bytes());
    if (bias_ >= 0) advance(rows.body, bias_, -bias_bytes(t_));
    for (const int p : out_) advance(rows.body, p, (r_ - 1) * out_row());
    top.push_back({std::move(rows)});
    return std::move(program_);
  }

 private:
  static std::size_t at(int index) { return static_cast<std::size_t>(index); }
  [[nodiscard]] std::int64_t a_bytes() const { return std::int64_t{m_} * k_ * arch::bytes(t_.lhs); }
  [[nodiscard]] std::int64_t b_bytes() const { return std::int64_t{k_} * n_ * arch::bytes(t_.weights); }
  [[nodiscard]] std::int64_t lhs_row() const { return std::int64_t{t_.k / k_} * a_bytes(); }
  [[nodiscard]] std::int64_t out_block() const { return std::int64_t{m_} * n_ * arch::bytes(t_.out); }
  [[nodiscard]] std::int64_t out_row() const { return std::int64_t{t_.n / n_} * out_block(); }

  int variable(std::string name, VariableKind kind, ElementType type, int rows, int cols, int buffer = -1) {
    program_.variables.push_back({std::move(name), kind, type, rows, cols, buffer});
    return static_cast<int>(program_.variables.size()) - 1;
  }
  int argument(std::string name, ElementType type) {
    const auto buffer = static_cast<int>(program_.arguments.size());
    const int index = variable(std::move(name), VariableKind::pointer, type, 1, 0, buffer);
    program_.arguments.push_back(index);
    return index;
  }
  // Rows of blocks of the same buffer: two pointers, as in aie4ml, each for every other row.
  void second_row(std::vector<int>& pointers, std::string name) {
    if (pointers.empty() || std::min(r_, kRowPointers) < 2) return;
    const Variable base = program_.variable(pointers[0]);
    pointers.push_back(variable(std::move(name), VariableKind::pointer, base.type, 1, 0, base.buffer));
  }
  // The step of the pointer of row `row` from there to its next row, or from its last to its first with
  // `then` more.
  [[nodiscard]] std::int64_t row_to_row(int row, std::int64_t row_bytes, std::int64_t then) const {
    if (row + kRowPointers < r_) return kRowPointers * row_bytes;
    return then - std::int64_t{row / kRowPointers} * kRowPointers * row_bytes;
  }
  [[nodiscard]] static int pointer_of(const std::vector<int>& pointers, int row) {
    return pointers[at(row % kRowPointers)];
  }

  void declare() {
    const bool output = t_.role == CascadeRole::single || t_.role == CascadeRole::last;
    lhs_.push_back(argument("lhs", t_.lhs));
    weights_ = argument("weights", t_.weights);
    if (t_.bias) bias_ = argument("bias", ElementType::int32);
    if (output) out_.push_back(argument("out", t_.out));
    second_row(lhs_, "lhs1");
    second_row(out_, "out1");
    for (int i = 0; i < std::min(r_, kRawBlocks) && t_.lhs_transposed; ++i) {
      raw_.push_back(variable(fmt::format("t{}", i), VariableKind::vector, t_.lhs, k_, m_));
    }
    for (int i = 0; i < std::max(r_, c_); ++i) {
      if (i < r_) a_.push_back(variable(fmt::format("a{}", i), VariableKind::vector, t_.lhs, m_, k_));
      if (i < c_) b_.push_back(variable(fmt::format("b{}", i), VariableKind::vector, t_.weights, k_, n_));
    }
    for (int i = 0; i < r_ * c_; ++i) acc_.push_back(accumulator(block_name("c", i)));
    for (int i = 0; i < c_ && t_.bias; ++i) {
      if (!bias_fills_lanes()) {
        bias_row_.push_back(variable(fmt::format("bias{}", i), VariableKind::vector, ElementType::int32,
                                     std::min(bias_copies(t_), kBiasRowBytes / (4 * n_)), n_));
      }
      if (t_.role == CascadeRole::last && (i == 0 || !tight())) {
        bias_acc_.push_back(spare(accumulator(fmt::format("d{}", i))));
      }
    }
    if (!output) return;
    // SRS to an unsigned type saturates at 0, which already is the ReLU.
    const bool clips = t_.relu && arch::is_signed(t_.out);
    const int group = narrow_group(t_);
    if (clips) zeros_ = variable("zeros", VariableKind::vector, t_.out, m_, group * n_);
    for (int i = 0; i < r_ * c_; i += group) {
      if (narrows(t_)) {
        const ElementType half = arch::is_signed(t_.out) ? ElementType::int16 : ElementType::uint16;
        half_.push_back(variable(block_name("h", i), VariableKind::vector, half, m_, group * n_));
        if (i == 0 || !tight()) {
          narrow_.push_back(spare(
              variable(block_name("q", i), VariableKind::accumulator, ElementType::int32, m_, group * n_)));
        }
      }
      if (clips) y_.push_back(variable(block_name("y", i), VariableKind::vector, t_.out, m_, group * n_));
    }
  }
  // The blocks leave one accumulator for everything else.
  [[nodiscard]] bool tight() const { return r_ * c_ >= kMostBlocks; }
  int spare(int accumulator) {
    program_.variables[at(accumulator)].scarce = tight();
    return accumulator;
  }
  [[nodiscard]] std::string block_name(const char* prefix, int i) const {
    return fmt::format("{}{}{}", prefix, i / c_, i % c_);
  }
  int accumulator(std::string name) {
    return variable(std::move(name), VariableKind::accumulator,
                    t_.accumulator_bits == 32 ? ElementType::int32 : ElementType::int64, m_, n_);
  }

  static void advance(std::vector<Node>& nodes, int pointer, std::int64_t step_bytes) {
    nodes.push_back({Statement{.op = VectorOp::advance, .pointer = pointer, .step_bytes = step_bytes}});
  }

  // The buffer holds whole accumulators, and they come as they are. Those of more than 1024 bit are filled
  // from one vector instead: a fraction of the loads.
  [[nodiscard]] bool bias_fills_lanes() const {
    return t_.accumulator_bits == arch::bits(ElementType::int32) &&
           m_ * n_ * t_.accumulator_bits <= kLoadedAccumulatorBits;
  }
  // dst = the bias of a column of blocks, in every row of the accumulator.
  void load_bias(std::vector<Node>& nodes, int col, int dst) const {
    if (bias_fills_lanes()) {
      nodes.push_back({Statement{
          .op = VectorOp::load, .dst = dst, .pointer = bias_, .step_bytes = program_.variable(dst).bytes()}});
      return;
    }
    const int row = bias_row_[at(col)];
    nodes.push_back({Statement{.op = VectorOp::load,
                               .dst = row,
                               .pointer = bias_,
                               .step_bytes = std::int64_t{bias_copies(t_)} * n_ * 4}});
    nodes.push_back({Statement{.op = VectorOp::broadcast_rows, .dst = dst, .a = row}});
  }

  void start(std::vector<Node>& nodes) const {
    if (t_.role == CascadeRole::middle || t_.role == CascadeRole::last) {
      for (const int c : acc_) nodes.push_back({Statement{.op = VectorOp::cascade_get, .dst = c}});
    } else if (bias_ >= 0) {
      for (int col = 0; col < c_; ++col) {
        load_bias(nodes, col, acc_[at(col)]);
        for (int row = 1; row < r_; ++row) {
          nodes.push_back(
              {Statement{.op = VectorOp::copy, .dst = acc_[at(row * c_ + col)], .a = acc_[at(col)]}});
        }
      }
    } else {
      for (const int c : acc_) nodes.push_back({Statement{.op = VectorOp::zero, .dst = c}});
    }
  }

  [[nodiscard]] Loop reduction() const {
    Loop loop{.name = "k", .trips = t_.k / k_, .pipelined = true, .body = {}};
    const auto load = [&](int dst, int pointer, std::int64_t step_bytes) {
      loop.body.push_back(
          {Statement{.op = VectorOp::load, .dst = dst, .pointer = pointer, .step_bytes = step_bytes}});
    };
    for (int row = 0; row < r_; ++row) {
      const int a = a_[at(row)];
      const int loaded = t_.lhs_transposed ? raw_[at(row % kRawBlocks)] : a;
      load(loaded, pointer_of(lhs_, row), row_to_row(row, lhs_row(), a_bytes()));
      if (loaded != a) loop.body.push_back({Statement{.op = VectorOp::transpose, .dst = a, .a = loaded}});
    }
    for (int col = 0; col + 1 < c_; ++col) load(b_[at(col)], weights_, b_bytes());
    load(b_[at(c_ - 1)], weights_, std::int64_t{t_.n / n_ - (c_ - 1)} * b_bytes());
    for (int i = 0; i < r_ * c_; ++i) {
      loop.body.push_back(
          {Statement{.op = VectorOp::mac, .dst = acc_[at(i)], .a = a_[at(i / c_)], .b = b_[at(i % c_)]}});
    }
    return loop;
  }

  // 64-bit lanes to 32-bit ones that are known to hold 16 bit; nothing is rounded a second time.
  [[nodiscard]] int narrowed(std::vector<Node>& nodes, int i) const {
    const int group = narrow_group(t_);
    const int half = half_[at(i / group)];
    const int wide = narrow_[at(i / group) % narrow_.size()];
    nodes.push_back({Statement{.op = VectorOp::srs_group,
                               .dst = half,
                               .a = acc_[at(i)],
                               .b = group > 1 ? acc_[at(i + 1)] : -1,
                               .shift = t_.shift}});
    nodes.push_back({Statement{.op = VectorOp::ups, .dst = wide, .a = half}});
    return wide;
  }

  // Column by column: where the blocks take all accumulators but one, the next must wait for it.
  void add_bias(std::vector<Node>& nodes) const {
    for (int col = 0; col < c_; ++col) {
      const int d = bias_acc_[at(col) % bias_acc_.size()];
      load_bias(nodes, col, d);
      for (int row = 0; row < r_; ++row) {
        nodes.push_back({Statement{.op = VectorOp::add, .dst = acc_[at(row * c_ + col)], .a = d}});
      }
    }
  }

  void finish(std::vector<Node>& nodes) const {
    if (out_.empty()) {
      for (const int c : acc_) nodes.push_back({Statement{.op = VectorOp::cascade_put, .a = c}});
      return;
    }
    if (t_.role == CascadeRole::last && bias_ >= 0) add_bias(nodes);
    const int group = narrow_group(t_);
    for (int i = 0; i < r_ * c_; i += group) {
      const int acc = narrows(t_) ? narrowed(nodes, i) : acc_[at(i)];
      const int shift = narrows(t_) ? 0 : t_.shift;
      const int row = i / c_;
      std::int64_t step = group * out_block();
      if (i % c_ + group == c_)
        step = row_to_row(row, out_row(), c_ * out_block()) - (c_ - group) * out_block();
      const int pointer = pointer_of(out_, row);
      if (zeros_ < 0) {
        nodes.push_back({Statement{
            .op = VectorOp::store_srs, .a = acc, .pointer = pointer, .step_bytes = step, .shift = shift}});
        continue;
      }
      const int y = y_[at(i / group)];
      nodes.push_back({Statement{.op = VectorOp::srs, .dst = y, .a = acc, .shift = shift}});
      nodes.push_back({Statement{.op = VectorOp::max_zero, .dst = y, .a = y, .b = zeros_}});
      nodes.push_back({Statement{.op = VectorOp::store, .a = y, .pointer = pointer, .step_bytes = step}});
    }
  }

  [[nodiscard]] std::vector<Node> block() const {
    std::vector<Node> nodes;
    start(nodes);
    nodes.push_back({reduction()});
    finish(nodes);
    for (const int p : lhs_) advance(nodes, p, -lhs_row());
    advance(nodes, weights_, c_ * b_bytes() - std::int64_t{t_.k / k_} * (t_.n / n_) * b_bytes());
    return nodes;
  }

  const DenseTile& t_;
  const int m_{t_.mmul.m}, k_{t_.mmul.k}, n_{t_.mmul.n};
  const int r_{t_.blocking.rows}, c_{t_.blocking.columns};
  VectorProgram program_;
  std::vector<int> lhs_, out_, raw_, a_, b_, acc_, bias_row_, bias_acc_, half_, narrow_, y_;
  int weights_{-1}, bias_{-1}, zeros_{-1};
};

}  // namespace

VectorProgram dense_program(const DenseTile& tile) {
  return Builder(tile).build();
}

}  // namespace aie4ml::kernels
