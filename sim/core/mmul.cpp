#include "sim/core/mmul.hpp"

#include <cstring>
#include <type_traits>

#include "arch/numeric/float_mac.hpp"
#include "sim/core/mmul_simd.hpp"

namespace aie4ml::sim {
namespace {

template <class T>
T load(const std::uint8_t* from, int index) {
  T value;
  std::memcpy(&value, from + static_cast<std::size_t>(index) * sizeof(T), sizeof(T));
  return value;
}

// Lane: unsigned, so that wrapping is defined.
template <class A, class B, class Lane, MmulMode mode>
void integer_mmul(std::uint8_t* out, const std::uint8_t* acc, const std::uint8_t* a, const std::uint8_t* b,
                  arch::MmulShape shape) {
  for (int row = 0; row < shape.m; ++row) {
    for (int col = 0; col < shape.n; ++col) {
      Lane sum = 0;
      for (int i = 0; i < shape.k; ++i) {
        // Sign extension to the lane's width first: modulo 2^width nothing is lost.
        sum += static_cast<Lane>(load<A>(a, row * shape.k + i)) *
               static_cast<Lane>(load<B>(b, i * shape.n + col));
      }
      const int lane = row * shape.n + col;
      if constexpr (mode == MmulMode::add) sum = load<Lane>(acc, lane) + sum;
      if constexpr (mode == MmulMode::subtract) sum = load<Lane>(acc, lane) - sum;
      std::memcpy(out + static_cast<std::size_t>(lane) * sizeof(Lane), &sum, sizeof(Lane));
    }
  }
}

template <MmulMode mode>
void bf16_mmul(std::uint8_t* out, const std::uint8_t* acc, const std::uint8_t* a, const std::uint8_t* b,
               arch::MmulShape shape) {
  for (int row = 0; row < shape.m; ++row) {
    for (int col = 0; col < shape.n; ++col) {
      const int lane = row * shape.n + col;
      arch::FloatSum sum(mode == MmulMode::clear ? 0U : load<std::uint32_t>(acc, lane));
      for (int i = 0; i < shape.k; ++i) {
        sum.add_product(load<std::uint16_t>(a, row * shape.k + i), load<std::uint16_t>(b, i * shape.n + col),
                        mode == MmulMode::subtract);
      }
      const std::uint32_t bits = sum.result();
      std::memcpy(out + static_cast<std::size_t>(lane) * sizeof(bits), &bits, sizeof(bits));
    }
  }
}

template <class A, class B, class Lane>
MmulFunction with_mode(MmulMode mode) {
  switch (mode) {
    case MmulMode::clear:
      return integer_mmul<A, B, Lane, MmulMode::clear>;
    case MmulMode::add:
      return integer_mmul<A, B, Lane, MmulMode::add>;
    case MmulMode::subtract:
      return integer_mmul<A, B, Lane, MmulMode::subtract>;
  }
  return nullptr;
}

template <class A, class B>
MmulFunction with_lane(int lane_bits, MmulMode mode) {
  if (lane_bits == 32) return with_mode<A, B, std::uint32_t>(mode);
  return lane_bits == 64 ? with_mode<A, B, std::uint64_t>(mode) : nullptr;
}

template <class A>
MmulFunction with_b(arch::ElementType b, int lane_bits, MmulMode mode) {
  switch (b) {
    case arch::ElementType::int8:
      return with_lane<A, std::int8_t>(lane_bits, mode);
    case arch::ElementType::uint8:
      return with_lane<A, std::uint8_t>(lane_bits, mode);
    case arch::ElementType::int16:
      return with_lane<A, std::int16_t>(lane_bits, mode);
    case arch::ElementType::uint16:
      return with_lane<A, std::uint16_t>(lane_bits, mode);
    case arch::ElementType::int32:
      return with_lane<A, std::int32_t>(lane_bits, mode);
    default:
      return nullptr;
  }
}

MmulFunction bf16_with_mode(MmulMode mode) {
  switch (mode) {
    case MmulMode::clear:
      return bf16_mmul<MmulMode::clear>;
    case MmulMode::add:
      return bf16_mmul<MmulMode::add>;
    case MmulMode::subtract:
      return bf16_mmul<MmulMode::subtract>;
  }
  return nullptr;
}

}  // namespace

MmulFunction plain_mmul(arch::ElementType a, arch::ElementType b, int lane_bits, MmulMode mode) {
  switch (a) {
    case arch::ElementType::int8:
      return with_b<std::int8_t>(b, lane_bits, mode);
    case arch::ElementType::uint8:
      return with_b<std::uint8_t>(b, lane_bits, mode);
    case arch::ElementType::int16:
      return with_b<std::int16_t>(b, lane_bits, mode);
    case arch::ElementType::uint16:
      return with_b<std::uint16_t>(b, lane_bits, mode);
    case arch::ElementType::int32:
      return with_b<std::int32_t>(b, lane_bits, mode);
    case arch::ElementType::bfloat16:
      return b == arch::ElementType::bfloat16 && lane_bits == 32 ? bf16_with_mode(mode) : nullptr;
    default:
      return nullptr;
  }
}

MmulFunction best_mmul(arch::ElementType a, arch::ElementType b, arch::MmulShape shape, int lane_bits,
                       MmulMode mode) {
  if (lane_bits == 32) {
    if (const MmulFunction fast = avx512_mmul(a, b, shape, mode)) return fast;
    if (const MmulFunction fast = simd_mmul(a, b, shape, mode)) return fast;
  }
  return plain_mmul(a, b, lane_bits, mode);
}

}  // namespace aie4ml::sim
