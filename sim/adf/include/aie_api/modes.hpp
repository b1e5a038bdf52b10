// Rounding and saturation modes of the core that runs, and aie::tile, through which they may also be set.
#pragma once

#include <aie4ml_adf/core_modes.hpp>
#include <aie_api/types.hpp>

namespace aie {

// v is the exact quotient. The values are the hardware's codes.
enum class rounding_mode : unsigned {
  floor = 0,            // largest integer <= v: after reset
  ceil = 1,             // smallest integer >= v
  symmetric_floor = 2,  // toward zero
  symmetric_ceil = 3,   // away from zero
  negative_inf = 8,     // nearest, ties toward -inf
  positive_inf = 9,     // nearest, ties toward +inf
  symmetric_zero = 10,  // nearest, ties toward zero
  symmetric_inf = 11,   // nearest, ties away from zero
  conv_even = 12,       // nearest, ties to even
  conv_odd = 13,        // nearest, ties to odd
};

enum class saturation_mode : unsigned {
  none = 0,       // the low bits: after reset
  truncate = 0,   // another name of none
  saturate = 1,   // the range of the type
  symmetric = 3,  // [-max, max]
};

inline void set_rounding(rounding_mode mode) {
  aie4ml::adf::core_modes().rounding = static_cast<std::uint8_t>(mode);
}
inline void set_saturation(saturation_mode mode) {
  aie4ml::adf::core_modes().saturation = static_cast<std::uint8_t>(mode);
}
inline rounding_mode get_rounding() {
  return static_cast<rounding_mode>(aie4ml::adf::core_modes().rounding);
}
inline saturation_mode get_saturation() {
  return static_cast<saturation_mode>(aie4ml::adf::core_modes().saturation);
}
// Sets the mode and returns the one before.
inline rounding_mode swap_rounding(rounding_mode mode) {
  const rounding_mode before = get_rounding();
  set_rounding(mode);
  return before;
}
inline saturation_mode swap_saturation(saturation_mode mode) {
  const saturation_mode before = get_saturation();
  set_saturation(mode);
  return before;
}

// The tile the kernel runs on, as far as its modes go.
class tile {
 public:
  static tile current() { return {}; }
  static void set_rounding(rounding_mode mode) { aie::set_rounding(mode); }
  static void set_saturation(saturation_mode mode) { aie::set_saturation(mode); }
  static rounding_mode get_rounding() { return aie::get_rounding(); }
  static saturation_mode get_saturation() { return aie::get_saturation(); }
  template <class Nothing = void>
  static unsigned long long cycles() {
    static_assert(aie4ml::adf::detail::always_false<Nothing>,
                  "aie::tile::cycles: a kernel run by the host's compiler has no cycles; the machine model "
                  "counts them");
    return 0;
  }

 private:
  tile() = default;
};

}  // namespace aie
