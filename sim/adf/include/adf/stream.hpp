// Streams and cascades as a kernel sees them. Reading waits for data, writing for room; both let other
// kernels run.
#pragma once

#include <adf/types.hpp>
#include <aie4ml_adf/elaboration.hpp>
#include <cstddef>
#include <type_traits>

namespace aie {
template <class T, unsigned N>
class vector;
template <class Tag, unsigned N>
class accum;
}  // namespace aie

namespace aie4ml::adf {

// Of the kernel that runs now; wait until all bytes are there or went. `last` of a read: the sender marked
// the last byte as the end of a packet (TLAST).
void read_stream(StreamEnd* end, void* data, std::size_t bytes, bool* last);
void write_stream(StreamEnd* end, const void* data, std::size_t bytes, bool last);

template <class T>
class StreamHandle {
 public:
  explicit StreamHandle(StreamEnd* end) : end_(end) {}
  StreamHandle(const StreamHandle&) = delete;
  StreamHandle& operator=(const StreamHandle&) = delete;
  [[nodiscard]] StreamEnd* end() const { return end_; }

 private:
  StreamEnd* end_;
};

// Bytes of a value on a stream: a vector or accumulator may have padding behind its lanes.
template <class Value>
constexpr std::size_t stream_bytes() {
  static_assert(std::is_trivially_copyable_v<Value>);
  if constexpr (std::is_arithmetic_v<Value> || !requires { Value::bits(); }) {
    return sizeof(Value);
  } else {
    return Value::bits() / 8;
  }
}
template <class Value, class T>
Value read_value(const StreamHandle<T>* stream, bool* last = nullptr) {
  Value value;
  read_stream(stream->end(), &value, stream_bytes<Value>(), last);
  return value;
}
template <class Value, class T>
void write_value(const StreamHandle<T>* stream, const Value& value, bool last = false) {
  write_stream(stream->end(), &value, stream_bytes<Value>(), last);
}

}  // namespace aie4ml::adf

namespace adf {

template <class T>
class input_stream : public aie4ml::adf::StreamHandle<T> {
  using aie4ml::adf::StreamHandle<T>::StreamHandle;
};
template <class T>
class output_stream : public aie4ml::adf::StreamHandle<T> {
  using aie4ml::adf::StreamHandle<T>::StreamHandle;
};
// T is the tag of the accumulators that go over it.
template <class T>
class input_cascade : public aie4ml::adf::StreamHandle<T> {
  using aie4ml::adf::StreamHandle<T>::StreamHandle;
};
template <class T>
class output_cascade : public aie4ml::adf::StreamHandle<T> {
  using aie4ml::adf::StreamHandle<T>::StreamHandle;
};

template <class T>
T readincr(input_stream<T>* in) {
  return aie4ml::adf::read_value<T>(in);
}
template <class T>
T readincr(input_stream<T>* in, bool& tlast) {
  return aie4ml::adf::read_value<T>(in, &tlast);
}
template <unsigned N, class T>
aie::vector<T, N> readincr_v(input_stream<T>* in) {
  return aie4ml::adf::read_value<aie::vector<T, N>>(in);
}
template <unsigned N, class T>
aie::vector<T, N> readincr_v(input_stream<T>* in, bool& tlast) {
  return aie4ml::adf::read_value<aie::vector<T, N>>(in, &tlast);
}
template <unsigned N, class Tag>
aie::accum<Tag, N> readincr_v(input_cascade<Tag>* in) {
  return aie4ml::adf::read_value<aie::accum<Tag, N>>(in);
}

template <class T>
void writeincr(output_stream<T>* out, std::type_identity_t<T> value, bool tlast = false) {
  aie4ml::adf::write_value(out, value, tlast);
}
template <class T, unsigned N>
void writeincr(output_stream<T>* out, const aie::vector<T, N>& value, bool tlast = false) {
  aie4ml::adf::write_value(out, value, tlast);
}
template <class Tag, unsigned N>
void writeincr(output_cascade<Tag>* out, const aie::accum<Tag, N>& value) {
  aie4ml::adf::write_value(out, value);
}

}  // namespace adf

// Kernels name these without adf:: as well.
using adf::input_cascade;
using adf::input_stream;
using adf::output_cascade;
using adf::output_stream;
using adf::readincr;
using adf::readincr_v;
using adf::writeincr;
