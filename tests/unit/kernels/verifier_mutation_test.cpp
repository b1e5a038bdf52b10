// Breaks schedules in every small way and looks whether the verifier notices. What it lets pass must give the
// right result on the core engine, which shares no code with it.
#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "arch/device/device_loader.hpp"
#include "arch/isa/assembly.hpp"
#include "arch/isa/instruction_check.hpp"
#include "arch/isa/opcode_table.hpp"
#include "kernels/dense/dense_program.hpp"
#include "kernels/elementwise/elementwise_program.hpp"
#include "kernels/elementwise/elementwise_reference.hpp"
#include "kernels/verify/verifier.hpp"
#include "tests/unit/kernels/kernel_runner.hpp"

namespace aie4ml::kernels {
namespace {

const arch::Device& device() {
  static const arch::Device loaded = arch::load_device("ve2802");
  return loaded;
}
const arch::Device& second() {
  static const arch::Device loaded = arch::load_device("xc2ve3858");
  return loaded;
}

struct Mutant {
  std::string kind;
  std::string what;
  KernelCode kernel;
};

unsigned slots(const arch::Bundle& bundle, const arch::Instruction* without = nullptr) {
  unsigned mask = 0;
  for (const arch::Instruction& op : bundle.ops) {
    if (&op == without) continue;
    const arch::Slot slot = arch::info(op.op).slot;
    mask |= slot == arch::Slot::lng
                ? 1U << static_cast<unsigned>(arch::Slot::alu) | 1U << static_cast<unsigned>(arch::Slot::mv)
                : 1U << static_cast<unsigned>(slot);
  }
  return mask;
}

class Mutator {
 public:
  Mutator(const KernelCode& original, const arch::Device& on) : original_(original), device_(on) {}

  std::vector<Mutant> all() {
    const auto& bundles = original_.code.bundles;
    for (std::size_t b = 0; b < bundles.size(); ++b) {
      for (std::size_t o = 0; o < bundles[b].ops.size(); ++o) {
        moves(b, o);
        swaps(b, o);
        operands(b, o);
        edit("delete", b, o, [](arch::Bundle& bundle, std::size_t op) {
          bundle.ops.erase(bundle.ops.begin() + static_cast<std::ptrdiff_t>(op));
        });
      }
    }
    return std::move(mutants_);
  }

 private:
  void edit(const std::string& kind, std::size_t b, std::size_t o,
            const std::function<void(arch::Bundle&, std::size_t)>& change) {
    Mutant mutant{
        kind,
        fmt::format("bundle {}: {}", b, arch::to_assembly(original_.code.bundles[b].ops[o], original_.code)),
        original_};
    change(mutant.kernel.code.bundles[b], o);
    mutants_.push_back(std::move(mutant));
  }

  void moves(std::size_t b, std::size_t o) {
    const auto& bundles = original_.code.bundles;
    const arch::Instruction op = bundles[b].ops[o];
    for (const int by : {-1, 1}) {
      const std::size_t to = b + static_cast<std::size_t>(by);
      if (to >= bundles.size() || (slots(bundles[to]) & slots({{op}})) != 0) continue;
      edit(by < 0 ? "earlier" : "later", b, o, [&](arch::Bundle& bundle, std::size_t index) {
        bundle.ops.erase(bundle.ops.begin() + static_cast<std::ptrdiff_t>(index));
      });
      mutants_.back().kernel.code.bundles[to].ops.push_back(op);
    }
  }

  // With the next operation in the same slot.
  void swaps(std::size_t b, std::size_t o) {
    const auto& bundles = original_.code.bundles;
    const arch::Instruction& op = bundles[b].ops[o];
    for (std::size_t to = b + 1; to < bundles.size(); ++to) {
      const auto other = std::find_if(
          bundles[to].ops.begin(), bundles[to].ops.end(),
          [&](const auto& candidate) { return arch::info(candidate.op).slot == arch::info(op.op).slot; });
      if (other == bundles[to].ops.end()) continue;
      if (*other != op) {
        edit("swap", b, o, [&](arch::Bundle& bundle, std::size_t index) { bundle.ops[index] = *other; });
        mutants_.back().kernel.code.bundles[to].ops[static_cast<std::size_t>(other -
                                                                             bundles[to].ops.begin())] = op;
      }
      return;
    }
  }

  void operands(std::size_t b, std::size_t o) {
    const arch::Instruction& op = original_.code.bundles[b].ops[o];
    for (std::size_t i = 0; i < op.regs.size(); ++i) {
      if (!op.regs[i].valid()) continue;
      for (const int by : {-1, 1}) {
        const int index = op.regs[i].index + by;
        if (index < 0 || index >= arch::register_count(device_, op.regs[i].cls)) continue;
        edit("register", b, o, [&](arch::Bundle& bundle, std::size_t at) {
          bundle.ops[at].regs[i].index = static_cast<std::uint8_t>(index);
        });
      }
      if ((op.reads_old >> i & 1U) != 0) {
        edit("drop ~", b, o, [&](arch::Bundle& bundle, std::size_t at) {
          bundle.ops[at].reads_old = static_cast<std::uint8_t>(bundle.ops[at].reads_old & ~(1U << i));
        });
      }
    }
    if (op.mem.base.valid()) {
      edit("pointer", b, o, [](arch::Bundle& bundle, std::size_t at) {
        bundle.ops[at].mem.base.index = static_cast<std::uint8_t>(bundle.ops[at].mem.base.index ^ 1U);
      });
    }
    if (op.mem.mode == arch::AddressMode::post_imm || op.mem.mode == arch::AddressMode::offset) {
      edit("step", b, o, [this](arch::Bundle& bundle, std::size_t at) {
        bundle.ops[at].mem.imm += device_.core.load_bits / 8;
      });
    }
    if (op.mem.modifier.valid()) {
      edit("modifier", b, o, [](arch::Bundle& bundle, std::size_t at) {
        bundle.ops[at].mem.modifier.index = static_cast<std::uint8_t>(bundle.ops[at].mem.modifier.index ^ 1U);
      });
    }
    if (arch::info(op.op).imm_bits > 0) {
      edit("immediate", b, o, [](arch::Bundle& bundle, std::size_t at) { ++bundle.ops[at].imm; });
    }
  }

  const KernelCode& original_;
  const arch::Device& device_;
  std::vector<Mutant> mutants_;
};

struct Tally {
  int made{}, killed{}, harmless{};
};

// run: the mutant's result, which must be that of the kernel.
template <class Run>
void expect_survivors_equivalent(const VectorProgram& program, const KernelCode& kernel,
                                 const DenseTileResult& expected, const arch::Device& on, Run run) {
  ASSERT_TRUE(verify(kernel, program, on).empty());
  std::map<std::string, Tally> tallies;
  for (const Mutant& mutant : Mutator(kernel, on).all()) {
    Tally& tally = tallies[mutant.kind];
    ++tally.made;
    if (!verify(mutant.kernel, program, on).empty()) {
      ++tally.killed;
      continue;
    }
    // Another schedule of the same program: an operation moved within its slack, or a register nobody needs.
    SCOPED_TRACE(mutant.kind + " " + mutant.what);
    const test::KernelRun result = run(mutant.kernel);
    EXPECT_FALSE(result.fault) << *result.fault;
    EXPECT_EQ(result.result.out, expected.out);
    EXPECT_EQ(result.result.cascade_out, expected.cascade_out);
    EXPECT_EQ(result.kernel_cycles, kernel.cycles.value);
    ++tally.harmless;
  }

  Tally total;
  for (const auto& [kind, tally] : tallies) {
    std::printf("%-10s made %4d  killed %4d  equivalent on the engine %4d\n", kind.c_str(), tally.made,
                tally.killed, tally.harmless);
    total.made += tally.made;
    total.killed += tally.killed;
  }
  std::printf("killed %d of %d\n", total.killed, total.made);
  EXPECT_GT(10 * total.killed, 9 * total.made);
  // Nothing can be equivalent about these. A step may be: that of the last access moves a pointer for nobody.
  for (const char* kind : {"delete", "drop ~"}) {
    EXPECT_EQ(tallies[kind].killed, tallies[kind].made) << kind;
  }
}

struct TileOn {
  const arch::Device* device;
  DenseTile tile;
};
class VerifierMutation : public testing::TestWithParam<TileOn> {};

TEST_P(VerifierMutation, SurvivorsAreEquivalent) {
  const arch::Device* on = GetParam().device;
  const DenseTile& tile = GetParam().tile;
  std::mt19937 random(5);
  DenseTileData data = test::random_data(tile, random);
  // A load in vain may go a little further unnoticed.
  if (tile.bias) data.bias.resize(data.bias.size() + 64);
  expect_survivors_equivalent(
      dense_program(tile), dense_code(tile, *on), dense_tile_reference(tile, data), *on,
      [&](const KernelCode& mutant) { return test::run_kernel(mutant, tile, data, *on); });
}

TEST(VerifierMutationElementwise, SurvivorsAreEquivalent) {
  std::mt19937 random(6);
  ElementwiseTile tile;
  tile.rows = 16;
  tile.columns = 40;
  tile.relu = true;
  tile.transposed = {false, true};
  std::array<std::vector<std::uint8_t>, 2> in;
  for (auto& bytes : in) bytes = test::random_bytes(buffer_bytes(tile), random);
  const test::KernelBuffers buffers{{{"a", in[0]}, {"b", in[1]}}, buffer_bytes(tile), {}};
  expect_survivors_equivalent(
      elementwise_program(tile, device()), elementwise_code(tile, device()),
      {elementwise_tile_reference(tile, in), {}}, device(),
      [&](const KernelCode& mutant) { return test::run_kernel(mutant, buffers, device()); });
}

// 64-bit lanes to 8 bit, from transposed activations.
DenseTile wide_lanes() {
  DenseTile tile = test::make_tile(device(), CascadeRole::last, 8, 64, 16);
  tile.lhs = arch::ElementType::int16;
  tile.mmul = {4, 8, 4};
  tile.accumulator_bits = 64;
  tile.lhs_transposed = true;
  return tile;
}

DenseTile large_blocks() {
  DenseTile tile = test::make_tile(device(), CascadeRole::single, 16, 48, 16);
  tile.blocking = {4, 2};
  tile.lhs_transposed = true;
  return tile;
}

INSTANTIATE_TEST_SUITE_P(
    Kernels, VerifierMutation,
    testing::Values(TileOn{&device(), test::make_tile(device(), CascadeRole::single, 8, 40, 32)},
                    TileOn{&device(), test::make_tile(device(), CascadeRole::first, 16, 48, 32)},
                    TileOn{&device(), test::make_tile(device(), CascadeRole::middle, 8, 32, 32)},
                    TileOn{&device(), test::make_tile(device(), CascadeRole::last, 16, 40, 48)},
                    TileOn{&device(), test::make_tile(device(), CascadeRole::single, 8, 16, 32)},
                    TileOn{&device(), wide_lanes()}, TileOn{&device(), large_blocks()},
                    TileOn{&second(), test::make_tile(second(), CascadeRole::single, 16, 40, 32)},
                    TileOn{&second(), test::make_tile(second(), CascadeRole::last, 16, 16, 16)}),
    [](const auto& of) {
      return fmt::format("{}_{}_k{}_acc{}", of.param.device->name, to_string(of.param.tile.role),
                         of.param.tile.k, of.param.tile.accumulator_bits);
    });

}  // namespace
}  // namespace aie4ml::kernels
