// Regions: every column of a tensor has one writer and one reader.
#include <random>

#include <gtest/gtest.h>

#include "compiler/plan/edges.hpp"

namespace aie4ml::tests {
namespace {

using compiler::Edge;
using compiler::EdgeCut;
using compiler::Interval;

Edge make_edge(int cols, int writers, int writer_slice, int readers, int reader_slice) {
  Edge edge;
  edge.rows = edge.rows_stored = 8;
  edge.cols = cols;
  for (int w = 0; w < writers; ++w)
    edge.writers.push_back({{w * writer_slice, (w + 1) * writer_slice}, 0, w, {}});
  for (int r = 0; r < readers; ++r)
    edge.readers.push_back({{r * reader_slice, (r + 1) * reader_slice}, 1, r, {}});
  return edge;
}

int round_up_16(int value) {
  return (value + 15) / 16 * 16;
}

TEST(PlanRegions, EqualCutsGiveOneRegionEach) {
  Edge edge = make_edge(64, 2, 32, 2, 32);
  compiler::cut_regions(edge, EdgeCut{});
  ASSERT_EQ(edge.regions.size(), 2U);
  EXPECT_EQ(edge.pitch, 64);
  EXPECT_EQ(edge.regions[1].writer, 1);
  EXPECT_EQ(edge.regions[1].reader, 1);
  EXPECT_EQ(edge.regions[1].written, (Interval{32, 64}));
  EXPECT_EQ(edge.regions[1].read, (Interval{32, 64}));
}

TEST(PlanRegions, CrossingCutsAreCutAtBothBoundaries) {
  Edge edge = make_edge(96, 2, 48, 3, 32);
  compiler::cut_regions(edge, EdgeCut{});
  ASSERT_EQ(edge.regions.size(), 4U);
  const Interval expected[] = {{0, 32}, {32, 48}, {48, 64}, {64, 96}};
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(edge.regions[i].read, expected[i]);
  EXPECT_EQ(compiler::regions_of_reader(edge, 1), (std::vector<int>{1, 2}));
  EXPECT_EQ(compiler::regions_of_writer(edge, 1), (std::vector<int>{2, 3}));
}

TEST(PlanRegions, ReaderBeyondTheWrittenColumnsGetsZerosFromTheDma) {
  Edge edge = make_edge(24, 1, 32, 1, 64);
  compiler::cut_regions(edge, EdgeCut{});
  ASSERT_EQ(edge.regions.size(), 1U);
  EXPECT_EQ(edge.pitch, 32);
  EXPECT_EQ(edge.regions[0].read, (Interval{0, 32}));
  EXPECT_EQ(edge.regions[0].zero_columns, 32);
}

TEST(PlanRegions, ZerosBeyondWhatTheDmaCanMakeStayInMemory) {
  Edge edge = make_edge(10, 1, 16, 1, 256);
  compiler::cut_regions(edge, EdgeCut{8, 15});
  EXPECT_EQ(edge.pitch, 256 - 15 * 8);
  EXPECT_EQ(edge.regions[0].read, (Interval{0, 136}));
  EXPECT_EQ(edge.regions[0].written, (Interval{0, 16}));
  EXPECT_EQ(edge.regions[0].zero_columns, 120);
}

TEST(PlanRegions, WriterBeyondTheReadColumnsWritesWhatNobodyReads) {
  Edge edge = make_edge(40, 1, 64, 1, 48);
  compiler::cut_regions(edge, EdgeCut{});
  ASSERT_EQ(edge.regions.size(), 1U);
  EXPECT_EQ(edge.pitch, 64);
  EXPECT_EQ(edge.regions[0].written, (Interval{0, 64}));
  EXPECT_EQ(edge.regions[0].read, (Interval{0, 48}));
  EXPECT_EQ(edge.regions[0].zero_columns, 0);
}

TEST(PlanRegions, EveryColumnGoesToExactlyOneRegionForAnyCut) {
  std::mt19937 random(3);
  for (int trial = 0; trial < 5000; ++trial) {
    const auto pick = [&](int low, int high) {
      return low + static_cast<int>(random() % static_cast<unsigned>(high - low + 1));
    };
    const int cols = pick(1, 700);
    const int writer_slice = round_up_16((cols + 5) / pick(1, 6));
    const int reader_slice = round_up_16((cols + 5) / pick(1, 6));
    Edge edge = make_edge(cols, (cols + writer_slice - 1) / writer_slice, writer_slice,
                          (cols + reader_slice - 1) / reader_slice, reader_slice);
    compiler::cut_regions(edge, EdgeCut{8, pick(0, 15)});
    std::vector<int> written(static_cast<std::size_t>(edge.pitch));
    std::vector<int> read(written.size());
    std::vector<int> to_reader(edge.readers.size());
    for (const auto& region : edge.regions) {
      EXPECT_EQ(region.read.begin % 8, 0);
      EXPECT_EQ(region.read.end % 8, 0);
      EXPECT_EQ(region.zero_columns % 8, 0);
      EXPECT_EQ(region.written.begin, region.read.begin);
      for (int c = region.written.begin; c < region.written.end; ++c)
        ++written.at(static_cast<std::size_t>(c));
      for (int c = region.read.begin; c < region.read.end; ++c) ++read.at(static_cast<std::size_t>(c));
      to_reader[static_cast<std::size_t>(region.reader)] += region.read.size() + region.zero_columns;
    }
    for (std::size_t c = 0; c < static_cast<std::size_t>(cols); ++c) {
      ASSERT_EQ(written[c], 1) << "column " << c;
      ASSERT_EQ(read[c], 1) << "column " << c;
    }
    for (const int columns : to_reader) ASSERT_EQ(columns, reader_slice);
  }
}

TEST(PlanRegions, PlioSlicesHaveWholeWords) {
  EXPECT_EQ(compiler::plio_columns_on_stream(10, 1), 12);
  EXPECT_EQ(compiler::plio_columns_on_stream(12, 1), 12);
  EXPECT_EQ(compiler::plio_columns_on_stream(5, 2), 6);
}

}  // namespace
}  // namespace aie4ml::tests
