// The verifier finds what is broken in a plan.
#include <algorithm>
#include <functional>
#include <utility>

#include <gtest/gtest.h>

#include "compiler/plan/planner.hpp"
#include "compiler/plan/verify_plan.hpp"
#include "tests/unit/compiler/plan_fixture.hpp"

namespace aie4ml::tests {
namespace {

using compiler::Plan;

const Plan& good_plan() {
  static const Plan plan = [] {
    const std::vector<DenseSpec> layers = {{96, true, true, 2, 2}, {48, true, true, 3, 1}};
    return compiler::make_plan(make_dense_graph(8, 64, layers), make_directives(layers), ve2802());
  }();
  return plan;
}

// Two streams from chains to positions, without a memory tile.
const Plan& direct_plan() {
  static const Plan plan = [] {
    const std::vector<DenseSpec> layers = {{64, true, true, 1, 2},
                                           {48, true, true, 2, 2, false, {}, compiler::Transport::direct}};
    return compiler::make_plan(make_dense_graph(8, 64, layers), make_directives(layers), ve2802());
  }();
  return plan;
}

// Host ends in external memory: two in, one out.
const Plan& noc_plan() {
  static const Plan plan = [] {
    const std::vector<DenseSpec> layers = {{96, true, true, 2, 2}, {48, true, true, 3, 1}};
    return compiler::make_plan(make_dense_graph(8, 64, layers), make_directives(layers), ve2802(),
                               {.host_ports = compiler::HostPorts::noc});
  }();
  return plan;
}

struct Broken {
  const char* name;
  std::function<void(Plan&)> damage;
  const char* message;  // part of one of the problems
};

void PrintTo(const Broken& broken, std::ostream* out) {
  *out << broken.name;
}

class PlanVerify : public ::testing::TestWithParam<Broken> {};

void expect_problem(const Plan& plan, const char* message) {
  std::string all;
  bool found = false;
  for (const arch::Problem& problem : compiler::verify_plan(plan, ve2802())) {
    const std::string line = problem.where + ": " + problem.what;
    found = found || line.find(message) != std::string::npos;
    all += line + "\n";
  }
  EXPECT_TRUE(found) << all;
}

TEST_P(PlanVerify, Rejects) {
  Plan plan = good_plan();
  GetParam().damage(plan);
  expect_problem(plan, GetParam().message);
}

TEST(PlanVerify, AcceptsWhatThePlannerMakes) {
  EXPECT_TRUE(compiler::verify_plan(good_plan(), ve2802()).empty());
  EXPECT_TRUE(compiler::verify_plan(direct_plan(), ve2802()).empty());
  EXPECT_TRUE(compiler::verify_plan(noc_plan(), ve2802()).empty());
}

class PlanVerifyNoc : public ::testing::TestWithParam<Broken> {};

TEST_P(PlanVerifyNoc, Rejects) {
  Plan plan = noc_plan();
  ASSERT_EQ(plan.plios.size(), 3U);
  GetParam().damage(plan);
  expect_problem(plan, GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Damage, PlanVerifyNoc,
    ::testing::Values(
        Broken{"column", [](Plan& p) { p.plios[0].channel.column = 5; }, "column 5 has no NoC DMA"},
        Broken{"direction", [](Plan& p) { p.plios[0].noc->channel.direction = arch::DmaDirection::s2mm; },
               "is moved in the wrong direction"},
        Broken{"channel", [](Plan& p) { p.plios[0].noc->channel.index = 2; }, "there is no MM2S 2"},
        Broken{"port", [](Plan& p) { p.plios[0].channel.index = 2; }, "does not lead to South 2"},
        Broken{"twice", [](Plan& p) { p.plios[1].noc->channel = p.plios[0].noc->channel; }, "is used twice"},
        Broken{"bd_twice", [](Plan& p) { p.plios[1].noc->bd = p.plios[0].noc->bd; }, "BD 0 of column"},
        Broken{"bd_range", [](Plan& p) { p.plios[0].noc->bd = arch::BdId(16); }, "BD 16 is none of MM2S"},
        Broken{"mixed", [](Plan& p) { p.plios[2].noc.reset(); }, "is of another kind than the first"},
        Broken{"empty", [](Plan& p) { p.plios[0].slices.clear(); }, "carries nothing"}),
    [](const auto& test) { return std::string(test.param.name); });

class PlanVerifyDirect : public ::testing::TestWithParam<Broken> {};

TEST_P(PlanVerifyDirect, Rejects) {
  Plan plan = direct_plan();
  GetParam().damage(plan);
  expect_problem(plan, GetParam().message);
}

compiler::TilePlan& tile(Plan& plan, std::size_t layer, std::size_t index) {
  return plan.layers[layer].tiles[index];
}
arch::BufferDescriptor& bd(Plan& plan, std::size_t chain, std::size_t index = 0) {
  return plan.dma[chain].descriptors[index];
}

INSTANTIATE_TEST_SUITE_P(
    Damage, PlanVerify,
    ::testing::Values(
        Broken{"overlap", [](Plan& p) { tile(p, 1, 0).tile = tile(p, 0, 0).tile; },
               "is used by layer 'fc1' as well"},
        Broken{"outside", [](Plan& p) { tile(p, 0, 0).tile.col = 40; }, "is no core tile"},
        Broken{"in_memory_row", [](Plan& p) { tile(p, 0, 0).tile.row = 1; }, "is no core tile"},
        Broken{"cascade_gap", [](Plan& p) { tile(p, 0, 1).tile.col = 30; }, "is not in its place"},
        Broken{"missing_tile", [](Plan& p) { p.layers[0].tiles.pop_back(); }, "has 3 tiles for 2 x 2"},
        Broken{"uncovered", [](Plan& p) { p.layers[0].k_slice = 16; }, "do not cover K"},
        Broken{"role",
               [](Plan& p) {
                 std::get<kernels::DenseTile>(tile(p, 0, 0).kernel).role = kernels::CascadeRole::single;
               },
               "instead of first"},
        Broken{"bank", [](Plan& p) { tile(p, 0, 0).weights->address = 0x3FE0; }, "crosses a bank boundary"},
        Broken{"alignment", [](Plan& p) { tile(p, 0, 0).weights->address += 4; }, "is not aligned"},
        Broken{"buffer_overlap", [](Plan& p) { tile(p, 0, 0).weights->address = 0; },
               "overlaps the buffer below it"},
        Broken{"memory_end", [](Plan& p) { tile(p, 0, 0).inputs[0][1].address = 0xFFE0; },
               "outside the data memory"},
        Broken{"too_small", [](Plan& p) { tile(p, 0, 0).weights->size = 32; }, "has 32 of 1536 bytes"},
        Broken{"lock_twice", [](Plan& p) { tile(p, 0, 0).input_locks[0].full = arch::LockId(0); },
               "for two purposes"},
        Broken{"lock_range", [](Plan& p) { tile(p, 0, 0).input_locks[0].full = arch::LockId(16); },
               "uses lock 16 of 16"},
        Broken{"no_memory_tile", [](Plan& p) { p.edges[0].tile.row = 5; }, "is no memory tile"},
        Broken{"region_lock", [](Plan& p) { p.edges[1].regions[1].full = p.edges[1].regions[0].full; },
               "is used by"},
        Broken{"edge_overlap", [](Plan& p) { p.edges[1].buffer[1] = p.edges[1].buffer[0]; },
               "memory of memory tile"},
        Broken{"edge_capacity", [](Plan& p) { p.edges[1].buffer[1].address = 524288; },
               "outside the memory tile"},
        Broken{"lost_region", [](Plan& p) { p.edges[1].regions.pop_back(); },
               "of 768 elements reach their readers"},
        Broken{"region_writer", [](Plan& p) { p.edges[1].regions[0].writer = 1; }, "carries"},
        Broken{"region_read", [](Plan& p) { p.edges[1].regions[0].read.cols.begin += 8; }, "is read as"},
        Broken{"region_outside", [](Plan& p) { p.edges[1].regions[0].written.rows.end += 1; },
               "leaves the buffer"},
        Broken{"region_double",
               [](Plan& p) { p.edges[1].regions[1].written = p.edges[1].regions[0].written; },
               "is written twice"},
        Broken{"channel_twice",
               [](Plan& p) { p.edges[1].writers[1].channel = p.edges[1].writers[0].channel; }, "S2MM"},
        Broken{"bd_twice", [](Plan& p) { bd(p, 0, 1).id = bd(p, 0, 0).id; }, "is used twice"},
        Broken{"bd_partition", [](Plan& p) { bd(p, 0).id = arch::BdId(30); },
               "cannot be used by this channel"},
        Broken{"bd_next", [](Plan& p) { bd(p, 0).next.reset(); }, "is not followed by the next one"},
        Broken{"bd_address", [](Plan& p) { bd(p, 0).address_words += 100000; }, "which is no buffer"},
        Broken{"bd_length", [](Plan& p) { bd(p, 0).length_words += 1; }, "other than its walk"},
        Broken{"bd_lock", [](Plan& p) { bd(p, 0).acquire->lock = arch::LockId(64); },
               "uses a lock that does not exist"},
        Broken{"bd_padding", [](Plan& p) { bd(p, 0).padding.after[2] = 16; }, "cannot pad dimension 2"},
        Broken{"words", [](Plan& p) { p.nets[0].words_per_iteration += 1; }, "words of"},
        Broken{"no_chain", [](Plan& p) { p.dma.pop_back(); }, "no transfer at"},
        Broken{"plio_column", [](Plan& p) { p.plios[0].channel.column = 37; }, "column 37 has no PLIOs"},
        Broken{"plio_odd", [](Plan& p) { p.plios[0].channel.index = 1; }, "does not start a group of 2"},
        Broken{"plio_twice", [](Plan& p) { p.plios[1].channel.index = p.plios[0].channel.index; },
               "is used twice"},
        Broken{"plio_range", [](Plan& p) { p.plios[0].channel.index = 8; }, "channel 8 of 8 does not exist"},
        Broken{"plio_width", [](Plan& p) { p.plios[0].channel.width_bits = 48; }, "cannot be 48 bit wide"}),
    [](const auto& test) { return std::string(test.param.name); });

// The chain of a channel of a tile of a layer.
compiler::DmaChain& chain_of(Plan& plan, std::size_t layer, std::size_t index, arch::DmaDirection direction) {
  const arch::TileCoord at = tile(plan, layer, index).tile;
  return *std::find_if(plan.dma.begin(), plan.dma.end(), [&](const compiler::DmaChain& chain) {
    return chain.tile == at && chain.channel.direction == direction;
  });
}

INSTANTIATE_TEST_SUITE_P(
    Damage, PlanVerifyDirect,
    ::testing::Values(
        Broken{"order",
               [](Plan& p) {
                 for (auto& bd : chain_of(p, 1, 0, arch::DmaDirection::s2mm).descriptors)
                   bd.dimensions = {{2, 1}, {4, 16}, {8, 2}};
               },
               "takes word 2 for another than was sent"},
        Broken{"twice",
               [](Plan& p) {
                 using enum arch::DmaDirection;
                 for (auto* chain :
                      {&chain_of(p, 0, 0, mm2s), &chain_of(p, 1, 0, s2mm), &chain_of(p, 1, 2, s2mm)}) {
                   for (auto& bd : chain->descriptors) bd.dimensions = {{32, 1}, {2, 1}};
                 }
               },
               "sends word 32 twice"},
        Broken{"slice", [](Plan& p) { p.direct[1].in_slice = 0; }, "brings slice 0 twice"},
        Broken{"end", [](Plan& p) { p.direct[0].producer = 5; }, "has an end that does not exist"},
        Broken{"missing", [](Plan& p) { p.direct.pop_back(); }, "gets 1 of 2 slices directly"},
        Broken{"size", [](Plan& p) { p.layers[1].inputs[0].slices[0].slice.cols.end += 8; },
               "brings another slice than its reader takes"},
        Broken{"net", [](Plan& p) { std::swap(p.direct[0].in_slice, p.direct[1].in_slice); },
               "does not reach"},
        Broken{"both", [](Plan& p) { p.edges[0].consumer = 1; }, "comes through a memory tile as well"}),
    [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace aie4ml::tests
