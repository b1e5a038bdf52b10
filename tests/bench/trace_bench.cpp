// What watching a run costs: the same run with nobody listening, with a recorder that drops everything, and
// with a file of each format.
#include <filesystem>
#include <memory>
#include <string>
#include <unistd.h>
#include <vector>

#include <benchmark/benchmark.h>

#include "arch/device/device_loader.hpp"
#include "sim/machine/machine.hpp"
#include "tests/support/constant_inputs.hpp"
#include "tests/support/small_designs.hpp"
#include "traces/sink.hpp"

namespace aie4ml::sim {
namespace {

constexpr int kFrames = 64;

// Takes all events and keeps none: the cost of making them.
class NullRecorder final : public traces::Recorder {
 public:
  void add_track(const traces::Track& /*track*/) override {}
  traces::NameId intern(std::string_view /*text*/) override { return 0; }
  void slice(traces::TrackId /*track*/, traces::NameId /*name*/, traces::StallReason /*stall*/,
             arch::Cycles /*begin*/, arch::Cycles /*end*/, std::int32_t /*iteration*/) override {}
  void instant(traces::TrackId /*track*/, traces::NameId /*name*/, arch::Cycles /*at*/) override {}
  void value(traces::TrackId /*track*/, arch::Cycles /*at*/, std::int64_t /*value*/) override {}
  void finish(arch::Cycles /*end*/) override {}
};

// Eight columns of a relay and a core each, frames of 256 words: locks, channels and streams all the time,
// little computing, which is the worst case for a trace.
arch::Image busy_image(const arch::Device& device) {
  test::ImageBuilder builder(device);
  for (int col = 8; col < 24; col += 2) {
    test::add_design(builder, {.col = col, .row = 0, .words = 256, .frames = kFrames});
  }
  return builder.build();
}

void simulate(benchmark::State& state, const std::string& format) {
  const arch::Device device = arch::load_device("ve2802");
  const arch::Image image = busy_image(device);
  const std::vector<std::vector<std::uint32_t>> inputs = test::constant_inputs(image, kFrames);
  const auto file =
      std::filesystem::temp_directory_path() / ("aie4ml_trace_bench_" + std::to_string(getpid()));
  std::int64_t cycles = 0;
  for (auto _ : state) {
    std::unique_ptr<traces::Recorder> recorder;
    if (format == "null") recorder = std::make_unique<NullRecorder>();
    if (format != "null" && format != "off") {
      recorder = traces::make_sink(format, file, traces::make_run_info(image, device, kFrames));
    }
    const MachineResult result =
        run(device, image, inputs, {.iterations = kFrames, .recorder = recorder.get()});
    if (result.fault) {
      state.SkipWithError(result.fault->message.c_str());
      break;
    }
    cycles += result.statistics.total_cycles;
  }
  std::filesystem::remove(file);
  state.counters["cycles"] = benchmark::Counter(static_cast<double>(cycles), benchmark::Counter::kIsRate);
}
BENCHMARK_CAPTURE(simulate, off, "off")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(simulate, null, "null")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(simulate, perfetto, "perfetto")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(simulate, vcd, "vcd")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(simulate, csv, "csv")->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace aie4ml::sim
