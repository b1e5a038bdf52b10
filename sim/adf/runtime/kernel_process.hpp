// A kernel on its core: waits for its inputs and for room for its outputs, calls the user's code, hands over.
#pragma once

#include <aie4ml_adf/core_modes.hpp>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/adf/runtime/access_plan.hpp"
#include "sim/adf/runtime/channel.hpp"
#include "sim/adf/runtime/design.hpp"
#include "sim/adf/runtime/fiber.hpp"
#include "sim/adf/runtime/memory.hpp"

namespace aie4ml::adf {

class KernelProcess;

// One end of a stream or cascade; the kernel's code has a pointer to it.
class StreamEnd {
 public:
  StreamEnd(KernelProcess& kernel, const PortRecord& port) : kernel_(kernel), port_(port) {}
  void read(std::uint8_t* data, std::size_t bytes, bool* last);
  void write(const std::uint8_t* data, std::size_t bytes, bool last);

 private:
  friend class KernelProcess;
  KernelProcess& kernel_;
  const PortRecord& port_;
  Channel* channel_{};
  std::size_t reader_{};
};

class KernelProcess : public Process {
 public:
  enum class Need : std::uint8_t { nothing, data, room, update };

  // Of a kernel that passed all checks.
  KernelProcess(Scheduler& scheduler, const KernelRecord& record);

  void connect_input(const PortRecord& port, Channel& channel);
  void connect_output(const PortRecord& port, Channel& channel);

  // Makes the user's object and calls the initialization function, as the core does at its start.
  void start();
  void add_calls(std::int64_t calls);  // negative: without end
  void stop();                         // no more calls than there were
  void advance() override;

  // Values of a parameter, in the form the kernel sees them: those of the next call that has none yet, or of
  // the current state. `bytes` are as many as it has.
  void update(const PortRecord& port, const std::uint8_t* values);
  void read(const PortRecord& port, std::uint8_t* values) const;
  [[nodiscard]] std::size_t parameter_bytes(const PortRecord& port) const;

  [[nodiscard]] const KernelRecord& record() const { return record_; }
  [[nodiscard]] bool done() const { return calls_ >= target_ && !in_call_; }
  [[nodiscard]] std::int64_t calls() const { return calls_; }
  [[nodiscard]] bool in_call() const { return in_call_; }  // in the middle of the user's code
  // What it waits for while it is not done.
  [[nodiscard]] Need need() const { return need_; }
  [[nodiscard]] const PortRecord* needed_port() const { return needed_port_; }
  [[nodiscard]] std::size_t needed_bytes() const { return needed_bytes_; }
  [[nodiscard]] std::size_t available_bytes() const;
  // The buffer whose guarding page the address lies in.
  [[nodiscard]] const PortRecord* port_behind(const void* address) const;

  // For code that runs on the fiber.
  void wait(Need need, const PortRecord& port, std::size_t bytes);

 private:
  struct Bound {  // one argument
    const PortRecord* port{};
    Channel* channel{};
    std::size_t reader{};
    std::optional<AccessPlan> plan;      // tilings of the tile's own DMA
    std::vector<std::uint8_t> sequence;  // what the plan makes of the buffer
    std::optional<BufferMemory> memory;  // buffers and parameters
    BufferSlot slot;
    std::unique_ptr<StreamEnd> end;
    bool has_value{};                               // parameters
    std::deque<std::vector<std::uint8_t>> updates;  // not taken yet
  };
  void bind(const PortRecord& port);
  [[nodiscard]] Bound& bound(const PortRecord& port) { return arguments_[port.argument]; }
  [[nodiscard]] const Bound& bound(const PortRecord& port) const { return arguments_[port.argument]; }
  [[nodiscard]] static std::size_t transfer_bytes(const Bound& argument);
  void live();
  void call();
  void take_inputs();
  void take_parameter(Bound& argument);
  void give_outputs();

  Scheduler& scheduler_;
  const KernelRecord& record_;
  std::deque<Bound> arguments_;
  std::vector<Slot> slots_;
  CoreModes modes_;
  Fiber fiber_;
  std::int64_t target_{}, calls_{};
  bool in_call_{};
  Need need_{};
  const PortRecord* needed_port_{};
  std::size_t needed_bytes_{};
};

}  // namespace aie4ml::adf
