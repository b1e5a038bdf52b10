// The C++ of vector programs, said by hand here; what it computes is shown by running it (source engine).
#include <gtest/gtest.h>

#include "kernels/emit/kernel_source.hpp"

namespace aie4ml::kernels {
namespace {

using arch::ElementType;
using Kind = KernelPort::Kind;

VectorProgram program_of(std::vector<Variable> variables, std::vector<int> arguments,
                         std::vector<Node> body) {
  VectorProgram program;
  program.name = "p";
  program.variables = std::move(variables);
  program.arguments = std::move(arguments);
  program.rounding = arch::RoundingMode::sym_inf;
  program.saturation = arch::SaturationMode::symmetric;
  program.body = std::move(body);
  return program;
}

// The statements between the braces of run().
std::string body(const VectorProgram& program, const std::vector<ArgumentUse>& uses) {
  const std::string source = emit_kernel(program, "p", uses, {}).source;
  const std::size_t begin = source.find("port) {\n") + 8;
  return source.substr(begin, source.rfind('}') - begin);
}

Variable pointer(const char* name, ElementType type, int buffer) {
  return {name, VariableKind::pointer, type, 1, 0, buffer};
}
Variable vec(const char* name, ElementType type, int rows, int cols) {
  return {name, VariableKind::vector, type, rows, cols};
}
Variable acc(const char* name, ElementType type, int rows, int cols) {
  return {name, VariableKind::accumulator, type, rows, cols};
}

TEST(Emit, ALoopOfMultipliesWithACascade) {
  const VectorProgram program =
      program_of({pointer("lhs", ElementType::int16, 0), pointer("weights", ElementType::int8, 1),
                  pointer("out", ElementType::int16, 2), vec("a", ElementType::int16, 4, 4),
                  vec("b", ElementType::int8, 4, 8), acc("c", ElementType::int32, 4, 8)},
                 {0, 1, 2},
                 {{Statement{.op = VectorOp::cascade_get, .dst = 5}},
                  {Loop{.name = "k",
                        .trips = 6,
                        .pipelined = true,
                        .body = {{Statement{.op = VectorOp::load, .dst = 3, .pointer = 0, .step_bytes = 32}},
                                 {Statement{.op = VectorOp::load, .dst = 4, .pointer = 1, .step_bytes = -32}},
                                 {Statement{.op = VectorOp::mac, .dst = 5, .a = 3, .b = 4}}}}},
                  {Statement{.op = VectorOp::store_srs, .a = 5, .pointer = 2, .step_bytes = 64, .shift = 3}},
                  {Statement{.op = VectorOp::cascade_put, .a = 5}}});
  const KernelSource kernel =
      emit_kernel(program, "demo", {{96, false}, {192, true}, {32, false}}, {"Says what."});
  EXPECT_EQ(kernel.header, R"(// Says what.
#pragma once

#include <adf.h>
#include <aie_api/aie.hpp>

class demo {
 public:
  demo();
  void run(adf::input_buffer<int16>& __restrict lhs_port,
           const int8 (&weights_port)[192],
           input_cascade<acc32>* cascade_in,
           adf::output_buffer<int16>& __restrict out_port,
           output_cascade<acc32>* cascade_out);
  static void registerKernelClass() { REGISTER_FUNCTION(demo::run); }
};
)");
  EXPECT_EQ(kernel.source,
            "// Says what.\n#include \"demo.h\"\n"
            R"(
demo::demo() {
  aie::set_rounding(aie::rounding_mode::symmetric_inf);
  aie::set_saturation(aie::saturation_mode::symmetric);
}

void demo::run(adf::input_buffer<int16>& __restrict lhs_port,
               const int8 (&weights_port)[192],
               input_cascade<acc32>* cascade_in,
               adf::output_buffer<int16>& __restrict out_port,
               output_cascade<acc32>* cascade_out) {
  using Mmul = aie::mmul<4, 4, 8, int16, int8, acc32>;

  const int16* __restrict lhs = lhs_port.data();
  const int8* __restrict weights = weights_port;
  int16* __restrict out = out_port.data();
  Mmul c(readincr_v<32>(cascade_in));
  for (unsigned k = 0; k < 6; ++k)
      chess_prepare_for_pipelining chess_loop_range(6, 6) {
    aie::vector<int16, 16> a = aie::load_v<16>(lhs);
    lhs += 16;
    aie::vector<int8, 32> b = aie::load_v<32>(weights);
    weights -= 32;
    c.mac(a, b);
  }
  aie::store_v(out, c.to_vector<int16>(3));
  out += 32;
  writeincr(cascade_out, c.to_accum());
}
)");
  ASSERT_EQ(kernel.ports.size(), 5U);
  EXPECT_EQ(kernel.ports[1].kind, Kind::parameter);
  EXPECT_EQ(kernel.ports[1].elements, 192);
  EXPECT_EQ(kernel.ports[2].kind, Kind::cascade_in);
  EXPECT_EQ(kernel.ports[3].kind, Kind::output_buffer);
}

TEST(Emit, SequencesWhereTheApiHasNoSingleCall) {
  const VectorProgram program =
      program_of({pointer("x", ElementType::int32, 0), pointer("out", ElementType::int8, 1),
                  vec("r", ElementType::int32, 1, 8), acc("c0", ElementType::int64, 2, 8),
                  acc("c1", ElementType::int64, 2, 8), vec("h", ElementType::int16, 2, 16),
                  acc("q", ElementType::int32, 2, 16), vec("y", ElementType::int8, 2, 16),
                  vec("z", ElementType::int8, 2, 16), vec("t", ElementType::int8, 16, 2),
                  pointer("x1", ElementType::int32, 0)},
                 {0, 1},
                 {{Statement{.op = VectorOp::set_pointer, .dst = 10, .pointer = 0, .step_bytes = 64}},
                  {Statement{.op = VectorOp::zero, .dst = 8}},
                  {Statement{.op = VectorOp::load, .dst = 2, .pointer = 10}},
                  {Statement{.op = VectorOp::broadcast_rows, .dst = 3, .a = 2}},
                  {Statement{.op = VectorOp::copy, .dst = 4, .a = 3}},
                  {Statement{.op = VectorOp::add, .dst = 4, .a = 3}},
                  {Statement{.op = VectorOp::srs_group, .dst = 5, .a = 3, .b = 4, .shift = 5}},
                  {Statement{.op = VectorOp::ups, .dst = 6, .a = 5, .shift = 1}},
                  {Statement{.op = VectorOp::srs, .dst = 7, .a = 6, .shift = 0}},
                  {Statement{.op = VectorOp::max_zero, .dst = 7, .a = 7, .b = 8}},
                  {Statement{.op = VectorOp::transpose, .dst = 9, .a = 7}},
                  {Statement{.op = VectorOp::store, .a = 9, .pointer = 1, .step_bytes = 32}}});
  EXPECT_EQ(body(program, {{8, false}, {32, false}}), R"(  const int32* __restrict x = x_port.data();
  int8* __restrict out = out_port.data();
  const int32* __restrict x1 = x + 16;
  aie::vector<int8, 32> z = aie::zeros<int8, 32>();
  aie::vector<int32, 8> r = aie::load_v<8>(x1);
  aie::accum<acc64, 16> c0(aie::concat(r, r));
  aie::accum<acc64, 16> c1 = c0;
  c1 = aie::add(c1, c0);
  aie::vector<int16, 32> h = aie::concat(c0.to_vector<int16>(5), c1.to_vector<int16>(5));
  aie::accum<acc32, 32> q(h, 1);
  aie::vector<int8, 32> y = q.to_vector<int8>(0);
  y = aie::max(y, z);
  aie::vector<int8, 32> t = aie::transpose(y, 2, 16);
  aie::store_v(out, t);
  out += 32;
)");
}

// A variable of two blocks is declared where both see it.
TEST(Emit, DeclarationsStandInTheInnermostCommonBlock) {
  const auto loop = [](const char* name, std::vector<Node> nodes) {
    return Node{Loop{.name = name, .trips = 2, .body = std::move(nodes)}};
  };
  const VectorProgram program = program_of(
      {pointer("x", ElementType::int8, 0), pointer("out", ElementType::int8, 1),
       vec("a", ElementType::int8, 1, 32)},
      {0, 1},
      {loop("i", {loop("j", {{Statement{.op = VectorOp::load, .dst = 2, .pointer = 0, .step_bytes = 32}}}),
                  {Statement{.op = VectorOp::store, .a = 2, .pointer = 1, .step_bytes = 32}}})});
  EXPECT_EQ(body(program, {{128, false}, {64, false}}), R"(  const int8* __restrict x = x_port.data();
  int8* __restrict out = out_port.data();
  for (unsigned i = 0; i < 2; ++i) {
    aie::vector<int8, 32> a;
    for (unsigned j = 0; j < 2; ++j) {
      a = aie::load_v<32>(x);
      x += 32;
    }
    aie::store_v(out, a);
    out += 32;
  }
)");
}

}  // namespace
}  // namespace aie4ml::kernels
