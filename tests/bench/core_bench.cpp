// Speed of the core engine: simulated bundles a second.
#include <algorithm>
#include <memory>
#include <vector>

#include <benchmark/benchmark.h>

#include "arch/device/device_loader.hpp"
#include "arch/isa/assembly.hpp"
#include "sim/core/core_engine.hpp"
#include "sim/core/mmul.hpp"
#include "sim/core/mmul_simd.hpp"
#include "tests/support/dense_array.hpp"
#include "tests/unit/sim/core_dense_loop.hpp"

namespace aie4ml::sim {
namespace {

void fill(TileMemory& memory) {
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(memory.size_bytes()));
  std::uint32_t state = 1;
  for (std::uint8_t& byte : bytes)
    byte = static_cast<std::uint8_t>((state = state * 1664525U + 1013904223U) >> 24);
  memory.write(0, bytes);
}

void dense_int8(benchmark::State& state, bool strict) {
  const arch::Device device = arch::load_device("ve2802");
  const arch::Program program = arch::parse_assembly(testing::dense_loop(64, true), "dense loop");
  TileMemory memory(device, arch::TileKind::core);
  fill(memory);
  CoreEngine engine(device, program, {nullptr, nullptr, nullptr, &memory}, {.strict = strict});
  for (auto _ : state) {
    if (engine.run(10'000).stop != Stop::budget) {
      state.SkipWithError(engine.fault() ? engine.fault()->message.c_str() : "stopped");
      break;
    }
  }
  const CoreCounts& counts = engine.counts();
  state.counters["bundles"] =
      benchmark::Counter(static_cast<double>(counts.bundles), benchmark::Counter::kIsRate);
  state.counters["macs"] = benchmark::Counter(static_cast<double>(counts.macs), benchmark::Counter::kIsRate);
}
BENCHMARK_CAPTURE(dense_int8, strict, true);
BENCHMARK_CAPTURE(dense_int8, as_hardware, false);

// The program the compiler gives a tile with a 128 x 128 layer, prologues, stores and all; every lock is free
// and every bank the core's own.
void dense_layer(benchmark::State& state, int tiles) {
  const arch::Device device = arch::load_device("ve2802");
  const arch::Image image = test::dense_array(device, {});
  const arch::TileImage& tile = *std::find_if(image.tiles.begin(), image.tiles.end(),
                                              [](const auto& t) { return t.program.has_value(); });
  const std::shared_ptr<CoreCode> code = make_core_code(device, *tile.program);
  std::vector<std::unique_ptr<TileMemory>> memories;
  std::vector<CoreEngine> engines;
  for (int i = 0; i < tiles; ++i) {
    memories.push_back(std::make_unique<TileMemory>(device, arch::TileKind::core));
    for (const arch::MemorySegment& segment : tile.memory)
      memories.back()->write(segment.address, segment.data);
    engines.emplace_back(device, code, CoreMemories{nullptr, nullptr, nullptr, memories.back().get()});
  }
  for (auto _ : state) {
    for (CoreEngine& engine : engines) {
      const Stop stop = engine.run(1'000).stop;
      if (stop == Stop::interaction && engine.interaction().lock) {
        engine.issue();
      } else if (stop != Stop::budget) {
        state.SkipWithError(engine.fault() ? engine.fault()->message.c_str() : "stopped");
      }
    }
  }
  std::int64_t bundles = 0;
  for (const CoreEngine& engine : engines) bundles += engine.counts().bundles;
  state.counters["bundles"] = benchmark::Counter(static_cast<double>(bundles), benchmark::Counter::kIsRate);
}
BENCHMARK_CAPTURE(dense_layer, one, 1);
BENCHMARK_CAPTURE(dense_layer, in_turns_of_296, 296);

void scalar_loop(benchmark::State& state) {
  const arch::Device device = arch::load_device("ve2802");
  const arch::Program program = arch::parse_assembly(R"(
    loop:
      j loop
      add.i r0, r0, #1
      add r1, r1, r0
      xor r2, r1, r0
      add.i r3, r3, #1
      nop
  )",
                                                     "scalar loop");
  CoreEngine engine(device, program, {});
  for (auto _ : state) engine.run(10'000);
  state.counters["bundles"] =
      benchmark::Counter(static_cast<double>(engine.counts().bundles), benchmark::Counter::kIsRate);
}
BENCHMARK(scalar_loop);

enum class Path { plain, sse_avx2, avx512 };

void multiply(benchmark::State& state, Path path) {
  constexpr arch::MmulShape kShape{4, 8, 8};
  using arch::ElementType;
  const MmulFunction function =
      path == Path::plain      ? plain_mmul(ElementType::int8, ElementType::int8, 32, MmulMode::add)
      : path == Path::sse_avx2 ? simd_mmul(ElementType::int8, ElementType::int8, kShape, MmulMode::add)
                               : avx512_mmul(ElementType::int8, ElementType::int8, kShape, MmulMode::add);
  if (function == nullptr) {
    state.SkipWithError("this host lacks the instructions");
    return;
  }
  std::vector<std::uint8_t> a(64, 3), b(64, 5), acc(128);
  for (auto _ : state) {
    function(acc.data(), acc.data(), a.data(), b.data(), kShape);
    benchmark::DoNotOptimize(acc.data());
  }
}
BENCHMARK_CAPTURE(multiply, plain, Path::plain);
BENCHMARK_CAPTURE(multiply, sse_avx2, Path::sse_avx2);
BENCHMARK_CAPTURE(multiply, avx512, Path::avx512);

}  // namespace
}  // namespace aie4ml::sim
