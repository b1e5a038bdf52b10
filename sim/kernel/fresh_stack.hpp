// For builds with the address sanitizer, which follows stacks that SystemC switches behind its back.
#pragma once

#if defined(__SANITIZE_ADDRESS__)
#include <pthread.h>
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

namespace aie4ml::sim {

// First thing a simulation thread does: threads of a simulation that ended are not unwound, and their stacks
// serve those of the next one with the sanitizer's marks still on them.
inline void fresh_stack() {
#if defined(__SANITIZE_ADDRESS__)
  constexpr unsigned long kBytes = 48 * 1024;  // below the present frame, less than the smallest stack
  __asan_unpoison_memory_region(static_cast<char*>(__builtin_frame_address(0)) - kBytes, kBytes);
#endif
}

// Last thing of a simulation: SystemC does not say where its caller's stack lies when it returns to it, and
// an exception thrown from there on would be unwound with the bounds of a thread's.
inline void callers_stack() {
#if defined(__SANITIZE_ADDRESS__)
  pthread_attr_t attributes;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return;
  void* bottom = nullptr;
  unsigned long size = 0;
  pthread_attr_getstack(&attributes, &bottom, &size);
  pthread_attr_destroy(&attributes);
  void* fake_stack = nullptr;
  __sanitizer_start_switch_fiber(&fake_stack, bottom, size);
  __sanitizer_finish_switch_fiber(fake_stack, nullptr, nullptr);
#endif
}

}  // namespace aie4ml::sim
