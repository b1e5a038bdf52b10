#include "sim/adf/runtime/failure.hpp"

#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>

namespace aie4ml::adf {
namespace {

// Without destructors: stacks of kernels are still in use.
[[noreturn]] void leave(const std::string& text, int code) {
  std::fflush(nullptr);
  std::fputs(text.c_str(), stderr);
  std::_Exit(code);
}

}  // namespace

std::string to_string(Where where) {
  return where.line == 0 ? "" : fmt::format("{}:{}", where.file, where.line);
}

void fail_graph(Where where, const std::string& what) {
  const std::string at = to_string(where);
  leave(at.empty() ? fmt::format("error: {}\n", what) : fmt::format("{}: error: {}\n", at, what),
        kExitBadGraph);
}

void fail_graph(const std::string& what) {
  fail_graph(Where(), what);
}

void fail_run(const std::string& what, const std::vector<std::string>& details) {
  std::string text = fmt::format("fault: {}\n", what);
  for (const std::string& detail : details) text += fmt::format("  {}\n", detail);
  leave(text, kExitFault);
}

}  // namespace aie4ml::adf
