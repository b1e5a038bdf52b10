// Simulating whole networks beside computing the same products on the host: integer codes as matrices of
// int32, multiplied by Eigen in one thread. docs/performance.md says how to read it.
#include <algorithm>
#include <ctime>
#include <filesystem>
#include <limits>

#include <Eigen/Core>
#include <benchmark/benchmark.h>

#include "arch/device/device_loader.hpp"
#include "arch/host/port_map.hpp"
#include "tests/models/model_run.hpp"
#include "tests/support/dense_array.hpp"

namespace aie4ml {
namespace {

using Matrix = Eigen::Matrix<std::int32_t, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

struct Product {
  std::int64_t rows{}, k{}, n{};
  std::int64_t times{};
};

double cpu_seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

// Of all products once, the fastest of several tries.
double eigen_seconds(const std::vector<Product>& products) {
  double best = std::numeric_limits<double>::max();
  for (int attempt = 0; attempt < 5; ++attempt) {
    double sum = 0;
    for (const Product& p : products) {
      const Matrix a = Matrix::Constant(p.rows, p.k, 3);
      const Matrix b = Matrix::Constant(p.k, p.n, 5);
      Matrix c(p.rows, p.n);
      const double start = cpu_seconds();
      for (std::int64_t i = 0; i < p.times; ++i) {
        c.noalias() = a * b;
        benchmark::DoNotOptimize(c.data());
      }
      sum += cpu_seconds() - start;
    }
    best = std::min(best, sum);
  }
  return best;
}

void simulate(benchmark::State& state, const arch::Device& device, const arch::Image& image,
              const arch::PlioWords& words, int iterations, const std::vector<Product>& products) {
  std::int64_t cycles = 0;
  double best = std::numeric_limits<double>::max();
  for (auto _ : state) {
    const double start = cpu_seconds();
    const sim::MachineResult result = sim::run(device, image, words, {.iterations = iterations});
    best = std::min(best, cpu_seconds() - start);
    if (result.fault) {
      state.SkipWithError(result.fault->message.c_str());
      return;
    }
    cycles = result.statistics.total_cycles;
  }
  const double eigen = eigen_seconds(products);
  state.counters["simulated_us"] = static_cast<double>(cycles) * device.ns_per_cycle() / 1000;
  state.counters["best_ms"] = best * 1000;
  state.counters["eigen_ms"] = eigen * 1000;
  state.counters["ratio"] = best / eigen;
}

void model(benchmark::State& state, const std::filesystem::path& folder) {
  std::vector<Product> products;
  test::ModelRun run;
  try {
    run = test::run_model(folder, {.folder = folder.filename()});
  } catch (const std::exception& error) {
    state.SkipWithError(error.what());
    return;
  }
  for (const compiler::Node& node : run.graph.nodes) {
    const auto* dense = std::get_if<compiler::DenseOp>(&node.op);
    if (dense == nullptr) continue;
    products.push_back({run.graph.tensor(dense->x).rows(), run.graph.tensor(dense->w).rows(),
                        run.graph.tensor(dense->w).cols(), run.iterations});
  }
  const arch::PortArrays inputs = arch::random_inputs(run.image, run.iterations, 1);
  simulate(state, run.device, run.image, arch::words_from_inputs(run.image, inputs, run.iterations),
           static_cast<int>(run.iterations), products);
}

void full_array(benchmark::State& state) {
  const arch::Device device = arch::load_device("ve2802");
  const test::DenseArray array{.tiles = 296};
  const arch::Image image = test::dense_array(device, array);
  const auto words = static_cast<std::size_t>(array.frames * sim::words_per_iteration(image, 0));
  // Both buffers of a tile are full at the start.
  simulate(state, device, image, {std::vector<std::uint32_t>(words), {}}, array.frames,
           {{array.rows, array.features, array.features, std::int64_t{array.tiles} * (array.frames + 2)}});
}

}  // namespace
}  // namespace aie4ml

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  namespace fs = std::filesystem;
  using aie4ml::model;
  const fs::path own = fs::path(AIE4ML_SOURCE_DIR) / "tests/models";
  std::vector<fs::path> folders;
  for (const fs::path& root : {own, fs::path(AIE4ML_SOURCE_DIR).parent_path() / "shared/models"}) {
    if (!fs::exists(root)) continue;
    for (const auto& entry : fs::directory_iterator(root)) {
      if (fs::exists(entry.path() / "model.onnx")) folders.push_back(entry.path());
    }
  }
  std::sort(folders.begin(), folders.end());
  for (const fs::path& folder : folders) {
    benchmark::RegisterBenchmark(folder.filename().c_str(), model, folder)->Unit(benchmark::kMillisecond);
  }
  benchmark::RegisterBenchmark("full_array", aie4ml::full_array)->Unit(benchmark::kMillisecond);
  benchmark::RunSpecifiedBenchmarks();
}
