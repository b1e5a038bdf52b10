// aie::vector<T, N>: N elements of T in a register. Element 0 is the lowest; a cast keeps the bits, little
// endian.
#pragma once

#include <aie4ml_adf/numeric.hpp>
#include <aie_api/types.hpp>
#include <cstring>
#include <type_traits>

namespace aie4ml::adf::detail {

// The N elements of a vector, in the bytes that they have in memory.
template <class T, unsigned N>
struct Lanes {
  T data[N];
  constexpr T get(unsigned i) const { return data[i]; }
  constexpr void set(unsigned i, T value) { data[i] = value; }
};
template <class T, unsigned N>
requires is_packed<T>
struct Lanes<T, N> {
  std::uint8_t data[N / 2];
  constexpr T get(unsigned i) const { return T{data[i / 2] >> (i % 2 * 4)}; }
  constexpr void set(unsigned i, T value) {
    const unsigned at = i % 2 * 4;
    data[i / 2] = static_cast<std::uint8_t>((data[i / 2] & ~(15U << at)) |
                                            ((static_cast<unsigned>(value) & 15U) << at));
  }
};

template <class T, unsigned N>
inline constexpr unsigned vector_bytes = N* element_bits<T> / 8;

// The integer type twice or half as wide, of the same signedness; void where there is none.
template <class T>
struct Width {
  using Wider = void;
  using Narrower = void;
};
template <>
struct Width<int4> {
  using Wider = int8;
  using Narrower = void;
};
template <>
struct Width<uint4> {
  using Wider = uint8;
  using Narrower = void;
};
template <>
struct Width<int8> {
  using Wider = int16;
  using Narrower = int4;
};
template <>
struct Width<uint8> {
  using Wider = uint16;
  using Narrower = uint4;
};
template <>
struct Width<int16> {
  using Wider = int32;
  using Narrower = int8;
};
template <>
struct Width<uint16> {
  using Wider = uint32;
  using Narrower = uint8;
};
template <>
struct Width<int32> {
  using Wider = void;
  using Narrower = int16;
};
template <>
struct Width<uint32> {
  using Wider = void;
  using Narrower = uint16;
};

}  // namespace aie4ml::adf::detail

namespace aie {

template <class T, unsigned N>
class alignas(vector_ldst_align_v<T, N>) vector {
  static_assert(
      aie4ml::adf::detail::is_element<T>,
      "aie::vector<T, N>: T is none of int4 uint4 int8 uint8 int16 uint16 int32 uint32 bfloat16 float "
      "(and float8 bfloat8 on AIE-MLv2)");
  static_assert(aie4ml::adf::detail::is_power_of_two(N) && N * aie4ml::adf::detail::element_bits<T> >= 128,
                "aie::vector<T, N>: N is a power of two and the vector has at least 128 bits");
  static constexpr bool kPacked = aie4ml::adf::detail::is_packed<T>;

 public:
  using value_type = T;

  vector() : lanes_{} {}
  // The first elements; the rest is 0.
  template <class... Ts>
  requires(sizeof...(Ts) >= 1 && sizeof...(Ts) < N &&
           (std::is_convertible_v<Ts, T> && ...)) explicit vector(T first, Ts... rest)
      : lanes_{} {
    unsigned i = 0;
    lanes_.set(i++, first);
    (lanes_.set(i++, static_cast<T>(rest)), ...);
  }

  static constexpr unsigned type_bits() { return aie4ml::adf::detail::element_bits<T>; }
  static constexpr unsigned size() { return N; }
  static constexpr unsigned bits() { return N * type_bits(); }
  static constexpr bool is_signed() { return aie4ml::adf::detail::is_signed_element<T>; }
  static constexpr bool is_floating_point() { return aie4ml::adf::detail::is_float_element<T>; }

  [[nodiscard]] T get(unsigned index) const {
    if (index >= N) aie4ml::adf::detail::fault_index("aie::vector::get", index, N);
    return lanes_.get(index);
  }
  void set(T value, unsigned index) {
    if (index >= N) aie4ml::adf::detail::fault_index("aie::vector::set", index, N);
    lanes_.set(index, value);
  }

  // Reference to one element: reads as T, is assigned from T.
  class elem_ref {
   public:
    operator T() const { return parent_.get(index_); }
    [[nodiscard]] T get() const { return parent_.get(index_); }
    elem_ref& operator=(T value) {
      parent_.set(value, index_);
      return *this;
    }
    elem_ref& operator=(const elem_ref& other) { return *this = other.get(); }
    elem_ref(const elem_ref&) = default;

   private:
    friend class vector;
    elem_ref(vector& parent, unsigned index) : parent_(parent), index_(index) {}
    vector& parent_;
    unsigned index_;
  };
  elem_ref operator[](unsigned index) { return {*this, index}; }
  T operator[](unsigned index) const { return get(index); }

  // Part `index` of those of M elements.
  template <unsigned M>
  [[nodiscard]] vector<T, M> extract(unsigned index) const {
    static_assert(M <= N, "aie::vector::extract: the part is larger than the vector");
    if (index >= N / M) aie4ml::adf::detail::fault_index("aie::vector::extract", index, N / M);
    vector<T, M> part;
    std::memcpy(part.bytes(), bytes() + index * kBytes<M>, kBytes<M>);
    return part;
  }
  template <unsigned M>
  vector& insert(unsigned index, const vector<T, M>& part) {
    static_assert(M <= N, "aie::vector::insert: the part is larger than the vector");
    if (index >= N / M) aie4ml::adf::detail::fault_index("aie::vector::insert", index, N / M);
    std::memcpy(bytes() + index * kBytes<M>, part.bytes(), kBytes<M>);
    return *this;
  }
  // A vector of M elements with this one as part `index`; the rest, which hardware leaves undefined, is 0.
  template <unsigned M>
  [[nodiscard]] vector<T, M> grow(unsigned index = 0) const {
    static_assert(M >= N, "aie::vector::grow: the result is smaller than the vector");
    vector<T, M> out;
    out.insert(index, *this);
    return out;
  }
  template <unsigned M>
  [[nodiscard]] vector<T, M> grow_replicate() const {
    static_assert(M >= N, "aie::vector::grow_replicate: the result is smaller than the vector");
    vector<T, M> out;
    for (unsigned i = 0; i < M / N; ++i) out.insert(i, *this);
    return out;
  }
  // All elements one place up, the value into element 0; the highest falls out.
  vector& push(T value) {
    for (unsigned i = N - 1; i > 0; --i) lanes_.set(i, lanes_.get(i - 1));
    lanes_.set(0, value);
    return *this;
  }

  template <class U>
  [[nodiscard]] auto cast_to() const {
    vector<U, N * type_bits() / aie4ml::adf::detail::element_bits<U>> out;
    static_assert(sizeof(out) == sizeof(*this));
    std::memcpy(out.bytes(), bytes(), kBytes<N>);
    return out;
  }

  // Integer elements in the type twice as wide, or in U of that width.
  template <class U = typename aie4ml::adf::detail::Width<T>::Wider>
  [[nodiscard]] vector<U, N> unpack() const {
    static_assert(aie4ml::adf::detail::is_integer_element<U> &&
                      aie4ml::adf::detail::element_bits<U> == 2 * aie4ml::adf::detail::element_bits<T>,
                  "aie::vector::unpack<U>: U is an integer twice as wide as T");
    vector<U, N> out;
    for (unsigned i = 0; i < N; ++i) out.lanes().set(i, static_cast<U>(lanes_.get(i)));
    return out;
  }
  // Integer elements in the type half as wide, or in U of that width, in the core's saturation mode.
  template <class U = typename aie4ml::adf::detail::Width<T>::Narrower>
  [[nodiscard]] vector<U, N> pack() const {
    static_assert(aie4ml::adf::detail::is_integer_element<U> &&
                      2 * aie4ml::adf::detail::element_bits<U> == aie4ml::adf::detail::element_bits<T>,
                  "aie::vector::pack<U>: U is an integer half as wide as T");
    vector<U, N> out;
    aie4ml::adf::detail::pack(bytes(), type_bits(), is_signed(), N, out.bytes(), out.type_bits(),
                              out.is_signed());
    return out;
  }

  template <class U>
  void load(const U* from) {
    std::memcpy(bytes(), from, kBytes<N>);
  }
  template <class U>
  void store(U* to) const {
    std::memcpy(to, bytes(), kBytes<N>);
  }

  // Not of the interface: for these headers and their runtime.
  aie4ml::adf::detail::Lanes<T, N>& lanes() { return lanes_; }
  const aie4ml::adf::detail::Lanes<T, N>& lanes() const { return lanes_; }
  std::uint8_t* bytes() { return reinterpret_cast<std::uint8_t*>(&lanes_); }
  const std::uint8_t* bytes() const { return reinterpret_cast<const std::uint8_t*>(&lanes_); }

 private:
  template <unsigned M>
  static constexpr unsigned kBytes = aie4ml::adf::detail::vector_bytes<T, M>;

  aie4ml::adf::detail::Lanes<T, N> lanes_;
};

template <class>
inline constexpr bool is_vector_v = false;
template <class T, unsigned N>
inline constexpr bool is_vector_v<vector<T, N>> = true;
template <class V>
concept Vector = is_vector_v<std::remove_cvref_t<V>>;
template <class T>
concept ElemBaseType = aie4ml::adf::detail::is_element<T>;

// Vectors behind one another: the first lies lowest.
template <class T, unsigned N, class... Vs>
requires(std::is_same_v<vector<T, N>, Vs>&&...) vector<T, N*(1 + sizeof...(Vs))> concat(
    const vector<T, N>& first, const Vs&... rest) {
  vector<T, N*(1 + sizeof...(Vs))> out;
  unsigned i = 0;
  out.insert(i++, first);
  (out.insert(i++, rest), ...);
  return out;
}

template <class T, unsigned N>
requires ElemBaseType<T> vector<T, N> zeros() {
  return {};
}

template <class T, unsigned N, class U>
requires(ElemBaseType<T>&& std::is_convertible_v<U, T>) vector<T, N> broadcast(U value) {
  vector<T, N> out;
  const T element = static_cast<T>(value);
  for (unsigned i = 0; i < N; ++i) out.lanes().set(i, element);
  return out;
}

// The same bits as elements of U.
template <class U, class T, unsigned N>
auto vector_cast(const vector<T, N>& v) {
  return v.template cast_to<U>();
}
template <class T, unsigned N>
auto pack(const vector<T, N>& v) {
  return v.pack();
}
template <class U, class T, unsigned N>
vector<U, N> pack(const vector<T, N>& v) {
  return v.template pack<U>();
}
template <class T, unsigned N>
auto unpack(const vector<T, N>& v) {
  return v.unpack();
}
template <class U, class T, unsigned N>
vector<U, N> unpack(const vector<T, N>& v) {
  return v.template unpack<U>();
}

}  // namespace aie
