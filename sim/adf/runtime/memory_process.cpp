#include "sim/adf/runtime/memory_process.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/adf/runtime/memory.hpp"

namespace aie4ml::adf {
namespace {

AccessPlan plan_of(const PortRecord& port) {
  return port.tiling ? AccessPlan(*port.tiling) : AccessPlan(port.shared_buffer->elements());
}

}  // namespace

MemoryProcess::MemoryProcess(const SharedBufferRecord& record)
    : record_(record),
      copies_(static_cast<std::size_t>(record.buffers),
              std::vector<std::uint8_t>(record.elements() * record.element.bytes)) {
  for (const PortRecord* port : record.inputs) {
    AccessPlan plan = plan_of(*port);
    const std::size_t bytes = plan.elements() * record.element.bytes;
    inputs_.push_back({std::move(plan), std::vector<std::uint8_t>(bytes), nullptr, 0, 0, 0});
  }
  for (const PortRecord* port : record.outputs) {
    AccessPlan plan = plan_of(*port);
    const std::size_t bytes = plan.elements() * record.element.bytes;
    outputs_.push_back({std::move(plan), std::vector<std::uint8_t>(bytes), nullptr, bytes, 0});
  }
}

void MemoryProcess::connect_input(std::size_t index, Channel& channel) {
  inputs_[index].channel = &channel;
  inputs_[index].reader = channel.add_reader(this);
}

void MemoryProcess::connect_output(std::size_t index, Channel& channel) {
  outputs_[index].channel = &channel;
  channel.set_writer(this);
}

std::uint8_t* MemoryProcess::copy_for(std::uint64_t fill) {
  return copies_[fill % copies_.size()].data();
}

std::uint64_t MemoryProcess::slowest_input() const {
  return std::min_element(inputs_.begin(), inputs_.end(),
                          [](const Input& a, const Input& b) { return a.fills < b.fills; })
      ->fills;
}

std::uint64_t MemoryProcess::slowest_output() const {
  return std::min_element(outputs_.begin(), outputs_.end(),
                          [](const Output& a, const Output& b) { return a.drains < b.drains; })
      ->drains;
}

bool MemoryProcess::write(Input& input) {
  if (input.fills >= slowest_output() + copies_.size()) return false;  // every copy is still being read
  const std::size_t bytes =
      std::min(input.channel->available(input.reader), input.sequence.size() - input.have);
  if (bytes == 0) return false;
  input.channel->pop(input.reader, input.sequence.data() + input.have, bytes);
  input.have += bytes;
  if (input.have < input.sequence.size()) return true;
  if (input.fills == begun_) {
    fill_arbitrary(copy_for(begun_), copies_.front().size(), record_.sequence * 1000003 + begun_);
    ++begun_;
  }
  input.plan.scatter(input.sequence.data(), copy_for(input.fills), record_.element.bytes);
  ++input.fills;
  input.have = 0;
  return true;
}

bool MemoryProcess::read(Output& output) {
  if (output.sent == output.sequence.size()) {
    if (output.drains >= slowest_input()) return false;
    output.plan.gather(copy_for(output.drains), output.sequence.data(), record_.element.bytes);
    ++output.drains;
    output.sent = 0;
  }
  const std::size_t bytes = std::min(output.channel->room(), output.sequence.size() - output.sent);
  if (bytes == 0) return false;
  output.channel->push(output.sequence.data() + output.sent, bytes);
  output.sent += bytes;
  return true;
}

void MemoryProcess::advance() {
  bool moved = true;
  while (moved) {
    moved = false;
    for (Input& input : inputs_) moved = write(input) || moved;
    for (Output& output : outputs_) moved = read(output) || moved;
  }
}

std::string MemoryProcess::missing() const {
  const std::uint64_t fill = slowest_input();
  const bool started = std::any_of(inputs_.begin(), inputs_.end(),
                                   [&](const Input& input) { return input.fills > fill || input.have > 0; });
  if (!started) return "";
  std::string text;
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    if (inputs_[i].fills > fill) continue;
    text += fmt::format("{}in[{}] has {} of {} bytes", text.empty() ? "" : ", ", i, inputs_[i].have,
                        inputs_[i].sequence.size());
  }
  return text;
}

}  // namespace aie4ml::adf
