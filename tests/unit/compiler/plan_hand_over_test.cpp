// Whole halves: a reader of a memory tile starts when all writers are done, with one acquire and one release
// a descriptor.
#include <algorithm>
#include <map>
#include <numeric>

#include <gtest/gtest.h>

#include "compiler/plan/hand_over.hpp"
#include "compiler/plan/planner.hpp"
#include "tests/unit/compiler/plan_fixture.hpp"

namespace aie4ml::tests {
namespace {

using arch::BufferDescriptor;

// Words of a walk in order, by the definition in arch/image/dma.hpp.
std::vector<std::int32_t> words(const BufferDescriptor& bd) {
  std::vector<std::int32_t> result;
  for (std::int32_t i = 0; i < bd.length_words; ++i) {
    std::int32_t address = bd.address_words + (bd.dimensions.empty() ? i : 0);
    std::int32_t rest = i;
    for (const arch::BdDimension& d : bd.dimensions) {
      address += rest % d.size * d.stride_words;
      rest /= d.size;
    }
    result.push_back(address);
  }
  return result;
}

TEST(PlanHandOver, PiecesGiveTheSameWordsInTheSameOrder) {
  BufferDescriptor blocks;
  blocks.address_words = 100;
  blocks.length_words = 64;
  blocks.dimensions = {{2, 1}, {4, 16}, {4, 2}, {2, 64}};
  BufferDescriptor linear;
  linear.address_words = 7;
  linear.length_words = 9;
  for (const BufferDescriptor& bd : {blocks, linear}) {
    for (int pieces = 1; pieces <= 9; ++pieces) {
      const auto cut = compiler::cut_descriptor(bd, pieces);
      ASSERT_EQ(std::ssize(cut), pieces);
      std::vector<std::int32_t> all;
      for (const BufferDescriptor& piece : cut) {
        const auto part = words(piece);
        EXPECT_EQ(std::ssize(part), piece.length_words);
        all.insert(all.end(), part.begin(), part.end());
      }
      EXPECT_EQ(all, words(bd)) << pieces << " pieces";
    }
  }
}

// The memory tile's channels of one edge, a descriptor at a time.
struct Runner {
  const compiler::DmaChain* chain{};
  bool reads{};
  std::size_t at{};
  std::int64_t started{}, finished{};  // halves
  [[nodiscard]] std::size_t per_half() const { return chain->descriptors.size() / 2; }
};

constexpr std::int64_t kHalves = 12;

std::vector<Runner> runners_of(const compiler::Edge& edge, const std::vector<compiler::DmaChain>& chains) {
  std::vector<Runner> runners;
  const auto add = [&](const std::vector<compiler::Endpoint>& ends, bool reads) {
    for (const compiler::Endpoint& end : ends) {
      for (const auto& chain : chains) {
        if (chain.tile == edge.tile && chain.channel == end.channel)
          runners.push_back({&chain, reads, 0, 0, 0});
      }
    }
  };
  add(edge.writers, false);
  add(edge.readers, true);
  return runners;
}

// Always runs the first of `order` that can run, so that it is as far ahead as locks let it. Counts how often
// a reader began a half that a writer had not finished; the last reader is let go by the last writer's last
// descriptor, the others by the ones before it, which hold only words of the last reader.
int early_reads(const compiler::Edge& edge, const std::vector<compiler::DmaChain>& chains,
                const std::vector<int>& order) {
  std::map<arch::LockId, int> locks;
  for (const compiler::Region& region : edge.regions) locks[region.empty] = 2;
  std::vector<Runner> runners = runners_of(edge, chains);
  int early = 0;
  const auto step = [&](Runner& r) {
    if (r.finished == kHalves) return false;
    const BufferDescriptor& bd = r.chain->descriptors[r.at];
    if (bd.acquire) {
      int& lock = locks[bd.acquire->lock];
      if (lock < bd.acquire->value) return false;
      lock -= bd.acquire->value;
    }
    if (r.at % r.per_half() == 0) {
      for (std::size_t w = 0; r.reads && w < edge.writers.size(); ++w) {
        const bool last = w + 1 == edge.writers.size() && &r != &runners.back();
        if (runners[w].finished + (last ? 1 : 0) <= r.started) ++early;
      }
      ++r.started;
    }
    if (bd.release) locks[bd.release->lock] += bd.release->value;
    r.at = (r.at + 1) % r.chain->descriptors.size();
    if (r.at % r.per_half() == 0) ++r.finished;
    return true;
  };
  while (std::any_of(order.begin(), order.end(),
                     [&](int i) { return step(runners[static_cast<std::size_t>(i)]); })) {
  }
  for (const Runner& r : runners) EXPECT_EQ(r.finished, kHalves) << r.chain->name << " is stuck";
  return early;
}

using Cut = std::pair<int, int>;  // cas_num of the producer, cas_len of the consumer
class HandOver : public testing::TestWithParam<Cut> {};

TEST_P(HandOver, ReadersWaitForAllWriters) {
  const auto [writers, readers] = GetParam();
  const std::vector<DenseSpec> layers = {{96, true, true, 1, writers}, {16, true, true, readers, 1}};
  const compiler::Plan plan =
      compiler::make_plan(make_dense_graph(8, 64, layers), make_directives(layers), ve2802());
  const compiler::Edge& edge = plan.edges[1];
  ASSERT_EQ(std::ssize(edge.writers), writers);
  ASSERT_EQ(std::ssize(edge.readers), readers);
  std::vector<int> order(static_cast<std::size_t>(writers + readers));
  std::iota(order.begin(), order.end(), 0);
  do {
    EXPECT_EQ(early_reads(edge, plan.dma, order), 0) << "first " << order.front();
  } while (std::next_permutation(order.begin(), order.end()));
}

INSTANTIATE_TEST_SUITE_P(Cuts, HandOver,
                         testing::Values(Cut{2, 1}, Cut{3, 1}, Cut{1, 2}, Cut{2, 2}, Cut{3, 2}, Cut{1, 3},
                                         Cut{3, 3}),
                         [](const auto& c) {
                           return std::to_string(c.param.first) + "_to_" + std::to_string(c.param.second);
                         });

}  // namespace
}  // namespace aie4ml::tests
