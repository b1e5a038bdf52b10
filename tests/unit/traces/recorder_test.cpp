// The recorders that are no files, and the table of formats.
#include <gmock/gmock.h>

#include "arch/error.hpp"
#include "tests/unit/traces/small_run.hpp"
#include "traces/memory_recorder.hpp"
#include "traces/sink.hpp"

namespace aie4ml::traces::testing {
namespace {

using ::testing::ElementsAre;

TEST(MemoryRecorder, KeepsEvents) {
  MemoryRecorder recorder;
  EXPECT_FALSE(recorder.end().has_value());
  record_small_run(recorder);
  ASSERT_EQ(recorder.tracks().size(), 4U);
  EXPECT_EQ(recorder.tracks()[2].name, "MM2S 1");
  EXPECT_THAT(recorder.slices_of(1),
              ElementsAre(RecordedSlice{1, "fc1 call", StallReason::none, 0, 70, 0},
                          RecordedSlice{1, "fc1 call", StallReason::bank, 70, 71, -1},
                          RecordedSlice{1, "fc1 call", StallReason::none, 100, 170, 1}));
  EXPECT_THAT(recorder.instants(),
              ElementsAre(RecordedInstant{3, "TLAST", 250}, RecordedInstant{3, "TLAST", 450}));
  EXPECT_EQ(recorder.end(), arch::Cycles(1000));
}

TEST(RunInfo, LabelsTilesWithTheirLayers) {
  const RunInfo info = make_run_info(small_image(), small_device(), 6);
  EXPECT_EQ(info.model, "tiny");
  EXPECT_EQ(info.device, "small");
  EXPECT_EQ(info.aie_mhz, 1000);
  const std::map<arch::TileCoord, std::string> expected = {
      {kFc1, "fc1"}, {kFc2, "fc2"}, {kAdd, "sum"}, {kMemory, "fc2"}};
  EXPECT_EQ(info.tile_labels, expected);
}

TEST(MakeSink, EveryFormatWritesAFile) {
  for (const SinkFormat& format : sink_formats()) {
    const TemporaryDirectory directory;
    const auto path = directory / ("run" + std::string(format.extension));
    record_small_run(*make_sink(format.name, path, make_run_info(small_image(), small_device(), 6)));
    EXPECT_GT(std::filesystem::file_size(path), 100U) << format.name;
  }
}

std::string error_of(std::string_view format, const std::filesystem::path& path) {
  try {
    make_sink(format, path, {});
  } catch (const arch::InputError& error) {
    return error.what();
  }
  return "none";
}

TEST(MakeSink, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(error_of("wdb", "x"), "trace format: 'wdb' is unknown; use one of: perfetto, vcd, csv");
}

TEST(MakeSink, RefusesAFileItCannotWrite) {
  EXPECT_EQ(error_of("csv", "no/such/directory/x.csv"),
            "no/such/directory/x.csv: cannot be opened for writing; check that the directory exists, is "
            "writable and "
            "has space");
}

TEST(MakeSink, AFullDiskIsNotSilent) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "needs /dev/full";
  for (const SinkFormat& format : sink_formats()) {
    const auto sink = make_sink(format.name, "/dev/full", {});
    EXPECT_THROW(record_small_run(*sink), arch::InputError) << format.name;
  }
}

TEST(StallReasons, HaveNames) {
  EXPECT_EQ(to_string(StallReason::none), "none");
  EXPECT_EQ(to_string(StallReason::lock), "lock");
  EXPECT_EQ(to_string(StallReason::stream), "stream");
  EXPECT_EQ(to_string(StallReason::cascade), "cascade");
  EXPECT_EQ(to_string(StallReason::bank), "bank");
  EXPECT_EQ(to_string(StallReason::idle), "idle");
}

}  // namespace
}  // namespace aie4ml::traces::testing
