// Memory accesses of less than a word. Loads are extended when they have come; a store reads its word,
// changes a part of it and writes it back cycles later (AM020-4, LV2).
#include <cstring>

#include "sim/core/core_engine_impl.hpp"

namespace aie4ml::sim {

using arch::Opcode;

namespace {

constexpr std::int32_t kWordBytes = 4;

PartWord part_of(const Operation& operation) {
  PartWord part;
  std::memcpy(&part, operation.result.data(), sizeof part);
  return part;
}
void keep(Operation& operation, const PartWord& part) {
  std::memcpy(operation.result.data(), &part, sizeof part);
}

std::int32_t extended(Opcode op, const std::uint8_t* bytes) {
  std::uint16_t half;
  std::memcpy(&half, bytes, sizeof half);
  switch (op) {
    case Opcode::lda_s8:
      return static_cast<std::int8_t>(bytes[0]);
    case Opcode::lda_u8:
      return bytes[0];
    case Opcode::lda_s16:
      return static_cast<std::int16_t>(half);
    default:
      return half;
  }
}

}  // namespace

void CoreEngine::Impl::extend_loaded() {
  for (const PathNode::Access& load : node_->short_loads) {
    std::uint8_t* const bytes = in_flight(load.self).result.data();
    const std::int32_t value = extended(load.op->op, bytes);
    std::memcpy(bytes, &value, sizeof value);
  }
}

void CoreEngine::Impl::start_part_store(const MicroOp& op, Operation& operation) {
  const std::int32_t value = registers.scalar(op.src0.offset);
  start_any_access(op, operation, true);
  if (fault) return;
  MemoryAccess& access = operation.access;
  keep(operation,
       {0, static_cast<std::uint32_t>(value), access.address % kWordBytes, op.access_bytes, access.banks});
  access.address -= access.address % kWordBytes;
}

// The banks of the part-word stores of this cycle that are in use already; adds them all to `used`.
BankMask CoreEngine::Impl::part_banks(const OperationRing& ring, BankMask& used) const {
  BankMask clash = 0;
  for (const auto* list : {&node_->part_reads, &node_->part_writes}) {
    for (const PathNode::Access& part : *list) {
      const BankMask banks = ring[part.self].access.banks;
      clash |= used & banks;
      used |= banks;
    }
  }
  return clash;
}

// The banks have served the part-word stores of this cycle.
void CoreEngine::Impl::finish_parts(const OperationRing& ring) {
  for (const PathNode::Access& read : node_->part_reads) {
    Operation& operation = ring[read.self];
    MemoryAccess& access = operation.access;
    PartWord part = part_of(operation);
    std::memcpy(&part.word, access.memory->data() + access.address, sizeof part.word);
    keep(operation, part);
    access.banks = part.banks;
    access.is_load = false;
    port.count(access);
  }
  for (const PathNode::Access& write : node_->part_writes) {
    const Operation& operation = ring[write.self];
    const MemoryAccess& access = operation.access;
    PartWord part = part_of(operation);
    std::memcpy(reinterpret_cast<std::uint8_t*>(&part.word) + part.byte, &part.value,
                static_cast<std::size_t>(part.size));
    std::memcpy(access.memory->data() + access.address, &part.word, sizeof part.word);
    access.memory->mark_written(access.address + part.byte, part.size);
  }
}

}  // namespace aie4ml::sim
