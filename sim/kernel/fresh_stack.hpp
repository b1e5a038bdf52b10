// For builds with the address sanitizer: threads of a simulation that ended are not unwound, and their stacks
// serve those of the next one with the sanitizer's marks still on them.
#pragma once

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#endif

namespace aie4ml::sim {

// First thing a simulation thread does.
inline void fresh_stack() {
#if defined(__SANITIZE_ADDRESS__)
  constexpr unsigned long kBytes = 48 * 1024;  // below the present frame, less than the smallest stack
  __asan_unpoison_memory_region(static_cast<char*>(__builtin_frame_address(0)) - kBytes, kBytes);
#endif
}

}  // namespace aie4ml::sim
