#include "sim/dma/channel_program.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/check.hpp"
#include "sim/dma/bd_walker.hpp"

namespace aie4ml::sim {
namespace {

BankMask banks_of(const arch::Device& device, arch::TileCoord memory, const WordRange& range) {
  const BankLayout geometry(device, device.kind(memory));
  // Lines are visited until the mask is full: a range of a whole bank is as good as all of it.
  return geometry.physical_banks(static_cast<std::int32_t>(range.first * 4),
                                 static_cast<std::int32_t>((range.last - range.first + 1) * 4));
}

}  // namespace

ChannelProgram::ChannelProgram(const arch::Device& device, const arch::TileImage& tile,
                               const arch::DmaChannelConfig& config, int rounds)
    : config_(&config), rounds_(rounds) {
  index_of_.fill(-1);
  if (config.out_of_order) {
    const arch::DmaFacts& facts = device.dma(device.kind(tile.tile));
    for (const arch::BufferDescriptor& bd : tile.descriptors) {
      if (arch::can_choose(facts, config.channel, bd)) resolve(device, tile, bd.id);
    }
    return;
  }
  for (const arch::DmaTask& task : config.tasks) {
    std::optional<arch::BdId> id = task.first;
    while (id && index_of_[id->value] < 0) id = descriptors_[resolve(device, tile, *id)].bd->next;
  }
  position_ = start_of(0, 0);
}

std::size_t ChannelProgram::resolve(const arch::Device& device, const arch::TileImage& tile, arch::BdId id) {
  const std::string where = fmt::format("{} BD {}", device.tile_name(tile.tile), id.value);
  const auto found = std::find_if(tile.descriptors.begin(), tile.descriptors.end(),
                                  [id](const arch::BufferDescriptor& d) { return d.id == id; });
  if (found == tile.descriptors.end())
    throw arch::InputError(where, "a task or chain uses it, but it is not there", "");
  ResolvedDescriptor resolved;
  resolved.bd = &*found;
  resolved.memory = dma_target(device, tile.tile, found->memory);
  // What a shim's DMA moves is in external memory, and in it: Image::validate().
  if (device.kind(tile.tile) != arch::TileKind::shim) {
    const WordRange range = word_range(*found);
    const std::int64_t words = device.memory_size(device.kind(resolved.memory)).value / 4;
    if (range.first < 0 || range.last >= words) {
      throw arch::InputError(
          where, fmt::format("it visits words {} to {} of a memory of {}", range.first, range.last, words),
          "check its address, strides and iteration");
    }
    resolved.banks = banks_of(device, resolved.memory, range);
  }
  if (found->acquire) {
    resolved.acquire_lock = {dma_target(device, tile.tile, found->acquire->where),
                             found->acquire->lock.value};
    resolved.acquire = {true, found->acquire->lock.value, found->acquire->value, found->acquire->equal};
  }
  if (found->release) {
    resolved.release_lock = {dma_target(device, tile.tile, found->release->where),
                             found->release->lock.value};
    resolved.release = {false, found->release->lock.value, found->release->value, false};
  }
  check(descriptors_.size() < 64, "no DMA has more descriptors than a mask has bits");
  index_of_[id.value] = static_cast<int>(descriptors_.size());
  descriptors_.push_back(resolved);
  return descriptors_.size() - 1;
}

ChannelProgram::Position ChannelProgram::start_of(int round, std::size_t task) const {
  if (task >= config_->tasks.size()) {
    if (round + 1 < rounds_ && !config_->tasks.empty()) return start_of(round + 1, 0);
    return {.round = rounds_, .task = config_->tasks.size(), .repetition = 0, .descriptor = 0};
  }
  return {.round = round,
          .task = task,
          .repetition = 0,
          .descriptor = static_cast<std::size_t>(index_of_[config_->tasks[task].first.value])};
}

ChannelProgram::Position ChannelProgram::after(const Position& at) const {
  Position next = at;
  if (const auto& bd = descriptors_[at.descriptor].bd->next) {
    next.descriptor = static_cast<std::size_t>(index_of_[bd->value]);
    return next;
  }
  if (at.repetition + 1 < config_->tasks[at.task].repeat) {
    next = start_of(at.round, at.task);
    next.repetition = at.repetition + 1;
    return next;
  }
  return start_of(at.round, at.task + 1);
}

ResolvedDescriptor* ChannelProgram::current() {
  return !out_of_order() && position_.task < config_->tasks.size() ? &descriptors_[position_.descriptor]
                                                                   : nullptr;
}

ResolvedDescriptor* ChannelProgram::next() {
  if (out_of_order()) return nullptr;
  const Position next = after(position_);
  return next.task < config_->tasks.size() ? &descriptors_[next.descriptor] : nullptr;
}

const arch::DmaTask* ChannelProgram::ending_task() const {
  const Position next = after(position_);
  const bool goes_on = next.task == position_.task && next.round == position_.round;
  return goes_on ? nullptr : &config_->tasks[position_.task];
}

ResolvedDescriptor* ChannelProgram::find(arch::BdId id) {
  const int index = index_of_[id.value];
  return index < 0 ? nullptr : &descriptors_[static_cast<std::size_t>(index)];
}

void ChannelProgram::advance() {
  position_ = after(position_);
}

}  // namespace aie4ml::sim
