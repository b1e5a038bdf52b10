// Iterators over the vectors, or the elements, that lie behind a pointer. begin_vector and
// begin_restrict_vector differ only in what they promise the device's compiler. A circular iterator comes
// back to its begin after a number of vectors.
#pragma once

#include <aie_api/memory.hpp>
#include <cstddef>

namespace aie4ml::adf::detail {

// Steps of one vector. T may be const: then *it cannot be assigned.
template <class T, unsigned N>
class VectorIterator {
  using Element = std::remove_const_t<T>;
  using Bytes = std::conditional_t<std::is_const_v<T>, const std::uint8_t, std::uint8_t>;

 public:
  using value_type = aie::vector<Element, N>;
  using reference = std::conditional_t<std::is_const_v<T>, const value_type&, value_type&>;
  using pointer = std::remove_reference_t<reference>*;
  using difference_type = std::ptrdiff_t;

  VectorIterator() = default;
  explicit VectorIterator(T* at) : at_(reinterpret_cast<Bytes*>(at)) {}

  reference operator*() const {
    check_aligned<Element, N>("aie::vector_iterator", at_);
    return *reinterpret_cast<pointer>(at_);
  }
  pointer operator->() const { return &**this; }
  reference operator[](difference_type n) const { return *(*this + n); }

  VectorIterator& operator+=(difference_type n) {
    at_ += n * static_cast<difference_type>(vector_bytes<Element, N>);
    return *this;
  }
  VectorIterator& operator-=(difference_type n) { return *this += -n; }
  VectorIterator& operator++() { return *this += 1; }
  VectorIterator& operator--() { return *this -= 1; }
  VectorIterator operator++(int) {
    const VectorIterator before = *this;
    ++*this;
    return before;
  }
  VectorIterator operator--(int) {
    const VectorIterator before = *this;
    --*this;
    return before;
  }
  friend VectorIterator operator+(VectorIterator it, difference_type n) { return it += n; }
  friend VectorIterator operator+(difference_type n, VectorIterator it) { return it += n; }
  friend VectorIterator operator-(VectorIterator it, difference_type n) { return it -= n; }
  friend difference_type operator-(const VectorIterator& a, const VectorIterator& b) {
    return (a.at_ - b.at_) / static_cast<difference_type>(vector_bytes<Element, N>);
  }
  friend auto operator<=>(const VectorIterator&, const VectorIterator&) = default;

 private:
  Bytes* at_ = nullptr;
};

// Over `count` items of an iterator with += and *, from its begin and round again.
template <class Iterator>
class CircularIterator {
 public:
  using value_type = typename Iterator::value_type;
  using reference = typename Iterator::reference;
  using difference_type = std::ptrdiff_t;

  CircularIterator(Iterator begin, std::size_t count)
      : begin_(begin), count_(static_cast<difference_type>(count)) {}

  reference operator*() const { return *(begin_ + index_); }
  CircularIterator& operator+=(difference_type n) {
    index_ = ((index_ + n) % count_ + count_) % count_;
    return *this;
  }
  CircularIterator& operator-=(difference_type n) { return *this += -n; }
  CircularIterator& operator++() { return *this += 1; }
  CircularIterator& operator--() { return *this -= 1; }
  CircularIterator operator++(int) {
    const CircularIterator before = *this;
    ++*this;
    return before;
  }
  CircularIterator operator--(int) {
    const CircularIterator before = *this;
    --*this;
    return before;
  }
  friend CircularIterator operator+(CircularIterator it, difference_type n) { return it += n; }
  friend CircularIterator operator-(CircularIterator it, difference_type n) { return it -= n; }
  friend bool operator==(const CircularIterator&, const CircularIterator&) = default;

 private:
  Iterator begin_;
  difference_type count_;
  difference_type index_ = 0;
};

// A pointer as the class that CircularIterator wants.
template <class T>
class ElementIterator {
 public:
  using value_type = std::remove_const_t<T>;
  using reference = T&;
  explicit ElementIterator(T* at) : at_(at) {}
  T& operator*() const { return *at_; }
  friend ElementIterator operator+(ElementIterator it, std::ptrdiff_t n) {
    return ElementIterator(it.at_ + n);
  }
  friend bool operator==(const ElementIterator&, const ElementIterator&) = default;

 private:
  T* at_;
};

}  // namespace aie4ml::adf::detail

namespace aie {

template <unsigned N, class T>
auto begin_vector(T* base) {
  return aie4ml::adf::detail::VectorIterator<T, N>(base);
}
template <unsigned N, class T>
auto cbegin_vector(const T* base) {
  return aie4ml::adf::detail::VectorIterator<const T, N>(base);
}
template <unsigned N, class T>
auto begin_restrict_vector(T* base) {
  return begin_vector<N>(base);
}
template <unsigned N, class T>
auto cbegin_restrict_vector(const T* base) {
  return cbegin_vector<N>(base);
}
template <unsigned N, class T>
auto begin_random_vector(T* base) {
  return begin_vector<N>(base);
}
template <unsigned N, class T>
auto cbegin_random_vector(const T* base) {
  return cbegin_vector<N>(base);
}
// `count` is the number of elements.
template <unsigned N, class T>
auto begin_vector_circular(T* base, std::size_t count) {
  return aie4ml::adf::detail::CircularIterator(begin_vector<N>(base), count / N);
}
template <unsigned N, class T>
auto cbegin_vector_circular(const T* base, std::size_t count) {
  return aie4ml::adf::detail::CircularIterator(cbegin_vector<N>(base), count / N);
}
template <unsigned N, std::size_t Count, class T>
auto begin_vector_circular(T* base) {
  return begin_vector_circular<N>(base, Count);
}
template <unsigned N, std::size_t Count, class T>
auto cbegin_vector_circular(const T* base) {
  return cbegin_vector_circular<N>(base, Count);
}

// Elements one by one.
template <class T>
T* begin(T* base) {
  return base;
}
template <class T>
const T* cbegin(const T* base) {
  return base;
}
template <class T>
auto begin_circular(T* base, std::size_t count) {
  return aie4ml::adf::detail::CircularIterator(aie4ml::adf::detail::ElementIterator<T>(base), count);
}
template <class T>
auto cbegin_circular(const T* base, std::size_t count) {
  return aie4ml::adf::detail::CircularIterator(aie4ml::adf::detail::ElementIterator<const T>(base), count);
}

}  // namespace aie
