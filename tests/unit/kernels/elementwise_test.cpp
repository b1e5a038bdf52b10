// The elementwise kernel: checks, reference against values worked out by hand, and every schedule against the
// reference on the functional core engine, bit for bit and in exactly the cycles that the schedule says.
#include <gtest/gtest.h>

#include "arch/device/device_loader.hpp"
#include "kernels/elementwise/elementwise_program.hpp"
#include "kernels/elementwise/elementwise_reference.hpp"
#include "kernels/verify/verifier.hpp"
#include "tests/unit/kernels/kernel_runner.hpp"

namespace aie4ml::kernels {
namespace {

using arch::ElementType;

const arch::Device& device() {
  static const arch::Device loaded = arch::load_device("ve2802");
  return loaded;
}

const arch::Device& second() {
  static const arch::Device loaded = arch::load_device("xc2ve3858");
  return loaded;
}

std::string text(const arch::Problems& problems) {
  std::string all;
  for (const arch::Problem& p : problems) all += p.where + ": " + p.what + "; " + p.remedy + "\n";
  return all;
}

ElementwiseTile make(ElementwiseOp op, int rows, int columns, ElementType type = ElementType::int8,
                     bool relu = false) {
  ElementwiseTile tile;
  tile.op = op;
  tile.rows = rows;
  tile.columns = columns;
  tile.type = type;
  tile.relu = relu;
  return tile;
}

void expect_equal(const ElementwiseTile& tile, std::mt19937& random, const arch::Device& on = device()) {
  SCOPED_TRACE(testing::Message() << to_string(tile.op) << " " << tile.rows << "x" << tile.columns
                                  << (tile.relu ? " relu " : " ") << arch::to_string(tile.type) << " blocks "
                                  << tile.block_rows << "x" << tile.block_columns << " transposed "
                                  << tile.transposed[0] << tile.transposed[1]);
  ASSERT_EQ(text(check(tile, on)), "");
  const KernelCode kernel = elementwise_code(tile, on);
  EXPECT_EQ(text(verify(kernel, elementwise_program(tile, on), on)), "");
  EXPECT_EQ(text(kernel.code.validate(on)), "");
  std::array<std::vector<std::uint8_t>, 2> in;
  for (auto& bytes : in) bytes = test::random_bytes(buffer_bytes(tile), random);
  const test::KernelRun run =
      test::run_kernel(kernel, {{{"a", in[0]}, {"b", in[1]}}, buffer_bytes(tile), {}}, on);
  ASSERT_FALSE(run.fault) << *run.fault;
  EXPECT_EQ(run.result.out, elementwise_tile_reference(tile, in));
  EXPECT_EQ(run.kernel_cycles, kernel.cycles.value);
  EXPECT_EQ(run.stalls, 0);
}

constexpr std::array kTypes = {ElementType::int8, ElementType::uint8, ElementType::int16,
                               ElementType::uint16};

TEST(ElementwiseExecution, EqualsReferenceForAllSizesAndTypes) {
  std::mt19937 random(1);
  for (const ElementType type : kTypes) {
    for (const int rows : {4, 8, 12, 64}) {
      for (const int columns : {8, 16, 24, 40, 128}) {
        expect_equal(make(ElementwiseOp::add, rows, columns, type), random);
        expect_equal(make(ElementwiseOp::add, rows, columns, type, true), random);
        if (arch::is_signed(type)) expect_equal(make(ElementwiseOp::relu, rows, columns, type), random);
      }
    }
  }
}

TEST(ElementwiseExecution, EqualsReferenceForModesAndBlocks) {
  std::mt19937 random(2);
  for (const ElementType type : kTypes) {
    for (const arch::SaturationMode saturation :
         {arch::SaturationMode::none, arch::SaturationMode::saturate, arch::SaturationMode::symmetric}) {
      for (const auto& [m, n] : {std::pair{4, 8}, std::pair{4, 4}, std::pair{2, 8}, std::pair{8, 8}}) {
        ElementwiseTile tile = make(ElementwiseOp::add, 8, 24, type);
        tile.saturation = saturation;
        tile.block_rows = m;
        tile.block_columns = n;
        tile.rounding = arch::RoundingMode::sym_ceil;
        expect_equal(tile, random);
      }
    }
  }
  // 16 elements of 16 bit fill a vector, but not 32 lanes.
  ElementwiseTile odd = make(ElementwiseOp::add, 4, 12, ElementType::int16);
  odd.block_columns = 4;
  expect_equal(odd, random);
}

TEST(ElementwiseExecution, EqualsReferenceForTransposedOperands) {
  std::mt19937 random(4);
  for (const ElementType type : kTypes) {
    for (const auto& [m, n] : {std::pair{4, 8}, std::pair{8, 4}, std::pair{4, 4}, std::pair{2, 8}}) {
      if (arch::bits(type) == 8 && m * n < 32) continue;
      for (const int rows : {8, 16}) {
        for (const int columns : {8, 24, 64}) {
          for (const unsigned which : {1U, 2U, 3U}) {
            ElementwiseTile tile = make(ElementwiseOp::add, rows, columns, type, arch::is_signed(type));
            tile.block_rows = m;
            tile.block_columns = n;
            tile.transposed = {(which & 1U) != 0, (which & 2U) != 0};
            expect_equal(tile, random);
          }
        }
      }
    }
  }
  ElementwiseTile alone = make(ElementwiseOp::relu, 16, 24);
  alone.transposed[0] = true;
  expect_equal(alone, random);
}

// Vectors of 512 bit, and blocks of 8 x 8 in accumulators of 2048 bit.
TEST(ElementwiseExecution, EqualsReferenceOnAieMlV2) {
  std::mt19937 random(3);
  for (const ElementType type : kTypes) {
    for (const int columns : {8, 16, 24, 64}) {
      for (const bool relu : {false, true}) {
        expect_equal(make(ElementwiseOp::add, 8, columns, type, relu), random, second());
      }
      if (arch::is_signed(type)) {
        expect_equal(make(ElementwiseOp::relu, 8, columns, type), random, second());
      }
      for (const auto& [m, n] : {std::pair{8, 8}, std::pair{4, 8}}) {
        if (m * n * arch::bits(type) > 512) continue;
        for (const unsigned which : {1U, 2U, 3U}) {
          ElementwiseTile tile = make(ElementwiseOp::add, 8, columns, type, arch::is_signed(type));
          tile.block_rows = m;
          tile.block_columns = n;
          tile.transposed = {(which & 1U) != 0, (which & 2U) != 0};
          expect_equal(tile, random, second());
        }
      }
    }
  }
}

// Elements a cycle of long operands, as docs/kernels.md has them: what the slots allow and no more. Add: two
// upshifts a vector in mv; ReLU of sums and transposed operands: one operation more each; ReLU alone: a load,
// a maximum and a store a vector, which on AIE-MLv2 has 512 bit.
TEST(ElementwiseEfficiency, IsThatOfTheBusiestSlot) {
  struct Row {
    ElementwiseOp op;
    ElementType type;
    bool relu, transposed;
    double most, most_of_second;
  };
  using enum ElementType;
  constexpr double kThree = 32.0 / 3;
  const Row table[] = {{ElementwiseOp::add, int8, false, false, 16, 16},
                       {ElementwiseOp::add, int8, true, false, kThree, kThree},
                       {ElementwiseOp::add, int8, false, true, kThree, kThree},
                       {ElementwiseOp::add, int16, false, false, 16, 16},
                       {ElementwiseOp::add, int16, true, false, kThree, kThree},
                       {ElementwiseOp::add, int16, false, true, kThree, kThree},
                       {ElementwiseOp::relu, int8, false, false, 32, 64},
                       {ElementwiseOp::relu, int16, false, false, 16, 32}};
  std::printf("device     op    type   relu turned  elements  cycles  elements/cycle\n");
  for (const arch::Device* on : {&device(), &second()}) {
    for (const Row& row : table) {
      ElementwiseTile tile = make(row.op, 64, 64, row.type, row.relu);
      tile.transposed[0] = row.transposed;
      const auto cycles = static_cast<double>(elementwise_code(tile, *on).cycles.value);
      const double rate = 64 * 64 / cycles;
      std::printf("%-10s %-5s %-6s %4d %6d %9d %7.0f %15.1f\n", on->name.c_str(), to_string(row.op).c_str(),
                  std::string(arch::to_string(row.type)).c_str(), static_cast<int>(row.relu),
                  static_cast<int>(row.transposed), 64 * 64, cycles, rate);
      const double most = on == &device() ? row.most : row.most_of_second;
      EXPECT_LE(rate, most);
      EXPECT_GE(rate, 0.65 * most);
    }
  }
}

TEST(ElementwiseReference, SaturatesAndClips) {
  ElementwiseTile tile = make(ElementwiseOp::add, 1, 4);
  tile.block_rows = 1;
  tile.block_columns = 4;
  const std::array<std::vector<std::uint8_t>, 2> in = {{{100, 0x80, 5, 0xff}, {50, 0xff, 0xf6, 1}}};
  // 150 -> 127, -129 -> -128, -5, 0
  EXPECT_EQ(elementwise_tile_reference(tile, in), (std::vector<std::uint8_t>{127, 0x80, 0xfb, 0}));
  tile.relu = true;
  EXPECT_EQ(elementwise_tile_reference(tile, in), (std::vector<std::uint8_t>{127, 0, 0, 0}));
  tile.relu = false;
  tile.saturation = arch::SaturationMode::none;
  EXPECT_EQ(elementwise_tile_reference(tile, in), (std::vector<std::uint8_t>{150, 127, 0xfb, 0}));
}

TEST(ElementwiseReference, ReadsTransposedBlocks) {
  ElementwiseTile tile = make(ElementwiseOp::relu, 2, 4);
  tile.block_rows = tile.block_columns = 2;
  tile.transposed = {true, false};
  // Blocks {1 2; 3 4} and {5 6; 7 8}, column by column.
  EXPECT_EQ(elementwise_tile_reference(tile, {{{1, 3, 2, 4, 5, 7, 6, 8}, {}}}),
            (std::vector<std::uint8_t>{1, 2, 3, 4, 5, 6, 7, 8}));
}

TEST(ElementwiseCheck, SaysWhatItCannotDo) {
  EXPECT_EQ(text(check(make(ElementwiseOp::add, 6, 8), device())),
            "rows: 6 is not a positive multiple of 4; pad it to 8\n");
  EXPECT_EQ(text(check(make(ElementwiseOp::add, 4, 8, ElementType::int32), device())),
            "type: int32 elements are not supported; quantize them to 8 or 16 bit\n");
  EXPECT_EQ(text(check(make(ElementwiseOp::relu, 4, 8, ElementType::uint8), device())),
            "type: a ReLU of uint8 does nothing; leave the operator out\n");
  ElementwiseTile turned = make(ElementwiseOp::relu, 8, 8);
  turned.transposed[1] = true;
  EXPECT_EQ(text(check(turned, device())), "transposed: there is no operand b; leave it as it is\n");
  turned = make(ElementwiseOp::add, 8, 8);
  turned.block_rows = 8;
  turned.transposed[1] = true;
  EXPECT_EQ(text(check(turned, device())),
            "transposed: a block of 8x8 int8 cannot be transposed in a register; transpose the operand in "
            "memory\n");
  ElementwiseTile small = make(ElementwiseOp::add, 4, 4);
  small.block_columns = 4;
  EXPECT_EQ(text(check(small, device())),
            "rows: 16 elements are not a whole number of vectors; pad a side to twice its blocks\n");
}

TEST(ElementwiseProgram, ReadsAsThePageDescribesIt) {
  EXPECT_EQ(print(elementwise_program(make(ElementwiseOp::add, 4, 8), device())),
            "add(a: int8*, b: int8*, out: int8*) rounding conv_even, saturation saturate\n"
            "  var a: int8*\n"
            "  var b: int8*\n"
            "  var out: int8*\n"
            "  var a0: int8[32]\n"
            "  var a0_acc: acc int32[32]\n"
            "  var b0: int8[32]\n"
            "  var b0_acc: acc int32[32]\n"
            "  for elements in 0..1 pipelined\n"
            "    a0 = load a += 32\n"
            "    a0_acc = ups(a0, 0)\n"
            "    b0 = load b += 32\n"
            "    b0_acc = ups(b0, 0)\n"
            "    a0_acc += b0_acc\n"
            "    store srs(a0_acc, 0) to out += 32\n");
}

}  // namespace
}  // namespace aie4ml::kernels
