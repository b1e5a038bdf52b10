// Programs as text, and back. One bundle a line, operations separated by ';', labels on a line of their own:
//
//   kloop:
//     vlda w0, [p0], #32; vldb w4, [p2], m1; vmac.4x8x8.s8.s8 cm0, cm0, x0, x2~
//     jnz r0, kloop
//     vst.srs.s8.s32 [p4], #32, cm0, s0
//
// '~' behind a register operand: the old value is meant (Instruction::reads_old). '//' starts a comment. An
// empty bundle is "nop", a branch to a bundle without a label "j @12". docs/isa.md has the whole syntax.
#pragma once

#include <string>
#include <string_view>

#include "arch/isa/program.hpp"

namespace aie4ml::arch {

std::string to_assembly(const Instruction& instruction, const Program& program);
std::string to_assembly(const Bundle& bundle, const Program& program);
std::string to_assembly(const Program& program);  // whole listing, regions as comments

bool is_label_name(std::string_view name);  // letters, digits, '_', '.', '$', no digit first

// Bundles and labels of parse_assembly(to_assembly(p)) are those of p if p.validate() finds nothing; regions
// are comments and come back empty. Throws InputError naming `where` and the line. Checks what can be said of
// one operation without a device; for the rest there is Program::validate().
Program parse_assembly(std::string_view text, const std::string& where);

}  // namespace aie4ml::arch
