// What one number cannot say alone: facts that must agree with each other.
#include <algorithm>

#include <fmt/format.h>

#include "arch/device/device.hpp"
#include "arch/device/device_limits.hpp"
#include "arch/isa/instruction_check.hpp"
#include "arch/isa/timing_check.hpp"

namespace aie4ml::arch {
namespace {

class Checker {
 public:
  void require(bool holds, std::string where, std::string what) {
    if (!holds) problems_.push_back({std::move(where), std::move(what), "make the numbers agree"});
  }
  void add(Problem problem) { problems_.push_back(std::move(problem)); }
  Problems take() { return std::move(problems_); }

 private:
  Problems problems_;
};

bool multiple(std::int64_t value, std::int64_t of) {
  return of > 0 && value % of == 0;
}

void check_memories(const Device& device, Checker& check) {
  const DataMemoryFacts& data = device.data_memory;
  check.require(multiple(data.physical_banks, data.banks), "data_memory.physical_banks",
                "not a multiple of data_memory.banks");
  check.require(multiple(data.size.value, std::int64_t{data.physical_banks} * data.bank_width_bits / 8),
                "data_memory.size", "not a whole number of rows of all banks");
  check.require(multiple(8 * data.interleave.value, data.bank_width_bits), "data_memory.interleave",
                "not a multiple of data_memory.bank_width");
  auto bases = data.window_base;
  std::sort(bases.begin(), bases.end());
  for (std::size_t i = 1; i < bases.size(); ++i) {
    check.require(bases[i] - bases[i - 1] >= data.size.value, "data_memory.window_base", "windows overlap");
  }
  const MemoryTileFacts& tile = device.memory_tile;
  check.require(multiple(tile.size.value, std::int64_t{tile.banks} * tile.bank_width_bits / 8),
                "memory_tile.size", "not a whole number of rows of all banks");
  check.require(multiple(8 * tile.interleave.value, tile.bank_width_bits), "memory_tile.interleave",
                "not a multiple of memory_tile.bank_width");
  check.require(device.kernel.max_buffer <= data.bank_size(), "kernel.max_buffer", "larger than a bank");
}

void check_core(const CoreFacts& core, Checker& check) {
  check.require(std::is_sorted(core.bundle_bits.begin(), core.bundle_bits.end()) && !core.bundle_bits.empty(),
                "core.bundle_bits", "not ascending");
  check.require(core.bundle_bits.empty() || 8 * core.fetch_width.value >= core.bundle_bits.back(),
                "core.fetch_width", "smaller than the largest bundle");
  check.require(core.bundle_payload_bits.size() == core.bundle_bits.size() &&
                    std::is_sorted(core.bundle_payload_bits.begin(), core.bundle_payload_bits.end()),
                "core.bundle_payload_bits", "not ascending, one per core.bundle_bits");
  const auto bits = [&](Slot slot) { return core.slot_bits[static_cast<std::size_t>(slot)]; };
  const int all_slots = bits(Slot::lda) + bits(Slot::ldb) + bits(Slot::st) + bits(Slot::vec) +
                        std::max(bits(Slot::alu) + bits(Slot::mv), bits(Slot::lng));
  check.require(core.bundle_payload_bits.empty() || core.bundle_payload_bits.back() >= all_slots,
                "core.bundle_payload_bits", fmt::format("all slots together take {} bit", all_slots));
  check.require(multiple(core.program_memory.value, core.fetch_width.value), "core.program_memory",
                "not a whole number of fetches");
  check.require(!core.multiply.empty(), "core.multiply", "empty");
  for (int i = 0; i < kTimingClassCount; ++i) {
    const auto timing_class = static_cast<TimingClass>(i);
    const OperandTiming& timing = core.timing[timing_class];
    const std::string where = fmt::format("core.timing.{}", to_string(timing_class));
    check.require(timing.def > 0 || timing.use > 0 || timing.acc_use > 0, where, "neither def nor use");
  }
  for (Problem& problem : check_timing(core.timing)) check.add(std::move(problem));
  check.require(core.timing.lock_resume_cycle >= core.timing.lock_stall_cycle, "core.timing.lock.resume",
                "before core.timing.lock.stall");
}

// What the model of the core can hold: register names, the masks of four memories' banks in one word, an
// access in two neighbouring banks at most.
void check_core_limits(const Device& device, Checker& check) {
  for (int i = 0; i < kRegClassCount; ++i) {
    const auto cls = static_cast<RegClass>(i);
    check.require(register_count(device, cls) <= register_count(cls), "core.registers",
                  fmt::format("{} registers of class {}, there are names for {}", register_count(device, cls),
                              to_string(cls), register_count(cls)));
  }
  const DataMemoryFacts& data = device.data_memory;
  check.require(data.physical_banks <= 64 / kMemoryWindowCount, "data_memory.physical_banks", "more than 16");
  check.require(data.physical_banks_per_bank() <= 2, "data_memory.physical_banks",
                "more than two physical banks take turns in a bank");
  check.require(multiple(data.interleave.value, 16), "data_memory.interleave", "not a multiple of 16 bytes");
  check.require(std::max(device.core.load_bits, device.core.store_bits) <= 512, "core.load_bits",
                "an access of more than 512 bit");
  check.require(device.cascade.width_bits == 512, "cascade.width", "other than 512 bit");
}

void check_dma(const DmaFacts& dma, const std::string& block, Bytes reachable, Checker& check) {
  check.require(multiple(dma.memory_bits, dma.stream_bits), block + ".memory_bits",
                "not a multiple of stream_bits");
  check.require(static_cast<int>(dma.wrap_bits.size()) == dma.dimensions - 1, block + ".wrap_bits",
                "not one per dimension but the last");
  check.require(static_cast<int>(dma.padding_bits.size()) <= dma.dimensions, block + ".padding_bits",
                "more than dimensions");
  check.require(2 * dma.bd_partition <= dma.bds, block + ".bd_partition", "more than half of bds");
  check.require(dma.neighbour_channels <= std::min(dma.s2mm_channels, dma.mm2s_channels),
                block + ".neighbour_channels", "more than channels");
  check.require((std::int64_t{4} << std::min(dma.base_bits, 40)) >= reachable.value, block + ".base_bits",
                "cannot address the memory");
}

void check_columns(const std::vector<int>& columns, const std::string& where, int count, Checker& check) {
  const bool ascending =
      std::adjacent_find(columns.begin(), columns.end(), std::greater_equal<>()) == columns.end();
  check.require(ascending, where, "not ascending");
  check.require(columns.empty() || columns.back() < count, where,
                fmt::format("a column outside the {} of the grid", count));
}

// Wires between two switches: as many masters on one side as slaves on the other.
void check_wires(const Device& device, Checker& check) {
  struct Wire {
    TileKind from;
    PortSide side;
    TileKind to;
  };
  const auto name = [](TileKind kind) {
    return kind == TileKind::shim ? "shim" : kind == TileKind::memory ? "memory" : "core";
  };
  std::vector<Wire> wires;
  for (const TileKind kind : {TileKind::shim, TileKind::memory, TileKind::core}) {
    wires.push_back({kind, PortSide::east, kind});
    wires.push_back({kind, PortSide::west, kind});
  }
  wires.push_back({TileKind::core, PortSide::north, TileKind::core});
  wires.push_back({TileKind::core, PortSide::south, TileKind::core});
  const TileKind above_shim = device.grid.memory_rows > 0 ? TileKind::memory : TileKind::core;
  wires.push_back({TileKind::shim, PortSide::north, above_shim});
  wires.push_back({above_shim, PortSide::south, TileKind::shim});
  if (device.grid.memory_rows > 0) {
    wires.push_back({TileKind::memory, PortSide::north, TileKind::core});
    wires.push_back({TileKind::core, PortSide::south, TileKind::memory});
  }
  for (const Wire& wire : wires) {
    const int masters = device.ports(wire.from, wire.side, true);
    const int slaves = device.ports(wire.to, opposite(wire.side), false);
    check.require(masters == slaves, fmt::format("stream_switch.ports.{}.masters", name(wire.from)),
                  fmt::format("{} {} masters meet {} slaves of {}", masters, to_string(wire.side), slaves,
                              name(wire.to)));
  }
}

// A slave port's share of a switch is less than the whole way.
void check_switch(const StreamSwitchFacts& s, Checker& check) {
  check.require(s.slave_port_cycles < std::min({s.local_to_local_cycles, s.external_to_local_cycles,
                                                s.local_to_external_cycles, s.external_to_external_cycles}),
                "stream_switch.latency.slave_port", "not less than the way through the switch");
  check.require(s.slave_port_words < std::min({s.local_to_local_words, s.external_to_local_words,
                                               s.local_to_external_words, s.external_to_external_words}),
                "stream_switch.buffering.slave_port", "not less than the way through the switch");
  check.require(s.merge_arbiters <= s.packet_arbiters, "stream_switch.packet.deterministic_merge.arbiters",
                "more than arbiters");
}

void check_ports(const Device& device, Checker& check) {
  for (const TileKind kind : {TileKind::shim, TileKind::memory, TileKind::core}) {
    if (kind == TileKind::shim) continue;  // its DMA sits behind the South ports
    const std::string where =
        kind == TileKind::core ? "stream_switch.ports.core" : "stream_switch.ports.memory";
    check.require(device.ports(kind, PortSide::dma, true) == device.dma(kind).s2mm_channels,
                  where + ".masters.dma", "not the number of S2MM channels");
    check.require(device.ports(kind, PortSide::dma, false) == device.dma(kind).mm2s_channels,
                  where + ".slaves.dma", "not the number of MM2S channels");
  }
  const ShimFacts& shim = device.shim;
  const int south_slaves = device.ports(TileKind::shim, PortSide::south, false);
  const int south_masters = device.ports(TileKind::shim, PortSide::south, true);
  check.require(shim.to_array_channels <= south_slaves, "shim.to_array_channels", "more than South slaves");
  check.require(shim.from_array_channels <= south_masters, "shim.from_array_channels",
                "more than South masters");
  const auto all_below = [](const std::vector<int>& list, int limit) {
    return std::all_of(list.begin(), list.end(), [&](int index) { return index < limit; });
  };
  check.require(all_below(shim.noc_slave_ports, south_slaves), "shim.noc_slave_ports", "no such South slave");
  check.require(all_below(shim.noc_master_ports, south_masters), "shim.noc_master_ports",
                "no such South master");
  const auto among = [](const std::vector<int>& some, const std::vector<int>& all) {
    return std::all_of(some.begin(), some.end(),
                       [&all](int i) { return std::find(all.begin(), all.end(), i) != all.end(); });
  };
  check.require(static_cast<int>(shim.dma_slave_ports.size()) == shim.dma.mm2s_channels &&
                    among(shim.dma_slave_ports, shim.noc_slave_ports),
                "shim.dma_slave_ports", "not one of shim.noc_slave_ports for every MM2S channel");
  check.require(static_cast<int>(shim.dma_master_ports.size()) == shim.dma.s2mm_channels &&
                    among(shim.dma_master_ports, shim.noc_master_ports),
                "shim.dma_master_ports", "not one of shim.noc_master_ports for every S2MM channel");
  check.require(multiple(device.external_memory.burst.value, 4), "external_memory.burst",
                "not a whole number of words");
  check.require(
      std::find(shim.plio_bits.begin(), shim.plio_bits.end(), shim.default_plio_bits) != shim.plio_bits.end(),
      "shim.default_plio_bits", "none of shim.plio_bits");
}

}  // namespace

Problems validate(const Device& device) {
  Checker check;
  check.require(device.clock.pl_mhz <= device.clock.aie_mhz * device.clock.pl_max_aie_ratio, "clock.pl",
                "faster than clock.pl_max_aie_ratio allows");
  check_core(device.core, check);
  check_memories(device, check);
  check_core_limits(device, check);
  check_dma(device.tile_dma, "tile_dma", device.data_memory.size, check);
  check_dma(device.memory_tile_dma, "memory_tile_dma", Bytes(3 * device.memory_tile.size.value), check);
  check_dma(device.shim.dma, "shim.dma", Bytes(0), check);
  check_columns(device.grid.plio_columns, "grid.plio_columns", device.grid.columns, check);
  check_columns(device.grid.noc_columns, "grid.noc_columns", device.grid.columns, check);
  check.require(device.grid.default_start_column < device.grid.columns, "grid.default_start_column",
                "outside the grid");
  check_wires(device, check);
  check_switch(device.stream_switch, check);
  check_ports(device, check);
  for (Problem& problem : check_limits(device)) check.add(std::move(problem));
  return check.take();
}

}  // namespace aie4ml::arch
