// Random programs full of reads under writes in flight, in a hardware loop, on the engine as hardware would
// run them and on the naive model: every register and every byte of memory must agree.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/unit/sim/core_naive_model.hpp"
#include "tests/unit/sim/core_random_bundles.hpp"

namespace aie4ml::sim {
namespace {

using testing::CoreBench;
using testing::NaiveCore;

std::string random_program(std::uint32_t seed, int loop_bundles, int times) {
  testing::RandomBundles bundles(seed, {});
  std::string text = fmt::format("movxm ls, first\nmovxm le, last\nmovxm lc, #{}\n", times);
  for (int i = 0; i < 7; ++i) text += bundles.bundle();
  text += "first:\n";
  for (int i = 0; i < loop_bundles - 1; ++i) text += bundles.bundle();
  text += "last:\n" + bundles.bundle();
  for (int i = 0; i < 5; ++i) text += bundles.bundle();
  return text + "done\n";
}

class RandomProgram : public ::testing::TestWithParam<std::uint32_t> {};

TEST_P(RandomProgram, AgreesWithTheNaiveModel) {
  const std::uint32_t seed = GetParam();
  const std::string text =
      random_program(seed, static_cast<int>(8 + seed % 13), static_cast<int>(1 + seed % 5));
  CoreBench bench(text, {.strict = false});
  bench.fill_registers(seed);
  bench.fill_memory(seed + 1);
  NaiveCore naive(testing::ve2802(), bench.program);
  std::copy(bench.own().bytes().begin(), bench.own().bytes().end(), naive.memory.begin());
  bench.set("p0", 0x77000);
  bench.set("p1", 0x78000);
  bench.set("p2", 0x78020);
  bench.set("r4", 3);
  bench.set("r5", 5);
  bench.set("s0", 3);
  bench.set("s1", 2);
  const std::pair<arch::RegClass, int> classes[] = {{arch::RegClass::r, 32},
                                                    {arch::RegClass::p, 8},
                                                    {arch::RegClass::s, 4},
                                                    {arch::RegClass::w, 24},
                                                    {arch::RegClass::am, 36}};
  for (const auto& [cls, count] : classes) {
    for (int i = 0; i < count; ++i) {
      const arch::Reg r{cls, static_cast<std::uint8_t>(i)};
      naive.put(r, bench.engine->register_bytes(r));
    }
  }
  bench.finish();
  ASSERT_EQ(bench.last_stop, Stop::finished) << bench.engine->fault()->message;
  naive.run();
  for (const auto& [cls, count] : classes) {
    for (int i = 0; i < count; ++i) {
      const arch::Reg r{cls, static_cast<std::uint8_t>(i)};
      ASSERT_EQ(bench.engine->register_bytes(r), naive.get(r)) << arch::to_string(r) << " after\n" << text;
    }
  }
  const auto memory = bench.own().bytes();
  ASSERT_TRUE(std::equal(memory.begin(), memory.end(), naive.memory.begin())) << text;
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomProgram, ::testing::Range(0U, 150U));

}  // namespace
}  // namespace aie4ml::sim
