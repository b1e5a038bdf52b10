// Elements of a vector in bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace aie4ml::sim {

template <class T>
inline T load_lane(const std::uint8_t* from, std::size_t index) {
  T value;
  std::memcpy(&value, from + index * sizeof(T), sizeof(T));
  return value;
}
template <class T>
inline void store_lane(std::uint8_t* to, std::size_t index, T value) {
  std::memcpy(to + index * sizeof(T), &value, sizeof(T));
}

}  // namespace aie4ml::sim
