// What core.timing must give so that every operation of the table can be executed.
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "arch/device/device_loader.hpp"
#include "arch/isa/timing_check.hpp"

namespace aie4ml::arch {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> problems(TimingClass timing_class,
                                  const std::function<void(OperandTiming&)>& change) {
  CoreTiming timing = load_device("ve2802").core.timing;
  change(timing.classes[static_cast<std::size_t>(timing_class)]);
  std::vector<std::string> found;
  for (const Problem& p : check_timing(timing)) found.push_back(p.where + ": " + p.what);
  return found;
}

// The last value that works and the first that does not.
TEST(IsaTiming, WhatNoPipelineCouldDoIsRefused) {
  using enum TimingClass;
  EXPECT_THAT(problems(vector_load, [](OperandTiming& t) { t.def = t.mem; }), IsEmpty());
  EXPECT_THAT(problems(vector_load, [](OperandTiming& t) { t.def = t.mem - 1; }),
              ElementsAre("core.timing.vector_load: def is not mem or later, as vlda needs"));
  EXPECT_THAT(problems(vector_store, [](OperandTiming& t) { t.mem = 2; }), IsEmpty());
  EXPECT_THAT(problems(vector_store, [](OperandTiming& t) { t.mem = 1; }),
              ElementsAre("core.timing.vector_store: mem is not E2 or later, as vst needs"));
  EXPECT_THAT(problems(vector_mac_int, [](OperandTiming& t) { t.acc_use = t.def - 1; }), IsEmpty());
  EXPECT_THAT(problems(vector_mac_int, [](OperandTiming& t) { t.acc_use = t.def; }),
              ElementsAre("core.timing.vector_mac_int: def is not behind the late read, as vmac needs"));
  EXPECT_THAT(problems(vector_mac_bf16, [](OperandTiming& t) { t.acc_use = 2; }), IsEmpty());
  EXPECT_THAT(problems(vector_mac_bf16, [](OperandTiming& t) { t.acc_use = 1; }),
              ElementsAre("core.timing.vector_mac_bf16: acc_use is not E2 or later, as vmac needs"));
  EXPECT_THAT(problems(vector_permute, [](OperandTiming& t) { t.def = 1; }),
              ElementsAre("core.timing.vector_permute: def is not E2 or later with a bypass, as vmax needs"));
  EXPECT_THAT(problems(scalar_mul, [](OperandTiming& t) { t.use = 2; }),
              ElementsAre("core.timing.scalar_mul: a source is not read in E1, as mul needs"));
  EXPECT_THAT(problems(srs, [](OperandTiming& t) { t.shift_use = 2; }),
              ElementsAre("core.timing.srs: a shift amount is not read in E1, as vsrsm needs"));
  EXPECT_THAT(problems(part_word_store, [](OperandTiming& t) { t.mem_read = t.mem - 1; }), IsEmpty());
  EXPECT_THAT(problems(part_word_store, [](OperandTiming& t) { t.mem_read = t.mem; }),
              ElementsAre("core.timing.part_word_store: mem_read is not between E2 and mem, as st.8 needs"));
  EXPECT_THAT(problems(vector_load_ups, [](OperandTiming& t) { t.shift_use = t.mem; }), IsEmpty());
  EXPECT_THAT(problems(vector_load_ups, [](OperandTiming& t) { t.shift_use = t.mem - 1; }),
              ElementsAre("core.timing.vector_load_ups: shift_use is not mem or later, as vlda.ups needs"));
  EXPECT_THAT(problems(cascade_read, [](OperandTiming& t) { t.def = 0; }),
              ElementsAre("core.timing.cascade_read: there is no def, as vmov.scd needs"));
}

TEST(IsaTiming, TheLongestLatencyIsThatOfAnyClass) {
  CoreTiming timing = load_device("ve2802").core.timing;
  EXPECT_EQ(timing.longest(), 11) << "a part-word store writes in E11 (LV2)";
  timing.classes[static_cast<std::size_t>(TimingClass::scalar_store)].mem = 13;
  EXPECT_EQ(timing.longest(), 13);
}

}  // namespace
}  // namespace aie4ml::arch
