#include "kernels/verify/symbolic_registers.hpp"

#include <algorithm>

namespace aie4ml::kernels {
namespace {

constexpr int kPart = 32;
constexpr int kScalarUnit = 4;

}  // namespace

SymbolicRegisters::SymbolicRegisters(Expressions& expressions) {
  for (std::size_t i = 0; i < vector_.size(); ++i) {
    vector_[i] = expressions.make(SymbolKind::undefined, {0, static_cast<std::int64_t>(i)});
  }
  for (std::size_t i = 0; i < accumulator_.size(); ++i) {
    accumulator_[i] = expressions.make(SymbolKind::undefined, {1, static_cast<std::int64_t>(i)});
  }
}

void SymbolicRegisters::set(arch::Reg reg, const Content& content) {
  const arch::RegSpan span = arch::span_of(reg);
  if (span.file == arch::RegFile::scalar) {
    scalar_[static_cast<std::size_t>(span.offset_bytes / kScalarUnit)] = content.scalar;
    return;
  }
  Symbol* const file = span.file == arch::RegFile::vector ? vector_.data() : accumulator_.data();
  std::copy_n(content.parts.begin(), span.size_bytes / kPart, file + span.offset_bytes / kPart);
}

std::vector<std::pair<std::int32_t, std::int32_t>> SymbolicRegisters::commit(std::int64_t now) {
  std::vector<std::pair<std::int32_t, std::int32_t>> conflicts;
  for (auto write = pending_.begin(); write != pending_.end(); ++write) {
    if (write->visible != now) continue;
    for (auto other = pending_.begin(); other != write; ++other) {
      if (other->visible == now && arch::overlap(other->reg, write->reg)) {
        conflicts.emplace_back(other->bundle, write->bundle);
      }
    }
    set(write->reg, write->content);
  }
  std::erase_if(pending_, [&](const PendingWrite& w) { return w.visible <= now; });
  return conflicts;
}

Content SymbolicRegisters::read(arch::Reg reg, std::int64_t now, arch::Bypass network) const {
  const arch::RegSpan span = arch::span_of(reg);
  Content content;
  if (span.file == arch::RegFile::scalar) {
    content.scalar = scalar_[static_cast<std::size_t>(span.offset_bytes / kScalarUnit)];
    return content;
  }
  const Symbol* const file = span.file == arch::RegFile::vector ? vector_.data() : accumulator_.data();
  const Symbol* const first = file + span.offset_bytes / kPart;
  content.parts.assign(first, first + span.size_bytes / kPart);
  for (const PendingWrite& write : pending_) {
    if (write.visible != now + 1 || !forwards(write, network) || !arch::overlap(write.reg, reg)) continue;
    const int lead = (arch::span_of(write.reg).offset_bytes - span.offset_bytes) / kPart;
    for (int i = 0; i < static_cast<int>(write.content.parts.size()); ++i) {
      const int at = lead + i;
      if (at < 0 || at >= static_cast<int>(content.parts.size())) continue;
      content.parts[static_cast<std::size_t>(at)] = write.content.parts[static_cast<std::size_t>(i)];
    }
  }
  return content;
}

bool SymbolicRegisters::in_flight(arch::Reg reg, std::int64_t issued, std::int64_t read,
                                  arch::Bypass network) const {
  return std::any_of(pending_.begin(), pending_.end(), [&](const PendingWrite& w) {
    const int early = forwards(w, network) ? 1 : 0;
    return w.issued < issued && w.visible - early > read && arch::overlap(w.reg, reg);
  });
}

}  // namespace aie4ml::kernels
