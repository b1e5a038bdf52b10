// What a DMA channel does, task by task and BD by BD, with what every BD needs to know before it starts.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "arch/image/image.hpp"
#include "sim/lock/lock_bank.hpp"
#include "sim/machine/sharing.hpp"
#include "sim/memory/tile_memory.hpp"

namespace aie4ml::sim {

struct ResolvedDescriptor {
  const arch::BufferDescriptor* bd{};
  arch::TileCoord memory{};
  BankMask banks{};  // that it may touch in any of its runs
  std::optional<LockAddress> acquire_lock, release_lock;
  LockOperation acquire{}, release{};
  std::int64_t runs{};  // how often it started: counts its iteration dimension
};

// Position in a channel's work.
class ChannelProgram {
 public:
  // rounds: how often the tasks are run, one after the other; what the host does with those of a shim.
  // Throws InputError for a BD that is not there and for one that leaves its memory.
  ChannelProgram(const arch::Device& device, const arch::TileImage& tile,
                 const arch::DmaChannelConfig& config, int rounds = 1);

  // The BD to run now; nullptr: all tasks are done.
  [[nodiscard]] ResolvedDescriptor* current();
  // The one after it: the next of the chain, of the next repetition or task; nullptr: none.
  [[nodiscard]] ResolvedDescriptor* next();
  void advance();
  // The task whose last BD the current one is; nullptr: it goes on.
  [[nodiscard]] const arch::DmaTask* ending_task() const;
  [[nodiscard]] int rounds() const { return rounds_; }
  // Of the current BD.
  [[nodiscard]] int round() const { return position_.round; }
  // Whether the current BD is the last one of its round.
  [[nodiscard]] bool ends_round() const { return after(position_).round != position_.round; }

  // Out-of-order mode: every BD the channel may use can be the next one, and current() is nullptr.
  [[nodiscard]] bool out_of_order() const { return config_->out_of_order; }
  [[nodiscard]] const arch::DmaChannelConfig& config() const { return *config_; }
  // The BD of that number; nullptr: not configured, or not for this channel.
  [[nodiscard]] ResolvedDescriptor* find(arch::BdId id);

  // Visits BDs in the order the channel will run them, the current one first, each at most once, until
  // `visit` returns false or nothing new comes. Out of order: all BDs.
  template <class Visit>
  void look_ahead(Visit visit) const {
    if (out_of_order()) {
      for (const ResolvedDescriptor& descriptor : descriptors_) visit(descriptor);
      return;
    }
    std::uint64_t seen = 0;
    Position at = position_;
    while (at.task < config_->tasks.size()) {
      const std::uint64_t bit = std::uint64_t{1} << at.descriptor;
      const bool is_new = (seen & bit) == 0;
      if (is_new && !visit(descriptors_[at.descriptor])) return;
      seen |= bit;
      const Position next = after(at);
      // A chain that comes back to itself, or a repetition, brings nothing new: go on behind it.
      const bool moves_on = next.task != at.task || next.round != at.round;
      at = is_new || moves_on ? next : start_of(at.round, at.task + 1);
    }
  }

 private:
  struct Position {
    int round{};
    std::size_t task{};  // beyond the last one: all is done
    std::int64_t repetition{};
    std::size_t descriptor{};  // index into descriptors_
  };
  // In that round or the one after it.
  [[nodiscard]] Position start_of(int round, std::size_t task) const;
  [[nodiscard]] Position after(const Position& at) const;
  std::size_t resolve(const arch::Device& device, const arch::TileImage& tile, arch::BdId id);

  const arch::DmaChannelConfig* config_;
  int rounds_;
  std::array<int, 256> index_of_{};  // by BD id, -1: not in use
  std::vector<ResolvedDescriptor> descriptors_;
  Position position_;
};

}  // namespace aie4ml::sim
