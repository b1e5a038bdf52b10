// What kernels say to the device's compiler alone, as nothing.
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
