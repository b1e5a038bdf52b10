// Random programs full of reads under writes in flight, in a hardware loop, on the engine as hardware would
// run them and on the naive model: every register and every byte of memory must agree.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/unit/sim/core_naive_model.hpp"

namespace aie4ml::sim {
namespace {

using testing::CoreBench;
using testing::NaiveCore;

class Generator {
 public:
  explicit Generator(std::uint32_t seed) : random_(seed) {}

  std::string program(int loop_bundles, int times) {
    std::string text = fmt::format("movxm ls, first\nmovxm le, last\nmovxm lc, #{}\n", times);
    for (int i = 0; i < 7; ++i) text += bundle();
    text += "first:\n";
    for (int i = 0; i < loop_bundles - 1; ++i) text += bundle();
    text += "last:\n" + bundle();
    for (int i = 0; i < 5; ++i) text += bundle();
    return text + "done\n";
  }

 private:
  int below(int n) { return static_cast<int>(random_() % static_cast<std::uint32_t>(n)); }
  std::string w() { return fmt::format("w{}", below(8)); }
  std::string x() { return fmt::format("x{}", below(4)); }
  std::string cm() { return fmt::format("cm{}", below(2)); }
  std::string mem() {
    const int pointer = below(3);
    return below(2) == 0 ? fmt::format("[p{}, #{}]", pointer, 32 * below(4))
                         : fmt::format("[p{}], #{}", pointer, 32 * (below(5) - 2));
  }

  std::string bundle() {
    std::vector<std::string> ops;
    const auto add = [&](std::initializer_list<std::string> choices) {
      const int pick = below(static_cast<int>(choices.size()) + 1);
      if (pick > 0) ops.push_back(*(choices.begin() + pick - 1));
    };
    const std::string mac_acc = cm();
    add({fmt::format("vlda {}, {}", w(), mem()), fmt::format("vlda {}, {}", w(), mem()),
         fmt::format("vlda.am am{}, {}", below(8), mem()), fmt::format("lda r{}, {}", below(4), mem())});
    add({fmt::format("vldb {}, {}", w(), mem()), fmt::format("vldb {}, {}", w(), mem())});
    add({fmt::format("vst {}, {}", mem(), w()), fmt::format("vst.srs.s8.s32 {}, {}, s0", mem(), cm()),
         fmt::format("vsrs.s8.s32 {}, {}, s0", w(), cm())});
    add({fmt::format("add.i r{}, r{}, #{}", below(4), below(4), below(50)),
         fmt::format("mul r{}, r{}, r{}", below(4), 4 + below(4), 4 + below(4))});
    add({fmt::format("vmov {}, {}", w(), w()), fmt::format("vmov {}, {}", x(), x()),
         fmt::format("vmov {}, {}", cm(), cm()), fmt::format("vmov bm{}, bm{}", below(4), below(4)),
         fmt::format("vadd.s8 {}, {}, {}", w(), w(), w()), fmt::format("vadd.s8 {}, {}, {}", x(), x(), x()),
         fmt::format("vadd.s8 {}, {}, {}", w(), w(), w()), fmt::format("vups.s32.s8 {}, {}, s1", cm(), w())});
    add({fmt::format("vmac.4x8x8.s8.s8 {}, {}, {}, {}", mac_acc, mac_acc, x(), x()),
         fmt::format("vmac.4x8x8.s8.s8 {}, {}, {}, {}", cm(), cm(), x(), x()),
         fmt::format("vmsc.4x8x8.s8.s8 {}, {}, {}, {}", cm(), cm(), x(), x()),
         fmt::format("vmul.4x8x8.s8.s8 {}, {}, {}", cm(), x(), x()),
         fmt::format("vadd.acc.s32 {}, {}, {}", cm(), cm(), cm()), fmt::format("vclr.acc {}", cm())});
    if (ops.empty()) return "nop\n";
    return fmt::format("{}\n", fmt::join(ops, "; "));
  }

  std::mt19937 random_;
};

class RandomProgram : public ::testing::TestWithParam<std::uint32_t> {};

TEST_P(RandomProgram, AgreesWithTheNaiveModel) {
  const std::uint32_t seed = GetParam();
  const std::string text =
      Generator(seed).program(static_cast<int>(8 + seed % 13), static_cast<int>(1 + seed % 5));
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
