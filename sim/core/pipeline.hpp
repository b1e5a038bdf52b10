// What is in flight: for each of the next pipeline cycles the results that arrive, the accumulators that are
// read late, and the memory accesses.
#pragma once

#include <array>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "arch/device/core_timing.hpp"
#include "sim/core/micro_op.hpp"
#include "sim/memory/tile_memory.hpp"

namespace aie4ml::sim {

// Room for one thing each bundle may put into a cycle from each distance; running over it is our bug.
template <class T, int capacity>
class FixedList {
 public:
  T& add() {
    if (count_ == capacity) std::abort();
    return items_[static_cast<std::size_t>(count_++)];
  }
  void clear() { count_ = 0; }
  [[nodiscard]] bool empty() const { return count_ == 0; }
  [[nodiscard]] int size() const { return count_; }
  T* begin() { return items_.data(); }
  T* end() { return items_.data() + count_; }
  const T* begin() const { return items_.data(); }
  const T* end() const { return items_.data() + count_; }

 private:
  int count_{};
  std::array<T, capacity> items_;
};

struct ArrivingWrite {
  std::uint16_t offset{}, size{};
  arch::Bypass bypass{};
  std::int32_t bundle{};
  alignas(32) std::array<std::uint8_t, 256> data;
};

struct MemoryAccess {
  const MicroOp* op{};
  TileMemory* memory{};
  BankMask banks{};        // of the four windows, still to be served
  std::int32_t address{};  // in that memory
  std::int32_t bundle{};
  std::uint8_t window{};
  bool is_load{};
  alignas(32) std::array<std::uint8_t, kMaxAccessBytes> data;  // of a store
};

// A multiply-accumulate whose factors were read and whose accumulator is not yet.
struct LateRead {
  const MicroOp* op{};
  std::int32_t bundle{};
  alignas(32) std::array<std::uint8_t, kMaxFactorBytes> a, b;
};

struct PipelineSlot {
  FixedList<ArrivingWrite, 16> writes;
  FixedList<MemoryAccess, 8> accesses;
  FixedList<LateRead, 4> late_reads;
  [[nodiscard]] bool empty() const { return writes.empty() && accesses.empty() && late_reads.empty(); }
};

class Pipeline {
 public:
  explicit Pipeline(int longest_delay) : slots_(static_cast<std::size_t>(longest_delay) + 2) {}

  PipelineSlot& now() { return slots_[now_]; }
  // distance < number of slots
  PipelineSlot& in(int distance) {
    std::size_t i = now_ + static_cast<std::size_t>(distance);
    if (i >= slots_.size()) i -= slots_.size();
    return slots_[i];
  }
  void advance() {
    if (++now_ == slots_.size()) now_ = 0;
  }
  [[nodiscard]] bool empty() const {
    for (const PipelineSlot& slot : slots_) {
      if (!slot.empty()) return false;
    }
    return true;
  }
  void clear() {
    for (PipelineSlot& slot : slots_) {
      slot.writes.clear();
      slot.accesses.clear();
      slot.late_reads.clear();
    }
  }

 private:
  std::vector<PipelineSlot> slots_;
  std::size_t now_{};
};

}  // namespace aie4ml::sim
