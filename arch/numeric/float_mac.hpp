// One fp32 accumulator lane of a bf16 multiply or of an addition: all addends aligned to the largest exponent
// with 23 fraction bits, added at once, normalised (AM020-4, UG1583). Not the bits of sequential IEEE
// additions.
#pragma once

#include <array>
#include <cstdint>

namespace aie4ml::arch {

class FloatSum {
 public:
  explicit FloatSum(std::uint32_t acc_bits);
  // At most 15 products.
  void add_product(std::uint16_t a_bits, std::uint16_t b_bits, bool negate);
  // An accumulator lane: the machine's addition of accumulators.
  void add_lane(std::uint32_t fp32_bits, bool negate);
  [[nodiscard]] std::uint32_t result() const;

 private:
  struct Addend {
    std::int64_t mantissa;  // signed
    std::int32_t exponent;  // value = mantissa * 2^exponent
    std::int32_t top;       // exponent of the leading bit as the multiplier presents it
  };
  void add(const Addend& addend);

  std::array<Addend, 16> addends_;
  int count_{};
  bool nan_{};
  bool plus_infinity_{}, minus_infinity_{};
};

// fp32 to bf16 as SRS does it, in the rounding mode with this crRnd code; NaN stays NaN.
std::uint16_t to_bf16(std::uint32_t fp32_bits, int rounding_code);

}  // namespace aie4ml::arch
