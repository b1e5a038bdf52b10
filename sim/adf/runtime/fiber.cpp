#include "sim/adf/runtime/fiber.hpp"

#include <cstdint>
#include <sys/mman.h>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "sim/adf/runtime/failure.hpp"

#if defined(__SANITIZE_ADDRESS__)
#define AIE4ML_ADF_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define AIE4ML_ADF_ASAN 1
#endif
#endif
#ifdef AIE4ML_ADF_ASAN
#include <sanitizer/common_interface_defs.h>
#endif

namespace aie4ml::adf {
namespace {

// Far more than a kernel has on the device: vectors and loops of the host's compiler live here.
constexpr std::size_t kStackBytes = std::size_t{1} << 20;

void before_switch([[maybe_unused]] void** fake, [[maybe_unused]] const void* stack,
                   [[maybe_unused]] std::size_t bytes) {
#ifdef AIE4ML_ADF_ASAN
  __sanitizer_start_switch_fiber(fake, stack, bytes);
#endif
}
void after_switch([[maybe_unused]] void* fake, [[maybe_unused]] const void** stack,
                  [[maybe_unused]] std::size_t* bytes) {
#ifdef AIE4ML_ADF_ASAN
  __sanitizer_finish_switch_fiber(fake, stack, bytes);
#endif
}

std::size_t guard_bytes() {
  return static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace

Fiber::Fiber(std::function<void()> body) : body_(std::move(body)) {
  // The lowest page stays without access, so that an overflow ends the program instead of other kernels'
  // data.
  const std::size_t bytes = kStackBytes + guard_bytes();
  stack_ = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (stack_ == MAP_FAILED) fail_graph("not enough memory for the stacks of the kernels");
  mprotect(stack_, guard_bytes(), PROT_NONE);
  getcontext(&inside_);
  inside_.uc_stack.ss_sp = static_cast<char*>(stack_) + guard_bytes();
  inside_.uc_stack.ss_size = kStackBytes;
  inside_.uc_link = nullptr;
  // makecontext() hands over integers.
  const auto self = reinterpret_cast<std::uintptr_t>(this);
  makecontext(&inside_, reinterpret_cast<void (*)()>(&Fiber::start), 2, static_cast<unsigned>(self >> 32U),
              static_cast<unsigned>(self));
}

Fiber::~Fiber() {
  munmap(stack_, kStackBytes + guard_bytes());
}

void Fiber::start(unsigned high, unsigned low) {
  auto* self = reinterpret_cast<Fiber*>(std::uintptr_t{high} << 32U | low);
  after_switch(nullptr, &self->outside_stack_, &self->outside_bytes_);
  self->body_();
  self->leave();
}

void Fiber::enter() {
  void* fake = nullptr;
  before_switch(&fake, inside_.uc_stack.ss_sp, inside_.uc_stack.ss_size);
  swapcontext(&outside_, &inside_);
  after_switch(fake, nullptr, nullptr);
}

void Fiber::leave() {
  before_switch(&fake_stack_, outside_stack_, outside_bytes_);
  swapcontext(&inside_, &outside_);
  after_switch(fake_stack_, &outside_stack_, &outside_bytes_);
}

}  // namespace aie4ml::adf
