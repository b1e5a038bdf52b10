// Checks of our own invariants (decision D8): a failed one is a bug of ours, and aborts.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace aie4ml::arch {

inline void check(bool condition, const char* invariant, const char* file = __builtin_FILE(),
                  int line = __builtin_LINE()) {
  if (condition) [[likely]]
    return;
  std::fprintf(stderr, "%s:%d: broken invariant: %s\n", file, line, invariant);
  std::abort();
}

}  // namespace aie4ml::arch
