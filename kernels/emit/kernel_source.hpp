// The C++ of a kernel for AMD's compiler, printed from the same vector program that the VLIW schedule is made
// of (decision D3): a class with run() in AIE-API calls, as ADF graphs take it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "arch/numeric/element_type.hpp"
#include "kernels/vector_program/vector_program.hpp"

namespace aie4ml::kernels {

// What the graph has to know of one parameter of run(). Ports of a kernel are counted by direction, in the
// order of the parameters.
struct KernelPort {
  enum class Kind : std::uint8_t { input_buffer, parameter, cascade_in, output_buffer, cascade_out };
  Kind kind{};
  std::string name;          // of the parameter, "lhs_buffer"
  arch::ElementType type{};  // of an element; of cascades: of a lane
  std::int64_t elements{};   // of a call
  [[nodiscard]] bool is_input() const { return kind <= Kind::cascade_in; }
};

// What a vector program does not say of its arguments.
struct ArgumentUse {
  std::int64_t elements{};
  bool parameter{};  // a run-time parameter of the graph instead of a buffer
};

struct KernelSource {
  std::string class_name;
  std::vector<KernelPort> ports;  // in the order of run()
  std::string header, source;     // contents of <class_name>.h and <class_name>.cpp
};

// `uses` by argument of the program. `comment` stands above the class, a line each. The text is the same for
// equal arguments. The program's matrix multiplies have one shape and types.
KernelSource emit_kernel(const VectorProgram& program, const std::string& class_name,
                         const std::vector<ArgumentUse>& uses, const std::vector<std::string>& comment);

// The tag of AIE-API accumulators with lanes of this type: acc32, acc64.
std::string accumulator_tag(arch::ElementType lane);

}  // namespace aie4ml::kernels
