// All registers of a core as one block of bytes, and which of them have a write in flight.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <span>

#include "arch/device/core_timing.hpp"
#include "arch/isa/registers.hpp"

namespace aie4ml::sim {

// Where a register lies: bytes of the block, and units of the scoreboard (a scalar register is one unit,
// vectors and accumulators have a unit per 256 bit).
struct Place {
  std::uint16_t offset{}, size{};
  std::uint16_t unit{}, units{};
  [[nodiscard]] bool valid() const { return size != 0; }
};
Place place_of(arch::Reg reg);  // an invalid register has an invalid place

class RegisterFile {
 public:
  [[nodiscard]] const std::uint8_t* at(Place place) const { return bytes_.data() + place.offset; }
  std::uint8_t* at(Place place) { return bytes_.data() + place.offset; }
  std::uint8_t* at(std::uint16_t offset) { return bytes_.data() + offset; }
  [[nodiscard]] std::int32_t scalar(std::uint16_t offset) const {
    std::int32_t value;
    std::memcpy(&value, bytes_.data() + offset, sizeof value);
    return value;
  }
  void set_scalar(std::uint16_t offset, std::int32_t value) {
    std::memcpy(bytes_.data() + offset, &value, sizeof value);
  }

 private:
  static constexpr std::size_t kBytes =
      4 * arch::kScalarFileUnits + arch::kVectorFileBytes + arch::kAccumulatorFileBytes;
  alignas(64) std::array<std::uint8_t, kBytes> bytes_{};
};

// From which pipeline cycle on a read sees every write issued so far.
class Scoreboard {
 public:
  static constexpr int kUnits =
      arch::kScalarFileUnits + (arch::kVectorFileBytes + arch::kAccumulatorFileBytes) / 32;

  // One cycle earlier for a reader on the producer's forwarding network.
  [[nodiscard]] bool settled(Place place, std::int64_t cycle, arch::Bypass reader) const {
    for (int u = place.unit; u < place.unit + place.units; ++u) {
      if (entries_[static_cast<std::size_t>(u)].from[static_cast<std::size_t>(reader)] > cycle) return false;
    }
    return true;
  }
  // The bundle of another write of the register that arrives in the same cycle, -1: none.
  std::int32_t mark(Place place, std::int64_t visible, arch::Bypass producer, std::int32_t bundle) {
    Entry entry{{visible, visible, visible}, bundle};
    if (producer != arch::Bypass::none) --entry.from[static_cast<std::size_t>(producer)];
    std::int64_t clash = -1;
    for (int u = place.unit; u < place.unit + place.units; ++u) {
      Entry& old = entries_[static_cast<std::size_t>(u)];
      if (old.from[0] == visible) clash = old.bundle;
      if (old.from[0] <= visible) old = entry;
    }
    return static_cast<std::int32_t>(clash);
  }
  // The bundle whose write of the register arrives last.
  [[nodiscard]] std::int32_t writer(Place place) const {
    const Entry* last = &entries_[place.unit];
    for (int u = place.unit; u < place.unit + place.units; ++u) {
      const Entry& entry = entries_[static_cast<std::size_t>(u)];
      if (entry.from[0] > last->from[0]) last = &entry;
    }
    return static_cast<std::int32_t>(last->bundle);
  }
  [[nodiscard]] std::int64_t arrival(Place place) const {
    std::int64_t last = 0;
    for (int u = place.unit; u < place.unit + place.units; ++u) {
      last = std::max(last, entries_[static_cast<std::size_t>(u)].from[0]);
    }
    return last;
  }
  void clear() { entries_ = {}; }

 private:
  struct alignas(32) Entry {
    std::array<std::int64_t, 3> from{};  // by arch::Bypass of the reader
    std::int64_t bundle{};
  };
  std::array<Entry, kUnits> entries_{};
};

}  // namespace aie4ml::sim
