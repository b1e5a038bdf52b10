// A function with a stack of its own that can be left in its middle and entered again. Of glibc's contexts:
// programs of users need nothing but a compiler and the C library.
#pragma once

#include <cstddef>
#include <functional>
#include <ucontext.h>

namespace aie4ml::adf {

class Fiber {
 public:
  explicit Fiber(std::function<void()> body);
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;
  ~Fiber();

  void enter();  // until it leaves or returns; not after it returned
  void leave();  // from within

 private:
  static void start(unsigned high, unsigned low);

  std::function<void()> body_;
  void* stack_{};
  ucontext_t inside_{}, outside_{};
  // What AddressSanitizer has to know about the stacks.
  void* fake_stack_{};
  const void* outside_stack_{};
  std::size_t outside_bytes_{};
};

}  // namespace aie4ml::adf
