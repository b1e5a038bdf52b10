// Values of a tape: where they come from, and which lie side by side.
#include <algorithm>

#include "sim/core/tape_recorder.hpp"

namespace aie4ml::sim {

TapeRecorder::ValueId TapeRecorder::new_value(std::uint32_t size) {
  const auto at = static_cast<std::int64_t>(raw_.size());
  groups_.push_back({.size = size, .begin = at, .end = at});
  values_.push_back({static_cast<std::uint32_t>(groups_.size() - 1), 0, size});
  return static_cast<ValueId>(values_.size() - 1);
}

TapeRecorder::ValueId TapeRecorder::register_value(std::uint32_t offset, std::uint32_t size) {
  const auto [known, fresh] = from_registers_.try_emplace({offset, size});
  if (fresh) {
    known->second = new_value(size);
    groups_.back().begin = -1;
  }
  return known->second;
}

TapeRecorder::ValueId TapeRecorder::constant(std::int32_t value) {
  const auto [known, fresh] = constants_.try_emplace(value);
  if (fresh) {
    known->second = new_value(sizeof value);
    groups_.back().begin = -1;
  }
  return known->second;
}

TapeRecorder::Ref TapeRecorder::assemble(const std::vector<Piece>& pieces) {
  if (pieces.size() == 1 && pieces[0].value != kBeforeTape) return {pieces[0].value, pieces[0].from};
  if (const auto known = assembled_.find(pieces); known != assembled_.end()) return known->second;
  std::vector<ValueId> values;
  for (const Piece& piece : pieces) {
    values.push_back(piece.value == kBeforeTape ? register_value(piece.from, piece.size) : piece.value);
  }
  Ref whole{values[0], 0};
  if (pieces.size() > 1 && !lay_side_by_side(pieces, values)) {
    std::uint32_t size = 0;
    for (const Piece& piece : pieces) size += piece.size;
    whole = {new_value(size), 0};
    std::uint32_t to = 0;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      RawOp& copy = emit(TapeOp::Kind::copy, nullptr, pieces[i].size);
      copy.dst = {whole.value, to};
      copy.a = {values[i], pieces[i].value == kBeforeTape ? 0 : pieces[i].from};
      to += pieces[i].size;
    }
  }
  assembled_.emplace(pieces, whole);
  return whole;
}

// Whole values that are not bound to others yet get one slot.
bool TapeRecorder::lay_side_by_side(const std::vector<Piece>& pieces, const std::vector<ValueId>& values) {
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const Value& value = values_[values[i]];
    if (pieces[i].size != value.size || groups_[value.group].values != 1 ||
        std::count(values.begin(), values.end(), values[i]) > 1) {
      return false;
    }
  }
  const std::uint32_t group = values_[values[0]].group;
  for (std::size_t i = 1; i < values.size(); ++i) {
    Value& value = values_[values[i]];
    const std::uint32_t old_group = value.group;
    groups_[group].begin = std::min(groups_[group].begin, groups_[old_group].begin);
    value.group = group;
    value.offset = groups_[group].size;
    groups_[group].size += value.size;
    ++groups_[group].values;
    groups_[old_group].values = 0;
  }
  return true;
}

}  // namespace aie4ml::sim
