#include "traces/csv_sink.hpp"

#include <gmock/gmock.h>

#include "tests/unit/traces/small_run.hpp"

namespace aie4ml::traces::testing {
namespace {

TEST(CsvSink, WritesOneEventALine) {
  const TemporaryDirectory directory;
  CsvSink sink(directory / "run.csv", make_run_info(small_image(), small_device(), 6));
  record_small_run(sink);
  EXPECT_EQ(contents(directory / "run.csv"),
            "# model tiny, device small, 6 iterations\n"
            "# times are AIE cycles, 1000 MHz\n"
            "tile,unit,event,name,stall,begin_cycle,end_cycle,iteration,value\n"
            "\"tile (1,0)\",core,slice,fc1 call,,0,70,0,\n"
            "\"tile (2,0)\",core,slice,\"fc2.in \"\"ping\"\", full\",lock,5,80,1,\n"
            "\"tile (1,0)\",core,slice,fc1 call,bank,70,71,,\n"
            "shim 1,PLIO out0,instant,TLAST,,250,250,,\n"
            "\"tile (1,0)\",core,slice,fc1 call,,100,170,1,\n"
            "shim 1,PLIO out0,instant,TLAST,,450,450,,\n"
            "# end total_cycles=1000 slices=4 instants=2 values=0\n");
}

TEST(CsvSink, WritesValues) {
  const TemporaryDirectory directory;
  CsvSink sink(directory / "run.csv", {});
  sink.add_track({0, kFc1, UnitKind::lock, 3, "lock 3 'fc1.in full'", "tile (1,0)"});
  sink.value(0, arch::Cycles(7), 2);
  sink.finish(arch::Cycles(9));
  EXPECT_THAT(contents(directory / "run.csv"),
              ::testing::EndsWith("\"tile (1,0)\",lock 3 'fc1.in full',value,,,7,7,,2\n"
                                  "# end total_cycles=9 slices=0 instants=0 values=1\n"));
}

TEST(CsvSink, AnUnfinishedTraceKeepsTheOldFile) {
  const TemporaryDirectory directory;
  const auto path = directory / "run.csv";
  std::ofstream(path) << "old";
  { CsvSink sink(path, {}); }
  EXPECT_EQ(contents(path), "old");
}

}  // namespace
}  // namespace aie4ml::traces::testing
