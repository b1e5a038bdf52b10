#include "arch/device/device_limits.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "arch/isa/instruction_check.hpp"

namespace aie4ml::arch {
namespace {

constexpr std::int64_t kAddressSpace = std::int64_t{1} << 20;  // of a core's pointers
constexpr int kWidestAccess = 64;                              // bytes
constexpr int kLocksOfATile = 6;                               // empty and full of two operands and an output
constexpr int kHalves = 2;                                     // of a double buffer, which a lock counts
constexpr int kLatestScalar = 10;                              // that schedules find a place for
constexpr int kLongestWrite = 32;      // that an S2MM channel's releases are kept in order for
constexpr int kWidestDmaAccess = 256;  // bits
constexpr int kLeastAccumulatorBits = 1024;

class Limits {
 public:
  explicit Limits(const Device& device) : device_(device) {}

  Problems run() {
    check_core();
    check_multiply();
    check_data_memory();
    check_locks();
    check_dma(device_.tile_dma, "tile_dma", device_.data_memory.size, 0);
    check_dma(device_.memory_tile_dma, "memory_tile_dma", device_.memory_tile.size,
              device_.memory_tile.access_cycles);
    check_dma(device_.shim.dma, "shim.dma", Bytes(0), 0);
    return std::move(problems_);
  }

 private:
  void require(bool holds, std::string where, std::string what) {
    if (!holds) problems_.push_back({std::move(where), std::move(what), "stay within what is modelled"});
  }

  void check_core() {
    const CoreFacts& core = device_.core;
    // Programs of a tile name the scalar ones beside those that kernels allocate, and the blocks that kernels
    // work on fill the vector ones.
    for (const auto& [cls, key] : {std::pair(RegClass::r, "scalar"), std::pair(RegClass::p, "pointer"),
                                   std::pair(RegClass::w, "vector_256")}) {
      require(register_count(device_, cls) == register_count(cls), fmt::format("core.registers.{}", key),
              fmt::format("not {}", register_count(cls)));
    }
    for (const auto& [bits, key] :
         {std::pair(core.load_bits, "load_bits"), std::pair(core.store_bits, "store_bits")}) {
      require(bits == 256 || bits == 512, fmt::format("core.{}", key),
              "not 256 or 512, the width of a register");
    }
    require(core.max_operations_per_bundle >= kPhysicalSlots, "core.max_operations_per_bundle",
            fmt::format("fewer than the {} slots", kPhysicalSlots));
    require(core.timing[TimingClass::scalar_alu].def <= kLatestScalar, "core.timing.scalar_alu.def",
            fmt::format("later than {}", kLatestScalar));
    for (const auto& [size, key] : {std::pair(core.default_stack.value, "default_stack"),
                                    std::pair(core.default_heap.value, "default_heap")}) {
      require(size % kWidestAccess == 0 && size <= device_.data_memory.bank_size().value,
              fmt::format("core.{}", key),
              fmt::format("not a multiple of {} bytes within a bank", kWidestAccess));
    }
    require(core.default_stack.value > 0, "core.default_stack", "a tile without a stack");
    require(core.conversion_bits >= kLeastAccumulatorBits, "core.conversion_bits",
            fmt::format("less than {}", kLeastAccumulatorBits));
  }

  void check_multiply() {
    const CoreFacts& core = device_.core;
    for (const MultiplyMode& mode : core.multiply) {
      const int bits = mode.rows * mode.columns * mode.accumulator_bits;
      const std::string what = fmt::format("{}x{}x{} of {} and {}", mode.rows, mode.inner, mode.columns,
                                           to_string(mode.a), to_string(mode.b));
      require(bits <= core.accumulator_register_bits, "core.multiply",
              fmt::format("{} needs {} bit of accumulators, a register has {}", what, bits,
                          core.accumulator_register_bits));
      require(is_float(mode.a) || bits >= kLeastAccumulatorBits, "core.multiply",
              fmt::format("{} fills {} bit of accumulators, kernels store {} at a time", what, bits,
                          kLeastAccumulatorBits));
    }
  }

  void check_data_memory() {
    const DataMemoryFacts& data = device_.data_memory;
    for (const std::int64_t base : data.window_base) {
      require(base % kWidestAccess == 0, "data_memory.window_base",
              fmt::format("{} is not a multiple of {} bytes", base, kWidestAccess));
      require(base + data.size.value <= kAddressSpace, "data_memory.window_base",
              fmt::format("a window at {} ends beyond the address space of {} bytes", base, kAddressSpace));
    }
    const MemoryTileFacts& tile = device_.memory_tile;
    require_power(data.interleave.value, "data_memory.interleave", "");
    require_power(data.bank_size().value, "data_memory.size", " for a bank");
    require_power(data.physical_banks_per_bank(), "data_memory.physical_banks", " for a bank");
    require_power(tile.interleave.value, "memory_tile.interleave", "");
    require_power(tile.size.value, "memory_tile.size", "");
    require_power(tile.banks, "memory_tile.banks", "");
  }

  // Addresses are taken apart by shifts.
  void require_power(std::int64_t value, const char* where, const char* of) {
    require(value > 0 && (value & (value - 1)) == 0, where,
            fmt::format("{}{} is no power of two", value, of));
  }

  void check_locks() {
    const LockFacts& locks = device_.locks;
    require(locks.of(TileKind::core) >= kLocksOfATile, "locks.count.core",
            fmt::format("fewer than the {} of a layer with two operands", kLocksOfATile));
    require(locks.max_value >= kHalves && locks.max_change >= kHalves && locks.min_change <= -kHalves,
            "locks.max_value", "locks count the halves of double buffers");
    check_apart(locks.core_window_base, locks.of(TileKind::core), "locks.core_window_base");
    check_apart(locks.memory_tile_window_base, locks.of(TileKind::memory), "locks.memory_tile_window_base");
  }

  template <std::size_t N>
  void check_apart(std::array<int, N> bases, int count, const char* where) {
    std::sort(bases.begin(), bases.end());
    for (std::size_t i = 1; i < N; ++i) {
      if (bases[i] - bases[i - 1] >= count) continue;
      require(false, where, fmt::format("windows of {} locks overlap", count));
      return;  // once is enough
    }
  }

  void check_dma(const DmaFacts& dma, const std::string& block, Bytes memory, int access_cycles) {
    require((std::int64_t{4} << std::min(dma.length_bits, 40)) >= memory.value, block + ".length_bits",
            "cannot count the words of the memory");
    require(dma.memory_bits <= kWidestDmaAccess, block + ".memory_bits",
            fmt::format("more than {}", kWidestDmaAccess));
    require(dma.timing.write_cycles + access_cycles <= kLongestWrite, block + ".timing.write_cycles",
            fmt::format("a write takes more than {} cycles", kLongestWrite));
  }

  const Device& device_;
  Problems problems_;
};

}  // namespace

Problems check_limits(const Device& device) {
  return Limits(device).run();
}

}  // namespace aie4ml::arch
