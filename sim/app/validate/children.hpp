// Work in processes of its own, several at a time: one that crashes or hangs takes nobody with it.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace aie4ml::sim::validate {

struct ChildOptions {
  int jobs{1};        // at a time
  double seconds{0};  // wall time of each, then it is killed; 0: no limit
};

struct ChildResult {
  bool ok{};
  std::string text;  // what the work returned, or why there is nothing
};

// work(i) runs in a child for every i below count and returns its result as text; what it throws becomes the
// reason of a failure, as do a crash (with the last line it wrote to standard error) and too long a time.
// done, if any, is called here after each with how many are done, and count. To be called while the process
// has one thread and before it touched SystemC.
std::vector<ChildResult> run_in_children(std::size_t count, const ChildOptions& options,
                                         const std::function<std::string(std::size_t)>& work,
                                         const std::function<void(std::size_t, std::size_t)>& done = {});

}  // namespace aie4ml::sim::validate
