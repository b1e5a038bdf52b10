#include <set>

#include <gtest/gtest.h>

#include "arch/isa/registers.hpp"

namespace aie4ml::arch {
namespace {

constexpr RegClass kFirst = RegClass::r;
constexpr RegClass kLast = RegClass::crsat;

std::vector<Reg> all_registers() {
  std::vector<Reg> all;
  for (int c = static_cast<int>(kFirst); c <= static_cast<int>(kLast); ++c) {
    const auto cls = static_cast<RegClass>(c);
    for (int i = 0; i < register_count(cls); ++i) all.push_back({cls, static_cast<std::uint8_t>(i)});
  }
  return all;
}

TEST(IsaRegisters, NamesAreUniqueAndReadBack) {
  std::set<std::string> names;
  for (const Reg reg : all_registers()) {
    EXPECT_TRUE(names.insert(to_string(reg)).second) << to_string(reg);
    EXPECT_EQ(parse_reg(to_string(reg)), reg) << to_string(reg);
  }
  // AM020 chapter 4, tables of registers: r, p, m, dn, dj, dc, s, w, x.
  for (const char* name :
       {"r31", "p7", "m7", "dn7", "dj7", "dc7", "s3", "w23", "x11", "cm8", "bm17", "am35"}) {
    EXPECT_EQ(names.count(name), 1U) << name;
  }
}

TEST(IsaRegisters, OtherNamesAreRefused) {
  for (const char* name : {"", "r", "r32", "r01", "r-1", "r1 ", "lc0", "none", "none0", "q0", "x12", "cm",
                           "7", "r999999999999"}) {
    EXPECT_FALSE(parse_reg(name).has_value()) << name;
  }
}

TEST(IsaRegisters, WideRegistersAliasTheirParts) {
  const auto reg = [](const char* name) { return *parse_reg(name); };
  EXPECT_TRUE(overlap(reg("x3"), reg("w6")));
  EXPECT_TRUE(overlap(reg("x3"), reg("w7")));
  EXPECT_FALSE(overlap(reg("x3"), reg("w8")));
  EXPECT_TRUE(overlap(reg("y1"), reg("x3")));
  EXPECT_TRUE(overlap(reg("cm2"), reg("am11")));
  EXPECT_FALSE(overlap(reg("cm2"), reg("am12")));
  EXPECT_TRUE(overlap(reg("cm2"), reg("bm5")));
  EXPECT_TRUE(overlap(reg("dm1"), reg("cm3")));
  EXPECT_FALSE(overlap(reg("w0"), reg("am0")));
  EXPECT_FALSE(overlap(reg("r0"), reg("w0")));
  EXPECT_FALSE(overlap(Reg{}, Reg{}));
}

TEST(IsaRegisters, ScalarRegistersOverlapOnlyThemselves) {
  for (const Reg a : all_registers()) {
    if (span_of(a).file != RegFile::scalar) continue;
    EXPECT_LE(span_of(a).offset_bytes + span_of(a).size_bytes, 4 * kScalarFileUnits);
    for (const Reg b : all_registers()) {
      // l0 is r16 and r17, l1 r18 and r19, and so on.
      const auto in_pair = [](Reg pair, Reg single) {
        return pair.cls == RegClass::l && single.cls == RegClass::r && single.index >= 16 &&
               (single.index - 16) / 2 == pair.index;
      };
      EXPECT_EQ(overlap(a, b), a == b || in_pair(a, b) || in_pair(b, a))
          << to_string(a) << ' ' << to_string(b);
    }
  }
}

TEST(IsaRegisters, FilesHoldTheirRegisters) {
  for (const Reg reg : all_registers()) {
    const RegSpan span = span_of(reg);
    const int end = span.offset_bytes + span.size_bytes;
    const int scalar_bytes = 4 * kScalarFileUnits;
    EXPECT_LE(end, span.file == RegFile::vector        ? kVectorFileBytes
                   : span.file == RegFile::accumulator ? kAccumulatorFileBytes
                                                       : scalar_bytes);
  }
}

}  // namespace
}  // namespace aie4ml::arch
