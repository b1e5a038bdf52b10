// All registers of a core as one block of bytes.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <span>

#include "arch/isa/registers.hpp"

namespace aie4ml::sim {

// Where a register lies in the block: registers that alias overlap.
struct RegisterPlace {
  std::uint16_t offset{}, size{};
  [[nodiscard]] constexpr bool valid() const { return size != 0; }
  [[nodiscard]] constexpr bool overlaps(RegisterPlace other) const {
    return offset < other.offset + other.size && other.offset < offset + size;
  }
};
RegisterPlace place_of(arch::Reg reg);  // an invalid register has an invalid place
// Scalars, pointers, modifiers and control registers come first.
inline constexpr std::size_t kScalarBytes = 4 * arch::kScalarFileUnits;
constexpr bool is_scalar(RegisterPlace place) {
  return place.valid() && place.offset < kScalarBytes;
}

class RegisterFile {
 public:
  [[nodiscard]] const std::uint8_t* at(std::uint16_t offset) const { return bytes_.data() + offset; }
  [[nodiscard]] std::span<const std::uint8_t> scalars() const { return {bytes_.data(), kScalarBytes}; }
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
  static constexpr std::size_t kBytes = kScalarBytes + arch::kVectorFileBytes + arch::kAccumulatorFileBytes;
  alignas(64) std::array<std::uint8_t, kBytes> bytes_{};
};

}  // namespace aie4ml::sim
