#include "traces/vcd_sink.hpp"

#include <gmock/gmock.h>

#include "tests/unit/traces/small_run.hpp"

namespace aie4ml::traces::testing {
namespace {

TEST(VcdSink, WritesScopesAndChangesInOrderOfTime) {
  const TemporaryDirectory directory;
  VcdSink sink(directory / "run.vcd", make_run_info(small_image(), small_device(), 6));
  sink.add_track({0, kFc1, UnitKind::core, 0, "core", "tile (1,0)"});
  sink.add_track({1, kFc1, UnitKind::lock, 3, "lock 3 'fc1.in full'", "tile (1,0)"});
  sink.add_track({2, kShim, UnitKind::plio_out, 0, "PLIO out0", "shim 1"});
  const NameId call = sink.intern("fc1 call");
  const NameId lock = sink.intern("lock 3");
  using arch::Cycles;
  sink.value(1, Cycles(4), 2);
  sink.value(1, Cycles(6), 2);  // no change
  sink.slice(0, call, StallReason::none, Cycles(10), Cycles(20), -1);
  sink.slice(0, lock, StallReason::lock, Cycles(20), Cycles(25), -1);
  sink.slice(2, call, StallReason::none, Cycles(5), Cycles(30), 1);
  sink.finish(Cycles(40));
  EXPECT_EQ(contents(directory / "run.vcd"),
            "$comment model tiny, device small, 6 iterations $end\n"
            "$comment one time unit is one AIE cycle, 1000 MHz $end\n"
            "$comment stall: 0 none, 1 lock, 2 stream, 3 cascade, 4 bank, 5 idle $end\n"
            "$version aie4ml-sim $end\n"
            "$timescale 1 ns $end\n"
            "$scope module small $end\n"
            "$scope module shim $end\n"
            "$scope module shim_1 $end\n"
            "$scope module PLIO_out0 $end\n"
            "$var string 1 ) state $end\n"
            "$var wire 1 * busy $end\n"
            "$var reg 3 + stall $end\n"
            "$var integer 32 , iteration $end\n"
            "$upscope $end\n"
            "$upscope $end\n"
            "$upscope $end\n"
            "$scope module core_tiles $end\n"
            "$scope module tile_1_0_fc1 $end\n"
            "$scope module core $end\n"
            "$var string 1 ! state $end\n"
            "$var wire 1 \" busy $end\n"
            "$var reg 3 # stall $end\n"
            "$upscope $end\n"
            "$scope module locks $end\n"
            "$var integer 32 % lock_3_fc1_in_full $end\n"
            "$upscope $end\n"
            "$upscope $end\n"
            "$upscope $end\n"
            "$upscope $end\n"
            "$enddefinitions $end\n"
            "#0\ns- !\n0\"\nb0 #\nb0 %\ns- )\n0*\nb0 +\nbx ,\n"
            "#4\nb10 %\n"
            "#5\nsfc1_call )\n1*\nb1 ,\n"
            "#10\nsfc1_call !\n1\"\n"
            "#20\nsstall_lock_lock_3 !\n0\"\nb1 #\n"
            "#25\ns- !\nb0 #\n"
            "#30\ns- )\n0*\nbx ,\n"
            "#40\n");
}

}  // namespace
}  // namespace aie4ml::traces::testing
