// Where elements go: transposes, shifts by elements, filters and interleaves.
#pragma once

#include <aie_api/vector.hpp>
#include <utility>

namespace aie4ml::adf::detail {

// out[i] = v[from(i)]
template <unsigned M, class T, unsigned N, class From>
aie::vector<T, M> permute(const aie::vector<T, N>& v, From from) {
  aie::vector<T, M> out;
  for (unsigned i = 0; i < M; ++i) out.lanes().set(i, v.lanes().get(from(i)));
  return out;
}

template <unsigned N>
void check_places(const char* what, unsigned places) {
  if (places > N) fault_index(what, places, N + 1);
}
// Groups of `step` elements, which divide the vector.
template <unsigned N>
void check_step(const char* what, unsigned step) {
  if (step == 0 || N % (2 * step) != 0) fault_index(what, step, N / 2 + 1);
}

}  // namespace aie4ml::adf::detail

namespace aie {

// The transpose of a matrix of rows x columns that lies row by row.
template <class T, unsigned N>
vector<T, N> transpose(const vector<T, N>& v, unsigned rows, unsigned columns) {
  if (rows * columns != N)
    aie4ml::adf::detail::fault_index("aie::transpose: rows * columns", rows * columns, N);
  return aie4ml::adf::detail::permute<N>(v, [=](unsigned i) { return i % rows * columns + i / rows; });
}
template <class T, unsigned N>
vector<T, N> reverse(const vector<T, N>& v) {
  return aie4ml::adf::detail::permute<N>(v, [](unsigned i) { return N - 1 - i; });
}

// To lower (down) or higher places (up). What enters comes from the other end (rotate), from the other end of
// `fill` as if it lay beside v (fill), or is the last element on that side (replicate). Without it hardware
// leaves it undefined; here it is 0.
template <class T, unsigned N>
vector<T, N> shuffle_down_fill(const vector<T, N>& v, const vector<T, N>& fill, unsigned places) {
  aie4ml::adf::detail::check_places<N>("aie::shuffle_down_fill", places);
  return aie4ml::adf::detail::permute<N>(concat(v, fill), [=](unsigned i) { return i + places; });
}
template <class T, unsigned N>
vector<T, N> shuffle_up_fill(const vector<T, N>& v, const vector<T, N>& fill, unsigned places) {
  aie4ml::adf::detail::check_places<N>("aie::shuffle_up_fill", places);
  return aie4ml::adf::detail::permute<N>(concat(fill, v), [=](unsigned i) { return N + i - places; });
}
template <class T, unsigned N>
vector<T, N> shuffle_down(const vector<T, N>& v, unsigned places) {
  return shuffle_down_fill(v, zeros<T, N>(), places);
}
template <class T, unsigned N>
vector<T, N> shuffle_up(const vector<T, N>& v, unsigned places) {
  return shuffle_up_fill(v, zeros<T, N>(), places);
}
template <class T, unsigned N>
vector<T, N> shuffle_down_rotate(const vector<T, N>& v, unsigned places) {
  return shuffle_down_fill(v, v, places);
}
template <class T, unsigned N>
vector<T, N> shuffle_up_rotate(const vector<T, N>& v, unsigned places) {
  return shuffle_up_fill(v, v, places);
}
template <class T, unsigned N>
vector<T, N> shuffle_down_replicate(const vector<T, N>& v, unsigned places) {
  return shuffle_down_fill(v, broadcast<T, N>(v.get(N - 1)), places);
}
template <class T, unsigned N>
vector<T, N> shuffle_up_replicate(const vector<T, N>& v, unsigned places) {
  return shuffle_up_fill(v, broadcast<T, N>(v.get(0)), places);
}

// Every other group of `step` elements: the first, third, ... or the second, fourth, ...
template <class T, unsigned N>
vector<T, N / 2> filter_even(const vector<T, N>& v, unsigned step = 1) {
  aie4ml::adf::detail::check_step<N>("aie::filter_even: step", step);
  return aie4ml::adf::detail::permute<N / 2>(v, [=](unsigned i) { return i / step * 2 * step + i % step; });
}
template <class T, unsigned N>
vector<T, N / 2> filter_odd(const vector<T, N>& v, unsigned step = 1) {
  aie4ml::adf::detail::check_step<N>("aie::filter_odd: step", step);
  return aie4ml::adf::detail::permute<N / 2>(
      v, [=](unsigned i) { return (i / step * 2 + 1) * step + i % step; });
}

// Groups of `step` elements from a and b in turn; the pair is the lower and the upper half. Unzip is its
// inverse.
template <class T, unsigned N>
std::pair<vector<T, N>, vector<T, N>> interleave_zip(const vector<T, N>& a, const vector<T, N>& b,
                                                     unsigned step = 1) {
  aie4ml::adf::detail::check_step<2 * N>("aie::interleave_zip: step", step);
  const auto zipped = aie4ml::adf::detail::permute<2 * N>(concat(a, b), [=](unsigned i) {
    const unsigned group = i / step;
    return group % 2 * N + group / 2 * step + i % step;
  });
  return {zipped.template extract<N>(0), zipped.template extract<N>(1)};
}
template <class T, unsigned N>
std::pair<vector<T, N>, vector<T, N>> interleave_unzip(const vector<T, N>& a, const vector<T, N>& b,
                                                       unsigned step = 1) {
  const auto both = concat(a, b);
  return {filter_even(both, step), filter_odd(both, step)};
}

}  // namespace aie
