// Reads the blocks of a merged device JSON. One function per block, keys named like the members they fill.
#include <cstdio>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "arch/device/device_loader.hpp"
#include "arch/device/fact_reader.hpp"

namespace aie4ml::arch {
namespace {

constexpr int kBig = 1 << 30;

Bytes bytes_of(FactReader& in, const char* key, int low, int high) {
  return Bytes(in.integer(key, "bytes", low, high));
}
int count(FactReader& in, const char* key, int low, int high) {
  return in.integer(key, "count", low, high);
}
int width(FactReader& in, const char* key, int high = 4096) {
  return in.integer(key, "bits", 1, high);
}
int cycles(FactReader& in, const char* key) {
  return in.integer(key, "cycles", 0, 1000);
}
int words(FactReader& in, const char* key) {
  return in.integer(key, "words", 0, 4096);
}

ClockFacts read_clock(FactReader in) {
  ClockFacts clock;
  clock.aie_mhz = in.real("aie", "MHz", 1, 10000);
  clock.pl_mhz = in.real("pl", "MHz", 1, 10000);
  clock.pl_max_aie_ratio = in.real("pl_max_aie_ratio", "ratio", 0.01, 1);
  return clock;
}

OperandTiming read_operands(FactReader in) {
  const auto stage = [&](const char* key) { return in.optional_integer(key, "cycles", 1, 32, 0); };
  OperandTiming timing;
  timing.def = stage("def");
  timing.use = stage("use");
  timing.acc_use = stage("acc_use");
  timing.shift_use = stage("shift_use");
  timing.mem = stage("mem");
  timing.mem_read = stage("mem_read");
  if (in.has("bypass")) {
    const std::string network = in.word("bypass", "network", {"none", "mov", "vec"});
    timing.bypass = network == "mov" ? Bypass::mov : network == "vec" ? Bypass::vec : Bypass::none;
  }
  return timing;
}

CoreTiming read_timing(FactReader in) {
  CoreTiming timing;
  for (int i = 0; i < kTimingClassCount; ++i) {
    const std::string name(to_string(static_cast<TimingClass>(i)));
    timing.classes[static_cast<std::size_t>(i)] = read_operands(in.block(name));
  }
  timing.branch_delay_slots = in.integer("branch_delay_slots", "bundles", 0, 32);
  timing.loop_setup_bundles = in.integer("loop_setup_bundles", "bundles", 0, 64);
  FactReader lock = in.block("lock");
  timing.lock_stall_cycle = lock.integer("stall", "cycles", 1, 32);
  timing.lock_resume_cycle = lock.integer("resume", "cycles", 1, 64);
  return timing;
}

// Keys are "<type>_<type>_acc<bits>", followed by "_" and the shape where there are several.
std::vector<MultiplyMode> read_multiply(FactReader in) {
  std::vector<MultiplyMode> modes;
  for (const std::string& key : in.keys()) {
    FactReader shape = in.block(key);
    MultiplyMode mode;
    mode.rows = count(shape, "rows", 1, 64);
    mode.inner = count(shape, "inner", 1, 64);
    mode.columns = count(shape, "columns", 1, 64);
    const std::size_t first = key.find('_');
    const std::size_t second = first == std::string::npos ? first : key.find("_acc", first + 1);
    const bool split = second != std::string::npos;
    const auto a = split ? element_type_from_string(key.substr(0, first)) : std::nullopt;
    const auto b = split ? element_type_from_string(key.substr(first + 1, second - first - 1)) : std::nullopt;
    std::string accumulator = split ? key.substr(second + 4) : "";
    const std::string shape_name = fmt::format("_{}x{}x{}", mode.rows, mode.inner, mode.columns);
    if (accumulator.ends_with(shape_name)) accumulator.resize(accumulator.size() - shape_name.size());
    if (!a || !b || (accumulator != "32" && accumulator != "64")) {
      in.problem(key, "not a pair of element types and an accumulator", "write for example int8_int8_acc32");
      continue;
    }
    mode.a = *a;
    mode.b = *b;
    mode.accumulator_bits = accumulator == "32" ? 32 : 64;
    modes.push_back(mode);
  }
  return modes;
}

// Keys are "T<element bits>_<rows>x<columns>", with "_lo" or "_hi" where there are two halves.
std::vector<ShuffleMode> read_shuffle(FactReader in) {
  std::vector<ShuffleMode> modes;
  for (const std::string& key : in.keys()) {
    ShuffleMode mode;
    mode.code = in.integer(key, "code", 0, 255);
    mode.half = key.ends_with("_hi") ? 1 : 0;
    int length = 0;
    const int found =
        std::sscanf(key.c_str(), "T%3d_%3dx%3d%n", &mode.element_bits, &mode.rows, &mode.columns, &length);
    const std::string rest = found == 3 ? key.substr(static_cast<std::size_t>(length)) : "?";
    const int bits = mode.element_bits * mode.rows * mode.columns;
    const bool halves = rest == "_lo" || rest == "_hi";
    if (mode.element_bits % 8 != 0 ||
        !((halves && bits == 1024) || (rest.empty() && (bits == 512 || bits == 256)))) {
      in.problem(key, "no matrix of 256 or 512 bit, or half of one of 1024", "write for example T16_32x2_lo");
      continue;
    }
    modes.push_back(mode);
  }
  return modes;
}

CoreFacts read_core(FactReader in) {
  CoreFacts core;
  core.max_operations_per_bundle = count(in, "max_operations_per_bundle", 1, 16);
  core.bundle_bits = in.integers("bundle_bits", "bits", 8, 1024);
  core.bundle_payload_bits = in.integers("bundle_payload_bits", "bits", 0, 1024);
  FactReader slots = in.block("slot_bits");
  for (int i = 0; i < kSlotCount; ++i) {
    core.slot_bits[static_cast<std::size_t>(i)] = width(slots, to_string(static_cast<Slot>(i)).data(), 128);
  }
  core.program_memory = bytes_of(in, "program_memory", 16, kBig);
  core.fetch_width = bytes_of(in, "fetch_width", 1, 128);
  core.hardware_loop_depth = count(in, "hardware_loop_depth", 0, 8);
  FactReader registers = in.block("registers");
  core.scalar_registers = count(registers, "scalar", 1, 256);
  core.pointer_registers = count(registers, "pointer", 1, 256);
  core.modifier_registers = count(registers, "modifier", 1, 256);
  core.dimension_registers = count(registers, "dimension", 1, 256);
  core.shift_registers = count(registers, "shift", 1, 256);
  core.vector_registers_256 = count(registers, "vector_256", 1, 256);
  core.accumulator_registers = count(registers, "accumulator", 1, 256);
  core.accumulator_register_bits = width(registers, "accumulator_bits");
  core.mask_registers = count(registers, "mask", 0, 256);
  core.load_ports = count(in, "load_ports", 1, 8);
  core.store_ports = count(in, "store_ports", 1, 8);
  core.load_bits = width(in, "load_bits");
  core.store_bits = width(in, "store_bits");
  core.conversion_bits = width(in, "conversion_bits");
  core.default_stack = bytes_of(in, "default_stack", 0, kBig);
  core.default_heap = bytes_of(in, "default_heap", 0, kBig);
  core.multiply = read_multiply(in.block("multiply"));
  core.shuffle = read_shuffle(in.block("shuffle"));
  core.timing = read_timing(in.block("timing"));
  return core;
}

DataMemoryFacts read_data_memory(FactReader in) {
  DataMemoryFacts memory;
  memory.size = bytes_of(in, "size", 1, kBig);
  memory.banks = count(in, "banks", 1, 64);
  memory.physical_banks = count(in, "physical_banks", 1, 64);
  memory.bank_width_bits = width(in, "bank_width");
  memory.interleave = bytes_of(in, "interleave", 1, kBig);
  memory.conflict_cycles = cycles(in, "conflict_cycles");
  FactReader window = in.block("window_base");
  const std::array<const char*, kMemoryWindowCount> names = {"south", "west", "north", "own"};
  for (std::size_t i = 0; i < names.size(); ++i) {
    memory.window_base[i] = window.integer64(names[i], "address", 0, kBig);
  }
  return memory;
}

LockFacts read_locks(FactReader in) {
  LockFacts locks;
  FactReader per_tile = in.block("count");
  locks.count = {count(per_tile, "shim", 0, 256), count(per_tile, "memory", 0, 256),
                 count(per_tile, "core", 0, 256)};
  locks.max_value = count(in, "max_value", 1, 1023);
  locks.min_change = count(in, "min_change", -1024, -1);
  locks.max_change = count(in, "max_change", 1, 1023);
  locks.service_cycles = cycles(in, "service_cycles");
  FactReader core = in.block("core_window_base");
  const std::array<const char*, kMemoryWindowCount> windows = {"south", "west", "north", "own"};
  for (std::size_t i = 0; i < windows.size(); ++i) {
    locks.core_window_base[i] = core.integer(windows[i], "index", 0, 1023);
  }
  FactReader memory = in.block("memory_tile_window_base");
  locks.memory_tile_window_base = {memory.integer("west", "index", 0, 1023),
                                   memory.integer("local", "index", 0, 1023),
                                   memory.integer("east", "index", 0, 1023)};
  return locks;
}

DmaFacts read_dma(FactReader in) {
  DmaFacts dma;
  dma.s2mm_channels = count(in, "s2mm_channels", 0, 64);
  dma.mm2s_channels = count(in, "mm2s_channels", 0, 64);
  dma.bds = count(in, "bds", 1, 256);
  dma.bd_partition = count(in, "bd_partition", 0, 256);
  dma.dimensions = count(in, "dimensions", 1, 8);
  dma.base_bits = width(in, "base_bits", 62);
  dma.length_bits = width(in, "length_bits", 62);
  dma.step_bits = width(in, "step_bits", 62);
  dma.wrap_bits = in.integers("wrap_bits", "bits", 1, 32);
  dma.iteration_step_bits = width(in, "iteration_step_bits", 62);
  dma.iteration_wrap_bits = width(in, "iteration_wrap_bits", 30);
  dma.padding_bits = in.integers("padding_bits", "bits", 1, 32);
  dma.lock_value_bits = width(in, "lock_value_bits", 32);
  dma.queue_depth = count(in, "queue_depth", 1, 64);
  dma.max_repeat = count(in, "max_repeat", 1, 65536);
  dma.stream_bits = width(in, "stream_bits");
  dma.memory_bits = width(in, "memory_bits");
  dma.neighbour_channels = count(in, "neighbour_channels", 0, 64);
  FactReader timing = in.block("timing");
  dma.timing.bd_start_cycles = cycles(timing, "bd_start_cycles");
  dma.timing.bd_chain_cycles = cycles(timing, "bd_chain_cycles");
  dma.timing.first_word_cycles = cycles(timing, "first_word_cycles");
  dma.timing.write_cycles = cycles(timing, "write_cycles");
  dma.timing.egress_words = words(timing, "egress_words");
  return dma;
}

MemoryTileFacts read_memory_tile(FactReader in) {
  MemoryTileFacts memory;
  memory.size = bytes_of(in, "size", 1, kBig);
  memory.banks = count(in, "banks", 1, 256);
  memory.bank_width_bits = width(in, "bank_width");
  memory.interleave = bytes_of(in, "interleave", 1, kBig);
  memory.read_ports_per_bank = count(in, "read_ports_per_bank", 1, 64);
  memory.write_ports_per_bank = count(in, "write_ports_per_bank", 1, 64);
  memory.access_cycles = cycles(in, "access_cycles");
  FactReader window = in.block("window_base");
  memory.window_base = {window.integer64("west", "address", 0, kBig),
                        window.integer64("local", "address", 0, kBig),
                        window.integer64("east", "address", 0, kBig)};
  return memory;
}

// Sides that a switch has no ports to are left out of the JSON.
std::array<int, kPortSideCount> read_ports(FactReader in) {
  std::array<int, kPortSideCount> counts{};
  const std::array<const char*, kPortSideCount> names = {"core", "dma",   "ctrl", "fifo", "south",
                                                         "west", "north", "east", "trace"};
  for (std::size_t i = 0; i < names.size(); ++i) counts[i] = in.optional_integer(names[i], "count", 0, 64, 0);
  return counts;
}

StreamSwitchFacts read_stream_switch(FactReader in) {
  StreamSwitchFacts facts;
  facts.word_bits = width(in, "word_bits");
  FactReader ports = in.block("ports");
  const std::array<const char*, 3> kinds = {"shim", "memory", "core"};  // order of TileKind
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    FactReader kind = ports.block(kinds[i]);
    facts.masters[i] = read_ports(kind.block("masters"));
    facts.slaves[i] = read_ports(kind.block("slaves"));
  }
  FactReader latency = in.block("latency");
  facts.local_to_local_cycles = cycles(latency, "local_to_local");
  facts.external_to_local_cycles = cycles(latency, "external_to_local");
  facts.local_to_external_cycles = cycles(latency, "local_to_external");
  facts.external_to_external_cycles = cycles(latency, "external_to_external");
  facts.slave_port_cycles = cycles(latency, "slave_port");
  FactReader buffering = in.block("buffering");
  facts.local_to_local_words = words(buffering, "local_to_local");
  facts.external_to_local_words = words(buffering, "external_to_local");
  facts.local_to_external_words = words(buffering, "local_to_external");
  facts.external_to_external_words = words(buffering, "external_to_external");
  facts.slave_port_words = words(buffering, "slave_port");
  facts.fifo_words = words(in, "fifo_words");
  FactReader packet = in.block("packet");
  facts.packet_id_bits = width(packet, "id_bits", 16);
  facts.packet_arbitration_cycles = cycles(packet, "arbitration_cycles");
  facts.packet_slots_per_slave = count(packet, "slots_per_slave", 0, 64);
  facts.packet_arbiters = count(packet, "arbiters", 0, 64);
  facts.packet_msels = count(packet, "msels_per_arbiter", 0, 8);
  FactReader merge = packet.block("deterministic_merge");
  facts.merge_arbiters = count(merge, "arbiters", 0, 64);
  facts.merge_positions = count(merge, "positions", 0, 64);
  facts.merge_count_bits = width(merge, "count_bits", 8);
  return facts;
}

CascadeFacts read_cascade(FactReader in) {
  CascadeFacts cascade;
  cascade.width_bits = width(in, "width");
  cascade.output_fifo_depth = count(in, "output_fifo_depth", 1, 64);
  cascade.input_fifo_depth = count(in, "input_fifo_depth", 1, 64);
  cascade.hop_cycles = cycles(in, "hop_cycles");
  return cascade;
}

ShimFacts read_shim(FactReader in) {
  ShimFacts shim;
  shim.plio_bits = in.integers("plio_bits", "bits", 8, 1024);
  shim.default_plio_bits = width(in, "default_plio_bits");
  shim.plio_channel_bits = width(in, "plio_channel_bits");
  shim.to_array_channels = count(in, "to_array_channels", 0, 64);
  shim.from_array_channels = count(in, "from_array_channels", 0, 64);
  shim.cdc_fifo_words = words(in, "cdc_fifo_words");
  shim.cdc_cycles = cycles(in, "cdc_cycles");
  shim.unregistered_channels = in.integers("unregistered_channels", "index", 0, 63);
  shim.noc_slave_ports = in.integers("noc_slave_ports", "index", 0, 63);
  shim.noc_master_ports = in.integers("noc_master_ports", "index", 0, 63);
  shim.dma_slave_ports = in.integers("dma_slave_ports", "index", 0, 63);
  shim.dma_master_ports = in.integers("dma_master_ports", "index", 0, 63);
  shim.dma = read_dma(in.block("dma"));
  return shim;
}

ExternalMemoryFacts read_external_memory(FactReader in) {
  ExternalMemoryFacts memory;
  memory.megabytes_per_second = in.real("bandwidth", "MB/s", 1, 1e7);
  memory.read_latency_ns = in.real("read_latency", "ns", 0, 1e5);
  memory.write_latency_ns = in.real("write_latency", "ns", 0, 1e5);
  memory.burst = bytes_of(in, "burst", 4, 4096);
  memory.outstanding_bursts = count(in, "outstanding_bursts", 1, 1024);
  return memory;
}

GridFacts read_grid(FactReader in) {
  GridFacts grid;
  grid.columns = count(in, "columns", 1, 128);
  grid.shim_rows = count(in, "shim_rows", 1, 1);
  grid.memory_rows = count(in, "memory_rows", 0, 16);
  grid.core_rows = count(in, "core_rows", 1, 64);
  grid.plio_columns = in.integers("plio_columns", "column", 0, 127);
  grid.noc_columns = in.integers("noc_columns", "column", 0, 127);
  grid.default_start_column = in.integer("default_start_column", "column", 0, 127);
  return grid;
}

KernelFacts read_kernel(FactReader in) {
  return {bytes_of(in, "max_buffer", 1, kBig), bytes_of(in, "sync_buffer", 0, kBig)};
}

}  // namespace

Device device_from_json(const nlohmann::json& merged, const std::string& where) {
  FactReader in(merged);
  Device device;
  if (merged.is_object()) {
    in.text("schema");  // checked where the file was read
    device.name = in.text("name");
    device.generation = in.text("generation");
    device.part = in.optional_text("part");
    in.optional_text("description");
    device.clock = read_clock(in.block("clock"));
    device.core = read_core(in.block("core"));
    device.data_memory = read_data_memory(in.block("data_memory"));
    device.locks = read_locks(in.block("locks"));
    device.tile_dma = read_dma(in.block("tile_dma"));
    device.memory_tile = read_memory_tile(in.block("memory_tile"));
    device.memory_tile_dma = read_dma(in.block("memory_tile_dma"));
    device.stream_switch = read_stream_switch(in.block("stream_switch"));
    device.cascade = read_cascade(in.block("cascade"));
    device.shim = read_shim(in.block("shim"));
    device.external_memory = read_external_memory(in.block("external_memory"));
    device.grid = read_grid(in.block("grid"));
    device.kernel = read_kernel(in.block("kernel"));
    device.facts = std::make_shared<const nlohmann::json>(merged);
  }
  throw_if_any(where, in.finish());
  throw_if_any(where, validate(device));
  return device;
}

nlohmann::json to_json(const Device& device) {
  return device.facts ? *device.facts : nlohmann::json();
}

}  // namespace aie4ml::arch
