#include "sim/memory/tile_memory.hpp"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <cstring>

#include "arch/error.hpp"

namespace aie4ml::sim {
namespace {

int log2_of(std::int32_t value, const char* what) {
  if (value <= 0 || !std::has_single_bit(static_cast<std::uint32_t>(value))) {
    throw arch::InputError("data memory", std::string(what) + " is no power of two",
                           "correct the device file");
  }
  return std::countr_zero(static_cast<std::uint32_t>(value));
}

void check(bool ok) {
  if (!ok) std::abort();
}

}  // namespace

BankGeometry bank_geometry(const arch::Device& device, arch::TileKind kind) {
  if (kind == arch::TileKind::memory) {
    const arch::MemoryTileFacts& facts = device.memory_tile;
    const auto size = static_cast<std::int32_t>(facts.size.value);
    return {size, size, facts.banks, static_cast<std::int32_t>(facts.interleave.value)};
  }
  check(kind == arch::TileKind::core);
  const arch::DataMemoryFacts& facts = device.data_memory;
  return {static_cast<std::int32_t>(facts.size.value), static_cast<std::int32_t>(facts.bank_size().value),
          facts.physical_banks, static_cast<std::int32_t>(facts.interleave.value)};
}

BankLayout::BankLayout(const BankGeometry& geometry)
    : geometry_(geometry),
      interleave_shift_(log2_of(geometry.interleave_bytes, "interleave")),
      units_per_bank_shift_(log2_of(geometry.bank_bytes, "size of a bank") - interleave_shift_) {
  const std::int32_t ways = geometry.physical_banks / (geometry.size_bytes / geometry.bank_bytes);
  ways_shift_ = log2_of(ways, "number of physical banks in a bank");
  ways_mask_ = ways - 1;
}

TileMemory::TileMemory(const BankGeometry& geometry)
    : layout_(geometry),
      bytes_(static_cast<std::size_t>(geometry.size_bytes)),
      written_((static_cast<std::size_t>(geometry.size_bytes) + 63) / 64) {}

void TileMemory::write(std::int32_t address, std::span<const std::uint8_t> data) {
  check(contains(address, static_cast<std::int64_t>(data.size())));
  if (data.empty()) return;
  std::memcpy(bytes_.data() + address, data.data(), data.size());
  mark_written(address, static_cast<std::int32_t>(data.size()));
}

void TileMemory::read(std::int32_t address, std::span<std::uint8_t> out) const {
  check(contains(address, static_cast<std::int64_t>(out.size())));
  if (!out.empty()) std::memcpy(out.data(), bytes_.data() + address, out.size());
}

bool TileMemory::written_slow(std::int32_t address, std::int32_t size) const {
  while (size > 0) {
    const std::int32_t part = std::min(size, 64 - (address & 63));
    const std::uint64_t mask = word_mask(address, part);
    if ((written_[word_of(address)] & mask) != mask) return false;
    address += part;
    size -= part;
  }
  return true;
}

void TileMemory::mark_written_slow(std::int32_t address, std::int32_t size) {
  while (size > 0) {
    const std::int32_t part = std::min(size, 64 - (address & 63));
    written_[word_of(address)] |= word_mask(address, part);
    address += part;
    size -= part;
  }
}

}  // namespace aie4ml::sim
