// A queue in one piece of memory that grows as needed and keeps what it got: nothing is allocated or freed as
// elements pass, unlike in std::deque. What was taken out is not destroyed before its place is used again.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace aie4ml::sim {

template <class T>
class Ring {
 public:
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] std::size_t size() const { return size_; }
  // The index-th from the front.
  T& operator[](std::size_t index) { return places_[(first_ + index) & mask()]; }
  const T& operator[](std::size_t index) const { return places_[(first_ + index) & mask()]; }
  T& front() { return (*this)[0]; }
  T& back() { return (*this)[size_ - 1]; }
  [[nodiscard]] const T& front() const { return (*this)[0]; }
  [[nodiscard]] const T& back() const { return (*this)[size_ - 1]; }

  // A new element at the back, still with the value of one that was there before.
  T& extend() {
    if (size_ == places_.size()) grow();
    ++size_;
    return back();
  }
  void push_back(const T& value) { extend() = value; }
  void pop_front() {
    first_ = (first_ + 1) & mask();
    --size_;
  }

 private:
  [[nodiscard]] std::size_t mask() const { return places_.size() - 1; }
  void grow() {
    std::vector<T> more(places_.empty() ? 16 : 2 * places_.size());
    for (std::size_t i = 0; i < size_; ++i) more[i] = (*this)[i];
    places_ = std::move(more);
    first_ = 0;
  }

  std::vector<T> places_;  // as many as a power of two
  std::size_t first_{}, size_{};
};

}  // namespace aie4ml::sim
