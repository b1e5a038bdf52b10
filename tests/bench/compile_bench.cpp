// What aie4ml-compile does, stage by stage, for every model in tests/models and in the folder of shared
// models (AIE4ML_SHARED_MODELS, else ../shared/models), and for one layer on the whole array.
#include <ctime>
#include <filesystem>
#include <functional>
#include <set>
#include <string>

#include <benchmark/benchmark.h>

#include "arch/device/device_loader.hpp"
#include "arch/error.hpp"
#include "compiler/codegen/codegen.hpp"
#include "compiler/estimate/estimate.hpp"
#include "compiler/firmware/firmware.hpp"
#include "compiler/frontend/import_onnx.hpp"
#include "compiler/passes/pipeline.hpp"
#include "compiler/plan/directives.hpp"
#include "compiler/plan/planner.hpp"
#include "compiler/plan/verify_plan.hpp"
#include "tests/models/model_run.hpp"
#include "tests/support/random_model.hpp"

namespace aie4ml {
namespace {

// Milliseconds of CPU time since it was made or asked last.
class Lap {
 public:
  double ms() {
    const std::clock_t now = std::clock();
    const double lap = 1000.0 * static_cast<double>(now - start_) / CLOCKS_PER_SEC;
    start_ = now;
    return lap;
  }

 private:
  std::clock_t start_{std::clock()};
};

void compile(benchmark::State& state, const std::function<compiler::Graph()>& import, int cas_len,
             int cas_num) {
  const arch::Device device = arch::load_device("ve2802");
  const auto directory = std::filesystem::temp_directory_path() / "aie4ml_compile_bench";
  double imported = 0, planned = 0, generated = 0, written = 0, checked = 0, estimated = 0;
  int tiles = 0;
  try {
    for (auto _ : state) {
      Lap lap;
      const compiler::Graph graph = import();
      imported += lap.ms();
      compiler::Directives directives;
      if (cas_len > 0) {
        directives.layers.resize(graph.nodes.size());
        for (const compiler::NodeId node : graph.layers()) {
          directives.layers[static_cast<std::size_t>(node)].cas_len = cas_len;
          directives.layers[static_cast<std::size_t>(node)].cas_num = cas_num;
        }
      }
      const compiler::Plan plan = compiler::make_plan(graph, directives, device);
      planned += lap.ms();
      const arch::Image image = compiler::generate_image(graph, plan, device);
      generated += lap.ms();
      compiler::write_design(directory, graph, plan, image, device);
      written += lap.ms();
      state.PauseTiming();
      lap.ms();
      benchmark::DoNotOptimize(compiler::check_deadlock(plan, device));
      checked += lap.ms();
      benchmark::DoNotOptimize(compiler::estimate(plan, device));
      estimated += lap.ms();
      tiles = plan.tiles_used();
      state.ResumeTiming();
    }
  } catch (const arch::InputError& error) {
    state.SkipWithError(error.what());
    return;
  }
  std::filesystem::remove_all(directory);
  const auto mean = [](double sum) { return benchmark::Counter(sum, benchmark::Counter::kAvgIterations); };
  state.counters["tiles"] = tiles;
  state.counters["import_ms"] = mean(imported);
  state.counters["plan_ms"] = mean(planned);
  state.counters["of_it_deadlock_ms"] = mean(checked);
  state.counters["estimate_ms"] = mean(estimated);
  state.counters["image_ms"] = mean(generated);
  state.counters["write_ms"] = mean(written);
}

void add(const std::string& name, const std::function<compiler::Graph()>& import, int cas_len = 0,
         int cas_num = 0) {
  benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) {
    compile(state, import, cas_len, cas_num);
  })->Unit(benchmark::kMillisecond);
}

void add_folder(const std::filesystem::path& root) {
  if (!std::filesystem::exists(root)) return;
  std::set<std::filesystem::path> models;
  for (const auto& entry : std::filesystem::directory_iterator(root)) {
    if (std::filesystem::exists(entry.path() / "model.onnx")) models.insert(entry.path());
  }
  for (const std::filesystem::path& folder : models) {
    add(folder.filename(), [=] {
      // Models that leave the batch open get the one that they were tested with.
      return compiler::import_onnx(folder / "model.onnx",
                                   {folder.filename() == "digits_dyn" ? std::optional(8) : std::nullopt});
    });
  }
}

}  // namespace
}  // namespace aie4ml

int main(int argc, char** argv) {
  using namespace aie4ml;
  add_folder(test::own_models());
  add_folder(test::shared_models());
  const auto mlp = [](const std::vector<int>& widths) {
    return [bytes = tests::random_mlp(1, 8, widths).onnx.bytes()] {
      return compiler::lower(compiler::parse_onnx(bytes, "random model"));
    };
  };
  add("7 layers of 512", mlp(std::vector<int>(8, 512)));
  add("one layer on 296 tiles", mlp({37 * 128, 8 * 128}), 37, 8);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
