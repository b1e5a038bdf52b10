// A device and a run small enough to calculate by hand, and a file that goes away with its test.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <unistd.h>

#include "arch/device/device.hpp"
#include "arch/image/image.hpp"
#include "traces/event.hpp"
#include "traces/run_info.hpp"
#include "traces/statistics.hpp"

namespace aie4ml::traces::testing {

class TemporaryDirectory {
 public:
  TemporaryDirectory()
      : path_(std::filesystem::temp_directory_path() / ("aie4ml_traces_" + std::to_string(getpid()))) {
    std::filesystem::create_directories(path_);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory() { std::filesystem::remove_all(path_); }
  [[nodiscard]] std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  [[nodiscard]] bool empty() const { return std::filesystem::is_empty(path_); }

 private:
  std::filesystem::path path_;
};

inline std::string contents(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// One shim row, one of memory tiles, two of cores; 1000 MHz, so that a cycle is a nanosecond; int8 multiplies
// 4x8x8 = 256 a cycle, int16 4x4x4 = 64.
inline arch::Device small_device() {
  arch::Device device;
  device.name = "small";
  device.clock.aie_mhz = 1000;
  device.grid.columns = 4;
  device.grid.shim_rows = 1;
  device.grid.memory_rows = 1;
  device.grid.core_rows = 2;
  device.stream_switch.word_bits = 32;
  using enum arch::ElementType;
  device.core.multiply = {{int8, int8, 4, 8, 8, 32}, {int16, int16, 4, 4, 4, 64}};
  return device;
}

inline arch::TileImage core_tile(arch::TileCoord tile, std::optional<arch::ElementType> multiplied) {
  arch::TileImage image;
  image.tile = tile;
  image.program.emplace();
  if (multiplied) {
    arch::Instruction mac;
    mac.op = arch::Opcode::vmac;
    mac.type_a = mac.type_b = *multiplied;
    image.program->bundles.push_back({{mac}});
  }
  return image;
}

inline constexpr arch::TileCoord kShim{1, 0}, kMemory{1, 1}, kFc1{1, 2}, kFc2{2, 2}, kAdd{1, 3};
inline constexpr arch::ChannelId kMm2s0{arch::DmaDirection::mm2s, 0};

// fc1 (int8) on tile (1,0), fc2 (int16) on tile (2,0), an add that multiplies nothing on tile (1,1); a memory
// tile feeds fc2. PLIO in0: 64 bit at 500 MHz = 1 word a cycle; out0: 32 bit at 250 MHz = 1 word in 4 cycles.
inline arch::Image small_image() {
  using Direction = arch::PlioChannel::Direction;
  arch::Image image;
  image.model = "tiny";
  image.model_sha256 = "0123";
  image.device = "small";
  arch::TileImage memory;
  memory.tile = kMemory;
  memory.channels = {{kMm2s0, {}, 1}};
  image.tiles = {memory, core_tile(kFc1, arch::ElementType::int8), core_tile(kAdd, std::nullopt),
                 core_tile(kFc2, arch::ElementType::int16)};
  image.plios = {{"in0", Direction::input, 1, 0, 64, 500}, {"out0", Direction::output, 1, 0, 32, 250}};
  image.debug.layers = {{"fc1", "dense", "64 -> 64", 4096, {kFc1}},
                        {"fc2", "dense", "64 -> 10", 640, {kFc2}},
                        {"sum", "add", "", 0, {kAdd}}};
  return image;
}

// Six iterations in 1000 cycles. Order of `cycles`: busy, lock, stream, cascade, bank, idle.
inline RunStatistics small_statistics() {
  RunStatistics run;
  run.total_cycles = 1000;
  run.iterations = 6;
  run.cores = {{kFc1, 0, 500, 24576, {600, 200, 0, 50, 30, 120}, 6, 420, false},
               {kFc2, 1, 300, 3840, {240, 700, 0, 0, 0, 60}, 12, 240, true},
               {kAdd, 2, 90, 0, {90, 800, 10, 0, 0, 100}, 6, 60, false}};
  run.channels = {{kMemory, kMm2s0, 480, 12, 0, {480, 300, 120, 0, 0, 100}}};
  run.routes = {{"fc1.out -> memory tile", 96, 96, 1, 3, 40, 12}, {"in0 -> fc1", 96, 192, 2, 2, 0, 700}};
  run.banks = {{kFc1, 0, 1000, 30}, {kFc1, 1, 500, 0}};
  // Intervals of out0: 200 (filling), 150, 140, 110, 100: five, so the first two are left out.
  run.plios = {{"in0", true, 96, {10, 110, 210, 310, 410, 510}, {25, 125, 225, 325, 425, 525}},
               {"out0", false, 60, {220, 430, 580, 700, 820, 930}, {250, 450, 600, 740, 850, 950}}};
  run.plios[1].wait_cycles = 840;
  run.critical_path = {{10, 40, PathKind::plio, -1, "PLIO in0", "sends words"},
                       {40, 50, PathKind::stream, 0, "in0 -> fc1", "switch hops"},
                       {50, 200, PathKind::core, 0, "tile (1,0) core", "kernel call"},
                       {200, 220, PathKind::stream, -1, "fc1.out -> memory tile", "switch hops"}};
  run.wall_seconds = 0.5;
  return run;
}

// The tracks and events a machine could record of it; two work slices, two waits, two instants.
inline void record_small_run(Recorder& recorder) {
  recorder.add_track({0, kFc2, UnitKind::core, 0, "core", "tile (2,0)"});
  recorder.add_track({1, kFc1, UnitKind::core, 0, "core", "tile (1,0)"});
  recorder.add_track({2, kFc1, UnitKind::mm2s, 1, "MM2S 1", "tile (1,0)"});
  recorder.add_track({3, kShim, UnitKind::plio_out, 0, "PLIO out0", "shim 1"});
  const NameId call = recorder.intern("fc1 call");
  const NameId buffer = recorder.intern("fc2.in \"ping\", full");
  const NameId tlast = recorder.intern("TLAST");
  using arch::Cycles;
  recorder.slice(1, call, StallReason::none, Cycles(0), Cycles(70), 0);
  recorder.slice(0, buffer, StallReason::lock, Cycles(5), Cycles(80), 1);
  recorder.slice(1, call, StallReason::bank, Cycles(70), Cycles(71), -1);
  recorder.instant(3, tlast, Cycles(250));
  recorder.slice(1, call, StallReason::none, Cycles(100), Cycles(170), 1);
  recorder.instant(3, tlast, Cycles(450));
  recorder.finish(Cycles(1000));
}

}  // namespace aie4ml::traces::testing
