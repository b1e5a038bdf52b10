// Speed of the whole machine: simulated tile-cycles a second of tiles that are all busy with a dense int8
// layer, start-up of the simulation included. docs/performance.md says how to read it.
#include <sys/resource.h>

#include <benchmark/benchmark.h>

#include "arch/device/device_loader.hpp"
#include "sim/machine/machine.hpp"
#include "tests/support/dense_array.hpp"

namespace aie4ml::sim {
namespace {

// A run takes some 100 000 cycles.
constexpr int kFrames = 32;

void dense_int8(benchmark::State& state, bool run_ahead) {
  const arch::Device device = arch::load_device("ve2802");
  const auto tiles = static_cast<int>(state.range(0));
  const arch::Image image = test::dense_array(device, {.tiles = tiles, .frames = kFrames});
  std::vector<std::vector<std::uint32_t>> inputs(image.plios.size());
  inputs[0].resize(static_cast<std::size_t>(kFrames * words_per_iteration(image, 0)), 0x01020304);
  std::int64_t cycles = 0;
  std::int64_t busy = 0;
  for (auto _ : state) {
    const MachineResult result = run(device, image, inputs, {.iterations = kFrames, .run_ahead = run_ahead});
    if (result.fault || !result.warnings.empty()) {
      state.SkipWithError(result.fault ? result.fault->message.c_str() : result.warnings.front().c_str());
      break;
    }
    cycles += result.statistics.total_cycles * tiles;
    for (const traces::CoreStatistics& core : result.statistics.cores) busy += core.kernel_cycles;
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  using benchmark::Counter;
  state.counters["tile_cycles"] = Counter(static_cast<double>(cycles), Counter::kIsRate);
  state.counters["busy_percent"] = 100.0 * static_cast<double>(busy) / static_cast<double>(cycles);
  state.counters["peak_MB"] = static_cast<double>(usage.ru_maxrss) / 1024;
}
BENCHMARK_CAPTURE(dense_int8, run_ahead, true)
    ->Arg(1)
    ->Arg(4)
    ->Arg(16)
    ->Arg(64)
    ->Arg(296)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(dense_int8, stepped, false)->Arg(16)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace aie4ml::sim
