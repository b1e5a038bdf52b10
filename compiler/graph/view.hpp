// Views of row-major data: the elements in another order, or a part of them. For the reference and for
// constants.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <numeric>
#include <vector>

namespace aie4ml::compiler {

using Shape = std::vector<std::int64_t>;

inline std::int64_t product(const Shape& shape, std::size_t begin, std::size_t end) {
  return std::accumulate(shape.begin() + static_cast<std::ptrdiff_t>(begin),
                         shape.begin() + static_cast<std::ptrdiff_t>(end), std::int64_t{1},
                         std::multiplies<>());
}

// perm as ONNX has it: axis i of the result is axis perm[i] of x. perm is a permutation of the axes.
inline Shape permuted(const Shape& shape, const std::vector<std::int64_t>& perm) {
  Shape result;
  for (const std::int64_t axis : perm) result.push_back(shape[static_cast<std::size_t>(axis)]);
  return result;
}

template <class T>
std::vector<T> permuted(const std::vector<T>& x, const Shape& shape, const std::vector<std::int64_t>& perm) {
  const Shape extents = permuted(shape, perm);
  Shape strides;  // in x, of the axes of the result
  for (const std::int64_t axis : perm) {
    strides.push_back(product(shape, static_cast<std::size_t>(axis) + 1, shape.size()));
  }
  std::vector<T> y;
  y.reserve(x.size());
  Shape index(perm.size());
  for (std::size_t count = 0; count < x.size(); ++count) {
    y.push_back(x[static_cast<std::size_t>(
        std::inner_product(index.begin(), index.end(), strides.begin(), std::int64_t{0}))]);
    for (std::size_t axis = perm.size(); axis-- > 0;) {
      if (++index[axis] < extents[axis]) break;
      index[axis] = 0;
    }
  }
  return y;
}

// Elements [begin, end) of an axis.
template <class T>
std::vector<T> sliced(const std::vector<T>& x, const Shape& shape, std::size_t axis, std::int64_t begin,
                      std::int64_t end) {
  const std::int64_t outer = product(shape, 0, axis);
  const std::int64_t inner = product(shape, axis + 1, shape.size());
  std::vector<T> y;
  y.reserve(static_cast<std::size_t>(outer * (end - begin) * inner));
  for (std::int64_t o = 0; o < outer; ++o) {
    const auto row = x.begin() + o * shape[axis] * inner;
    y.insert(y.end(), row + begin * inner, row + end * inner);
  }
  return y;
}

// Writes part where elements [begin, begin + part_shape[axis]) of an axis of y are.
template <class T>
void insert_slice(std::vector<T>& y, const Shape& shape, std::size_t axis, std::int64_t begin,
                  const std::vector<T>& part, const Shape& part_shape) {
  const std::int64_t outer = product(shape, 0, axis);
  const std::int64_t inner = product(shape, axis + 1, shape.size());
  const std::int64_t length = part_shape[axis] * inner;
  for (std::int64_t o = 0; o < outer; ++o) {
    std::copy_n(part.begin() + o * length, length, y.begin() + (o * shape[axis] + begin) * inner);
  }
}

}  // namespace aie4ml::compiler
