// aie::mask<N>: one bit per lane, what comparisons give and select() takes.
#pragma once

#include <aie_api/vector.hpp>

namespace aie {

template <unsigned N>
class mask {
  static_assert(aie4ml::adf::detail::is_power_of_two(N) && N <= 256,
                "aie::mask<N>: N is a power of two up to 256");

 public:
  mask() = default;

  // Of the lowest 32 or 64 bits; the others are clear.
  static mask from_uint32(std::uint32_t bits) { return from_uint64(bits); }
  static mask from_uint64(std::uint64_t bits) {
    mask m;
    for (unsigned i = 0; i < N && i < 64; ++i) m.bits_[i] = (bits >> i & 1U) != 0;
    return m;
  }
  [[nodiscard]] std::uint32_t to_uint32() const requires(N <= 32) {
    return static_cast<std::uint32_t>(low_bits());
  }
  [[nodiscard]] std::uint64_t to_uint64() const requires(N <= 64) { return low_bits(); }

  static constexpr unsigned size() { return N; }
  [[nodiscard]] bool test(unsigned index) const {
    check("aie::mask::test", index);
    return bits_[index];
  }
  [[nodiscard]] bool operator[](unsigned index) const { return test(index); }
  void set(unsigned index) {
    check("aie::mask::set", index);
    bits_[index] = true;
  }
  void clear(unsigned index) {
    check("aie::mask::clear", index);
    bits_[index] = false;
  }
  void toggle(unsigned index) {
    check("aie::mask::toggle", index);
    bits_[index] = !bits_[index];
  }
  void set() { *this = ~mask(); }
  void clear() { *this = {}; }

  // How many bits are set, and whether none or all are.
  [[nodiscard]] unsigned count() const {
    unsigned n = 0;
    for (const bool bit : bits_) n += bit;
    return n;
  }
  [[nodiscard]] bool empty() const { return count() == 0; }
  [[nodiscard]] bool full() const { return count() == N; }
  // Clear bits below the lowest that is set, and above the highest; N where none is.
  [[nodiscard]] unsigned ctz() const {
    unsigned n = 0;
    while (n < N && !bits_[n]) ++n;
    return n;
  }
  [[nodiscard]] unsigned clz() const {
    unsigned n = 0;
    while (n < N && !bits_[N - 1 - n]) ++n;
    return n;
  }

  template <unsigned M>
  [[nodiscard]] mask<M> extract(unsigned index) const {
    static_assert(M <= N, "aie::mask::extract: the part is larger than the mask");
    if (index >= N / M) aie4ml::adf::detail::fault_index("aie::mask::extract", index, N / M);
    mask<M> part;
    for (unsigned i = 0; i < M; ++i)
      if (bits_[index * M + i]) part.set(i);
    return part;
  }
  template <unsigned M>
  mask& insert(unsigned index, const mask<M>& part) {
    static_assert(M <= N, "aie::mask::insert: the part is larger than the mask");
    if (index >= N / M) aie4ml::adf::detail::fault_index("aie::mask::insert", index, N / M);
    for (unsigned i = 0; i < M; ++i) bits_[index * M + i] = part.test(i);
    return *this;
  }

  friend mask operator&(const mask& a, const mask& b) {
    return map([&](unsigned i) { return a.bits_[i] && b.bits_[i]; });
  }
  friend mask operator|(const mask& a, const mask& b) {
    return map([&](unsigned i) { return a.bits_[i] || b.bits_[i]; });
  }
  friend mask operator^(const mask& a, const mask& b) {
    return map([&](unsigned i) { return a.bits_[i] != b.bits_[i]; });
  }
  mask operator~() const {
    return map([&](unsigned i) { return !bits_[i]; });
  }
  mask operator<<(unsigned n) const {
    return map([&](unsigned i) { return i >= n && bits_[i - n]; });
  }
  mask operator>>(unsigned n) const {
    return map([&](unsigned i) { return n < N - i && bits_[i + n]; });
  }
  mask& operator&=(const mask& b) { return *this = *this & b; }
  mask& operator|=(const mask& b) { return *this = *this | b; }
  mask& operator^=(const mask& b) { return *this = *this ^ b; }
  friend bool operator==(const mask&, const mask&) = default;

  // Bit i is what of(i) says.
  template <class Of>
  static mask map(Of of) {
    mask m;
    for (unsigned i = 0; i < N; ++i) m.bits_[i] = of(i);
    return m;
  }

 private:
  static void check(const char* what, unsigned index) {
    if (index >= N) aie4ml::adf::detail::fault_index(what, index, N);
  }
  [[nodiscard]] std::uint64_t low_bits() const {
    std::uint64_t bits = 0;
    for (unsigned i = 0; i < N; ++i) bits |= static_cast<std::uint64_t>(bits_[i]) << i;
    return bits;
  }

  bool bits_[N] = {};
};

}  // namespace aie
