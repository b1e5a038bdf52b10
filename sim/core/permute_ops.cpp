#include "sim/core/permute_ops.hpp"

#include <cstring>

#include "sim/core/lane_access.hpp"

namespace aie4ml::sim {
namespace {

using arch::ElementType;
using arch::Opcode;

// Bit i tells about lane i; the result has 4 or 8 bytes.
template <class T, Opcode opcode>
void compare(const MicroOp& op, std::uint8_t* out, const std::uint8_t* a, const std::uint8_t* b,
             const std::uint8_t* /*c*/) {
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < op.src0.size / sizeof(T); ++i) {
    const T x = load_lane<T>(a, i);
    const T y = opcode == Opcode::veqz ? T{} : load_lane<T>(b, i);
    const bool holds = opcode == Opcode::vlt ? x < y : opcode == Opcode::vge ? x >= y : x == y;
    bits |= static_cast<std::uint64_t>(holds) << i;
  }
  std::memcpy(out, &bits, op.dst.size);
}

// A lane of b where its bit is set, else of a.
template <class T>
void select(const MicroOp& op, std::uint8_t* out, const std::uint8_t* a, const std::uint8_t* b,
            const std::uint8_t* c) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, c, op.src2.size);
  for (std::size_t i = 0; i < op.dst.size / sizeof(T); ++i) {
    store_lane<T>(out, i, load_lane<T>((bits >> i & 1U) != 0 ? b : a, i));
  }
}

// The number of a lane: as many low bits as it takes.
template <class T>
std::size_t lane_index(const std::uint8_t* scalar, std::size_t vector_bytes) {
  return load_lane<std::uint32_t>(scalar, 0) & (vector_bytes / sizeof(T) - 1);
}
template <class T>
void extract(const MicroOp& op, std::uint8_t* out, const std::uint8_t* a, const std::uint8_t* b,
             const std::uint8_t* /*c*/) {
  store_lane<std::int32_t>(out, 0,
                           static_cast<std::int32_t>(load_lane<T>(a, lane_index<T>(b, op.src0.size))));
}
template <class T>
void insert(const MicroOp& op, std::uint8_t* out, const std::uint8_t* a, const std::uint8_t* b,
            const std::uint8_t* c) {
  std::memcpy(out, a, op.dst.size);
  store_lane<T>(out, lane_index<T>(b, op.dst.size), load_lane<T>(c, 0));
}

template <Opcode opcode>
void bitwise(const MicroOp& op, std::uint8_t* out, const std::uint8_t* a, const std::uint8_t* b,
             const std::uint8_t* /*c*/) {
  for (std::size_t i = 0; i < op.dst.size; ++i) {
    out[i] = static_cast<std::uint8_t>(opcode == Opcode::vband ? a[i] & b[i] : a[i] | b[i]);
  }
}

// The vector that begins as many bytes behind the beginning of a, followed by b, as the low bits of c say.
void shift_bytes(const MicroOp& op, std::uint8_t* out, const std::uint8_t* a, const std::uint8_t* b,
                 const std::uint8_t* c) {
  const std::size_t by = lane_index<std::uint8_t>(c, op.dst.size);
  std::memcpy(out, a + by, op.dst.size - by);
  std::memcpy(out + op.dst.size - by, b, by);
}

void copy_lanes(const MicroOp& op, std::uint8_t* out, const std::uint8_t* a, const std::uint8_t* /*b*/,
                const std::uint8_t* /*c*/) {
  std::memcpy(out, a, op.dst.size);
}

// Operations that know no element types.
LaneFunction untyped_function(Opcode op) {
  switch (op) {
    case Opcode::vmov:
    case Opcode::vmov_bm_x:
    case Opcode::vmov_x_bm:
      return copy_lanes;
    case Opcode::vband:
      return bitwise<Opcode::vband>;
    case Opcode::vbor:
      return bitwise<Opcode::vbor>;
    case Opcode::vshift:
      return shift_bytes;
    default:
      return nullptr;
  }
}

template <class T>
LaneFunction typed_function(Opcode op) {
  switch (op) {
    case Opcode::vlt:
      return compare<T, Opcode::vlt>;
    case Opcode::vge:
      return compare<T, Opcode::vge>;
    case Opcode::veqz:
      return compare<T, Opcode::veqz>;
    case Opcode::vsel:
      return select<T>;
    case Opcode::vextract:
      return extract<T>;
    case Opcode::vinsert:
      return insert<T>;
    default:
      return nullptr;
  }
}

}  // namespace

LaneFunction permute_function(Opcode op, ElementType type) {
  if (const LaneFunction untyped = untyped_function(op)) return untyped;
  switch (type) {
    case ElementType::int8:
      return typed_function<std::int8_t>(op);
    case ElementType::uint8:
      return typed_function<std::uint8_t>(op);
    case ElementType::int16:
      return typed_function<std::int16_t>(op);
    case ElementType::uint16:
      return typed_function<std::uint16_t>(op);
    case ElementType::int32:
      return typed_function<std::int32_t>(op);
    default:
      return nullptr;
  }
}

std::vector<std::optional<Shuffle>> shuffle_table(const arch::CoreFacts& core) {
  std::vector<std::optional<Shuffle>> table;
  for (const arch::ShuffleMode& mode : core.shuffle) {
    if (table.size() <= static_cast<std::size_t>(mode.code))
      table.resize(static_cast<std::size_t>(mode.code) + 1);
    Shuffle& from = table[static_cast<std::size_t>(mode.code)].emplace();
    const int bytes = mode.element_bits / 8;
    const int matrix_bits = mode.element_bits * mode.rows * mode.columns;
    for (int at = 0; at < static_cast<int>(from.size()); ++at) {
      if (8 * at >= matrix_bits) {  // of a matrix of half a vector
        from[static_cast<std::size_t>(at)] = static_cast<std::uint8_t>(at);
        continue;
      }
      const int element = at / bytes + mode.half * static_cast<int>(from.size()) / bytes;
      const int row = element / mode.rows;  // of the transpose
      const int column = element % mode.rows;
      from[static_cast<std::size_t>(at)] =
          static_cast<std::uint8_t>((column * mode.columns + row) * bytes + at % bytes);
    }
  }
  return table;
}

}  // namespace aie4ml::sim
