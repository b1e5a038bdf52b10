// What can be wrong with one instruction on a device, whatever stands around it.
#pragma once

#include <string>
#include <vector>

#include "arch/isa/instruction.hpp"

namespace aie4ml::arch {

struct Device;

// How many registers of a class the device has.
int register_count(const Device& device, RegClass cls);

// Whether a step or offset in bytes can be an immediate of an address.
bool fits_address(std::int64_t bytes);

// Operands of the wrong class, registers the device lacks, immediates out of range, shapes and types that no
// hardware mode has, accesses wider than the port, fields set that the operation does not use. One sentence
// each.
std::vector<std::string> check_instruction(const Instruction& instruction, const Device& device);

}  // namespace aie4ml::arch
