#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "arch/device/device.hpp"
#include "arch/device/device_loader.hpp"
#include "arch/isa/assembly.hpp"
#include "arch/isa/mmul_shapes.hpp"
#include "arch/isa/opcode_table.hpp"

namespace aie4ml::arch {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const Device& ve2802() {
  static const Device device = load_device("ve2802");
  return device;
}

std::vector<std::string> problems(const Program& program) {
  std::vector<std::string> all;
  for (const Problem& p : program.validate(ve2802())) all.push_back(p.where + ": " + p.what);
  return all;
}
std::vector<std::string> problems(const std::string& text) {
  return problems(parse_assembly(text, "test"));
}
std::string nops(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += "nop\n";
  return text;
}

// One operation of each slot.
const char* const kLda = "vlda w0, [p0], #32";
const char* const kLdb = "vldb w4, [p1], #32";
const char* const kSt = "vst [p2], #32, w8";
const char* const kAlu = "add r0, r1, r2";
const char* const kMv = "vmov x4, x5";
const char* const kVec = "vmac.4x8x8.s8.s8 cm0, cm0, x0, x1";
const char* const kLng = "movxm r3, #1000000";

int bytes_of(std::initializer_list<const char*> ops) {
  std::string text;
  for (const char* op : ops) text += (text.empty() ? "" : "; ") + std::string(op);
  return bundle_bytes(parse_assembly(text, "test").bundles.front(), ve2802().core);
}

// LV2 lists every combination of four slots that has a 96-bit format; all six slots take 128 bit.
TEST(IsaProgram, BundlesOfFourSlotsTakeThePublishedFormats) {
  const std::initializer_list<const char*> in_96_bit[] = {
      {kSt, kAlu, kMv, kVec},  {kSt, kLdb, kMv, kVec},  {kSt, kLdb, kAlu, kVec}, {kSt, kLdb, kAlu, kMv},
      {kLdb, kAlu, kMv, kVec}, {kLda, kSt, kAlu, kVec}, {kLda, kSt, kAlu, kMv},  {kLda, kLdb, kSt, kVec},
      {kLda, kLdb, kSt, kMv},  {kLda, kLdb, kSt, kAlu}, {kLda, kLdb, kMv, kVec}, {kLda, kLdb, kAlu, kVec},
      {kLda, kLdb, kAlu, kMv}, {kLda, kAlu, kMv, kVec}, {kSt, kLng, kVec},       {kLdb, kLng, kVec}};
  for (const auto& ops : in_96_bit) EXPECT_LE(bytes_of(ops), 12) << *ops.begin();
  EXPECT_GT(bytes_of({kLda, kSt, kMv, kVec}), 12);
  EXPECT_EQ(bytes_of({kLda, kLdb, kSt, kAlu, kMv, kVec}), 16);
  EXPECT_EQ(bytes_of({kLda, kLdb, kSt, kLng, kVec}), 16);
  EXPECT_EQ(bytes_of({kLng}), 6);
  EXPECT_EQ(bytes_of({kVec}), 4);
  EXPECT_EQ(bundle_bytes(Bundle{}, ve2802().core), 2);
}

TEST(IsaProgram, TargetsStartARowOfProgramMemory) {
  // 4 + [12 of padding] 4 + 6 + 5 * 2
  EXPECT_EQ(
      parse_assembly(std::string("add r0, r1, r2\nloop:\nadd r0, r1, r2\njnz r0, loop\n") + nops(5), "t")
          .size_bytes(ve2802()),
      16 + 4 + 6 + 10);
}

TEST(IsaProgram, AccessBytes) {
  const auto bytes_of_access = [](const char* text) {
    return access_bytes(parse_assembly(text, "test").bundles.front().ops.front());
  };
  EXPECT_EQ(bytes_of_access("vlda w0, [p0]"), 32);
  EXPECT_EQ(bytes_of_access("vlda.am am3, [p0]"), 32);
  EXPECT_EQ(bytes_of_access("lda r0, [p0]"), 4);
  EXPECT_EQ(bytes_of_access("vst [p0], x1"), 64);
  EXPECT_EQ(bytes_of_access("vst.srs.s8.s32 [p0], cm0, s0"), 32);
  EXPECT_EQ(bytes_of_access("vst.srs.s8.s32 [p0], bm0, s0"), 16);
  EXPECT_EQ(bytes_of_access("vst.srs.s16.s64 [p0], cm0, s0"), 32);
  EXPECT_EQ(bytes_of_access("padda [p0], #32"), 0);
  EXPECT_EQ(bytes_of_access("vmul.4x8x8.s8.s8 cm0, x0, x1"), 0);
}

// API: shapes that are one multiply each.
TEST(IsaProgram, ShapesOfOneMultiply) {
  using enum ElementType;
  const auto lanes = [](MmulShape shape, ElementType a, ElementType b) {
    const MultiplyMode* mode = find_multiply(ve2802(), shape, a, b);
    return mode == nullptr ? 0 : mode->accumulator_bits;
  };
  EXPECT_EQ(lanes({4, 8, 8}, int8, int8), 32);
  EXPECT_EQ(lanes({4, 8, 8}, uint8, int8), 32);
  EXPECT_EQ(lanes({4, 8, 8}, int8, uint8), 32);
  EXPECT_EQ(lanes({4, 4, 8}, int16, int8), 32);
  EXPECT_EQ(lanes({4, 2, 8}, int16, int16), 32);
  EXPECT_EQ(lanes({4, 4, 4}, uint16, int16), 64);
  EXPECT_EQ(lanes({8, 8, 8}, int8, int8), 0);
  EXPECT_EQ(lanes({4, 8, 8}, int16, int16), 0);
  EXPECT_EQ(lanes({4, 8, 8}, int8, bfloat16), 0);
}

TEST(IsaProgram, ALoopAndACallAreValid) {
  const std::string text =
      "main:\n"
      "movxm lc, #3\nmovxm ls, first\nmovxm le, last\njl callee\n" +
      nops(5) +
      "first: \nvlda w0, [p0], #32; vldb w4, [p1], m1; vst.srs.s8.s32 [p2], d0, cm0, s0\n"
      "last:\nvmac.4x8x8.s8.u8 cm0, cm1, x0, x1\n"
      "acq #63, r1\nrel #0, r1\ndone\n"
      "callee:\nret\n" +
      nops(5) + "end:\n";
  EXPECT_THAT(problems(text), IsEmpty());
}

struct BadProgram {
  const char* text;
  const char* problem;
};
class IsaProgramProblems : public testing::TestWithParam<BadProgram> {};

TEST_P(IsaProgramProblems, AreFound) {
  EXPECT_THAT(problems(GetParam().text), ElementsAre(GetParam().problem));
}

INSTANTIATE_TEST_SUITE_P(
    All, IsaProgramProblems,
    testing::Values(
        BadProgram{"nop\nadd r0, r1, r2; sub r3, r1, r2\n",
                   "bundles[1]: 'sub r3, r1, r2': the alu slot is taken"},
        BadProgram{"mov r0, r1; movxm r3, #5\n", "bundles[0]: 'movxm r3, #5': the mv slot is taken"},
        BadProgram{"vclr.acc dm0\n",
                   "bundles[0]: 'vclr.acc dm0': there is no register dm0, the device has 0 of class dm"},
        BadProgram{"vclr.acc cm9\n",
                   "bundles[0]: 'vclr.acc cm9': there is no register cm9, the device has 9 of class cm"},
        BadProgram{"movx r0, #1024\n", "bundles[0]: 'movx r0, #1024': immediate 1024 does not fit in 11 bit"},
        BadProgram{"add.i r0, r1, #-65\n",
                   "bundles[0]: 'add.i r0, r1, #-65': immediate -65 does not fit in 7 bit"},
        BadProgram{"mova p0, #-1\n", "bundles[0]: 'mova p0, #-1': immediate -1 is no 20-bit address"},
        BadProgram{"movxm p0, #1048576\n",
                   "bundles[0]: 'movxm p0, #1048576': immediate 1048576 is no 20-bit address"},
        BadProgram{"movxm dn0, #2000000\n",
                   "bundles[0]: 'movxm dn0, #2000000': immediate 2000000 does not fit in dn0"},
        BadProgram{"acq #64, r0\n", "bundles[0]: 'acq #64, r0': a core sees no lock 64"},
        BadProgram{"vlda w0, [p0, #16384]\n",
                   "bundles[0]: 'vlda w0, [p0, #16384]': address immediate 16384 is out of range"},
        BadProgram{"vlda w0, [p0], #16\n",
                   "bundles[0]: 'vlda w0, [p0], #16': address immediate 16 is no multiple of 32"},
        BadProgram{"lda r0, [p0], #2\n",
                   "bundles[0]: 'lda r0, [p0], #2': address immediate 2 is no multiple of 4"},
        BadProgram{"padda [p0], d4.3d\n",
                   "bundles[0]: 'padda [p0], d4.3d': there is no register dn8, the device has 8 of class dn"},
        BadProgram{"vlda x0, [p0]\n",
                   "bundles[0]: 'vlda x0, [p0, #0]': 64 bytes in one access, the load port is 32 wide"},
        BadProgram{"vst.srs.s16.s32 [p0], cm0, s0\n",
                   "bundles[0]: 'vst.srs.s16.s32 [p0, #0], cm0, s0': 64 bytes in one access, the store port "
                   "is 32 wide"},
        BadProgram{
            "vmac.8x8x8.s8.s8 cm0, cm0, x0, x1\n",
            "bundles[0]: 'vmac.8x8x8.s8.s8 cm0, cm0, x0, x1': one multiply of int8 x int8 cannot be 8x8x8"},
        BadProgram{"vsrs.s8.s64 w0, cm0, s0\n",
                   "bundles[0]: 'vsrs.s8.s64 w0, cm0, s0': no mode converts between int8 and int64"},
        BadProgram{"vsrs.s8.s16 w0, cm0, s0\n",
                   "bundles[0]: 'vsrs.s8.s16 w0, cm0, s0': int16 is no type of accumulator lanes"},
        BadProgram{"vups.s32.s16 cm0, w0, s0\n",
                   "bundles[0]: 'vups.s32.s16 cm0, w0, s0': 32 lanes of int16 take 512 bit, w0 has 256"},
        BadProgram{"vmov w0, x0\n", "bundles[0]: 'vmov w0, x0': w0 and x0 differ in width"},
        BadProgram{"vmax.s8 x0, x1, w0\n", "bundles[0]: 'vmax.s8 x0, x1, w0': x0 and w0 differ in width"},
        BadProgram{"vbcst.bf16 x0, r0\n",
                   "bundles[0]: 'vbcst.bf16 x0, r0': lanes of bfloat16 are not supported"},
        BadProgram{"vadd.acc.s8 cm0, cm1, cm2\n",
                   "bundles[0]: 'vadd.acc.s8 cm0, cm1, cm2': int8 is no type of accumulator lanes"},
        BadProgram{"j @9\nnop\nnop\nnop\nnop\nnop\n",
                   "bundles[0]: 'j @9': the target is not in the program, which has 6 bundles"},
        BadProgram{"a: \n ret\nnop\nnop\nnop\nnop\n",
                   "bundles[0]: 'ret': its 5 delay slots run past the end of the program"},
        BadProgram{"ret\nnop\nnop\nnop\nnop\nret\nnop\nnop\nnop\nnop\nnop\n",
                   "bundles[5]: 'ret' is in a delay slot of bundle 0"},
        BadProgram{
            "movxm ls, @2\nmovxm le, @8\nmov lc, r0\nnop\nnop\nnop\nnop\nnop\nnop\n",
            "bundles[2]: 'mov lc, r0' is 6 bundles before the loop end at bundle 8, closer than the set-up "
            "distance of 7"},
        BadProgram{"movxm le, @9\nnop\nnop\nnop\nj @0\nnop\nnop\nnop\nnop\nnop\n",
                   "bundles[4]: 'j @0': the loop end at bundle 9 is the branch or one of its delay slots"}));

struct BadField {
  const char* text;
  std::function<void(Program&)> change;
  const char* problem;
};
class IsaProgramFields : public testing::TestWithParam<BadField> {};

TEST_P(IsaProgramFields, AreChecked) {
  Program program = parse_assembly(GetParam().text, "test");
  GetParam().change(program);
  EXPECT_THAT(problems(program), ElementsAre(GetParam().problem));
}

Instruction& first(Program& program) {
  return program.bundles.front().ops.front();
}

// What the text cannot say.
INSTANTIATE_TEST_SUITE_P(
    All, IsaProgramFields,
    testing::Values(
        BadField{"add r0, r1, r2\n", [](Program& p) { first(p) = Instruction{}; },
                 "bundles[0]: 'nop': nop is not written into a bundle, its slot is left out"},
        BadField{"add r0, r1, r2\n",
                 [](Program& p) {
                   first(p).regs[1] = {RegClass::p, 0};
                 },
                 "bundles[0]: 'add r0, p0, r2': p0 cannot be operand 2"},
        BadField{"add r0, r1, r2\n",
                 [](Program& p) {
                   first(p).regs[3] = {RegClass::r, 0};
                 },
                 "bundles[0]: 'add r0, r1, r2': r0 is one register too many"},
        BadField{"add r0, r1, r2\n", [](Program& p) { first(p).regs[2].index = 40; },
                 "bundles[0]: 'add r0, r1, r40': there is no register r40, the device has 32 of class r"},
        BadField{"add r0, r1, r2\n", [](Program& p) { first(p).imm = 1; },
                 "bundles[0]: 'add r0, r1, r2': immediate 1 is one operand too many"},
        BadField{"add r0, r1, r2\n", [](Program& p) { first(p).mem.imm = 4; },
                 "bundles[0]: 'add r0, r1, r2': a memory operand is one too many"},
        BadField{"add r0, r1, r2\n", [](Program& p) { first(p).reads_old = 1; },
                 "bundles[0]: 'add r0~, r1, r2': reads_old marks a register that is not read"},
        BadField{"add r0, r1, r2\n", [](Program& p) { first(p).type_b = ElementType::int32; },
                 "bundles[0]: 'add r0, r1, r2': an element type is set that the operation does not use"},
        BadField{"add r0, r1, r2\n",
                 [](Program& p) {
                   first(p).shape = {4, 8, 8};
                 },
                 "bundles[0]: 'add r0, r1, r2': a shape is set that the operation does not use"},
        BadField{"lda r0, [p0], m1\n",
                 [](Program& p) {
                   first(p).mem.modifier = {RegClass::dn, 1};
                 },
                 "bundles[0]: 'lda r0, [p0], dn1': dn1 cannot modify the address in this mode"},
        BadField{"lda r0, [p0], m1\n", [](Program& p) { first(p).mem.imm = 4; },
                 "bundles[0]: 'lda r0, [p0], m1': address immediate 4 is not used in this mode"},
        BadField{"lda r0, [p0]\n",
                 [](Program& p) {
                   first(p).mem.base = {RegClass::m, 0};
                 },
                 "bundles[0]: 'lda r0, [m0, #0]': m0 is no pointer"},
        BadField{
            "lda r0, [p0]\n", [](Program& p) { first(p).mem.mode = AddressMode::none; },
            "bundles[0]: 'lda r0, []': the memory operand has no address mode that the operation can do"},
        BadField{"nop\n",
                 [](Program& p) {
                   p.labels = {{"a b", 0}};
                 },
                 "labels[0]: 'a b' is no label name"},
        BadField{"nop\n",
                 [](Program& p) {
                   p.labels = {{"a", 0}, {"a", 1}};
                 },
                 "labels[1]: label 'a' is defined twice"},
        BadField{"nop\n",
                 [](Program& p) {
                   p.labels = {{"a", 2}};
                 },
                 "labels[0]: label 'a' is at bundle 2 of 1"},
        BadField{"nop\n",
                 [](Program& p) {
                   p.labels = {{"a", 1}, {"b", 0}};
                 },
                 "labels[1]: label 'b' is not in the order of the bundles"},
        BadField{"nop\n",
                 [](Program& p) {
                   p.regions = {{0, 2, -1, "main"}};
                 },
                 "regions[0]: region 'main' [0, 2) is empty or not in the program, which has 1 bundles"},
        BadField{"nop\nnop\n",
                 [](Program& p) {
                   p.regions = {{0, 2, -1, "main"}, {1, 2, -1, "call"}};
                 },
                 "regions[1]: region 'call' begins at bundle 1, before the end of the one before it"},
        BadField{"movxm r0, #1\n",
                 [](Program& p) {
                   p.bundles.resize(1, p.bundles[0]);
                   p.bundles.resize(4000, p.bundles[0]);
                 },
                 "bundles: the program takes 24000 bytes, program memory holds 16384"}));

TEST(IsaProgram, EveryProblemIsReported) {
  EXPECT_EQ(problems("movx r0, #5000\nadd r0, r1, r2; sub r0, r1, r2\nret\n").size(), 3U);
}

}  // namespace
}  // namespace aie4ml::arch
