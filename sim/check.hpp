// Checks of our own invariants (DESIGN D8): a failed one is a bug of the simulator, and aborts.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <source_location>

namespace aie4ml::sim {

inline void check(bool condition, const char* invariant,
                  const std::source_location& where = std::source_location::current()) {
  if (condition) [[likely]]
    return;
  std::fprintf(stderr, "%s:%u: broken invariant: %s\n", where.file_name(), where.line(), invariant);
  std::abort();
}

}  // namespace aie4ml::sim
