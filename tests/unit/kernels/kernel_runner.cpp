#include "tests/unit/kernels/kernel_runner.hpp"

#include <cstring>

#include "arch/device/device_loader.hpp"
#include "sim/core/core_engine.hpp"

namespace aie4ml::kernels::test {
namespace {

using arch::Opcode;
using arch::Reg;
using arch::RegClass;

constexpr std::int64_t kMaxCycles = 1'000'000;

class Runner {
 public:
  Runner(const KernelCode& kernel, const KernelBuffers& buffers, const arch::Device& device)
      : kernel_(kernel), buffers_(buffers), device_(device), memory_(device, arch::TileKind::core) {}

  KernelRun run() {
    call_kernel();
    sim::CoreEngine engine(device_, program_, {nullptr, nullptr, nullptr, &memory_});
    place_buffers(engine);
    KernelRun out;
    std::int64_t cycles = 0;
    while (cycles < kMaxCycles) {
      const sim::RunResult step = engine.run(kMaxCycles);
      cycles += step.cycles;
      out.stalls += step.own_bank_stalls;
      if (step.stop != sim::Stop::interaction) break;
      if (!serve(engine)) {
        out.fault = "reads more cascade words than there are";
        return out;
      }
      ++cycles;
    }
    if (engine.fault()) out.fault = engine.fault()->message;
    if (cycles >= kMaxCycles) out.fault = "does not end";
    out.kernel_cycles = engine.counts().bundles - caller_bundles_;
    out.macs = engine.counts().macs;
    if (buffers_.out_bytes > 0) {
      out.result.out.resize(static_cast<std::size_t>(buffers_.out_bytes));
      memory_.read(out_address_, out.result.out);
    }
    out.result.cascade_out = std::move(written_);
    return out;
  }

 private:
  void call_kernel() {
    const int slots = device_.core.timing.branch_delay_slots;
    const auto waiting = static_cast<int>(kernel_.drain_cycles.value);
    arch::Instruction call;
    call.op = Opcode::jl;
    program_.bundles.push_back({{call}});
    program_.bundles.resize(static_cast<std::size_t>(1 + slots + waiting));
    arch::Instruction done;
    done.op = Opcode::done;
    program_.bundles.push_back({{done}});
    caller_bundles_ = static_cast<std::int64_t>(program_.bundles.size());
    const std::int32_t entry = append(program_, kernel_, "kernel", 0);
    program_.bundles[0].ops[0].imm = entry;
  }

  // One bank after the other, so that the two factors of a multiply never meet.
  void place_buffers(sim::CoreEngine& engine) {
    const std::int64_t bank = device_.data_memory.bank_size().value;
    const std::int64_t base =
        device_.data_memory.window_base[static_cast<std::size_t>(arch::MemoryWindow::own)];
    std::int64_t next = 0;
    for (const KernelArgument& argument : kernel_.arguments) {
      const auto address = static_cast<std::int32_t>(next);
      if (argument.name == "out") {
        out_address_ = address;
        next += buffers_.out_bytes;
      } else {
        const std::vector<std::uint8_t>& bytes = buffers_.inputs.at(argument.name);
        memory_.write(address, bytes);
        next += std::ssize(bytes);
      }
      next = (next + bank - 1) / bank * bank;
      engine.set_scalar(argument.pointer, static_cast<std::int32_t>(base + address));
    }
    engine.set_scalar({RegClass::crrnd, 0}, static_cast<std::int32_t>(kernel_.rounding));
    engine.set_scalar({RegClass::crsat, 0}, static_cast<std::int32_t>(kernel_.saturation));
  }

  bool serve(sim::CoreEngine& engine) {
    const sim::Interaction& wanted = engine.interaction();
    sim::CascadeWord in{};
    sim::CascadeWord out{};
    const bool reads = wanted.cascade_read;
    const bool writes = wanted.cascade_write;
    if (reads) {
      if (read_ + in.size() > buffers_.cascade_in.size()) return false;
      std::memcpy(in.data(), buffers_.cascade_in.data() + read_, in.size());
      read_ += in.size();
    }
    engine.issue(reads ? &in : nullptr, writes ? &out : nullptr);
    if (writes) written_.insert(written_.end(), out.begin(), out.end());
    return true;
  }

  const KernelCode& kernel_;
  const KernelBuffers& buffers_;
  const arch::Device& device_;
  sim::TileMemory memory_;
  arch::Program program_;
  std::int64_t caller_bundles_{};
  std::int32_t out_address_{};
  std::size_t read_{};
  std::vector<std::uint8_t> written_;
};

}  // namespace

std::vector<std::uint8_t> random_bytes(std::int64_t count, std::mt19937& random) {
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(count));
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random());
  return bytes;
}

KernelRun run_kernel(const KernelCode& kernel, const KernelBuffers& buffers, const arch::Device& device) {
  return Runner(kernel, buffers, device).run();
}

KernelRun run_kernel(const KernelCode& kernel, const DenseTile& tile, const DenseTileData& data,
                     const arch::Device& device) {
  return run_kernel(
      kernel,
      {{{"lhs", data.lhs}, {"weights", data.weights}, {"bias", data.bias}}, out_bytes(tile), data.cascade_in},
      device);
}

DenseTileData random_data(const DenseTile& tile, std::mt19937& random) {
  DenseTileData data;
  data.lhs = random_bytes(lhs_bytes(tile), random);
  data.weights = random_bytes(weights_bytes(tile), random);
  // As large as the sums, so that neither drowns in the other.
  std::uniform_int_distribution<std::int64_t> sum(-100'000, 100'000);
  if (tile.bias) {
    std::vector<std::int64_t> bias(static_cast<std::size_t>(tile.n));
    for (std::int64_t& b : bias) b = sum(random);
    data.bias = pack_bias(tile, bias);
  }
  if (tile.role == CascadeRole::middle || tile.role == CascadeRole::last) {
    for (std::int64_t lane = 0; lane < std::int64_t{tile.rows} * tile.n; ++lane) {
      const auto value = static_cast<std::uint64_t>(sum(random));
      for (int byte = 0; byte < tile.accumulator_bits / 8; ++byte) {
        data.cascade_in.push_back(static_cast<std::uint8_t>(value >> (8 * byte)));
      }
    }
  }
  return data;
}

DenseTile make_tile(const arch::Device& device, CascadeRole role, int rows, int k, int n, bool bias,
                    bool relu, arch::ElementType out) {
  const arch::MultiplyMode mode =
      dense_modes(arch::ElementType::int8, arch::ElementType::int8, device).front();
  const bool has_output = role == CascadeRole::single || role == CascadeRole::last;
  DenseTile tile;
  tile.rows = rows;
  tile.k = k;
  tile.n = n;
  tile.mmul = {static_cast<std::uint8_t>(mode.rows), static_cast<std::uint8_t>(mode.inner),
               static_cast<std::uint8_t>(mode.columns)};
  tile.out = out;
  tile.role = role;
  tile.bias = bias && has_output;
  tile.relu = relu && has_output;
  tile.shift = 9;
  return tile;
}

std::vector<DenseTile> all_modes(const arch::Device& device) {
  using enum arch::ElementType;
  std::vector<DenseTile> tiles;
  for (const arch::ElementType lhs : {int8, uint8, int16, uint16}) {
    for (const arch::ElementType weights : {int8, int16}) {
      for (const arch::MultiplyMode& mode : dense_modes(lhs, weights, device)) {
        DenseTile tile;
        tile.mmul = {static_cast<std::uint8_t>(mode.rows), static_cast<std::uint8_t>(mode.inner),
                     static_cast<std::uint8_t>(mode.columns)};
        tile.accumulator_bits = mode.accumulator_bits;
        tile.lhs = lhs;
        tile.weights = weights;
        tile.shift = 5 + (arch::bits(lhs) + arch::bits(weights)) / 4;
        tiles.push_back(tile);
      }
    }
  }
  return tiles;
}

}  // namespace aie4ml::kernels::test
