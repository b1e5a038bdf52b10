// Loads and stores of 8 and 16 bit: values, and the word that a store reads before it writes.
#include <gmock/gmock.h>

#include "tests/unit/sim/core_bench_fixture.hpp"

namespace aie4ml::sim {
namespace {

using testing::CoreBench;
using testing::nops;

std::int32_t loaded(const std::string& op, std::int32_t address) {
  CoreBench bench(op + " r0, [p0]\n" + nops(7) + "done\n");
  bench.own().write(0, std::vector<std::uint8_t>{0x01, 0x80, 0xff, 0x7f});
  bench.set("p0", 0x70000 + address);
  bench.finish();
  EXPECT_EQ(bench.last_stop, Stop::finished) << (bench.engine->fault() ? bench.engine->fault()->message : "");
  return bench.scalar("r0");
}

TEST(CorePartWord, LoadsAreExtended) {
  EXPECT_EQ(loaded("lda.s8", 0), 1);
  EXPECT_EQ(loaded("lda.s8", 1), -128);
  EXPECT_EQ(loaded("lda.u8", 1), 128);
  EXPECT_EQ(loaded("lda.s8", 2), -1);
  EXPECT_EQ(loaded("lda.u8", 2), 255);
  EXPECT_EQ(loaded("lda.s16", 0), -32767);
  EXPECT_EQ(loaded("lda.u16", 0), 32769);
  EXPECT_EQ(loaded("lda.s16", 2), 32767);
}

TEST(CorePartWord, LoadsStepTheirPointer) {
  CoreBench bench("lda.u8 r0, [p0], #1\nlda.u8 r1, [p0], #1\nlda.s16 r2, [p0], m0\n" + nops(7) + "done\n");
  bench.own().write(0, std::vector<std::uint8_t>{5, 6, 0xfe, 0xff});
  bench.set("p0", 0x70000);
  bench.set("m0", -2);
  bench.finish();
  EXPECT_EQ(bench.scalar("r0"), 5);
  EXPECT_EQ(bench.scalar("r1"), 6);
  EXPECT_EQ(bench.scalar("r2"), -2);
  EXPECT_EQ(bench.scalar("p0"), 0x70000);
}

TEST(CorePartWord, StoresChangeTheirPartOfTheWord) {
  for (int at = 0; at < 4; ++at) {
    CoreBench bench("st.8 [p0], r1\ndone\n");
    bench.own().write(0, std::vector<std::uint8_t>{1, 2, 3, 4});
    bench.set("p0", 0x70000 + at);
    bench.set("r1", 0x1ab);
    bench.finish();
    std::vector<std::uint8_t> want{1, 2, 3, 4};
    want[static_cast<std::size_t>(at)] = 0xab;
    EXPECT_THAT(std::vector<std::uint8_t>(bench.own().bytes().begin(), bench.own().bytes().begin() + 4),
                ::testing::ElementsAreArray(want));
    EXPECT_EQ(bench.engine->counts().bank_accesses.at(24), 2) << "one to read, one to write";
  }
  CoreBench half("st.16 [p0], #2, r1\ndone\n");
  half.set("p0", 0x70006);
  half.set("r1", 0x12345678);
  half.finish();
  EXPECT_EQ(half.own().bytes()[6], 0x78);
  EXPECT_EQ(half.own().bytes()[7], 0x56);
  EXPECT_EQ(half.scalar("p0"), 0x70008);
  EXPECT_TRUE(half.own().written(6, 2));
  EXPECT_FALSE(half.own().written(5, 1)) << "what is written back is not the program's";
}

// The word is read in E5 and written in E11 (LV2): what others write in between is lost.
TEST(CorePartWord, TheWordIsReadInE5AndWrittenInE11) {
  for (const auto& [change_at, survives] : {std::pair(4, true), std::pair(5, false), std::pair(10, false)}) {
    CoreBench bench("st.8 [p0], r1\n" + nops(20) + "done\n");
    bench.set("p0", 0x70000);
    bench.set("r1", 9);
    bench.engine->run(change_at);
    bench.own().write(1, std::vector<std::uint8_t>{7});
    bench.engine->run(20);
    EXPECT_EQ(bench.own().bytes()[0], 9) << change_at;
    EXPECT_EQ(bench.own().bytes()[1], survives ? 7 : 0) << change_at;
  }
  for (const auto& [cycles, there] : {std::pair(10, false), std::pair(11, true)}) {
    CoreBench bench("st.8 [p0], r1\n" + nops(20) + "done\n");
    bench.set("p0", 0x70000);
    bench.engine->run(cycles);
    EXPECT_EQ(bench.own().written(0, 1), there) << cycles;
  }
}

}  // namespace
}  // namespace aie4ml::sim
