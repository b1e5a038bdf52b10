#include "traces/trace_filter.hpp"

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include <gmock/gmock.h>

#include "arch/error.hpp"
#include "tests/unit/traces/small_run.hpp"
#include "traces/memory_recorder.hpp"

namespace aie4ml::traces::testing {
namespace {

using ::testing::ElementsAre;

// The small device has a row of shims, one of memory tiles, two of cores.
bool shows(const std::string& filter, arch::TileCoord tile, UnitKind unit) {
  return TraceFilter::parse(filter).shows({0, tile, unit, 0, "", ""}, small_device());
}

TEST(TraceFilter, PlacesAreThoseOfTheReport) {
  EXPECT_TRUE(shows("tile=1,0", kFc1, UnitKind::core));
  EXPECT_FALSE(shows("tile=1,1", kFc1, UnitKind::core));
  EXPECT_TRUE(shows("tile=1,1", kAdd, UnitKind::core));
  EXPECT_FALSE(shows("tile=*,*", kMemory, UnitKind::mm2s));
  EXPECT_TRUE(shows("memory=1", kMemory, UnitKind::mm2s));
  EXPECT_TRUE(shows("memory=1,0", kMemory, UnitKind::mm2s));
  EXPECT_FALSE(shows("memory=2..", kMemory, UnitKind::mm2s));
  EXPECT_TRUE(shows("shim=..1", kShim, UnitKind::plio_out));
  EXPECT_FALSE(shows("shim=0", kShim, UnitKind::plio_out));
}

TEST(TraceFilter, PlacesAddUpAndKindsNarrow) {
  EXPECT_TRUE(shows("tile=2,0;tile=1,0", kFc1, UnitKind::core));
  EXPECT_TRUE(shows("tile=0..2,0..1;kind=core,lock", kFc1, UnitKind::lock));
  EXPECT_FALSE(shows("tile=0..2,0..1;kind=core,lock", kFc1, UnitKind::s2mm));
  EXPECT_TRUE(shows("kind=dma", kFc1, UnitKind::s2mm));
  EXPECT_TRUE(shows("kind=dma", kMemory, UnitKind::mm2s));
  EXPECT_FALSE(shows("kind=mm2s", kFc1, UnitKind::s2mm));
  EXPECT_TRUE(shows("kind=plio", kShim, UnitKind::plio_in));
  EXPECT_TRUE(shows("cycles=5..6", kFc1, UnitKind::bank));
  // The critical path has no place.
  EXPECT_TRUE(shows("cycles=5..6", {}, UnitKind::path));
  EXPECT_FALSE(shows("tile=0,0", {}, UnitKind::path));
  EXPECT_TRUE(shows("tile=0,0;kind=core,path", {}, UnitKind::path));
}

TEST(TraceFilter, RangesHaveBothEnds) {
  const auto cycles = [](const std::string& text) { return TraceFilter::parse("cycles=" + text).cycles(); };
  EXPECT_EQ(cycles("10..20"), (TraceFilter::Range{10, 20}));
  EXPECT_EQ(cycles("10"), (TraceFilter::Range{10, 10}));
  EXPECT_EQ(cycles("..20"), (TraceFilter::Range{0, 20}));
  EXPECT_EQ(cycles("10.."), (TraceFilter::Range{10, TraceFilter::Range{}.last}));
  EXPECT_EQ(cycles("*"), TraceFilter::Range{});
}

std::string refusal(const std::string& text) {
  try {
    TraceFilter::parse(text);
  } catch (const arch::InputError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(TraceFilter, RefusesInOneLine) {
  const std::string example = "; for example tile=7..10,0..3;kind=core,lock;cycles=1000..5000";
  EXPECT_EQ(refusal("tyle=3"),
            "--trace-filter: 'tyle=3': 'tyle' is no key, use tile, memory, shim, kind, cycles" + example);
  EXPECT_EQ(refusal("tile=3"),
            "--trace-filter: 'tile=3': wants columns and rows, as in 7..10,0..3" + example);
  EXPECT_EQ(refusal("tile=3,4,5"),
            "--trace-filter: 'tile=3,4,5': wants columns and rows, as in 7..10,0..3" + example);
  EXPECT_EQ(refusal("shim=3,0"), "--trace-filter: 'shim=3,0': wants columns only, as in 7..10" + example);
  EXPECT_EQ(refusal("tile=a,0"), "--trace-filter: 'tile=a,0': 'a' is no number" + example);
  EXPECT_EQ(refusal("tile=-1,0"), "--trace-filter: 'tile=-1,0': '-1' is no number" + example);
  EXPECT_EQ(refusal("cycles=99999999999999999999"),
            "--trace-filter: 'cycles=99999999999999999999': '99999999999999999999' is no number" + example);
  EXPECT_EQ(refusal("cycles=5..4"), "--trace-filter: 'cycles=5..4': '5..4' ends before it begins" + example);
  EXPECT_EQ(refusal("cycles=.."), "--trace-filter: 'cycles=..': '..' has no end, '*' means all" + example);
  EXPECT_EQ(refusal("cycles=1;cycles=2"), "--trace-filter: 'cycles=2': cycles stands twice" + example);
  EXPECT_EQ(refusal("kind=core;kind=dma"), "--trace-filter: 'kind=dma': kind stands twice" + example);
  EXPECT_EQ(
      refusal("kind=cores"),
      "--trace-filter: 'kind=cores': 'cores' is no kind, use core, dma, s2mm, mm2s, plio, lock, bank, path" +
          example);
  for (const char* text : {"", "tile", "tile=", "kind=core;"}) {
    EXPECT_THAT(refusal(text), ::testing::HasSubstr("is not KEY=VALUE")) << text;
  }
}

class Filtered : public ::testing::Test {
 protected:
  const MemoryRecorder& record(const std::string& filter, const std::function<void(Recorder&)>& events) {
    auto sink = std::make_unique<MemoryRecorder>();
    const MemoryRecorder& kept = *sink;
    recorder_ = std::make_unique<FilteredRecorder>(std::move(sink), TraceFilter::parse(filter), device_);
    events(*recorder_);
    return kept;
  }
  const arch::Device device_ = small_device();
  std::unique_ptr<FilteredRecorder> recorder_;
};

TEST_F(Filtered, CutsSlicesToTheCycles) {
  const MemoryRecorder& kept = record("tile=1,0;cycles=50..99", record_small_run);
  EXPECT_EQ(recorder_->tracks(), 4U);
  EXPECT_EQ(recorder_->tracks_shown(), 2U);
  EXPECT_THAT(kept.slices(), ElementsAre(RecordedSlice{1, "fc1 call", StallReason::none, 50, 70, 0},
                                         RecordedSlice{1, "fc1 call", StallReason::bank, 70, 71, -1}));
  EXPECT_EQ(kept.end(), arch::Cycles(100));
}

TEST_F(Filtered, KeepsInstantsOfItsCycles) {
  const MemoryRecorder& kept = record("kind=plio;cycles=251..450", record_small_run);
  EXPECT_THAT(kept.instants(), ElementsAre(RecordedInstant{3, "TLAST", 450}));
}

TEST_F(Filtered, RepeatsTheValueFromBefore) {
  const auto events = [](Recorder& r) {
    for (const TrackId id : {0U, 1U, 2U}) r.add_track({id, kFc1, UnitKind::lock, 0, "lock", "tile (1,0)"});
    r.value(0, arch::Cycles(3), 1);
    r.value(0, arch::Cycles(5), 2);
    r.value(0, arch::Cycles(12), 3);
    r.value(0, arch::Cycles(30), 4);
    r.value(1, arch::Cycles(5), 7);
    r.value(2, arch::Cycles(9), 8);
    r.value(2, arch::Cycles(10), 9);
    r.finish(arch::Cycles(40));
  };
  EXPECT_THAT(record("cycles=10..20", events).values(),
              ElementsAre(RecordedValue{0, 10, 2}, RecordedValue{0, 12, 3}, RecordedValue{2, 10, 9},
                          RecordedValue{1, 10, 7}));
}

}  // namespace
}  // namespace aie4ml::traces::testing
