// Loads and stores of vectors. An access that is not aligned to its vector (at most to the width of a load)
// throws KernelFault where hardware would silently take other bytes; the unaligned ones need the alignment of
// T only.
#pragma once

#include <aie_api/vector.hpp>

namespace aie4ml::adf::detail {

template <class T, unsigned N>
void check_aligned(const char* what, const void* address) {
  constexpr unsigned kAlignment = aie::vector_ldst_align_v<T, N>;
  if (reinterpret_cast<std::uintptr_t>(address) % kAlignment != 0)
    fault_misaligned(what, address, kAlignment);
}
inline void check_unaligned(const char* what, const void* address, unsigned alignment) {
  if (reinterpret_cast<std::uintptr_t>(address) % alignment != 0) fault_misaligned(what, address, alignment);
}

}  // namespace aie4ml::adf::detail

namespace aie {

template <unsigned N, class T>
vector<std::remove_cv_t<T>, N> load_v(T* from) {
  using E = std::remove_cv_t<T>;
  aie4ml::adf::detail::check_aligned<E, N>("aie::load_v", const_cast<const E*>(from));
  vector<E, N> v;
  v.load(const_cast<const E*>(from));
  return v;
}

template <class T, unsigned N>
T* store_v(T* to, const vector<T, N>& v) {
  aie4ml::adf::detail::check_aligned<T, N>("aie::store_v", to);
  v.store(to);
  return to;
}

// `alignment` is what the caller promises, in elements.
template <unsigned N, class T>
vector<std::remove_cv_t<T>, N> load_unaligned_v(T* from, unsigned alignment = 1) {
  using E = std::remove_cv_t<T>;
  aie4ml::adf::detail::check_unaligned("aie::load_unaligned_v", const_cast<const E*>(from),
                                       alignment * sizeof(E));
  vector<E, N> v;
  v.load(const_cast<const E*>(from));
  return v;
}

template <class T, unsigned N>
T* store_unaligned_v(T* to, const vector<T, N>& v, unsigned alignment = 1) {
  aie4ml::adf::detail::check_unaligned("aie::store_unaligned_v", to, alignment * sizeof(T));
  v.store(to);
  return to;
}

}  // namespace aie
