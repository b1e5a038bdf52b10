// The end of a tape's recording: what lies behind it, slots for all values, sums.
#include <algorithm>
#include <cstring>

#include "sim/core/tape_recorder.hpp"

namespace aie4ml::sim {

std::unique_ptr<Tape> TapeRecorder::finish(PathNode& node, const OperationRing& ring) {
  const auto ops = static_cast<std::uint32_t>(raw_.size());
  tape_->cycles.push_back({.node = &node,
                           .first = ops,
                           .issue = ops,
                           .accesses = static_cast<std::uint32_t>(tape_->accesses.size())});
  instances_.emplace_back();
  if (refused_) return nullptr;
  hand_over(node, ring);
  if (refused_) return nullptr;
  place_groups();
  fill_ops();
  sum_up();
  find_words();
  find_chunks();
  return std::move(tape_);
}

// Registers as they are at the end, and operations that issued before it and take effect behind it.
void TapeRecorder::hand_over(PathNode& node, const OperationRing& ring) {
  for (std::uint32_t at = kScalarBytes / kPart; at < registers_.size(); ++at) {
    const PartOrigin& from = registers_[at];
    if (from.value == kBeforeTape) continue;
    out_registers_.push_back({{static_cast<std::uint16_t>(at * kPart), kPart, 0}, {from.value, from.offset}});
  }
  for (std::size_t i = 0; i < node.before.size(); ++i) {
    if (node.before[i] < 0) continue;
    const int distance = static_cast<int>(i) + 1;
    const std::vector<MicroOp>& ops = code_.bundles.at(static_cast<std::size_t>(node.before[i])).ops;
    for (std::size_t o = 0; o < ops.size(); ++o) {
      const MicroOp& op = ops[o];
      const InFlight who(distance, o);
      const bool access = accesses_memory(op) && op.mem_delay >= distance;
      if (reads_late(op.kind) && op.acc_delay >= distance) refuse();
      if (access) {
        const MemoryAccess& on_its_way = ring[who].access;
        tape_->accesses_out.push_back(
            {who.back, on_its_way.address, on_its_way.window, on_its_way.is_load, on_its_way.banks});
      }
      if (op.dst.valid() && op.def >= distance && is_scalar(op.dst) && !written_at_issue(op)) {
        std::int32_t value;
        std::memcpy(&value, ring[who].result.data(), sizeof value);
        tape_->ring_scalars.push_back({who.back, value});
        continue;
      }
      const Instance& made = instance(who);
      const bool arrives = op.dst.valid() && op.def >= distance && !(access && is_load(op.kind));
      if (arrives && !is_scalar(op.dst)) {
        if (made.value == kNoValue) refuse();
        out_ring_.push_back({{who.back, op.dst.size, 0}, {made.value, 0}});
      } else if (access && !is_load(op.kind)) {
        out_ring_.push_back({{who.back, op.access_bytes, 0}, made.stored});
      }
    }
  }
}

void TapeRecorder::place_groups() {
  const auto end = static_cast<std::int64_t>(raw_.size());
  const auto wanted = [&](const Ref& ref, std::int64_t at) {
    if (ref.value == kNoValue) return;
    Group& group = groups_[values_[ref.value].group];
    group.begin = std::min(group.begin, at);
    group.end = std::max(group.end, at);
  };
  for (std::int64_t i = 0; i < end; ++i) {
    const RawOp& raw = raw_[static_cast<std::size_t>(i)];
    for (const Ref& ref : {raw.dst, raw.a, raw.b, raw.c}) wanted(ref, i);
  }
  for (const auto& [place, ref] : out_registers_) wanted(ref, end);
  for (const auto& [place, ref] : out_ring_) wanted(ref, end);

  // First fit, in the order in which they begin.
  std::vector<std::uint32_t> order;
  for (std::uint32_t g = 0; g < groups_.size(); ++g) {
    if (groups_[g].values > 0) order.push_back(g);
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return groups_[a].begin < groups_[b].begin; });
  std::vector<std::int64_t> taken_until;  // by slot
  for (const std::uint32_t g : order) {
    Group& group = groups_[g];
    const std::size_t slots = (group.size + kSlotBytes - 1) / kSlotBytes;
    std::size_t first = 0, free = 0;
    while (free < slots) {
      if (first + free == taken_until.size()) taken_until.push_back(-2);
      if (taken_until[first + free] < group.begin) {
        ++free;
      } else {
        first += free + 1;
        free = 0;
      }
    }
    for (std::size_t s = first; s < first + slots; ++s) taken_until[s] = std::max(group.begin, group.end);
    group.slot = static_cast<SlotOffset>(first * kSlotBytes);
  }
  tape_->slot_bytes = static_cast<std::uint32_t>(taken_until.size()) * kSlotBytes + kSlotMargin;
}

SlotOffset TapeRecorder::slot_of(const Ref& ref) const {
  const Value& value = values_[ref.value];
  return groups_[value.group].slot + value.offset + ref.offset;
}

void TapeRecorder::fill_ops() {
  const auto fill = [&](SlotOffset& to, const Ref& ref) {
    if (ref.value != kNoValue) to = slot_of(ref);
  };
  tape_->ops.reserve(raw_.size());
  for (const RawOp& raw : raw_) {
    TapeOp& op = tape_->ops.emplace_back(raw.op);
    fill(op.dst, raw.dst);
    fill(op.a, raw.a);
    fill(op.b, raw.b);
    fill(op.c, raw.c);
  }
  for (const auto& [place, value] : from_registers_) {
    tape_->registers_in.push_back({static_cast<std::uint16_t>(place.first),
                                   static_cast<std::uint16_t>(place.second), slot_of({value, 0})});
  }
  for (const auto& [from, ref] : in_ring_) tape_->ring_in.push_back({from.back, from.size, slot_of(ref)});
  for (const auto& [number, value] : constants_) tape_->constants.push_back({number, slot_of({value, 0})});
  for (const auto& [to, ref] : out_registers_) {
    tape_->registers_out.push_back({to.offset, to.size, slot_of(ref)});
  }
  for (const auto& [to, ref] : out_ring_) tape_->ring_out.push_back({to.back, to.size, slot_of(ref)});
}

void TapeRecorder::sum_up() {
  std::map<std::pair<std::uint8_t, std::uint8_t>, std::int64_t> totals;
  for (const CountedAccess& access : tape_->accesses) ++totals[{access.first_bank, access.several}];
  for (const auto& [access, count] : totals) {
    tape_->access_totals.push_back({{access.first, access.second}, count});
  }
}

void TapeRecorder::find_words() {
  std::map<std::pair<std::uint8_t, std::int32_t>, std::uint64_t> reads, stores;  // by window and address
  for (const TapeOp& op : tape_->ops) {
    const bool load = op.kind == TapeOp::Kind::load_32 || op.kind == TapeOp::Kind::load;
    if (!load && op.kind != TapeOp::Kind::store_32 && op.kind != TapeOp::Kind::store) continue;
    const std::pair at(op.window, op.address & ~63);
    const std::uint64_t bytes = op.op->access_ones << (op.address & 63);
    if (load) {
      reads[at] |= bytes & ~stores[at];
    } else {
      stores[at] |= bytes;
    }
  }
  for (const auto& [at, bytes] : reads) tape_->reads.push_back({at.first, at.second, bytes});
  for (const auto& [at, bytes] : stores) tape_->stores.push_back({at.first, at.second, bytes});
}

void TapeRecorder::find_chunks() {
  for (std::size_t first = 0; first < tape_->length(); first += Tape::kChunk) {
    TapeChunk& chunk = tape_->chunks.emplace_back();
    chunk.plain = true;
    for (std::size_t i = first; i < std::min(first + Tape::kChunk, tape_->length()); ++i) {
      const TapeCycle& cycle = tape_->cycles[i];
      chunk.banks |= cycle.banks;
      const bool enters = i == 0 || cycle.node->region != tape_->cycles[i - 1].node->region;
      if (cycle.clash || cycle.node->special || enters) chunk.plain = false;
    }
  }
}

}  // namespace aie4ml::sim
