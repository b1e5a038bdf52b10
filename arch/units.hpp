// Units and identifiers as types, so that a bank cannot be passed where a lock is meant.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>

namespace aie4ml::arch {

// An integer with a meaning. Explicit to make, explicit to read, ordered; no arithmetic unless asked for.
template <class Tag, class Rep>
struct StrongId {
  Rep value{};
  constexpr StrongId() = default;
  constexpr explicit StrongId(Rep v) : value(v) {}
  friend constexpr auto operator<=>(StrongId, StrongId) = default;
};

// An amount: like StrongId, and sums and differences of it are amounts again.
template <class Tag, class Rep>
struct Quantity {
  Rep value{};
  constexpr Quantity() = default;
  constexpr explicit Quantity(Rep v) : value(v) {}
  friend constexpr auto operator<=>(Quantity, Quantity) = default;
  friend constexpr Quantity operator+(Quantity a, Quantity b) {
    return Quantity(static_cast<Rep>(a.value + b.value));
  }
  friend constexpr Quantity operator-(Quantity a, Quantity b) {
    return Quantity(static_cast<Rep>(a.value - b.value));
  }
  constexpr Quantity& operator+=(Quantity b) { return *this = *this + b; }
};

using Cycles = Quantity<struct CyclesTag, std::int64_t>;  // AIE clock cycles
using Bytes = Quantity<struct BytesTag, std::int64_t>;

using BankId =
    StrongId<struct BankTag, std::uint8_t>;  // programmer's bank (16 KB in a core tile), not a physical one
using LockId = StrongId<struct LockTag, std::uint8_t>;  // index in the lock module of its own tile
using BdId = StrongId<struct BdTag, std::uint8_t>;

enum class DmaDirection : std::uint8_t { s2mm, mm2s };

struct ChannelId {
  DmaDirection direction{};
  std::uint8_t index{};
  friend constexpr auto operator<=>(ChannelId, ChannelId) = default;
};

// Absolute position in the array: row 0 is the shim, then the memory tiles, then the cores. What people read
// and write (directives, reports) are the coordinates of the core grid: see Device::core_row().
struct TileCoord {
  std::int16_t col{};
  std::int16_t row{};
  friend constexpr auto operator<=>(TileCoord, TileCoord) = default;
};

enum class TileKind : std::uint8_t { shim, memory, core };

std::string to_string(DmaDirection direction);  // "S2MM", "MM2S"
std::string to_string(ChannelId channel);       // "MM2S 0"
std::string to_string(TileKind kind);           // "shim", "memory tile", "tile"

}  // namespace aie4ml::arch

template <>
struct std::hash<aie4ml::arch::TileCoord> {
  std::size_t operator()(const aie4ml::arch::TileCoord& t) const noexcept {
    return static_cast<std::size_t>(t.col) << 16U ^
           static_cast<std::size_t>(static_cast<std::uint16_t>(t.row));
  }
};
