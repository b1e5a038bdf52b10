#include "compiler/codegen/require_clean.hpp"

#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>

namespace aie4ml::compiler {

void require_clean(const char* what, const arch::Problems& problems) {
  if (problems.empty()) return;
  constexpr std::size_t kShown = 20;  // the rest follows from them as a rule
  std::size_t shown = 0;
  for (const arch::Problem& problem : problems) {
    if (shown++ == kShown) {
      std::fputs(fmt::format("internal error: {}: {} more\n", what, problems.size() - kShown).c_str(),
                 stderr);
      break;
    }
    std::fputs(fmt::format("internal error: {}: {}: {}\n", what, problem.where, problem.what).c_str(),
               stderr);
  }
  std::abort();
}

}  // namespace aie4ml::compiler
