#include "sim/core/tape_recorder.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "sim/core/vector_ops.hpp"

namespace aie4ml::sim {
namespace {

constexpr std::size_t kRegisterBytes = kScalarBytes + arch::kVectorFileBytes + arch::kAccumulatorFileBytes;

// Of each factor a multiply reads the elements of its shape.
std::uint32_t left_bytes(const MicroOp& op) {
  return static_cast<std::uint32_t>(op.shape.m * op.shape.k * arch::bytes(op.type_a));
}
std::uint32_t right_bytes(const MicroOp& op) {
  return static_cast<std::uint32_t>(op.shape.k * op.shape.n * arch::bytes(op.type_b));
}

CountedAccess counted(BankMask banks) {
  return {static_cast<std::uint8_t>(std::countr_zero(banks)),
          static_cast<std::uint8_t>(std::popcount(banks) > 1 ? 1 : 0)};
}

}  // namespace

TapeRecorder::TapeRecorder(const DecodedProgram& code, PathNode& node, const OperationRing& ring)
    : code_(code), registers_(kRegisterBytes / kPart), before_(node.before.size()) {
  for (std::uint32_t i = 0; i < registers_.size(); ++i) registers_[i].offset = i * kPart;
  instances_.resize(before_);
  tape_->begin = &node;
  take_over(node, ring);
}

TapeRecorder::Instance& TapeRecorder::instance(InFlight who) {
  // The cycle that is being recorded is the last in tape_->cycles.
  return instances_.at(before_ + tape_->cycles.size() - 1 - who.distance).at(who.op);
}

TapeRecorder::RawOp& TapeRecorder::emit(TapeOp::Kind kind, const MicroOp* op, std::uint32_t size) {
  RawOp& raw = raw_.emplace_back();
  raw.op.kind = kind;
  raw.op.op = op;
  raw.op.size = static_cast<std::uint16_t>(size);
  return raw;
}

// Operations that issued before the begin and take effect behind it.
void TapeRecorder::take_over(const PathNode& node, const OperationRing& ring) {
  for (std::size_t i = 0; i < before_; ++i) {
    if (node.before[i] < 0) continue;
    const int distance = static_cast<int>(i) + 1;
    const std::vector<MicroOp>& ops = code_.bundles.at(static_cast<std::size_t>(node.before[i])).ops;
    for (std::size_t o = 0; o < ops.size(); ++o) {
      const MicroOp& op = ops[o];
      const bool access = accesses_memory(op) && op.mem_delay >= distance;
      const bool arrives = op.dst.valid() && op.def >= distance && !is_scalar(op.dst);
      if (!access && !arrives) continue;
      const bool pending = reads_late(op.kind) && op.acc_delay >= distance;
      if (pending || op.kind == MicroKind::load_shifted || op.kind == MicroKind::store_part ||
          op.kind == MicroKind::load_scalar) {
        refuse();
        continue;
      }
      const InFlight who(distance, o);
      Instance& made = instances_.at(before_ - static_cast<std::size_t>(distance)).at(o);
      if (access) made.banks = ring[who].access.banks;
      if (access && is_load(op.kind)) continue;  // its data comes on the tape
      const std::uint32_t size = arrives ? op.dst.size : op.access_bytes;
      const ValueId value = new_value(size);
      groups_.back().begin = -1;
      in_ring_.push_back({{who.back, static_cast<std::uint16_t>(size), 0}, {value, 0}});
      made.value = value;
      made.stored = {value, 0};
    }
  }
}

void TapeRecorder::begun(PathNode& node, const OperationRing& ring) {
  tape_->cycles.push_back({.node = &node,
                           .first = static_cast<std::uint32_t>(raw_.size()),
                           .accesses = static_cast<std::uint32_t>(tape_->accesses.size())});
  instances_.emplace_back();
  if (refused_) return;
  if (node.unusual || !node.late_shifts.empty()) refuse();
  memory(node, ring);
  arrive(node);
  late(node);
}

void TapeRecorder::memory(PathNode& node, const OperationRing& ring) {
  TapeCycle& cycle = tape_->cycles.back();
  const auto take_banks = [&](BankMask banks) {
    cycle.clash |= (cycle.banks & banks) != 0;
    cycle.banks |= banks;
  };
  for (const PathNode::Access& load : node.loads) {
    const MemoryAccess& from = ring[load.self].access;
    const std::uint32_t size = load.op->access_bytes;
    if (load.op->kind != MicroKind::load_vector || size != load.op->dst.size) refuse();
    RawOp& raw = emit(size == 32 ? TapeOp::Kind::load_32 : TapeOp::Kind::load, load.op, size);
    raw.op.window = from.window;
    raw.op.address = from.address;
    const ValueId value = new_value(size);
    raw.dst = {value, 0};
    instance(load.self).value = value;
    take_banks(instance(load.self).banks);
  }
  for (const PathNode::Access& store : node.stores) {
    const MemoryAccess& to = ring[store.self].access;
    const std::uint32_t size = store.op->access_bytes;
    RawOp& raw = emit(size == 32 ? TapeOp::Kind::store_32 : TapeOp::Kind::store, store.op, size);
    raw.op.window = to.window;
    raw.op.address = to.address;
    raw.a = instance(store.self).stored;
    take_banks(instance(store.self).banks);
  }
}

void TapeRecorder::arrive(const PathNode& node) {
  arrive(node.arrivals_32);
  arrive(node.arrivals_128);
  arrive(node.arrivals);
}

void TapeRecorder::arrive(const std::vector<PathNode::Arrival>& arrivals) {
  for (const PathNode::Arrival& arrival : arrivals) {
    if (arrival.offset < kScalarBytes) continue;  // no data
    const ValueId value = instance(arrival.producer).value;
    const bool whole_parts = arrival.offset % kPart == 0 && arrival.size % kPart == 0;
    if (value == kNoValue || values_[value].size < arrival.size || !whole_parts) {
      refuse();
      return;
    }
    for (std::uint32_t i = 0; i < arrival.size; i += kPart) {
      registers_.at((arrival.offset + i) / kPart) = {value, i};
    }
  }
}

void TapeRecorder::late(const PathNode& node) {
  for (const auto* list : {&node.late_products, &node.late_sums}) {
    for (const PathNode::Late& late : *list) {
      const MicroOp& op = *late.op;
      const bool product = op.kind == MicroKind::multiply_late;
      const Ref acc0 = read(node, late.acc0, op.acc0.size);
      const Ref acc1 = op.acc1.valid() ? read(node, late.acc1, op.acc1.size) : Ref{};
      Instance& self = instance(late.self);
      if (refused_) return;
      RawOp& raw = emit(product ? TapeOp::Kind::multiply : TapeOp::Kind::lanes, &op, op.dst.size);
      raw.a = product ? self.a : acc0;
      raw.b = product ? self.b : acc1;
      raw.c = product ? acc0 : Ref{};
      self.value = new_value(op.dst.size);
      raw.dst = {self.value, 0};
    }
  }
}

void TapeRecorder::issuing(const PathNode& node, const RegisterFile& registers) {
  tape_->cycles.back().issue = static_cast<std::uint32_t>(raw_.size());
  for (std::size_t i = 0; i < node.issue.size() && !refused_; ++i) issue(node, node.issue[i], i, registers);
}

void TapeRecorder::issue(const PathNode& node, const PathNode::Issue& issue, std::size_t index,
                         const RegisterFile& registers) {
  const MicroOp& op = *issue.op;
  Instance& self = instances_.back().at(index);
  const auto result = [&](RawOp& raw) {
    self.value = new_value(raw.op.size);
    raw.dst = {self.value, 0};
  };
  // A scalar operand is a number here.
  const auto operand = [&](const Source& source, RegisterPlace place) {
    if (!place.valid()) return Ref{};
    if (!is_scalar(place)) return read(node, source, place.size);
    if (source.where != Source::Where::registers) refuse();
    return Ref{constant(registers.scalar(place.offset)), 0};
  };
  switch (op.kind) {
    case MicroKind::immediate:
    case MicroKind::scalar:
    case MicroKind::scalar_imm:
    case MicroKind::step:
    case MicroKind::branch:
    case MicroKind::load_vector:
    case MicroKind::add_late:
      return;
    case MicroKind::multiply_late:
      self.a = read(node, issue.src0, left_bytes(op));
      self.b = read(node, issue.src1, right_bytes(op));
      return;
    case MicroKind::multiply: {
      const Ref a = read(node, issue.src0, left_bytes(op));
      const Ref b = read(node, issue.src1, right_bytes(op));
      RawOp& raw = emit(TapeOp::Kind::multiply, &op, op.dst.size);
      raw.a = a;
      raw.b = b;
      result(raw);
      return;
    }
    case MicroKind::lanes: {
      const Ref a = operand(issue.src0, op.src0);
      const Ref b = operand(issue.src1, op.src1);
      const Ref c = operand(issue.src2, op.src2);
      RawOp& raw = emit(TapeOp::Kind::lanes, &op, op.dst.size);
      raw.a = a;
      raw.b = b;
      raw.c = c;
      result(raw);
      return;
    }
    case MicroKind::shuffle: {
      const Ref a = read(node, issue.src0, op.src0.size);
      const Ref b = read(node, issue.src1, op.src1.size);
      if (issue.src2.where != Source::Where::registers) refuse();
      RawOp& raw = emit(TapeOp::Kind::shuffle, &op, op.dst.size);
      raw.op.address = registers.scalar(op.src2.offset);
      raw.a = a;
      raw.b = b;
      result(raw);
      return;
    }
    case MicroKind::clear:
      result(emit(TapeOp::Kind::clear, &op, op.dst.size));
      return;
    case MicroKind::shifted: {
      const RegisterPlace from = op.acc0.valid() ? op.acc0 : op.src0;
      self.value = convert(op, read(node, issue.src0, from.size), op.dst.size, registers).value;
      return;
    }
    case MicroKind::store_shifted: {
      const RegisterPlace from = op.acc0.valid() ? op.acc0 : op.src0;
      self.stored = convert(op, read(node, issue.src0, from.size), op.access_bytes, registers);
      return;
    }
    case MicroKind::store_vector:
      self.stored = read(node, issue.src0, op.access_bytes);
      return;
    case MicroKind::store_scalar:
      self.stored = {constant(registers.scalar(op.src0.offset)), 0};
      return;
    case MicroKind::cascade_read:
      result(emit(TapeOp::Kind::cascade_in, &op, op.dst.size));
      return;
    case MicroKind::cascade_write: {
      const Ref from = read(node, issue.src0, op.acc0.valid() ? op.acc0.size : op.src0.size);
      emit(TapeOp::Kind::cascade_out, &op, op.access_bytes).a = from;
      return;
    }
    case MicroKind::load_scalar:
    case MicroKind::load_shifted:
    case MicroKind::store_part:
    case MicroKind::stream_read:
    case MicroKind::stream_write:
    case MicroKind::event:
    case MicroKind::lock:
    case MicroKind::done:
      refuse();
      return;
  }
}

TapeRecorder::Ref TapeRecorder::convert(const MicroOp& op, Ref from, std::uint32_t size,
                                        const RegisterFile& registers) {
  RawOp& raw = emit(TapeOp::Kind::convert, &op, size);
  raw.a = from;
  const ValueId value = new_value(size);
  raw.dst = {value, 0};
  const bool up = op.op == arch::Opcode::vups;
  const std::int32_t amount = op.op == arch::Opcode::vpack ? 0 : registers.scalar(op.shift);
  raw.op.address = up ? amount : srs_shift(amount);
  raw.op.b = static_cast<SlotOffset>(registers.scalar(place_of({arch::RegClass::crrnd, 0}).offset));
  raw.op.c = static_cast<SlotOffset>(registers.scalar(place_of({arch::RegClass::crsat, 0}).offset));
  return raw.dst;
}

void TapeRecorder::issued(const PathNode& node, const OperationRing& ring) {
  for (std::size_t i = 0; i < node.issue.size(); ++i) {
    if (!accesses_memory(*node.issue[i].op)) continue;
    const BankMask banks = ring.first()[i].access.banks;
    instances_.back().at(i).banks = banks;
    tape_->accesses.push_back(counted(banks));
  }
  for (const PathNode::Issue& issue : node.issue) {
    const MicroOp& op = *issue.op;
    if (op.kind == MicroKind::multiply || op.kind == MicroKind::multiply_late) tape_->macs += op.macs;
    // The sticky flags are the core's own.
    const RegisterPlace srs = place_of({arch::RegClass::srsrs, 0}),
                        ups = place_of({arch::RegClass::srups, 0});
    if (op.dst.overlaps(srs) || op.dst.overlaps(ups)) refuse();
  }
}

// The bytes of an operand, from the pieces it has in registers and on its way.
TapeRecorder::Ref TapeRecorder::read(const PathNode& node, const Source& source, std::uint32_t size) {
  const std::size_t count = (size + kPart - 1) / kPart;
  std::array<PartOrigin, 256 / kPart> parts;
  const auto from_registers = [&](std::uint32_t offset) {
    if (offset % kPart != 0) refuse();
    for (std::size_t i = 0; i < count; ++i) parts.at(i) = registers_.at(offset / kPart + i);
  };
  switch (source.where) {
    case Source::Where::registers:
      from_registers(source.offset);
      break;
    case Source::Where::result: {
      const ValueId value = instance(source.producer).value;
      for (std::uint32_t i = 0; i < count; ++i) parts.at(i) = {value, source.offset + i * kPart};
      break;
    }
    case Source::Where::merged: {
      const Merge& merge = node.merges.at(source.offset);
      from_registers(merge.place.offset);
      for (const Merge::Piece& piece : merge.pieces) {
        if (piece.to % kPart != 0 || piece.size % kPart != 0) refuse();
        const ValueId value = instance(piece.producer).value;
        for (std::uint32_t i = 0; i < piece.size && piece.to + i < size; i += kPart) {
          parts.at((piece.to + i) / kPart) = {value, piece.from + i};
        }
      }
      break;
    }
  }
  std::vector<Piece> pieces;
  for (std::uint32_t i = 0; i < count; ++i) {
    const PartOrigin& part = parts.at(i);
    const std::uint32_t bytes = std::min(kPart, size - i * kPart);
    if (part.value == kNoValue) refuse();
    if (!pieces.empty() && pieces.back().value == part.value &&
        pieces.back().from + pieces.back().size == part.offset) {
      pieces.back().size += bytes;
    } else {
      pieces.push_back({part.value, part.offset, bytes});
    }
  }
  if (refused_) return {};
  return assemble(pieces);
}

}  // namespace aie4ml::sim
