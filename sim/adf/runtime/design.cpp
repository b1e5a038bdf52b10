#include "sim/adf/runtime/design.hpp"

#include <cstdlib>
#include <cxxabi.h>
#include <dlfcn.h>
#include <functional>
#include <numeric>

#include <fmt/format.h>

#include "sim/adf/runtime/failure.hpp"
#include "sim/adf/runtime/network.hpp"

namespace aie4ml::adf {
namespace {

std::string demangled(const char* mangled) {
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> text(abi::__cxa_demangle(mangled, nullptr, nullptr, &status),
                                                    &std::free);
  return status == 0 ? text.get() : mangled;
}

// The name of a function, where the program exports it (-rdynamic); "" otherwise.
std::string function_name(void (*function)()) {
  Dl_info info{};
  if (dladdr(reinterpret_cast<const void*>(function), &info) == 0 || info.dli_sname == nullptr) return "";
  std::string name = demangled(info.dli_sname);
  return name.substr(0, name.find('('));
}

std::string type_name(const KernelRecord& kernel) {
  if (kernel.type.mangled_class != nullptr) return demangled(kernel.type.mangled_class);
  const std::string function = function_name(kernel.type.function);
  if (!function.empty()) return function;
  return fmt::format("({})", to_string(kernel.where));
}

const char* list_name(Direction direction) {
  switch (direction) {
    case Direction::in:
      return "in";
    case Direction::out:
      return "out";
    case Direction::inout:
      return "inout";
  }
  return "";
}

}  // namespace

GraphRecord::GraphRecord(std::size_t number, Where at) : sequence(number), where(at) {}
GraphRecord::~GraphRecord() = default;

Design& design() {
  // Never destroyed: graphs are globals, and destructors of such come in any order.
  static auto* const instance = new Design();
  return *instance;
}

std::size_t SharedBufferRecord::elements() const {
  return std::accumulate(dimensions.begin(), dimensions.end(), std::size_t{1}, std::multiplies<>());
}

std::string name_of(const KernelRecord& kernel) {
  std::string name = "kernel " + type_name(kernel);
  if (kernel.place) name += fmt::format(" on tile ({},{})", kernel.place->column, kernel.place->row);
  return name;
}

std::string name_of(const PlioRecord& plio) {
  return fmt::format("PLIO '{}'", plio.name.empty() ? plio.file : plio.name);
}

std::string name_of(const SharedBufferRecord& buffer) {
  return fmt::format("shared_buffer ({})", to_string(buffer.where));
}

std::string name_of(const PortRecord& port) {
  if (port.plio != nullptr) return name_of(*port.plio);
  if (port.is_of_graph()) return fmt::format("port of a graph ({})", to_string(port.where));
  return fmt::format("{}[{}] of {}", list_name(port.direction), port.index,
                     port.kernel != nullptr ? name_of(*port.kernel) : name_of(*port.shared_buffer));
}

const Argument& argument_of(const PortRecord& kernel_port) {
  return kernel_port.kernel->type.arguments[kernel_port.argument];
}

}  // namespace aie4ml::adf
