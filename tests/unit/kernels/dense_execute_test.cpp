// Scheduled kernels on the functional core engine against the plain reference: bit for bit, and in exactly
// the cycles that the schedule says.
#include <map>
#include <string>
#include <tuple>

#include <gtest/gtest.h>

#include "arch/device/device_loader.hpp"
#include "kernels/dense/dense_program.hpp"
#include "kernels/verify/verifier.hpp"
#include "tests/unit/kernels/kernel_runner.hpp"

namespace aie4ml::kernels {
namespace {

using arch::ElementType;

const arch::Device& device(const std::string& name) {
  static std::map<std::string, const arch::Device> loaded;
  const auto found = loaded.find(name);
  return found != loaded.end() ? found->second : loaded.emplace(name, arch::load_device(name)).first->second;
}

void expect_equal(const DenseTile& tile, std::mt19937& random, const arch::Device& on) {
  SCOPED_TRACE(testing::Message() << to_string(tile.role) << " " << tile.rows << "x" << tile.k << "x"
                                  << tile.n << (tile.bias ? " bias" : "") << (tile.relu ? " relu" : "") << " "
                                  << arch::to_string(tile.lhs) << " -> " << arch::to_string(tile.out));
  const KernelCode kernel = dense_code(tile, on);
  EXPECT_TRUE(verify(kernel, dense_program(tile), on).empty());
  EXPECT_TRUE(kernel.code.validate(on).empty());
  const DenseTileData data = test::random_data(tile, random);
  const DenseTileResult expected = dense_tile_reference(tile, data);
  const test::KernelRun run = test::run_kernel(kernel, tile, data, on);
  ASSERT_FALSE(run.fault) << *run.fault;
  EXPECT_EQ(run.result.out, expected.out);
  EXPECT_EQ(run.result.cascade_out, expected.cascade_out);
  EXPECT_EQ(run.kernel_cycles, kernel.cycles.value);
  EXPECT_EQ(run.stalls, 0) << "accesses of one bundle meet in a bank";
  EXPECT_EQ(run.macs, kernel.macs);
}

class DenseExecution : public testing::TestWithParam<std::tuple<CascadeRole, std::string>> {
 protected:
  [[nodiscard]] static const arch::Device& on() { return device(std::get<1>(GetParam())); }
  // Sizes in steps of what the kernel takes: of int8 on AIE-ML 8 rows and 16 columns.
  [[nodiscard]] static DenseTile tile(int row_steps, int k, int column_steps, bool bias = true,
                                      bool relu = true, ElementType out = ElementType::int8) {
    DenseTile made = test::make_tile(on(), std::get<0>(GetParam()), 0, k, 0, bias, relu, out);
    made.rows = row_steps * row_step(made);
    made.n = column_steps * column_step(made);
    return made;
  }
};

TEST_P(DenseExecution, EqualsReferenceForAllSizes) {
  std::mt19937 random(1);
  for (const int rows : {1, 2, 3}) {
    for (const int k : {8, 16, 24, 32, 40, 64, 128}) {
      for (const int columns : {1, 2, 3, 4, 6}) {
        expect_equal(tile(rows, k, columns), random, on());
      }
    }
  }
}

TEST_P(DenseExecution, EqualsReferenceForAllForms) {
  std::mt19937 random(2);
  for (const bool bias : {false, true}) {
    for (const bool relu : {false, true}) {
      for (const ElementType lhs : {ElementType::int8, ElementType::uint8}) {
        for (const ElementType out : {ElementType::int8, ElementType::uint8}) {
          for (const int k : {16, 64, 256}) {
            DenseTile made = tile(2, k, 3, bias, relu, out);
            made.lhs = lhs;
            expect_equal(made, random, on());
          }
        }
      }
    }
  }
}

TEST_P(DenseExecution, EqualsReferenceForShiftsAndModes) {
  std::mt19937 random(3);
  using enum arch::RoundingMode;
  for (const int shift : {0, 1, 7, 12, 31, 59}) {
    for (const arch::RoundingMode rounding : {floor, conv_even, pos_inf, sym_inf}) {
      for (const arch::SaturationMode saturation :
           {arch::SaturationMode::none, arch::SaturationMode::saturate, arch::SaturationMode::symmetric}) {
        DenseTile made = tile(1, 32, 2);
        made.shift = shift;
        made.rounding = rounding;
        made.saturation = saturation;
        expect_equal(made, random, on());
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Roles, DenseExecution,
                         testing::Combine(testing::Values(CascadeRole::single, CascadeRole::first,
                                                          CascadeRole::middle, CascadeRole::last),
                                          testing::Values("ve2802", "xc2ve3858")),
                         [](const auto& of) {
                           return to_string(std::get<0>(of.param)) + "_" + std::get<1>(of.param);
                         });

// A layer cut along k over three tiles gives the bits of the whole one.
class DenseExecutionChain : public testing::TestWithParam<std::string> {};
TEST_P(DenseExecutionChain, CascadeEqualsSingleTile) {
  std::mt19937 random(4);
  const arch::Device& on = device(GetParam());
  const DenseTile whole = test::make_tile(on, CascadeRole::single, 16, 96, 32);
  const DenseTileData data = test::random_data(whole, random);
  const Codes lhs = unpack_blocks(data.lhs, whole.rows, whole.k, whole.mmul.m, whole.mmul.k, whole.lhs);
  const Codes weights =
      unpack_blocks(data.weights, whole.k, whole.n, whole.mmul.k, whole.mmul.n, whole.weights);
  test::KernelRun run;
  for (int stage = 0; stage < 3; ++stage) {
    const auto role = stage == 0 ? CascadeRole::first : stage == 1 ? CascadeRole::middle : CascadeRole::last;
    DenseTile part = test::make_tile(on, role, 16, 32, 32);
    DenseTileData slice;
    slice.lhs = pack_blocks(lhs.middleCols(32 * stage, 32), part.mmul.m, part.mmul.k, part.lhs);
    slice.weights = pack_blocks(weights.middleRows(32 * stage, 32), part.mmul.k, part.mmul.n, part.weights);
    slice.bias = data.bias;
    slice.cascade_in = run.result.cascade_out;
    run = test::run_kernel(dense_code(part, on), part, slice, on);
    ASSERT_FALSE(run.fault) << *run.fault;
  }
  EXPECT_EQ(run.result.out, dense_tile_reference(whole, data).out);
}
INSTANTIATE_TEST_SUITE_P(Devices, DenseExecutionChain, testing::Values("ve2802", "xc2ve3858"),
                         [](const auto& of) { return of.param; });

}  // namespace
}  // namespace aie4ml::kernels
