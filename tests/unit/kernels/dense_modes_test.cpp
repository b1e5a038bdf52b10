// The dense kernel in every multiply of the device, every blocking and with transposed activations, on the
// functional core engine against the plain reference.
#include <algorithm>
#include <map>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "arch/device/device_loader.hpp"
#include "arch/isa/opcode_table.hpp"
#include "kernels/dense/dense_program.hpp"
#include "kernels/verify/verifier.hpp"
#include "tests/unit/kernels/kernel_runner.hpp"

namespace aie4ml::kernels {
namespace {

using arch::ElementType;

constexpr std::array kDevices = {"ve2802", "xc2ve3858"};

const arch::Device& device(const std::string& name = kDevices[0]) {
  static std::map<std::string, const arch::Device> loaded;
  const auto found = loaded.find(name);
  return found != loaded.end() ? found->second : loaded.emplace(name, arch::load_device(name)).first->second;
}

constexpr std::array kRoles = {CascadeRole::single, CascadeRole::first, CascadeRole::middle,
                               CascadeRole::last};
constexpr std::array kBlockings = {Blocking{2, 2}, Blocking{2, 4}, Blocking{4, 2}, Blocking{1, 1},
                                   Blocking{1, 2}, Blocking{2, 1}, Blocking{1, 4}, Blocking{4, 1}};

std::string text(const arch::Problems& problems) {
  std::string all;
  for (const arch::Problem& p : problems) all += p.where + ": " + p.what + "; " + p.remedy + "\n";
  return all;
}

std::string name(const DenseTile& t) {
  return fmt::format("{} {}x{}x{} of {} x {} into {} bit, {}x{} blocks{} -> {}{}{}, {}x{}x{}",
                     to_string(t.role), t.mmul.m, t.mmul.k, t.mmul.n, arch::to_string(t.lhs),
                     arch::to_string(t.weights), t.accumulator_bits, t.blocking.rows, t.blocking.columns,
                     t.lhs_transposed ? " turned" : "", arch::to_string(t.out), t.bias ? " bias" : "",
                     t.relu ? " relu" : "", t.rows, t.k, t.n);
}

// Whether the kernel takes this tile; sizes are given in steps of it.
bool make(DenseTile& tile, CascadeRole role, int row_steps, int k_steps, int column_steps,
          const arch::Device& on) {
  const bool output = role == CascadeRole::single || role == CascadeRole::last;
  tile.role = role;
  tile.bias &= output;
  tile.relu &= output;
  tile.rows = row_steps * row_step(tile);
  tile.k = k_steps * tile.mmul.k;
  tile.n = column_steps * column_step(tile);
  return check(tile, on).empty();
}

void expect_equal(const DenseTile& tile, std::mt19937& random, const arch::Device& on) {
  SCOPED_TRACE(name(tile));
  const KernelCode kernel = dense_code(tile, on);
  EXPECT_EQ(text(verify(kernel, dense_program(tile), on)), "");
  EXPECT_EQ(text(kernel.code.validate(on)), "");
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

struct ModeOn {
  std::string device;
  DenseTile tile;
};
class DenseModes : public testing::TestWithParam<ModeOn> {
 protected:
  [[nodiscard]] static const arch::Device& on() { return device(GetParam().device); }
};

TEST_P(DenseModes, EqualReferenceInEveryRoleBlockingAndOutput) {
  std::mt19937 random(7);
  int made = 0;
  const bool is_signed = arch::is_signed(GetParam().tile.lhs);
  for (const Blocking blocking : kBlockings) {
    if (!is_signed && blocking != Blocking{}) continue;  // the same schedules
    for (const CascadeRole role : kRoles) {
      for (const ElementType out : {ElementType::int8, ElementType::uint8, ElementType::int16}) {
        for (const bool transposed : {false, true}) {
          DenseTile tile = GetParam().tile;
          tile.blocking = blocking;
          tile.out = out;
          tile.lhs_transposed = transposed;
          tile.bias = true;
          tile.relu = out != ElementType::int16;
          for (const int k_steps : {2, 12}) {
            if (!make(tile, role, 1 + made % 2, k_steps, 1 + made % 3, on())) continue;
            expect_equal(tile, random, on());
            ++made;
          }
        }
      }
    }
  }
  EXPECT_GT(made, is_signed ? 120 : 20);
}

TEST_P(DenseModes, EqualReferenceInEveryFormAndSaturation) {
  std::mt19937 random(8);
  for (const Blocking blocking : {Blocking{2, 2}, Blocking{4, 2}}) {
    for (const bool bias : {false, true}) {
      for (const bool relu : {false, true}) {
        for (const ElementType out :
             {ElementType::int8, ElementType::uint8, ElementType::int16, ElementType::uint16}) {
          for (const auto saturation : {arch::SaturationMode::none, arch::SaturationMode::symmetric}) {
            DenseTile tile = GetParam().tile;
            tile.blocking = blocking;
            tile.bias = bias;
            tile.relu = relu;
            tile.out = out;
            tile.saturation = saturation;
            if (make(tile, CascadeRole::single, 1, 10, 2, on())) expect_equal(tile, random, on());
          }
        }
      }
    }
  }
}

std::vector<ModeOn> all_modes() {
  std::vector<ModeOn> modes;
  for (const char* name : kDevices) {
    for (const DenseTile& tile : test::all_modes(device(name))) modes.push_back({name, tile});
  }
  return modes;
}

INSTANTIATE_TEST_SUITE_P(Multiplies, DenseModes, testing::ValuesIn(all_modes()), [](const auto& mode) {
  const DenseTile& of = mode.param.tile;
  return fmt::format("{}_{}_{}_{}x{}x{}_acc{}", mode.param.device, arch::to_string(of.lhs),
                     arch::to_string(of.weights), of.mmul.m, of.mmul.k, of.mmul.n, of.accumulator_bits);
});

// Multiplies an iteration against cycles of it: nothing but the vector unit may limit the inner loop.
TEST(DenseBlocking, InnerLoopIssuesAMultiplyEveryCycle) {
  for (auto& [name_of_device, tile] : all_modes()) {
    const arch::Device& on = device(name_of_device);
    for (const Blocking blocking : {Blocking{2, 2}, Blocking{2, 4}, Blocking{4, 2}}) {
      for (const bool transposed : {false, true}) {
        tile.blocking = blocking;
        tile.out = ElementType::int16;
        tile.lhs_transposed = transposed;
        if (!make(tile, CascadeRole::single, 1, 20, 1, on)) continue;
        SCOPED_TRACE(name_of_device + ": " + name(tile));
        const KernelCode kernel = dense_code(tile, on);
        const auto& regions = kernel.code.regions;
        const auto loop =
            std::find_if(regions.begin(), regions.end(), [](const auto& r) { return r.name == "k loop"; });
        ASSERT_NE(loop, regions.end());
        // Six loads of two ports in four cycles are one too many for the modulo scheduler.
        const bool crowded =
            tile.mmul == arch::MmulShape{4, 8, 4} && blocking == Blocking{2, 2} && arch::bits(tile.lhs) == 16;
        const int least = blocking.rows * blocking.columns;
        EXPECT_GE(loop->last - loop->first, least);
        EXPECT_LE(loop->last - loop->first, least + (crowded ? 1 : 0));
      }
    }
  }
}

TEST(DenseBlocking, WhatTheRegistersHoldIsWhatIsAllowed) {
  DenseTile tile;
  tile.blocking = {4, 4};
  tile.rows = tile.k = tile.n = 64;
  EXPECT_EQ(text(check(tile, device())), "blocking: 4x4 blocks need more than the 9 accumulators; use 2x2\n");
  tile.blocking = {3, 2};
  EXPECT_EQ(text(check(tile, device())), "blocking: 3x2 blocks are not supported; use 1, 2 or 4 a side\n");
  tile.blocking = {4, 2};
  tile.rows = 24;
  EXPECT_EQ(text(check(tile, device())), "rows: 24 is not a positive multiple of 16; pad it to 32\n");
  tile.rows = 32;
  EXPECT_EQ(text(check(tile, device())), "");
  tile.mmul = {4, 8, 4};
  tile.accumulator_bits = 64;
  tile.blocking = {2, 1};
  EXPECT_EQ(text(check(tile, device())),
            "blocking: a block of 16 outputs of 8 bit is no whole store; use an even number of columns\n");
}

TEST(DenseModeList, OffersWideAccumulatorsBesideTheNarrow) {
  const std::vector<arch::MultiplyMode> modes = dense_modes(ElementType::int16, ElementType::int8, device());
  ASSERT_EQ(modes.size(), 3U);
  EXPECT_EQ(modes[0].accumulator_bits, 32);
  EXPECT_EQ(modes[1].accumulator_bits, 64);
  EXPECT_EQ(modes[0].macs(), modes[1].macs());
  EXPECT_TRUE(dense_modes(ElementType::int8, ElementType::int16, device()).empty());
}

// What the kernels reach of the multiplier, as docs/kernels.md has it. Cycles of a call without stalls.
TEST(DenseEfficiency, OfTypicalSizes) {
  struct Row {
    const char* device;
    ElementType lhs, weights;
    int mode, rows, k, n;
    Blocking blocking;
    int least_percent;
  };
  using enum ElementType;
  constexpr const char* kFirst = "ve2802";
  constexpr const char* kSecond = "xc2ve3858";
  const Row table[] = {
      {kFirst, int8, int8, 0, 64, 232, 64, {2, 2}, 85},   {kFirst, int8, int8, 0, 64, 232, 64, {2, 4}, 85},
      {kFirst, int8, int8, 0, 64, 232, 64, {4, 2}, 90},   {kFirst, int8, int8, 0, 8, 128, 64, {2, 2}, 65},
      {kFirst, int8, int8, 0, 16, 128, 64, {4, 2}, 75},   {kFirst, int8, int8, 1, 64, 232, 64, {2, 4}, 70},
      {kFirst, int16, int8, 0, 64, 128, 64, {2, 2}, 75},  {kFirst, int16, int8, 0, 64, 128, 64, {2, 4}, 80},
      {kFirst, int16, int8, 1, 64, 128, 64, {2, 2}, 60},  {kFirst, int16, int8, 1, 64, 128, 64, {4, 2}, 75},
      {kFirst, int16, int16, 0, 64, 64, 64, {2, 2}, 70},  {kFirst, int16, int16, 0, 64, 64, 64, {4, 2}, 75},
      {kSecond, int8, int8, 0, 64, 232, 64, {2, 2}, 80},  {kSecond, int8, int8, 0, 64, 232, 64, {2, 4}, 80},
      {kSecond, int8, int8, 0, 64, 232, 64, {4, 2}, 80},  {kSecond, int8, int8, 0, 8, 128, 64, {1, 4}, 65},
      {kSecond, int8, int8, 1, 64, 232, 64, {2, 2}, 80},  {kSecond, int16, int8, 0, 64, 128, 64, {2, 2}, 70},
      {kSecond, int16, int16, 0, 64, 64, 64, {2, 2}, 70}, {kSecond, int16, int16, 1, 64, 64, 64, {2, 2}, 60},
  };
  std::printf(
      "device     types           multiply       blocks  rows    k   n   cycles  MAC/cycle  of peak\n");
  for (const Row& row : table) {
    const arch::Device& on = device(row.device);
    const arch::MultiplyMode mode =
        dense_modes(row.lhs, row.weights, on).at(static_cast<std::size_t>(row.mode));
    DenseTile tile;
    tile.lhs = tile.out = row.lhs;
    tile.weights = row.weights;
    tile.mmul = {static_cast<std::uint8_t>(mode.rows), static_cast<std::uint8_t>(mode.inner),
                 static_cast<std::uint8_t>(mode.columns)};
    tile.accumulator_bits = mode.accumulator_bits;
    tile.blocking = row.blocking;
    tile.rows = row.rows;
    tile.k = row.k;
    tile.n = row.n;
    tile.bias = tile.relu = true;
    tile.shift = 9;
    const KernelCode kernel = dense_code(tile, on);
    const double rate = static_cast<double>(kernel.macs) / static_cast<double>(kernel.cycles.value);
    const double percent = 100 * rate / mode.macs();
    const std::string types = fmt::format("{} x {}", arch::to_string(row.lhs), arch::to_string(row.weights));
    std::printf("%-10s %-15s %dx%dx%d acc%-4d %dx%d    %4d %4d %3d %8lld %10.1f %7.1f%%\n", row.device,
                types.c_str(), mode.rows, mode.inner, mode.columns, mode.accumulator_bits, row.blocking.rows,
                row.blocking.columns, row.rows, row.k, row.n, static_cast<long long>(kernel.cycles.value),
                rate, percent);
    EXPECT_GE(percent, row.least_percent);
    EXPECT_LE(percent, 100);
  }
}

// 512 products of full scale and the largest bias wrap 32-bit lanes, not 64-bit ones.
TEST(DenseModeList, TheLargestSumSaysWhichAccumulatorIsSafe) {
  std::vector<std::int64_t> weights(512 * 16, -128);
  const std::vector<std::int64_t> bias(16, 1000);
  EXPECT_EQ(largest_sum(ElementType::int16, weights, 512, 16, bias), 512LL * 128 * 32768 + 1000);
  for (const int accumulator_bits : {32, 64}) {
    DenseTile tile;
    tile.lhs = ElementType::int16;
    tile.mmul = accumulator_bits == 32 ? arch::MmulShape{4, 4, 8} : arch::MmulShape{4, 8, 4};
    tile.accumulator_bits = accumulator_bits;
    tile.rows = 8;
    tile.k = 512;
    tile.n = 16;
    tile.out = ElementType::int16;
    tile.shift = 20;
    DenseTileData data;
    data.weights = pack_weights(tile, weights, 512, 16);
    const Codes lowest = Codes::Constant(8, 512, -32768);
    data.lhs = pack_blocks(lowest, tile.mmul.m, tile.mmul.k, tile.lhs);
    const test::KernelRun run = test::run_kernel(dense_code(tile, device()), tile, data, device());
    ASSERT_FALSE(run.fault) << *run.fault;
    // 2^31 / 2^20, or what 2^31 wraps to.
    const Codes out = unpack_blocks(run.result.out, 8, 16, tile.mmul.m, tile.mmul.n, tile.out);
    EXPECT_EQ(out, Codes::Constant(8, 16, accumulator_bits == 64 ? 2048 : -2048));
  }
}

}  // namespace
}  // namespace aie4ml::kernels
