#include "sim/adf/runtime/kernel_process.hpp"

#include <adf/stream.hpp>
#include <algorithm>
#include <cstring>
#include <dlfcn.h>
#include <exception>
#include <utility>

#include <fmt/format.h>

#include "sim/adf/runtime/failure.hpp"
#include "sim/adf/runtime/wiring.hpp"

namespace aie4ml::adf {
namespace {

// The functions of a program are found by name only if it exports them.
void (*function_named(const std::string& name))() {
  void* symbol = dlsym(RTLD_DEFAULT, name.c_str());
  if (symbol == nullptr) symbol = dlsym(RTLD_DEFAULT, fmt::format("_Z{}{}v", name.size(), name).c_str());
  return reinterpret_cast<void (*)()>(symbol);
}

}  // namespace

void read_stream(StreamEnd* end, void* data, std::size_t bytes, bool* last) {
  end->read(static_cast<std::uint8_t*>(data), bytes, last);
}
void write_stream(StreamEnd* end, const void* data, std::size_t bytes, bool last) {
  end->write(static_cast<const std::uint8_t*>(data), bytes, last);
}

void StreamEnd::read(std::uint8_t* data, std::size_t bytes, bool* last) {
  while (bytes > 0) {
    const std::size_t part = std::min(bytes, channel_->available(reader_));
    channel_->pop(reader_, data, part);
    data += part;
    bytes -= part;
    if (bytes > 0) kernel_.wait(KernelProcess::Need::data, port_, bytes);
  }
  if (last != nullptr) *last = channel_->at_last(reader_);
}

void StreamEnd::write(const std::uint8_t* data, std::size_t bytes, bool last) {
  while (bytes > 0) {
    const std::size_t part = std::min(bytes, channel_->room());
    channel_->push(data, part);
    data += part;
    bytes -= part;
    if (bytes > 0) kernel_.wait(KernelProcess::Need::room, port_, bytes);
  }
  if (last) channel_->mark_last();
}

KernelProcess::KernelProcess(Scheduler& scheduler, const KernelRecord& record)
    : scheduler_(scheduler), record_(record), fiber_([this] { live(); }) {
  for (const PortRecord* port : record.ports) bind(*port);
}

void KernelProcess::bind(const PortRecord& port) {
  const Argument& argument = argument_of(port);
  Bound& self = arguments_.emplace_back();
  self.port = &port;
  Slot slot{};
  switch (argument.kind) {
    case ArgumentKind::buffer: {
      const std::size_t elements = buffer_elements(port);
      self.memory.emplace(elements * argument.element.bytes);
      if (port.tiling) {
        self.plan.emplace(*port.tiling);
        self.sequence.resize(self.plan->elements() * argument.element.bytes);
      }
      self.slot = {self.memory->data(), elements};
      slot.buffer = &self.slot;
      break;
    }
    case ArgumentKind::stream:
    case ArgumentKind::cascade:
      self.end = std::make_unique<StreamEnd>(*this, port);
      slot.stream = self.end.get();
      break;
    case ArgumentKind::parameter:
      self.memory.emplace(argument.count * argument.element.bytes);
      // What nobody sends begins as zero.
      self.has_value = argument.direction == Direction::inout && port.source == nullptr;
      slot.parameter = self.memory->data();
      break;
  }
  slots_.push_back(slot);
}

void KernelProcess::connect_input(const PortRecord& port, Channel& channel) {
  Bound& argument = bound(port);
  argument.channel = &channel;
  argument.reader = channel.add_reader(this);
  if (argument.end == nullptr) return;
  argument.end->channel_ = &channel;
  argument.end->reader_ = argument.reader;
}

void KernelProcess::connect_output(const PortRecord& port, Channel& channel) {
  Bound& argument = bound(port);
  argument.channel = &channel;
  channel.set_writer(this);
  if (argument.end != nullptr) argument.end->channel_ = &channel;
}

void KernelProcess::start() {
  CoreModes* const before = use_core_modes(&modes_);
  record_.type.body->construct();
  if (!record_.initialization.empty()) {
    const auto function = function_named(record_.initialization);
    if (function == nullptr) {
      fail_graph(
          record_.initialization_where,
          fmt::format(
              "there is no function void {}(): is it static, or was the program linked without -rdynamic?",
              record_.initialization));
    }
    function();
  }
  use_core_modes(before);
}

void KernelProcess::add_calls(std::int64_t calls) {
  target_ = calls < 0 ? std::numeric_limits<std::int64_t>::max() : calls_ + calls;
  scheduler_.wake(this);
}

void KernelProcess::stop() {
  target_ = calls_;
}

void KernelProcess::advance() {
  if (done()) return;
  CoreModes* const before = use_core_modes(&modes_);
  fiber_.enter();
  use_core_modes(before);
}

void KernelProcess::live() {
  try {
    for (;;) {
      while (calls_ >= target_) fiber_.leave();
      call();
    }
  } catch (const std::exception& error) {
    fail_run(fmt::format("{}, call {}: {}", name_of(record_), calls_ + 1, error.what()));
  }
}

std::size_t KernelProcess::transfer_bytes(const Bound& argument) {
  return argument.plan ? argument.sequence.size() : argument.memory->bytes();
}

void KernelProcess::wait(Need need, const PortRecord& port, std::size_t bytes) {
  need_ = need;
  needed_port_ = &port;
  needed_bytes_ = bytes;
  fiber_.leave();
  need_ = Need::nothing;
}

void KernelProcess::call() {
  for (Bound& argument : arguments_) {
    const Argument& spec = argument_of(*argument.port);
    if (spec.kind == ArgumentKind::parameter) take_parameter(argument);
    if (spec.kind != ArgumentKind::buffer) continue;
    const std::size_t bytes = transfer_bytes(argument);
    if (spec.direction == Direction::in) {
      while (argument.channel->available(argument.reader) < bytes) wait(Need::data, *argument.port, bytes);
    } else {
      while (argument.channel->room() < bytes) wait(Need::room, *argument.port, bytes);
    }
  }
  take_inputs();
  in_call_ = true;
  record_.type.body->run(slots_.data());
  in_call_ = false;
  give_outputs();
  ++calls_;
}

void KernelProcess::take_parameter(Bound& argument) {
  const bool is_async = argument.port->async;
  if (is_async || argument.port->source == nullptr) {
    while (!argument.has_value && argument.updates.empty())
      wait(Need::update, *argument.port, argument.memory->bytes());
    // The latest wins.
    if (argument.updates.size() > 1)
      argument.updates.erase(argument.updates.begin(), argument.updates.end() - 1);
  } else {
    while (argument.updates.empty()) wait(Need::update, *argument.port, argument.memory->bytes());
  }
  if (argument.updates.empty()) return;
  std::memcpy(argument.memory->data(), argument.updates.front().data(), argument.memory->bytes());
  argument.updates.pop_front();
  argument.has_value = true;
}

void KernelProcess::take_inputs() {
  for (std::size_t i = 0; i < arguments_.size(); ++i) {
    Bound& argument = arguments_[i];
    const Argument& spec = argument_of(*argument.port);
    if (spec.kind != ArgumentKind::buffer) continue;
    const bool is_input = spec.direction == Direction::in;
    // A tiling need not cover the whole buffer; outputs are the kernel's to write.
    if (!is_input || argument.plan) {
      fill_arbitrary(argument.memory->data(), argument.memory->bytes(),
                     (record_.sequence * 31 + i) * 1000003 + static_cast<std::uint64_t>(calls_));
    }
    if (!is_input) continue;
    if (argument.plan) {
      argument.channel->pop(argument.reader, argument.sequence.data(), argument.sequence.size());
      argument.plan->scatter(argument.sequence.data(), argument.memory->data(), spec.element.bytes);
    } else {
      argument.channel->pop(argument.reader, argument.memory->data(), argument.memory->bytes());
    }
  }
}

void KernelProcess::give_outputs() {
  for (Bound& argument : arguments_) {
    const Argument& spec = argument_of(*argument.port);
    if (spec.kind != ArgumentKind::buffer || spec.direction != Direction::out) continue;
    if (argument.plan) {
      argument.plan->gather(argument.memory->data(), argument.sequence.data(), spec.element.bytes);
      argument.channel->push(argument.sequence.data(), argument.sequence.size());
    } else {
      argument.channel->push(argument.memory->data(), argument.memory->bytes());
    }
  }
}

void KernelProcess::update(const PortRecord& port, const std::uint8_t* values) {
  Bound& argument = bound(port);
  argument.updates.emplace_back(values, values + argument.memory->bytes());
  scheduler_.wake(this);
}

void KernelProcess::read(const PortRecord& port, std::uint8_t* values) const {
  const Bound& argument = bound(port);
  std::memcpy(values, argument.memory->data(), argument.memory->bytes());
}

std::size_t KernelProcess::parameter_bytes(const PortRecord& port) const {
  return bound(port).memory->bytes();
}

std::size_t KernelProcess::available_bytes() const {
  if (need_ != Need::data && need_ != Need::room) return 0;
  const Bound& argument = bound(*needed_port_);
  return need_ == Need::data ? argument.channel->available(argument.reader) : argument.channel->room();
}

const PortRecord* KernelProcess::port_behind(const void* address) const {
  for (const Bound& argument : arguments_) {
    if (argument.memory && argument.memory->guards(address)) return argument.port;
  }
  return nullptr;
}

}  // namespace aie4ml::adf
