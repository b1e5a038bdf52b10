#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "arch/isa/assembly.hpp"
#include "arch/isa/opcode_table.hpp"

namespace aie4ml::arch {
namespace {

std::vector<MemOperand> memory_operands(OperandRole role) {
  const Reg p3{RegClass::p, 3};
  std::vector<MemOperand> all = {{AddressMode::post_imm, p3, -64, {}},
                                 {AddressMode::post_mod, p3, 0, {RegClass::m, 7}},
                                 {AddressMode::post_2d, p3, 0, {RegClass::dn, 5}},
                                 {AddressMode::post_3d, p3, 0, {RegClass::dn, 2}}};
  if (role != OperandRole::pointer) {
    all.push_back({AddressMode::offset, p3, 96, {}});
    all.push_back({AddressMode::offset, p3, 0, {}});
  }
  return all;
}

// One instruction for each class of each register operand, each address mode and each element type.
std::vector<Instruction> variants(const OpInfo& op) {
  Instruction plain;
  plain.op = op.op;
  if (op.shaped) plain.shape = {4, 16, 8};
  std::size_t reg = 0;
  std::vector<Instruction> all;
  for (std::size_t i = 0; i < op.operand_count; ++i) {
    const OperandSpec& spec = op.operands[i];
    if (spec.is_register()) plain.regs[reg++] = {spec.classes[0], 0};
    if (spec.is_memory()) plain.mem = memory_operands(spec.role).front();
    if (spec.role == OperandRole::imm) plain.imm = -3;
    if (spec.role == OperandRole::lock) plain.imm = 49;
    if (spec.role == OperandRole::label) plain.imm = 0;
  }
  all.push_back(plain);
  reg = 0;
  for (std::size_t i = 0; i < op.operand_count; ++i) {
    const OperandSpec& spec = op.operands[i];
    if (spec.is_register()) {
      for (const RegClass cls : spec.classes) {
        if (cls == RegClass::none) break;
        Instruction variant = plain;
        variant.regs[reg] = {cls, static_cast<std::uint8_t>(register_count(cls) - 1)};
        if (targets_bundle(variant)) variant.imm = 1;
        if (spec.role != OperandRole::dst) variant.reads_old = static_cast<std::uint8_t>(1U << reg);
        all.push_back(variant);
      }
      ++reg;
    }
    if (spec.is_memory()) {
      for (const MemOperand& mem : memory_operands(spec.role)) {
        Instruction variant = plain;
        variant.mem = mem;
        all.push_back(variant);
      }
    }
  }
  if (op.types == TypeSuffix::none) return all;
  for (int t = 0; t < kElementTypeCount; ++t) {
    Instruction variant = plain;
    const auto type = static_cast<ElementType>(t);
    const bool uses_b = op.types == TypeSuffix::two || op.accumulator_type_first;
    const bool uses_a = op.types == TypeSuffix::two || !op.accumulator_type_first;
    if (uses_a) variant.type_a = type;
    if (uses_b) variant.type_b = static_cast<ElementType>((t + 3) % kElementTypeCount);
    all.push_back(variant);
  }
  return all;
}

Program program_of_everything() {
  Program program;
  for (const OpInfo& op : all_opcodes()) {
    if (op.op == Opcode::nop) continue;
    for (const Instruction& variant : variants(op)) program.bundles.push_back({{variant}});
    program.bundles.emplace_back();
  }
  program.labels = {
      {"start", 0}, {".Lsecond_name", 0}, {"one", 1}, {"end", static_cast<int>(program.bundles.size())}};
  return program;
}

TEST(IsaAssembly, EveryOperationWithEveryOperandReadsBack) {
  const Program program = program_of_everything();
  const std::string text = to_assembly(program);
  EXPECT_EQ(parse_assembly(text, "test"), program);
  EXPECT_EQ(to_assembly(parse_assembly(text, "test")), text);
}

TEST(IsaAssembly, MnemonicsAreUnique) {
  for (const OpInfo& op : all_opcodes()) EXPECT_EQ(find_mnemonic(op.mnemonic), &info(op.op)) << op.mnemonic;
  EXPECT_EQ(find_mnemonic("vmacc"), nullptr);
}

TEST(IsaAssembly, TheManualHasEveryOperation) {
  std::ostringstream manual;
  manual << std::ifstream(AIE4ML_SOURCE_DIR "/docs/isa.md").rdbuf();
  for (const OpInfo& op : all_opcodes()) {
    EXPECT_THAT(manual.str(), testing::ContainsRegex("[` ]" + std::string(op.mnemonic) + "[`. ]"));
  }
}

TEST(IsaAssembly, TextIsTheOneOfTheManual) {
  const std::string text =
      "kloop:\n"
      "  vlda w0, [p0], #32; vldb w4, [p2], m1; vmac.4x8x8.s8.u8 cm0, cm0, x0, x2~\n"
      "  jnz r0, kloop\n"
      "  vst.srs.s8.s32 [p4], #32, cm0, s0; vups.s32.s8 cm1, w2, s1\n"
      "  padda [p1], d2; paddb [p2], d1.3d; st [p3, #-4], r7\n"
      "  movxm le, kloop\n"
      "  movxm r3, #-2147483648\n"
      "  acq #48, r0; vadd.acc.s32 cm0, cm1, cm2\n"
      "  nop\n"
      "  j @8\n";
  const Program program = parse_assembly(text, "test");
  EXPECT_EQ(to_assembly(program), text);
  ASSERT_EQ(program.bundles.size(), 9U);

  Instruction load;
  load.op = Opcode::vlda;
  load.regs = {Reg{RegClass::w, 0}};
  load.mem = {AddressMode::post_imm, {RegClass::p, 0}, 32, {}};
  EXPECT_EQ(program.bundles[0].ops[0], load);

  Instruction mac;
  mac.op = Opcode::vmac;
  mac.regs = {Reg{RegClass::cm, 0}, Reg{RegClass::cm, 0}, Reg{RegClass::x, 0}, Reg{RegClass::x, 2}};
  mac.shape = {4, 8, 8};
  mac.type_a = ElementType::int8;
  mac.type_b = ElementType::uint8;
  mac.reads_old = 0b1000;
  EXPECT_EQ(program.bundles[0].ops[2], mac);

  Instruction ups;
  ups.op = Opcode::vups;
  ups.regs = {Reg{RegClass::cm, 1}, Reg{RegClass::w, 2}, Reg{RegClass::s, 1}};
  ups.type_a = ElementType::int8;
  ups.type_b = ElementType::int32;
  EXPECT_EQ(program.bundles[2].ops[1], ups);

  EXPECT_EQ(program.bundles[4].ops[0].imm, 0);
  EXPECT_TRUE(program.bundles[7].ops.empty());
  EXPECT_EQ(program.bundles[8].ops[0].imm, 8);
}

TEST(IsaAssembly, LayoutOfTheTextIsFree) {
  const Program program = parse_assembly(
      "// comment\r\n  a:  // here\r\n\tadd   r1,r2 , r3~;movx r4,#0x10\r\n\r\n vlda w0,[ p1 ,#32 ];vst "
      "[p2],w1\n j a",
      "test");
  EXPECT_EQ(to_assembly(program),
            "a:\n  add r1, r2, r3~; movx r4, #16\n  vlda w0, [p1, #32]; vst [p2, #0], w1\n  j a\n");
}

TEST(IsaAssembly, RegionsAreComments) {
  Program program = parse_assembly("nop\nloop:\nnop\nj loop\n", "test");
  program.regions = {{1, 3, 0, "fc1 k loop"}};
  const std::string text = to_assembly(program);
  EXPECT_EQ(text, "  nop\n// fc1 k loop\nloop:\n  nop\n  j loop\n");
  program.regions.clear();
  EXPECT_EQ(parse_assembly(text, "test"), program);
}

struct BadText {
  const char* text;
  const char* message;
};
class IsaAssemblyErrors : public testing::TestWithParam<BadText> {};

TEST_P(IsaAssemblyErrors, NameTheLine) {
  try {
    parse_assembly(GetParam().text, "fc1.s");
    FAIL() << GetParam().text;
  } catch (const InputError& error) {
    EXPECT_STREQ(error.what(), GetParam().message);
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, IsaAssemblyErrors,
    testing::Values(
        BadText{"nop\nvfoo.x w0, [p0]\n", "fc1.s: line 2: unknown operation 'vfoo.x'"},
        BadText{"add r0, r1\n", "fc1.s: line 1: add: operand 3 is missing"},
        BadText{"add r0, r1, r2, r3\n", "fc1.s: line 1: add: 'r3' is one operand too many"},
        BadText{"ret r0\n", "fc1.s: line 1: ret: 'r0' is one operand too many"},
        BadText{"add r0, r1, r32\n", "fc1.s: line 1: add: 'r32' is no register"},
        BadText{"add r0, r1, p2\n", "fc1.s: line 1: add: p2 is not of the right class here"},
        BadText{"add r0~, r1, r2\n",
                "fc1.s: line 1: add: '~' behind r0, which is written; '~' is for operands that are read"},
        BadText{"movx r0, 5\n", "fc1.s: line 1: '5' is no immediate; write it as #5"},
        BadText{"movx r0, #99999999999\n", "fc1.s: line 1: '#99999999999' is no 32-bit integer"},
        BadText{"\n\nj nowhere\n", "fc1.s: line 3: label 'nowhere' is not defined"},
        BadText{"j 7up\n",
                "fc1.s: line 1: '7up' is no label name; use letters, digits, '_', '.' and '$', and no digit "
                "first"},
        BadText{"j @x\n", "fc1.s: line 1: '@x' is no bundle"},
        BadText{"a:\nnop\na:\n", "fc1.s: line 3: label 'a' is defined twice"},
        BadText{"a b:\n",
                "fc1.s: line 1: 'a b' is no label name; use letters, digits, '_', '.' and '$', and no digit "
                "first"},
        BadText{"vlda w0, p0\n",
                "fc1.s: line 1: 'p0' is no memory operand; write it as [p0], [p0, #32], [p0], "
                "#32 or [p0], m1"},
        BadText{"vlda w0, [r0]\n", "fc1.s: line 1: 'r0' is no pointer register"},
        BadText{"vlda w0, [p0, #32\n", "fc1.s: line 1: ']' is missing"},
        BadText{"vlda w0, [p0, #32], #32\n", "fc1.s: line 1: '[p0,#32]' has both an offset and a step"},
        BadText{"padda [p0]\n", "fc1.s: line 1: padda: a step is missing; write it as [p0], #32 or [p0], m1"},
        BadText{"add r0, r1, r2;\n", "fc1.s: line 1: an operation is missing beside ';'"},
        BadText{"nop; add r0, r1, r2\n", "fc1.s: line 1: 'nop' stands alone in a bundle; leave the slot out"},
        BadText{"vmac.s8.s8 cm0, cm0, x0, x1\n",
                "fc1.s: line 1: 'vmac.s8.s8': vmac takes a shape and 2 element type(s)"},
        BadText{"vmac.4x8.s8.s8 cm0, cm0, x0, x1\n", "fc1.s: line 1: '4x8' is no shape; write it as 4x8x8"},
        BadText{"vmac.4x8x300.s8.s8 cm0, cm0, x0, x1\n",
                "fc1.s: line 1: '4x8x300' is no shape; write it as 4x8x8"},
        BadText{"vmax.s9 x0, x1, x2\n",
                "fc1.s: line 1: 'vmax.s9': unknown element type; use s8, u8, s16, u16, "
                "s32, s64, bf16, f32"},
        BadText{"vmax x0, x1, x2\n", "fc1.s: line 1: 'vmax': vmax takes 1 element type(s)"}));

}  // namespace
}  // namespace aie4ml::arch
