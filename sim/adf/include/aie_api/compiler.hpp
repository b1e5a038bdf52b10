// What kernels say to the device's compiler alone, as nothing, and its scalar instructions.
#pragma once

#define chess_prepare_for_pipelining
#define chess_flatten_loop
#define chess_no_hw_loop
#define chess_loop_range(...)
#define chess_loop_count(...)
#define chess_unroll_loop(...)
#define chess_duplicate
#define chess_storage(...)
#define chess_protect_access
#define chess_separator()
#define chess_separator_scheduler(...)
#define chess_memory_fence()

// Which banks a pointer may reach, for the scheduler.
#define __aie_dm_resource_a
#define __aie_dm_resource_b
#define __aie_dm_resource_c
#define __aie_dm_resource_d
#define __aie_dm_resource_stack

// Leading bits equal to the sign, itself counted: clb(1) is 31.
inline int clb(int x) {
  const auto bits = static_cast<unsigned>(x < 0 ? ~x : x);
  int count = 0;
  while (count < 32 && (bits >> (31 - count) & 1U) == 0) ++count;
  return count;
}
