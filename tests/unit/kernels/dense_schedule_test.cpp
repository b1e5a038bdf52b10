// Schedules of the dense kernel: right by the independent verifier, as short as the machine allows, near the
// cycles that were published for the vendor's compiler.
#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include <gtest/gtest.h>

#include "arch/device/device_loader.hpp"
#include "arch/isa/assembly.hpp"
#include "arch/isa/opcode_table.hpp"
#include "kernels/dense/dense.hpp"
#include "kernels/dense/dense_program.hpp"
#include "kernels/verify/verifier.hpp"

namespace aie4ml::kernels {
namespace {

using arch::ElementType;
using arch::Opcode;

const arch::Device& device() {
  static const arch::Device loaded = arch::load_device("ve2802");
  return loaded;
}

DenseTile tile(CascadeRole role, int rows, int k, int n, bool bias = true, bool relu = true,
               ElementType out = ElementType::int8) {
  const bool output = role == CascadeRole::single || role == CascadeRole::last;
  DenseTile t;
  t.rows = rows;
  t.k = k;
  t.n = n;
  t.role = role;
  t.bias = bias && output;
  t.relu = relu && output;
  t.out = out;
  t.shift = 7;
  return t;
}

std::string text(const arch::Problems& problems) {
  std::string all;
  for (const arch::Problem& p : problems) all += p.where + ": " + p.what + "\n";
  return all;
}

const arch::CodeRegion& region(const KernelCode& kernel, const std::string& name) {
  const auto& regions = kernel.code.regions;
  const auto found =
      std::find_if(regions.begin(), regions.end(), [&](const auto& r) { return r.name == name; });
  if (found == regions.end()) throw std::runtime_error("no region " + name);
  return *found;
}

using Case = std::tuple<CascadeRole, int>;
class DenseSchedules : public testing::TestWithParam<Case> {};

TEST_P(DenseSchedules, AreVerifiedAndLegal) {
  const auto [role, rows] = GetParam();
  for (const int k : {8, 16, 24, 32, 64, 128, 256}) {
    for (const int n : {16, 32, 64, 96}) {
      for (const bool bias : {false, true}) {
        for (const bool relu : {false, true}) {
          for (const ElementType out : {ElementType::int8, ElementType::uint8}) {
            const DenseTile t = tile(role, rows, k, n, bias, relu, out);
            const KernelCode kernel = dense_code(t, device());
            SCOPED_TRACE(testing::Message()
                         << "k " << k << " n " << n << " bias " << bias << " relu " << relu);
            EXPECT_EQ(text(verify(kernel, dense_program(t), device())), "");
            EXPECT_EQ(text(kernel.code.validate(device())), "");
          }
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Tiles, DenseSchedules,
                         testing::Combine(testing::Values(CascadeRole::single, CascadeRole::first,
                                                          CascadeRole::middle, CascadeRole::last),
                                          testing::Values(8, 16, 24)),
                         [](const auto& c) {
                           return to_string(std::get<0>(c.param)) + "_rows" +
                                  std::to_string(std::get<1>(c.param));
                         });

// Four multiplies an iteration and one vector unit: no schedule is shorter (AM020-4, API).
TEST(DenseSchedule, InnerLoopIssuesAMultiplyEveryCycle) {
  for (const CascadeRole role :
       {CascadeRole::single, CascadeRole::first, CascadeRole::middle, CascadeRole::last}) {
    const KernelCode kernel = dense_code(tile(role, 8, 128, 64), device());
    const arch::CodeRegion& loop = region(kernel, "k loop");
    EXPECT_EQ(loop.last - loop.first, 4);
    std::map<Opcode, int> count;
    for (std::int32_t b = loop.first; b < loop.last; ++b) {
      for (const arch::Instruction& op : kernel.code.bundles[static_cast<std::size_t>(b)].ops) ++count[op.op];
    }
    // Weights on one port and activations on the other, so that their banks never meet.
    EXPECT_EQ(count, (std::map<Opcode, int>{{Opcode::vmac, 4}, {Opcode::vlda, 2}, {Opcode::vldb, 4}}));
  }
}

// Published (aiesim): (N/16)(4K/8 + 22) + 9 cycles for 8 rows with bias and ReLU. That is what a call takes
// of a steady interval, lock operations included, so the kernel is a little below it.
TEST(DenseSchedule, CyclesAreNearThePublished) {
  std::printf("   K    N   cycles  per block  published  error\n");
  for (const int k : {64, 128, 256}) {
    for (const int n : {16, 32, 48, 64, 96, 128}) {
      const auto cycles =
          static_cast<double>(dense_code(tile(CascadeRole::single, 8, k, n), device()).cycles.value);
      const int blocks = n / 16;
      const double published = blocks * (4.0 * k / 8 + 22) + 9;
      std::printf("%4d %4d %8.0f %10.1f %10.0f %+5.1f%%\n", k, n, cycles, cycles / blocks, published,
                  100 * (cycles / published - 1));
      EXPECT_LE(cycles, published) << "K " << k << " N " << n;
      EXPECT_GE(cycles, 0.87 * published) << "K " << k << " N " << n;
    }
  }
}

// The loads of a block begin while the one before it ends; a block takes 15 cycles more than its
// multiplies.
TEST(DenseSchedule, BlocksOverlap) {
  for (const int rows : {8, 24}) {
    for (const int k : {64, 128, 256}) {
      const auto cycles = [&](int n) {
        return dense_code(tile(CascadeRole::single, rows, k, n), device()).cycles.value;
      };
      EXPECT_EQ(cycles(128) - cycles(112), rows / 8 * (4 * k / 8 + 15)) << "rows " << rows << " K " << k;
    }
  }
}

// Straight-line blocks of a short K overlap: cheaper than one after the other.
TEST(DenseSchedule, ShortReductionsOverlap) {
  for (const int k : {8, 16, 24}) {
    const auto one = dense_code(tile(CascadeRole::single, 8, k, 16), device()).cycles.value;
    const auto four = dense_code(tile(CascadeRole::single, 8, k, 64), device()).cycles.value;
    EXPECT_LT(four, 4 * one - 12) << "K " << k;
    EXPECT_GE(four, 4 * 4 * k / 8) << "K " << k;
  }
}

// One output block of a cascade's last stage takes 12 loads of activations and bias on one port and, in the
// slot that moves, 8 cascade words and 4 maxima; with what fills the pipeline they overlap to 16 cycles at
// the most.
TEST(DenseSchedule, ShortReductionsOverlapInACascade) {
  const auto cycles = [&](int n) {
    return dense_code(tile(CascadeRole::last, 8, 16, n), device()).cycles.value;
  };
  EXPECT_LE(cycles(64), cycles(16) + 3 * 16);
  EXPECT_GE(cycles(64), cycles(16) + 3 * 12);
}

// 8 words, one a cycle; the last is read 5 cycles before its multiply, which is the fourth. A core that waits
// for words has nothing else left to do before it multiplies.
TEST(DenseSchedule, CascadeIsReadRightBeforeTheMultiplies) {
  for (const CascadeRole role : {CascadeRole::middle, CascadeRole::last}) {
    for (const int k : {32, 64, 128}) {
      const KernelCode kernel = dense_code(tile(role, 8, k, 16), device());
      const auto first = [&](Opcode op) {
        const auto has = [&](const arch::Bundle& bundle) {
          return std::any_of(bundle.ops.begin(), bundle.ops.end(), [&](const auto& i) { return i.op == op; });
        };
        const auto& bundles = kernel.code.bundles;
        return std::find_if(bundles.begin(), bundles.end(), has) - bundles.begin();
      };
      EXPECT_EQ(first(Opcode::vmac) - first(Opcode::vmov_scd), 7 + 5 - 3) << to_string(role) << " K " << k;
    }
  }
}

TEST(DenseSchedule, IsDeterministic) {
  const DenseTile t = tile(CascadeRole::last, 16, 64, 48);
  const KernelCode a = dense_code(t, device());
  const KernelCode b = dense_code(t, device());
  EXPECT_EQ(arch::to_assembly(a.code), arch::to_assembly(b.code));
  EXPECT_EQ(a.code, b.code);
}

TEST(DenseSchedule, NeedsNoMaximumForUnsignedOutput) {
  const auto uses = [](const KernelCode& kernel, Opcode op) {
    return std::any_of(
        kernel.code.bundles.begin(), kernel.code.bundles.end(), [&](const arch::Bundle& bundle) {
          return std::any_of(bundle.ops.begin(), bundle.ops.end(), [&](const auto& i) { return i.op == op; });
        });
  };
  EXPECT_TRUE(uses(dense_code(tile(CascadeRole::single, 8, 64, 32), device()), Opcode::vmax));
  const KernelCode to_unsigned =
      dense_code(tile(CascadeRole::single, 8, 64, 32, true, true, ElementType::uint8), device());
  EXPECT_FALSE(uses(to_unsigned, Opcode::vmax));
  EXPECT_TRUE(uses(to_unsigned, Opcode::vst_srs));
}

TEST(DenseSchedule, NamesItsArgumentsAndModes) {
  const KernelCode kernel = dense_code(tile(CascadeRole::last, 8, 64, 32), device());
  std::string names;
  for (const KernelArgument& a : kernel.arguments) names += a.name + "=" + arch::to_string(a.pointer) + " ";
  EXPECT_EQ(names, "lhs=p0 weights=p1 bias=p2 out=p3 ");
  EXPECT_EQ(kernel.rounding, arch::RoundingMode::conv_even);
  EXPECT_EQ(kernel.saturation, arch::SaturationMode::saturate);
  EXPECT_EQ(kernel.macs, 8 * 64 * 32);
  std::string first;
  for (const KernelArgument& a : dense_code(tile(CascadeRole::first, 8, 64, 32), device()).arguments) {
    first += a.name + " ";
  }
  EXPECT_EQ(first, "lhs weights ");
}

TEST(DenseSchedule, MovesWithTheProgramItIsAppendedTo) {
  const KernelCode kernel = dense_code(tile(CascadeRole::single, 8, 64, 32), device());
  arch::Program program;
  program.bundles.resize(10);
  const std::int32_t entry = append(program, kernel, "fc1", 3);
  EXPECT_EQ(entry, 10);
  EXPECT_EQ(text(program.validate(device())), "");
  EXPECT_EQ(program.labels.front(), (arch::Label{"fc1", 10}));
  EXPECT_EQ(program.bundles.size(), kernel.code.bundles.size() + 10);
  for (const arch::CodeRegion& r : program.regions) {
    EXPECT_EQ(r.layer, 3);
    EXPECT_EQ(r.name.rfind("fc1 ", 0), 0U) << r.name;
  }
  for (std::size_t b = 0; b < kernel.code.bundles.size(); ++b) {
    for (std::size_t o = 0; o < kernel.code.bundles[b].ops.size(); ++o) {
      const arch::Instruction& before = kernel.code.bundles[b].ops[o];
      const arch::Instruction& after = program.bundles[b + 10].ops[o];
      EXPECT_EQ(after.imm, before.imm + (arch::targets_bundle(before) ? 10 : 0));
    }
  }
}

}  // namespace
}  // namespace aie4ml::kernels
