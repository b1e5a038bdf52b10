// aie::accum<Tag, N>: N accumulator lanes. Integer lanes wrap; to_vector rounds and saturates as the core's
// modes say.
#pragma once

#include <aie_api/vector.hpp>

namespace aie {

template <class Tag, unsigned N>
class alignas(32) accum {
  static_assert(aie4ml::adf::detail::is_accum_tag<Tag>,
                "aie::accum<Tag, N>: Tag is none of acc32 acc40 acc48 acc56 acc64 accfloat");

 public:
  using value_type = aie4ml::adf::detail::accum_lane_t<Tag>;
  static_assert(aie4ml::adf::detail::is_power_of_two(N) && N * sizeof(value_type) >= 16,
                "aie::accum<Tag, N>: N is a power of two and the lanes have at least 128 bits");

  accum() : lanes_{} {}
  template <class T>
  explicit accum(const vector<T, N>& v, int shift = 0) : lanes_{} {
    from_vector(v, shift);
  }
  // Tags with the same lanes hold the same values.
  template <class Other>
  requires(!std::is_same_v<Other, Tag> && std::is_same_v<typename accum<Other, N>::value_type, value_type>)
      accum(const accum<Other, N>& other) {
    std::memcpy(lanes_, other.data(), sizeof lanes_);
  }

  static constexpr unsigned size() { return N; }
  static constexpr unsigned value_bits() { return 8 * sizeof(value_type); }
  static constexpr unsigned memory_bits() { return value_bits(); }
  static constexpr unsigned bits() { return N * value_bits(); }
  static constexpr bool is_floating_point() { return kFloat; }

  // Integer: each lane / 2^shift, rounded and saturated to T. Float: to float, or rounded to bfloat16.
  template <class T>
  [[nodiscard]] vector<T, N> to_vector(int shift = 0) const {
    vector<T, N> out;
    if constexpr (kFloat) {
      static_assert(aie4ml::adf::detail::is_float_element<T>,
                    "aie::accum<accfloat, N>::to_vector<T>: T is float or bfloat16, on AIE-MLv2 also float8 "
                    "or bfloat8 (integers: "
                    "aie::to_fixed)");
      if (shift != 0) aie4ml::adf::detail::fault_shift("aie::accum<accfloat>::to_vector", shift, 0, 0);
      if constexpr (std::is_same_v<T, float>) {
        std::memcpy(out.bytes(), lanes_, sizeof lanes_);
      } else if constexpr (aie4ml::adf::detail::is_float8<T>) {
        for (unsigned i = 0; i < N; ++i) {
          T element;
          element.bits = aie4ml::adf::detail::to_float8(std::bit_cast<std::uint32_t>(lanes_[i]), T::kE5m2);
          out.lanes().set(i, element);
        }
      } else {
        for (unsigned i = 0; i < N; ++i) {
          bfloat16 element;
          element.bits = aie4ml::adf::detail::to_bfloat16(std::bit_cast<std::uint32_t>(lanes_[i]));
          out.lanes().set(i, element);
        }
      }
    } else {
      static_assert(aie4ml::adf::detail::is_integer_element<T> && !aie4ml::adf::detail::is_packed<T>,
                    "aie::accum::to_vector<T> of integer lanes: T is an integer of 8, 16 or 32 bits");
      aie4ml::adf::detail::srs(lanes_, value_bits(), N, shift, out.bytes(), out.type_bits(), out.is_signed());
    }
    return out;
  }

  // Integer: each element * 2^shift. Float: the element.
  template <class T>
  void from_vector(const vector<T, N>& v, int shift = 0) {
    if constexpr (kFloat) {
      static_assert(aie4ml::adf::detail::is_float_element<T>,
                    "aie::accum<accfloat, N>::from_vector: the elements are float or bfloat16 (integers: "
                    "aie::to_float)");
      if (shift != 0) aie4ml::adf::detail::fault_shift("aie::accum<accfloat>::from_vector", shift, 0, 0);
      for (unsigned i = 0; i < N; ++i) lanes_[i] = static_cast<float>(v.lanes().get(i));
    } else {
      static_assert(
          aie4ml::adf::detail::is_integer_element<T> && !aie4ml::adf::detail::is_packed<T>,
          "aie::accum::from_vector into integer lanes: the elements are integers of 8, 16 or 32 bits");
      aie4ml::adf::detail::ups(v.bytes(), v.type_bits(), v.is_signed(), N, shift, lanes_, value_bits());
    }
  }

  template <unsigned M>
  [[nodiscard]] accum<Tag, M> extract(unsigned index) const {
    static_assert(M <= N, "aie::accum::extract: the part is larger than the accumulator");
    if (index >= N / M) aie4ml::adf::detail::fault_index("aie::accum::extract", index, N / M);
    accum<Tag, M> part;
    std::memcpy(part.data(), lanes_ + index * M, M * sizeof(value_type));
    return part;
  }
  template <unsigned M>
  accum& insert(unsigned index, const accum<Tag, M>& part) {
    static_assert(M <= N, "aie::accum::insert: the part is larger than the accumulator");
    if (index >= N / M) aie4ml::adf::detail::fault_index("aie::accum::insert", index, N / M);
    std::memcpy(lanes_ + index * M, part.data(), M * sizeof(value_type));
    return *this;
  }
  // As of vectors: the rest, which hardware leaves undefined, is 0.
  template <unsigned M>
  [[nodiscard]] accum<Tag, M> grow(unsigned index = 0) const {
    static_assert(M >= N, "aie::accum::grow: the result is smaller than the accumulator");
    accum<Tag, M> out;
    out.insert(index, *this);
    return out;
  }
  template <unsigned M>
  [[nodiscard]] accum<Tag, M> grow_replicate() const {
    static_assert(M >= N, "aie::accum::grow_replicate: the result is smaller than the accumulator");
    accum<Tag, M> out;
    for (unsigned i = 0; i < M / N; ++i) out.insert(i, *this);
    return out;
  }
  // The same bits as lanes of another tag.
  template <class Other>
  [[nodiscard]] auto cast_to() const {
    accum<Other, N * sizeof(value_type) / sizeof(aie4ml::adf::detail::accum_lane_t<Other>)> out;
    std::memcpy(out.data(), lanes_, sizeof lanes_);
    return out;
  }

  // Not of the interface: for these headers and their runtime (a cascade carries these bytes).
  value_type* data() { return lanes_; }
  const value_type* data() const { return lanes_; }

 private:
  static constexpr bool kFloat = std::is_same_v<Tag, accfloat>;

  value_type lanes_[N];
};

template <class>
inline constexpr bool is_accum_v = false;
template <class Tag, unsigned N>
inline constexpr bool is_accum_v<accum<Tag, N>> = true;
template <class A>
concept Accum = is_accum_v<std::remove_cvref_t<A>>;
template <class T>
concept AccumElemBaseType = aie4ml::adf::detail::is_accum_tag<T>;

template <class Tag, unsigned N>
requires AccumElemBaseType<Tag> accum<Tag, N> zeros() {
  return {};
}
template <class Tag, class T, unsigned N>
requires AccumElemBaseType<Tag> accum<Tag, N> from_vector(const vector<T, N>& v, int shift = 0) {
  return accum<Tag, N>(v, shift);
}
template <class T, class Tag, unsigned N>
vector<T, N> to_vector(const accum<Tag, N>& acc, int shift = 0) {
  return acc.template to_vector<T>(shift);
}
template <class Other, class Tag, unsigned N>
auto accum_cast(const accum<Tag, N>& acc) {
  return acc.template cast_to<Other>();
}
template <class Tag, unsigned N, class... As>
requires(std::is_same_v<accum<Tag, N>, As>&&...) accum<Tag, N*(1 + sizeof...(As))> concat(
    const accum<Tag, N>& first, const As&... rest) {
  accum<Tag, N*(1 + sizeof...(As))> out;
  unsigned i = 0;
  out.insert(i++, first);
  (out.insert(i++, rest), ...);
  return out;
}

}  // namespace aie
