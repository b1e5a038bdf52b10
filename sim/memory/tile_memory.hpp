// Bytes of one tile's data memory, and which of them anybody ever wrote. No time in it: who may use a bank in
// which cycle is decided outside.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "arch/device/device.hpp"
#include "arch/units.hpp"

namespace aie4ml::sim {

// Bit i: physical bank i of one memory; the core puts the masks of its four windows side by side.
using BankMask = std::uint64_t;

// How addresses fall on single-port banks: the memory is cut into contiguous programmer's banks, each an
// equal share of the physical banks, which take turns every `interleave` bytes (AM020-2, AM020-5).
struct BankGeometry {
  std::int32_t size_bytes{};
  std::int32_t bank_bytes{};      // of one programmer's bank
  std::int32_t physical_banks{};  // in all
  std::int32_t interleave_bytes{};
};
// kind: core or memory; a memory tile is one programmer's bank whose physical banks all take turns.
BankGeometry bank_geometry(const arch::Device& device, arch::TileKind kind);

// Which physical banks an access touches.
class BankLayout {
 public:
  // Sizes that are no powers of two throw InputError.
  explicit BankLayout(const BankGeometry& geometry);
  BankLayout(const arch::Device& device, arch::TileKind kind) : BankLayout(bank_geometry(device, kind)) {}

  [[nodiscard]] std::int32_t size_bytes() const { return geometry_.size_bytes; }
  [[nodiscard]] int physical_bank_count() const { return geometry_.physical_banks; }
  [[nodiscard]] BankMask physical_banks(std::int32_t address, std::int32_t size) const {
    BankMask mask = 0;
    const std::int32_t last = (address + size - 1) >> interleave_shift_;
    for (std::int32_t unit = address >> interleave_shift_; unit <= last; ++unit) {
      const std::int32_t group = unit >> units_per_bank_shift_;
      mask |= BankMask{1} << ((group << ways_shift_) + (unit & ways_mask_));
    }
    return mask;
  }

 private:
  BankGeometry geometry_;
  int interleave_shift_{};
  int units_per_bank_shift_{};
  int ways_shift_{};
  std::int32_t ways_mask_{};
};

class TileMemory {
 public:
  // All zero and never written, as after reset.
  explicit TileMemory(const BankGeometry& geometry);
  TileMemory(const arch::Device& device, arch::TileKind kind) : TileMemory(bank_geometry(device, kind)) {}

  [[nodiscard]] std::int32_t size_bytes() const { return layout_.size_bytes(); }
  [[nodiscard]] int physical_bank_count() const { return layout_.physical_bank_count(); }
  [[nodiscard]] bool contains(std::int64_t address, std::int64_t size) const {
    return address >= 0 && size >= 0 && address + size <= layout_.size_bytes();
  }

  // [address, address + size) must be contained in all of these; addresses in bytes of this memory.
  void write(std::int32_t address, std::span<const std::uint8_t> data);  // image segments too
  void read(std::int32_t address, std::span<std::uint8_t> out) const;
  // Whether every byte was.
  [[nodiscard]] bool written(std::int32_t address, std::int32_t size) const {
    if (!in_one_word(address, size)) return written_slow(address, size);
    const std::uint64_t mask = word_mask(address, size);
    return (written_[word_of(address)] & mask) == mask;
  }
  void mark_written(std::int32_t address, std::int32_t size) {
    if (in_one_word(address, size)) {
      written_[word_of(address)] |= word_mask(address, size);
    } else {
      mark_written_slow(address, size);
    }
  }
  // The same for a block of size 1, 2, 4 ... 64 aligned to its size; `ones`: as many bits as it has bytes.
  [[nodiscard]] bool block_written(std::int32_t address, std::uint64_t ones) const {
    return (written_[word_of(address)] >> (address & 63) & ones) == ones;
  }
  void mark_block_written(std::int32_t address, std::uint64_t ones) {
    written_[word_of(address)] |= ones << (address & 63);
  }
  // Of the 64 bytes at an address that is a multiple of 64, as bits.
  [[nodiscard]] std::uint64_t written_bytes(std::int32_t address) const { return written_[word_of(address)]; }
  [[nodiscard]] std::span<const std::uint8_t> bytes() const { return bytes_; }

  // For callers that move whole aligned blocks: data without the mark, see mark_written().
  std::uint8_t* data() { return bytes_.data(); }
  [[nodiscard]] const std::uint8_t* data() const { return bytes_.data(); }

  [[nodiscard]] BankMask physical_banks(std::int32_t address, std::int32_t size) const {
    return layout_.physical_banks(address, size);
  }

 private:
  static bool in_one_word(std::int32_t address, std::int32_t size) {
    return size > 0 && (address & 63) + size <= 64;
  }
  static std::size_t word_of(std::int32_t address) { return static_cast<std::size_t>(address) / 64; }
  static std::uint64_t word_mask(std::int32_t address, std::int32_t size) {
    return (~std::uint64_t{0} >> (64 - size)) << (address & 63);
  }
  [[nodiscard]] bool written_slow(std::int32_t address, std::int32_t size) const;
  void mark_written_slow(std::int32_t address, std::int32_t size);

  BankLayout layout_;
  std::vector<std::uint8_t> bytes_;
  std::vector<std::uint64_t> written_;  // a bit a byte
};

}  // namespace aie4ml::sim
