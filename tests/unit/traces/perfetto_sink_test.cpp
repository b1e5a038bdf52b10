// Reads traces back by the field numbers of Perfetto's own perfetto_trace.proto, written here as numbers:
// neither our .proto nor protoc takes part.
#include "traces/perfetto/perfetto_sink.hpp"

#include <map>

#include <gmock/gmock.h>

#include "tests/unit/traces/small_run.hpp"
#include "tests/unit/traces/wire_reader.hpp"

namespace aie4ml::traces::testing {
namespace {

using ::testing::ElementsAre;

struct ReadTrack {
  std::string name;
  std::uint64_t parent{};
  std::int32_t rank{};
  bool is_counter{};
};

struct ReadEvent {
  std::uint64_t type{}, track{}, time{};  // 1 begin, 2 end, 3 instant, 4 counter
  std::string name, category;
  std::map<std::string, std::string> annotations;
  std::int64_t value{};  // of a counter
};

// What trace_processor would make of the file: one sequence with incremental state.
struct ReadTrace {
  std::map<std::uint64_t, ReadTrack> tracks;
  std::vector<ReadEvent> events;
  std::size_t packets{};

  explicit ReadTrace(const std::string& bytes) {
    const Message trace(bytes);
    for (const Message& packet : trace.messages(1)) read(packet);
  }

  [[nodiscard]] std::vector<ReadEvent> on(const std::string& parent, const std::string& unit) const {
    std::vector<ReadEvent> found;
    for (const ReadEvent& event : events) {
      const ReadTrack& track = tracks.at(event.track);
      if (track.name == unit && tracks.contains(track.parent) && tracks.at(track.parent).name == parent) {
        found.push_back(event);
      }
    }
    return found;
  }

 private:
  using Names = std::map<std::uint64_t, std::string>;

  void read(const Message& packet) {
    EXPECT_EQ(packet.integer(10), 1U);                      // trusted_packet_sequence_id
    EXPECT_EQ(packet.integer(13), packets == 0 ? 1U : 2U);  // cleared, then needed
    ++packets;
    if (packet.has(12)) intern(packet.message(12));  // interned_data
    if (packet.has(60)) {                            // track_descriptor
      const Message d = packet.message(60);
      tracks[d.integer(1)] = {d.text(2), d.has(5) ? d.integer(5) : 0,
                              d.has(12) ? static_cast<std::int32_t>(d.integer(12)) : 0, d.has(8)};
    }
    if (packet.has(11)) {  // track_event
      const Message e = packet.message(11);
      ReadEvent event{e.integer(9),
                      e.integer(11),
                      packet.integer(8),
                      "",
                      "",
                      {},
                      e.has(30) ? static_cast<std::int64_t>(e.integer(30)) : 0};
      if (e.has(10)) event.name = names_.at(e.integer(10));
      if (e.has(3)) event.category = categories_.at(e.integer(3));
      for (const Message& a : e.messages(4)) event.annotations[annotations_.at(a.integer(1))] = value(a);
      events.push_back(event);
    }
  }

  void intern(const Message& data) {
    for (const Message& m : data.messages(1)) define(categories_, m);
    for (const Message& m : data.messages(2)) define(names_, m);
    for (const Message& m : data.messages(3)) define(annotations_, m);
    for (const Message& m : data.messages(29)) define(strings_, m);
  }
  static void define(Names& names, const Message& entry) {
    EXPECT_NE(entry.integer(1), 0U);
    EXPECT_TRUE(names.emplace(entry.integer(1), entry.text(2)).second) << "defined twice: " << entry.text(2);
  }
  [[nodiscard]] std::string value(const Message& annotation) const {
    if (annotation.has(4)) return std::to_string(annotation.integer(4));
    if (annotation.has(5)) return std::to_string(annotation.real(5));
    if (annotation.has(6)) return annotation.text(6);
    return strings_.at(annotation.integer(17));
  }

  Names names_, categories_, annotations_, strings_;
};

class PerfettoSinkTest : public ::testing::Test {
 protected:
  ReadTrace trace_of_small_run() {
    PerfettoSink sink(file_, make_run_info(small_image(), small_device(), 6));
    record_small_run(sink);
    return ReadTrace(contents(file_));
  }

  TemporaryDirectory directory_;
  std::filesystem::path file_ = directory_ / "run.perfetto-trace";
};

TEST_F(PerfettoSinkTest, TracksAreATreeOrderedByPlace) {
  const ReadTrace trace = trace_of_small_run();
  std::map<std::int32_t, std::string> tiles;
  std::string root;
  for (const auto& [uuid, track] : trace.tracks) {
    if (track.parent == 0) {
      root = track.name;
    } else if (trace.tracks.at(track.parent).parent == 0) {
      tiles[track.rank] = track.name;
    }
  }
  EXPECT_EQ(root, "small (1 ns = 1 AIE cycle, 1000 MHz)");
  std::vector<std::string> order;
  order.reserve(tiles.size());
  for (const auto& [rank, name] : tiles) order.push_back(name);
  EXPECT_THAT(order, ElementsAre("shim 1", "tile (1,0) fc1", "tile (2,0) fc2"));
}

TEST_F(PerfettoSinkTest, WorkIsNamedByTheMachine) {
  const auto events = trace_of_small_run().on("tile (1,0) fc1", "core");
  ASSERT_EQ(events.size(), 6U);  // three slices
  EXPECT_EQ(events[0].type, 1U);
  EXPECT_EQ(events[0].time, 0U);
  EXPECT_EQ(events[0].name, "fc1 call");
  EXPECT_EQ(events[0].category, "work");
  EXPECT_EQ(events[0].annotations.at("cycles"), "70");
  EXPECT_EQ(events[0].annotations.at("iteration"), "0");
  EXPECT_EQ(events[1].type, 2U);
  EXPECT_EQ(events[1].time, 70U);
  EXPECT_FALSE(events[2].annotations.contains("iteration"));
  EXPECT_EQ(events[4].time, 100U);
  EXPECT_EQ(events[5].time, 170U);
}

TEST_F(PerfettoSinkTest, AWaitIsNamedByItsReason) {
  const auto events = trace_of_small_run().on("tile (2,0) fc2", "core");
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].name, "stall: lock");
  EXPECT_EQ(events[0].category, "lock");
  EXPECT_EQ(events[0].annotations.at("on"), "fc2.in \"ping\", full");
  EXPECT_EQ(events[0].annotations.at("cycles"), "75");
  EXPECT_EQ(events[0].annotations.at("iteration"), "1");
}

TEST_F(PerfettoSinkTest, InstantsAreOnTheirTrack) {
  const auto events = trace_of_small_run().on("shim 1", "PLIO out0");
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].type, 3U);
  EXPECT_EQ(events[0].name, "TLAST");
  EXPECT_EQ(events[1].time, 450U);
}

// Values are on counter tracks of their own, under the tile.
TEST_F(PerfettoSinkTest, ValuesAreCounters) {
  PerfettoSink sink(file_, make_run_info(small_image(), small_device(), 6));
  sink.add_track({0, kFc1, UnitKind::lock, 3, "lock 3 'fc1.in full'", "tile (1,0)"});
  sink.add_track({1, {}, UnitKind::path, 0, "critical path", ""});
  sink.value(0, arch::Cycles(0), 2);
  sink.value(0, arch::Cycles(7), 0);
  sink.slice(1, sink.intern("PLIO in0: sends words"), StallReason::none, arch::Cycles(3), arch::Cycles(5), 0);
  sink.finish(arch::Cycles(9));
  const ReadTrace trace(contents(file_));
  const auto events = trace.on("tile (1,0) fc1", "lock 3 'fc1.in full'");
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].type, 4U);
  EXPECT_EQ(events[0].value, 2);
  EXPECT_EQ(events[1].time, 7U);
  EXPECT_EQ(events[1].value, 0);
  EXPECT_TRUE(trace.tracks.at(events[0].track).is_counter);
  EXPECT_EQ(trace.on("small (1 ns = 1 AIE cycle, 1000 MHz)", "critical path").size(), 2U);
  EXPECT_EQ(trace.events.back().annotations.at("values"), "2");
}

TEST_F(PerfettoSinkTest, FirstEventSaysWhatTheUnitIs) {
  const ReadTrace trace = trace_of_small_run();
  EXPECT_EQ(trace.events.front().name, "trace info");
  EXPECT_EQ(trace.events.front().annotations.at("time_unit"), "1 ns = 1 AIE cycle, 1000 MHz");
  EXPECT_EQ(trace.events.front().annotations.at("model"), "tiny");
}

TEST_F(PerfettoSinkTest, LastEventCountsTheFile) {
  const ReadTrace trace = trace_of_small_run();
  const ReadEvent& end = trace.events.back();
  EXPECT_EQ(end.name, "end of trace");
  EXPECT_EQ(end.time, 1000U);
  EXPECT_EQ(end.annotations.at("total_cycles"), "1000");
  EXPECT_EQ(end.annotations.at("slices"), "4");
  EXPECT_EQ(end.annotations.at("instants"), "2");
  EXPECT_EQ(end.annotations.at("packets"), std::to_string(trace.packets));
}

TEST_F(PerfettoSinkTest, ManyChunksMakeOneTrace) {
  constexpr std::size_t kSlices = 20000;  // some ten chunks
  PerfettoSink sink(file_, make_run_info(small_image(), small_device(), 6));
  sink.add_track({0, kFc1, UnitKind::core, 0, "core", "tile (1,0)"});
  for (std::size_t i = 0; i < kSlices; ++i) {
    const NameId name = sink.intern("slice " + std::to_string(i % 7));
    sink.slice(0, name, StallReason::none, arch::Cycles(static_cast<std::int64_t>(10 * i)),
               arch::Cycles(static_cast<std::int64_t>(10 * i + 9)), static_cast<std::int32_t>(i));
  }
  sink.finish(arch::Cycles(std::int64_t{10} * kSlices));

  const ReadTrace trace(contents(file_));
  const auto events = trace.on("tile (1,0) fc1", "core");
  ASSERT_EQ(events.size(), 2U * kSlices);
  constexpr std::size_t kBegin = 24690;  // of slice 12345
  EXPECT_EQ(events[kBegin].time, 123450U);
  EXPECT_EQ(events[kBegin].name, "slice 4");  // 12345 = 1763 * 7 + 4
  EXPECT_EQ(events[kBegin + 1].time, 123459U);
  EXPECT_EQ(trace.events.back().annotations.at("slices"), "20000");
  EXPECT_EQ(trace.events.back().annotations.at("packets"), std::to_string(trace.packets));
}

TEST_F(PerfettoSinkTest, AnUnfinishedTraceLeavesNoFile) {
  {
    PerfettoSink sink(file_, make_run_info(small_image(), small_device(), 6));
    sink.add_track({0, kFc1, UnitKind::core, 0, "core", "tile (1,0)"});
    EXPECT_FALSE(std::filesystem::exists(file_));
  }
  EXPECT_TRUE(directory_.empty());
}

}  // namespace
}  // namespace aie4ml::traces::testing
