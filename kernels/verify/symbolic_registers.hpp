// Registers of a core with symbolic contents, and what is on its way to them.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "arch/device/core_timing.hpp"
#include "arch/isa/registers.hpp"
#include "kernels/verify/expressions.hpp"

namespace aie4ml::kernels {

// Pointers are an offset into an argument's buffer, everything else a number.
struct Scalar {
  enum class Kind : std::uint8_t { undefined, number, pointer, return_address };
  Kind kind{Kind::undefined};
  int buffer{-1};
  std::int64_t value{};
  friend bool operator==(const Scalar&, const Scalar&) = default;
};

struct Content {
  std::vector<Symbol> parts;  // of a vector or accumulator register
  Scalar scalar;              // of all others
};

struct PendingWrite {
  arch::Reg reg{};
  std::int64_t issued{}, visible{};
  arch::Bypass bypass{};
  std::int32_t bundle{};
  Content content;
};

class SymbolicRegisters {
 public:
  explicit SymbolicRegisters(Expressions& expressions);

  void set(arch::Reg reg, const Content& content);
  void write_later(PendingWrite write) { pending_.push_back(std::move(write)); }
  // Pairs of bundles that write one register in this cycle.
  std::vector<std::pair<std::int32_t, std::int32_t>> commit(std::int64_t now);

  // What an operand read now holds, results forwarded on the reader's network included.
  [[nodiscard]] Content read(arch::Reg reg, std::int64_t now, arch::Bypass network) const;
  // Whether a write issued before `issued` arrives after a read in cycle `read`.
  [[nodiscard]] bool in_flight(arch::Reg reg, std::int64_t issued, std::int64_t read,
                               arch::Bypass network) const;
  [[nodiscard]] bool idle() const { return pending_.empty(); }

 private:
  static bool forwards(const PendingWrite& write, arch::Bypass network) {
    return network != arch::Bypass::none && write.bypass == network;
  }

  std::array<Symbol, arch::kVectorFileBytes / 32> vector_{};
  std::array<Symbol, arch::kAccumulatorFileBytes / 32> accumulator_{};
  std::array<Scalar, arch::kScalarFileUnits> scalar_{};
  std::vector<PendingWrite> pending_;
};

}  // namespace aie4ml::kernels
