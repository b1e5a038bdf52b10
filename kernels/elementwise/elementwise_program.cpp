#include "kernels/elementwise/elementwise_program.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>

namespace aie4ml::kernels {
namespace {

using arch::ElementType;

constexpr int kPartBytes = 32;           // w, the narrowest vector
constexpr int kVectorBytes = 64;         // x, the widest that is permuted
constexpr int kMostUnrolled = 4;         // vectors of one iteration
constexpr int kLeastAccumulator = 1024;  // bits of cm, the narrowest that is added

// Any sum fits either; what decides is how many elements there are for an accumulator.
ElementType lane_type(int lanes) {
  return lanes * 32 >= kLeastAccumulator ? ElementType::int32 : ElementType::int64;
}

// Two accumulators a vector, and one that is free.
int most_unrolled(const ElementwiseTile& tile, int lanes, const arch::Device& device) {
  if (tile.op == ElementwiseOp::relu) return kMostUnrolled;
  const arch::CoreFacts& core = device.core;
  const int accumulators =
      core.accumulator_registers * core.accumulator_register_bits / (lanes * arch::bits(lane_type(lanes)));
  return std::min(kMostUnrolled, (accumulators - 1) / 2);
}

// From the most elements to the fewest.
std::vector<int> possible_lanes(const ElementwiseTile& tile, const arch::Device& device) {
  const bool any_transposed = tile.transposed[0] || tile.transposed[1];
  // A block is turned as a whole.
  if (any_transposed) return {tile.block_rows * tile.block_columns};
  const int converted = device.core.conversion_bits;
  std::vector<int> lanes = {converted / 32, converted / 64};
  const int port = std::min(device.core.load_bits, device.core.store_bits) / arch::bits(tile.type);
  if (tile.op == ElementwiseOp::relu && port > lanes.front()) lanes.insert(lanes.begin(), port);
  return lanes;
}

class Builder {
 public:
  Builder(const ElementwiseTile& tile, int lanes, int unrolled)
      : t_(tile), lanes_(lanes), most_unrolled_(unrolled) {}

  VectorProgram build() {
    program_.name = to_string(t_.op);
    program_.rounding = t_.rounding;
    program_.saturation = t_.saturation;
    const std::int64_t vectors = std::int64_t{t_.rows} * t_.columns / lanes_;
    const int unrolled = static_cast<int>(std::min<std::int64_t>(vectors, most_unrolled_));
    declare(unrolled);

    std::vector<Node>& top = program_.body;
    if (zeros_ >= 0) top.push_back({Statement{.op = VectorOp::zero, .dst = zeros_}});
    Loop loop{.name = "elements",
              .trips = static_cast<int>(vectors / unrolled),
              .pipelined = true,
              .body = vectors_from(unrolled)};
    top.push_back({std::move(loop)});
    const auto rest = static_cast<int>(vectors % unrolled);
    for (Node& node : vectors_from(rest)) top.push_back(std::move(node));
    return std::move(program_);
  }

 private:
  int variable(std::string name, VariableKind kind, ElementType type, int cols, int buffer = -1) {
    return matrix(std::move(name), kind, type, 1, cols, buffer);
  }
  int matrix(std::string name, VariableKind kind, ElementType type, int rows, int cols, int buffer = -1) {
    program_.variables.push_back({std::move(name), kind, type, rows, cols, buffer});
    return static_cast<int>(program_.variables.size()) - 1;
  }
  int argument(std::string name) {
    const auto buffer = static_cast<int>(program_.arguments.size());
    const int index = variable(std::move(name), VariableKind::pointer, t_.type, 0, buffer);
    program_.arguments.push_back(index);
    return index;
  }

  void declare(int unrolled) {
    const std::array names = {"a", "b"};
    for (int i = 0; i < operands(t_); ++i) in_.push_back(argument(names[static_cast<std::size_t>(i)]));
    out_ = argument("out");
    for (std::size_t o = 0; o < in_.size(); ++o) {
      raw_.push_back(t_.transposed[o] ? matrix(fmt::format("{}_turned", names[o]), VariableKind::vector,
                                               t_.type, t_.block_columns, t_.block_rows)
                                      : -1);
    }
    const bool clips = (t_.relu || t_.op == ElementwiseOp::relu) && arch::is_signed(t_.type);
    if (clips) zeros_ = variable("zeros", VariableKind::vector, t_.type, lanes_);
    for (int i = 0; i < unrolled; ++i) {
      Vector v;
      for (std::size_t operand = 0; operand < in_.size(); ++operand) {
        const std::string name = fmt::format("{}{}", names[operand], i);
        v.in[operand] = variable(name, VariableKind::vector, t_.type, lanes_);
        if (t_.op == ElementwiseOp::relu) continue;
        v.lanes[operand] = variable(name + "_acc", VariableKind::accumulator, lane_type(lanes_), lanes_);
      }
      vectors_.push_back(v);
    }
  }

  // The loads first, so that straight-line code has them early.
  [[nodiscard]] std::vector<Node> vectors_from(int count) const {
    std::vector<Node> nodes;
    const std::int64_t bytes = std::int64_t{lanes_} * arch::bytes(t_.type);
    const auto add = [&](const Statement& s) { nodes.push_back({s}); };
    for (int i = 0; i < count; ++i) {
      const Vector& v = vectors_[static_cast<std::size_t>(i)];
      for (std::size_t o = 0; o < in_.size(); ++o) {
        const bool turned = t_.transposed[o];
        add({.op = VectorOp::load,
             .dst = turned ? raw_[o] : v.in[o],
             .pointer = in_[o],
             .step_bytes = bytes});
        if (turned) add({.op = VectorOp::transpose, .dst = v.in[o], .a = raw_[o]});
        if (t_.op == ElementwiseOp::add) add({.op = VectorOp::ups, .dst = v.lanes[o], .a = v.in[o]});
      }
      const int result = v.in[0];  // in place, which saves a quarter of the vector file
      if (t_.op == ElementwiseOp::add) {
        add({.op = VectorOp::add, .dst = v.lanes[0], .a = v.lanes[1]});
        if (zeros_ < 0) {
          add({.op = VectorOp::store_srs, .a = v.lanes[0], .pointer = out_, .step_bytes = bytes});
          continue;
        }
        add({.op = VectorOp::srs, .dst = result, .a = v.lanes[0]});
      }
      add({.op = VectorOp::max_zero, .dst = result, .a = result, .b = zeros_});
      add({.op = VectorOp::store, .a = result, .pointer = out_, .step_bytes = bytes});
    }
    return nodes;
  }

  struct Vector {
    std::array<int, 2> in{-1, -1}, lanes{-1, -1};
  };

  const ElementwiseTile& t_;
  const int lanes_, most_unrolled_;
  VectorProgram program_;
  std::vector<int> in_, raw_;  // raw_: blocks that wait for the shuffle
  int out_{-1}, zeros_{-1};
  std::vector<Vector> vectors_;
};

}  // namespace

int elementwise_lanes(const ElementwiseTile& tile, const arch::Device& device) {
  const std::int64_t elements = std::int64_t{tile.rows} * tile.columns;
  const int registers = device.core.accumulator_register_bits;
  for (const int lanes : possible_lanes(tile, device)) {
    const int bytes = lanes * arch::bytes(tile.type);
    const int accumulator = lanes * arch::bits(lane_type(lanes));
    const bool adds =
        tile.op == ElementwiseOp::relu || (accumulator >= kLeastAccumulator && accumulator <= registers);
    if (bytes >= kPartBytes && bytes <= kVectorBytes && adds && elements % lanes == 0) return lanes;
  }
  return 0;
}

VectorProgram elementwise_program(const ElementwiseTile& tile, const arch::Device& device) {
  const int lanes = elementwise_lanes(tile, device);
  return Builder(tile, lanes, most_unrolled(tile, lanes, device)).build();
}

}  // namespace aie4ml::kernels
