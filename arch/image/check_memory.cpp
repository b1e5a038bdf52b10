#include <algorithm>
#include <set>

#include "arch/image/image_check.hpp"

namespace aie4ml::arch {
namespace {

void check_segments(const TileCheck& check) {
  const std::int64_t size = check.device.memory_size(check.kind()).value;
  struct Range {
    std::int64_t first, last;
  };
  std::vector<Range> ranges;
  for (std::size_t i = 0; i < check.tile.memory.size(); ++i) {
    const MemorySegment& segment = check.tile.memory[i];
    const std::string part = fmt::format("memory[{}]", i);
    const std::int64_t last = segment.address + static_cast<std::int64_t>(segment.data.size());
    if (segment.data.empty()) check.report(part, "the segment is empty");
    if (segment.address < 0 || last > size) {
      check.report(part, "bytes [{}, {}) are not in its memory of {} bytes", segment.address, last, size);
    }
    if (!check.is_buffer(segment.buffer))
      check.report(part + ".buffer", "there is no buffer {}", segment.buffer);
    ranges.push_back({segment.address, last});
  }
  std::sort(ranges.begin(), ranges.end(), [](Range a, Range b) { return a.first < b.first; });
  for (std::size_t i = 1; i < ranges.size(); ++i) {
    if (ranges[i].first < ranges[i - 1].last) {
      check.report("memory", "two segments contain byte {}", ranges[i].first);
    }
  }
}

void check_lock_values(const TileCheck& check) {
  const LockFacts& facts = check.device.locks;
  std::set<LockId> seen;
  for (std::size_t i = 0; i < check.tile.locks.size(); ++i) {
    const LockInit& lock = check.tile.locks[i];
    const std::string part = fmt::format("locks[{}]", i);
    const int id = lock.lock.value;
    if (id >= facts.of(check.kind()))
      check.report(part, "there is no lock {}, the tile has {}", id, facts.of(check.kind()));
    if (lock.value > facts.max_value) {
      check.report(part, "lock {} cannot be {}, at most {}", id, static_cast<int>(lock.value),
                   facts.max_value);
    }
    if (!seen.insert(lock.lock).second) check.report(part, "lock {} is set twice", id);
  }
}

}  // namespace

void check_memory(const TileCheck& check) {
  check_segments(check);
  check_lock_values(check);
}

}  // namespace aie4ml::arch
