// The statements of a vector program as AIE-API C++. Internal to the folder.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "kernels/emit/kernel_source.hpp"
#include "kernels/vector_program/vector_program.hpp"

namespace aie4ml::kernels {

inline constexpr const char* kCascadeIn = "cascade_in";
inline constexpr const char* kCascadeOut = "cascade_out";

// What the parameter of run() behind an argument is called; the pointer that walks over it has the
// argument's name.
std::string argument_name(const VectorProgram& program, std::size_t argument);

// What stands between the braces of run(), indented by two.
std::string print_body(const VectorProgram& program, const std::vector<ArgumentUse>& uses);

}  // namespace aie4ml::kernels
