#include "sim/core/vector_ops.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <span>
#include <type_traits>

#include "arch/numeric/float_mac.hpp"
#include "arch/numeric/rounding.hpp"
#include "sim/core/lane_access.hpp"
#include "sim/core/permute_ops.hpp"

namespace aie4ml::sim {
namespace {

using arch::ElementType;
using arch::Opcode;

template <class T, Opcode opcode>
void binary(const MicroOp& op, std::uint8_t* out, const std::uint8_t* a, const std::uint8_t* b,
            const std::uint8_t* /*c*/) {
  for (std::size_t i = 0; i < op.dst.size / sizeof(T); ++i) {
    const T x = load_lane<T>(a, i);
    const T y = load_lane<T>(b, i);
    // Lanes wrap; 64 bits are enough for the exact sum of any two.
    if constexpr (opcode == Opcode::vmax) store_lane<T>(out, i, std::max(x, y));
    if constexpr (opcode == Opcode::vmin) store_lane<T>(out, i, std::min(x, y));
    if constexpr (opcode == Opcode::vadd)
      store_lane<T>(out, i, static_cast<T>(std::int64_t{x} + std::int64_t{y}));
    if constexpr (opcode == Opcode::vsub)
      store_lane<T>(out, i, static_cast<T>(std::int64_t{x} - std::int64_t{y}));
  }
}

// bf16 orders like its pattern read as sign and magnitude.
std::int32_t bf16_order(std::uint16_t bits) {
  const std::int32_t magnitude = bits & 0x7fff;
  return (bits & 0x8000) != 0 ? -magnitude : magnitude;
}
template <Opcode opcode>
void bf16_choice(const MicroOp& op, std::uint8_t* out, const std::uint8_t* a, const std::uint8_t* b,
                 const std::uint8_t* /*c*/) {
  for (std::size_t i = 0; i < op.dst.size / sizeof(std::uint16_t); ++i) {
    const auto x = load_lane<std::uint16_t>(a, i);
    const auto y = load_lane<std::uint16_t>(b, i);
    const bool first =
        opcode == Opcode::vmax ? bf16_order(x) >= bf16_order(y) : bf16_order(x) <= bf16_order(y);
    store_lane<std::uint16_t>(out, i, first ? x : y);
  }
}

template <class T>
void broadcast(const MicroOp& op, std::uint8_t* out, const std::uint8_t* a, const std::uint8_t* /*b*/,
               const std::uint8_t* /*c*/) {
  for (std::size_t i = 0; i < op.dst.size / sizeof(T); ++i) store_lane<T>(out, i, load_lane<T>(a, 0));
}

template <class T>
LaneFunction integer_function(Opcode op) {
  switch (op) {
    case Opcode::vmax:
      return binary<T, Opcode::vmax>;
    case Opcode::vmin:
      return binary<T, Opcode::vmin>;
    case Opcode::vadd:
      return binary<T, Opcode::vadd>;
    case Opcode::vsub:
      return binary<T, Opcode::vsub>;
    case Opcode::vbcst:
      return broadcast<T>;
    default:
      return nullptr;
  }
}

template <class Acc, class Out>
bool srs_lanes(const MicroOp& op, std::uint8_t* out, const std::uint8_t* in, int shift, int rounding,
               int saturation) {
  const auto mode = static_cast<arch::RoundingMode>(rounding);
  const auto clamp = static_cast<arch::SaturationMode>(saturation);
  const std::size_t count = op.acc0.size / sizeof(Acc);
  constexpr std::size_t kMostLanes = arch::kAccumulatorFileBytes / 8 / sizeof(std::int32_t);
  if constexpr (sizeof(Acc) == 4 && (sizeof(Out) == 1 || std::is_same_v<Out, std::int16_t>)) {
    std::int32_t lanes[kMostLanes];
    Out results[kMostLanes];
    std::memcpy(lanes, in, count * sizeof(Acc));
    const bool overflow = arch::srs_lanes(std::span<const std::int32_t>(lanes, count), shift, mode, clamp,
                                          std::span(results, count));
    std::memcpy(out, results, count * sizeof(Out));
    return overflow;
  }
  bool overflow = false;
  for (std::size_t i = 0; i < count; ++i) {
    const arch::Converted lane = arch::srs(load_lane<Acc>(in, i), shift, mode, clamp,
                                           8 * static_cast<int>(sizeof(Out)), std::is_signed_v<Out>);
    store_lane<Out>(out, i, static_cast<Out>(lane.value));
    overflow |= lane.overflow;
  }
  return overflow;
}

bool bf16_lanes(const MicroOp& op, std::uint8_t* out, const std::uint8_t* in, int /*shift*/, int rounding,
                int /*saturation*/) {
  for (std::size_t i = 0; i < op.acc0.size / sizeof(std::uint32_t); ++i) {
    store_lane<std::uint16_t>(out, i, arch::to_bf16(load_lane<std::uint32_t>(in, i), rounding));
  }
  return false;
}

template <class Acc>
ShiftFunction srs_to(ElementType out) {
  switch (out) {
    case ElementType::int8:
      return srs_lanes<Acc, std::int8_t>;
    case ElementType::uint8:
      return srs_lanes<Acc, std::uint8_t>;
    case ElementType::int16:
      return srs_lanes<Acc, std::int16_t>;
    case ElementType::uint16:
      return srs_lanes<Acc, std::uint16_t>;
    case ElementType::int32:
      return srs_lanes<Acc, std::int32_t>;
    default:
      return nullptr;
  }
}

template <class Acc, class In>
bool ups_lanes(const MicroOp& op, std::uint8_t* out, const std::uint8_t* in, int shift, int /*rounding*/,
               int saturation) {
  bool overflow = false;
  for (std::size_t i = 0; i < op.dst.size / sizeof(Acc); ++i) {
    const arch::Converted lane = arch::ups(load_lane<In>(in, i), shift, 8 * static_cast<int>(sizeof(Acc)),
                                           static_cast<arch::SaturationMode>(saturation));
    store_lane<Acc>(out, i, static_cast<Acc>(lane.value));
    overflow |= lane.overflow;
  }
  return overflow;
}

bool bf16_ups(const MicroOp& op, std::uint8_t* out, const std::uint8_t* in, int, int, int) {
  for (std::size_t i = 0; i < op.dst.size / sizeof(std::uint32_t); ++i) {
    store_lane<std::uint32_t>(out, i, static_cast<std::uint32_t>(load_lane<std::uint16_t>(in, i)) << 16);
  }
  return false;
}

template <class Acc>
ShiftFunction ups_from(ElementType in) {
  switch (in) {
    case ElementType::int8:
      return ups_lanes<Acc, std::int8_t>;
    case ElementType::uint8:
      return ups_lanes<Acc, std::uint8_t>;
    case ElementType::int16:
      return ups_lanes<Acc, std::int16_t>;
    case ElementType::uint16:
      return ups_lanes<Acc, std::uint16_t>;
    case ElementType::int32:
      return ups_lanes<Acc, std::int32_t>;
    default:
      return nullptr;
  }
}

template <class In, class Out>
bool pack_lanes(const MicroOp& op, std::uint8_t* out, const std::uint8_t* in, int /*shift*/, int /*rounding*/,
                int saturation) {
  for (std::size_t i = 0; i < op.dst.size / sizeof(Out); ++i) {
    const arch::Converted lane = arch::srs(load_lane<In>(in, i), 0, arch::RoundingMode::floor,
                                           static_cast<arch::SaturationMode>(saturation),
                                           8 * static_cast<int>(sizeof(Out)), std::is_signed_v<Out>);
    store_lane<Out>(out, i, static_cast<Out>(lane.value));
  }
  return false;  // no source says that packing tells of overflow
}

template <class In, class SignedOut>
ShiftFunction pack_from(ElementType out) {
  if (arch::is_signed(out)) return pack_lanes<In, SignedOut>;
  return pack_lanes<In, std::make_unsigned_t<SignedOut>>;
}

template <class Lane, Opcode opcode>
void accumulate_lanes(const MicroOp& op, std::uint8_t* out, const std::uint8_t* a, const std::uint8_t* b,
                      const std::uint8_t* /*c*/) {
  for (std::size_t i = 0; i < op.dst.size / sizeof(Lane); ++i) {
    const Lane x = load_lane<Lane>(a, i);
    if constexpr (opcode == Opcode::vacc_neg) store_lane<Lane>(out, i, Lane{} - x);
    if constexpr (opcode == Opcode::vacc_add) store_lane<Lane>(out, i, x + load_lane<Lane>(b, i));
    if constexpr (opcode == Opcode::vacc_sub) store_lane<Lane>(out, i, x - load_lane<Lane>(b, i));
  }
}

template <class Lane>
LaneFunction accumulate_function(Opcode op) {
  switch (op) {
    case Opcode::vacc_add:
      return accumulate_lanes<Lane, Opcode::vacc_add>;
    case Opcode::vacc_sub:
      return accumulate_lanes<Lane, Opcode::vacc_sub>;
    case Opcode::vacc_neg:
      return accumulate_lanes<Lane, Opcode::vacc_neg>;
    default:
      return nullptr;
  }
}

}  // namespace

LaneFunction lane_function(Opcode op, ElementType type) {
  if (const LaneFunction permutation = permute_function(op, type)) return permutation;
  switch (type) {
    case ElementType::int8:
      return integer_function<std::int8_t>(op);
    case ElementType::uint8:
      return integer_function<std::uint8_t>(op);
    case ElementType::int16:
      return integer_function<std::int16_t>(op);
    case ElementType::uint16:
      return integer_function<std::uint16_t>(op);
    case ElementType::int32:
      return integer_function<std::int32_t>(op);
    case ElementType::bfloat16:
      if (op == Opcode::vmax) return bf16_choice<Opcode::vmax>;
      if (op == Opcode::vmin) return bf16_choice<Opcode::vmin>;
      return op == Opcode::vbcst ? broadcast<std::uint16_t> : nullptr;
    case ElementType::float32:
      return op == Opcode::vbcst ? broadcast<std::uint32_t> : nullptr;
    default:
      return nullptr;
  }
}

ShiftFunction srs_function(ElementType out, ElementType acc) {
  if (acc == ElementType::int32) return srs_to<std::int32_t>(out);
  if (acc == ElementType::int64) return srs_to<std::int64_t>(out);
  return acc == ElementType::float32 && out == ElementType::bfloat16 ? bf16_lanes : nullptr;
}

ShiftFunction ups_function(ElementType acc, ElementType in) {
  if (acc == ElementType::int32) return ups_from<std::int32_t>(in);
  if (acc == ElementType::int64) return ups_from<std::int64_t>(in);
  return acc == ElementType::float32 && in == ElementType::bfloat16 ? bf16_ups : nullptr;
}

ShiftFunction pack_function(ElementType out, ElementType in) {
  if (!arch::is_integer(out) || 2 * arch::bits(out) != arch::bits(in)) return nullptr;
  switch (in) {
    case ElementType::int16:
      return pack_from<std::int16_t, std::int8_t>(out);
    case ElementType::uint16:
      return pack_from<std::uint16_t, std::int8_t>(out);
    case ElementType::int32:
      return pack_from<std::int32_t, std::int16_t>(out);
    default:
      return nullptr;
  }
}

LaneFunction accumulator_function(Opcode op, ElementType acc) {
  if (acc == ElementType::int32) return accumulate_function<std::uint32_t>(op);
  return acc == ElementType::int64 ? accumulate_function<std::uint64_t>(op) : nullptr;
}

}  // namespace aie4ml::sim
