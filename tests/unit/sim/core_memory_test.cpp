// Data memory as a core sees it: windows, banks and conflicts, faults.
#include <gmock/gmock.h>

#include "tests/unit/sim/core_bench_fixture.hpp"

namespace aie4ml::sim {
namespace {

using arch::MemoryWindow;
using testing::CoreBench;
using testing::nops;

constexpr int kBanks = 8;

TEST(CoreMemory, FourWindows) {
  const std::pair<MemoryWindow, std::int32_t> windows[] = {{MemoryWindow::south, 0x40000},
                                                           {MemoryWindow::west, 0x50000},
                                                           {MemoryWindow::north, 0x60000},
                                                           {MemoryWindow::own, 0x70000}};
  for (const auto& [window, base] : windows) {
    CoreBench bench("vlda w0, [p0]\n" + nops(6) + "vst [p0, #64], w0\n" + nops(5) + "done\n");
    const auto data = testing::random_bytes(32, 9);
    bench.memory(window).write(0x1020, data);
    bench.set("p0", base + 0x1020);
    bench.finish();
    ASSERT_EQ(bench.last_stop, Stop::finished) << bench.engine->fault()->message;
    EXPECT_EQ(bench.bytes("w0"), data);
    std::vector<std::uint8_t> stored(32);
    bench.memory(window).read(0x1060, stored);
    EXPECT_EQ(stored, data);
    const auto& accesses = bench.engine->counts().bank_accesses;
    const auto first = static_cast<std::size_t>(window) * kBanks;
    EXPECT_EQ(accesses.at(first), 2);
    EXPECT_EQ(accesses.at(first + 1), 2);
  }
}

std::string fault_of(CoreBench& bench) {
  bench.finish();
  EXPECT_EQ(bench.last_stop, Stop::fault);
  return bench.engine->fault() ? bench.engine->fault()->message : "";
}

TEST(CoreMemory, NoMemoryThere) {
  CoreBench bench("vlda w0, [p0]\ndone\n");
  bench.set("p0", 0x80000);
  EXPECT_EQ(fault_of(bench), "bundle 0 'vlda w0, [p0, #0]': 0x80000 is in no memory that this core reaches");
  EXPECT_EQ(bench.engine->fault()->kind, CoreFaultKind::address);

  const arch::Program& program = bench.program;
  CoreEngine lonely(testing::ve2802(), program, {});
  lonely.set_scalar(testing::reg("p0"), 0x50000);
  EXPECT_EQ(lonely.run(100).stop, Stop::fault);
  EXPECT_EQ(lonely.run(100).stop, Stop::fault) << "and stays there";
}

TEST(CoreMemory, Unaligned) {
  CoreBench bench("vst [p0], w0\ndone\n");
  bench.set("p0", 0x70010);
  EXPECT_EQ(fault_of(bench), "bundle 0 'vst [p0, #0], w0': access of 32 bytes at 0x70010 is not aligned");

  CoreBench hardware("vst [p0], w0\n" + nops(5) + "done\n", {.strict = false});
  hardware.set("p0", 0x70010);
  hardware.finish();
  EXPECT_TRUE(hardware.own().written(0, 32)) << "the low address bits are ignored";
  EXPECT_FALSE(hardware.own().written(32, 1));
}

TEST(CoreMemory, NeverWritten) {
  const std::string text =
      "vlda w0, [p0], #32\nvlda w1, [p0], #32\nvlda w2, [p0], #32\n" + nops(7) + "done\n";
  CoreBench bench(text);
  bench.set("p0", 0x70100);
  bench.own().write(0x100, std::vector<std::uint8_t>(32, 1));
  EXPECT_EQ(fault_of(bench),
            "bundle 1 'vlda w1, [p0], #32': reads 32 bytes at 0x120 of its memory, which were never written");
  EXPECT_EQ(bench.engine->fault()->cycle, 1 + 4);

  CoreBench listened(text);
  listened.set("p0", 0x70100);
  listened.own().write(0x100, std::vector<std::uint8_t>(32, 1));
  std::vector<UnwrittenRead> reads;
  listened.engine->set_unwritten_listener([&](const UnwrittenRead& read) {
    reads.push_back(read);
    return MemoryRange{0x120, 0x40};
  });
  listened.finish();
  EXPECT_EQ(listened.last_stop, Stop::finished);
  ASSERT_EQ(reads.size(), 1U) << "once for the buffer";
  EXPECT_EQ(reads[0].bundle, 1);
  EXPECT_EQ(reads[0].cycle, 5);
  EXPECT_EQ(reads[0].window, MemoryWindow::own);
  EXPECT_EQ(reads[0].address, 0x120);
  EXPECT_EQ(reads[0].size, 32);
}

struct Conflict {
  const char* name;
  const char* text;
  int stalls;
};
class OwnConflict : public ::testing::TestWithParam<Conflict> {};

TEST_P(OwnConflict, CostsOneCycle) {
  CoreBench bench(std::string(GetParam().text) + "\n" + nops(9) + "done\n");
  bench.fill_memory(1);
  bench.set("p0", 0x70000);
  bench.set("p1", 0x74000);
  bench.set("p2", 0x70100);
  const int bundles = static_cast<int>(bench.program.bundles.size());
  EXPECT_EQ(bench.finish(), bundles + GetParam().stalls);
  EXPECT_EQ(bench.stalls, GetParam().stalls);
  EXPECT_EQ(bench.engine->counts().bundles, bundles);
  const auto& conflicts = bench.engine->counts().bank_conflicts;
  std::int64_t worst = 0;
  for (const std::int64_t c : conflicts) worst = std::max(worst, c);
  EXPECT_EQ(worst, GetParam().stalls);
}

INSTANTIATE_TEST_SUITE_P(
    Cases, OwnConflict,
    ::testing::Values(
        Conflict{"store_to_the_bank_of_one_load", "vlda w0, [p0]; vldb w1, [p1]; vst [p1, #64], w2", 1},
        Conflict{"two_loads_apart", "vlda w0, [p0]; vldb w1, [p1]", 0},
        Conflict{"two_loads_of_a_bank", "vlda w0, [p0]; vldb w1, [p2]", 1},
        Conflict{"two_loads_of_one_address", "vlda w0, [p0]; vldb w1, [p0]", 1},
        Conflict{"load_and_store", "vldb w1, [p2]; vst [p0], w2", 1},
        Conflict{"three", "vlda w0, [p0]; vldb w1, [p2]; vst [p0, #64], w2", 2},
        Conflict{"load_and_store_of_a_bank_beside_a_word", "lda r0, [p0]; vst [p1], w2; vldb w3, [p1, #32]",
                 1},
        Conflict{"word_beside_vector", "lda r0, [p0, #16]; vldb w3, [p0]", 1},
        // vst.srs reaches memory two cycles later than vst and loads.
        Conflict{"shifted_store_same_bundle", "vldb w1, [p2]; vst.srs.s8.s32 [p0], cm0, s0", 0},
        Conflict{"shifted_store_two_later", "vst.srs.s8.s32 [p0], cm0, s0\nnop\nvldb w1, [p2]", 1},
        Conflict{"shifted_store_three_later", "vst.srs.s8.s32 [p0], cm0, s0\nnop\nnop\nvldb w1, [p2]", 0}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(CoreMemory, WordsInDifferentHalvesOfABankDoNotMeet) {
  CoreBench bench("lda r0, [p0]; st [p0, #16], r1\n" + nops(9) + "done\n");
  bench.fill_memory(1);
  bench.set("p0", 0x70000);
  bench.finish();
  EXPECT_EQ(bench.stalls, 0);
}

// Somebody else uses bank pair 0 of the own memory.
class Contended : public ::testing::Test {
 protected:
  Contended()
      : bench("vlda w0, [p0]; vldb w1, [p1]\n" + nops(9) + "done\n"),
        pair(window_banks(0b11, MemoryWindow::own, kBanks)) {
    bench.fill_memory(1);
    bench.set("p0", 0x70000);
    bench.set("p1", 0x74000);
    bench.engine->set_contended(pair);
  }
  CoreBench bench;
  BankMask pair;
};

TEST_F(Contended, StopsInFrontOfTheCycleOfTheAccess) {
  const RunResult result = bench.engine->run(100);
  EXPECT_EQ(result.stop, Stop::banks);
  EXPECT_EQ(result.cycles, 4) << "issued in cycle 0, memory in E5";
  EXPECT_EQ(bench.engine->banks_needed(), pair);
  EXPECT_EQ(bench.engine->program_counter(), 4);
  EXPECT_EQ(bench.engine->run(100).stop, Stop::banks) << "until it is served";
  EXPECT_EQ(bench.engine->advance_memory_cycle(pair), 0U);
  const RunResult rest = bench.engine->run(100);
  EXPECT_EQ(rest.stop, Stop::interaction);
  EXPECT_EQ(rest.cycles, 6);
}

TEST_F(Contended, LoserTriesAgain) {
  bench.engine->run(100);
  EXPECT_EQ(bench.engine->advance_memory_cycle(0), pair);
  EXPECT_EQ(bench.engine->advance_memory_cycle(pair & (pair << 1)), pair & ~(pair << 1))
      << "one half at a time";
  EXPECT_EQ(bench.engine->banks_needed(), pair & ~(pair << 1));
  EXPECT_EQ(bench.engine->advance_memory_cycle(pair), 0U);
  const auto& conflicts = bench.engine->counts().bank_conflicts;
  EXPECT_EQ(conflicts.at(24), 2);
  EXPECT_EQ(conflicts.at(25), 1);
  EXPECT_EQ(bench.engine->run(100).stop, Stop::interaction);
  EXPECT_EQ(bench.bytes("w0"),
            (std::vector<std::uint8_t>(bench.own().bytes().begin(), bench.own().bytes().begin() + 32)));
}

TEST_F(Contended, SeesWhatOthersWroteBeforeItWasServed) {
  bench.engine->run(100);
  const std::vector<std::uint8_t> data(32, 0x5a);
  bench.own().write(0, data);
  bench.engine->advance_memory_cycle(pair);
  bench.engine->run(100);
  EXPECT_EQ(bench.bytes("w0"), data);
}

TEST(CoreMemory, ContendedAndOwnConflict) {
  CoreBench bench("vlda w0, [p0]; vldb w1, [p0, #32]\n" + nops(9) + "done\n");
  bench.fill_memory(1);
  bench.set("p0", 0x70000);
  const BankMask pair = window_banks(0b11, MemoryWindow::own, kBanks);
  bench.engine->set_contended(pair);
  EXPECT_EQ(bench.engine->run(100).stop, Stop::banks);
  EXPECT_EQ(bench.engine->advance_memory_cycle(pair), pair) << "one access of the two is served";
  EXPECT_EQ(bench.engine->advance_memory_cycle(pair), 0U);
  EXPECT_EQ(bench.engine->run(100).stop, Stop::interaction);
  EXPECT_EQ(bench.bytes("w1"),
            (std::vector<std::uint8_t>(bench.own().bytes().begin() + 32, bench.own().bytes().begin() + 64)));
}

TEST(CoreMemory, UncontendedBanksNeedNoGrant) {
  CoreBench bench("vlda w0, [p0]; vldb w1, [p1]; vst [p1, #32], w2\n" + nops(9) + "done\n");
  bench.fill_memory(1);
  bench.set("p0", 0x70000);
  bench.set("p1", 0x74000);
  const BankMask pair = window_banks(0b11, MemoryWindow::own, kBanks);
  bench.engine->set_contended(pair);
  EXPECT_EQ(bench.engine->run(100).stop, Stop::banks);
  EXPECT_EQ(bench.engine->banks_needed(), pair);
  EXPECT_EQ(bench.engine->advance_memory_cycle(0), pair | pair << 2) << "the store waits for the load";
  EXPECT_EQ(bench.engine->advance_memory_cycle(pair), 0U);
}

}  // namespace
}  // namespace aie4ml::sim
