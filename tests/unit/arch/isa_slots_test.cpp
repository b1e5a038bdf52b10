// Which operations may share a bundle: every set of slots, and what it takes in program memory, on both
// generations' slot widths.
#include <algorithm>
#include <iterator>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "arch/device/device.hpp"
#include "arch/device/device_loader.hpp"
#include "arch/isa/assembly.hpp"
#include "arch/isa/opcode_table.hpp"

namespace aie4ml::arch {
namespace {

// LV2 and LVPS AIE2Slots.td, in the order of Slot.
struct Generation {
  const char* name;
  const char* device;
  int bits[7];
};
constexpr Generation kGenerations[] = {{"AIE-ML", "ve2802", {21, 16, 21, 20, 22, 26, 42}},
                                       {"AIE-MLv2", "xc2ve3858", {21, 17, 21, 20, 22, 25, 42}}};
// Bits of slots in a format, from the narrowest: 128 bit hold all slots (126).
constexpr int kPayload[] = {0, 26, 42, 58, 73, 89, 105, 126};

// One operation of each slot, in the order of Slot, no two of them touching one register.
constexpr const char* kOps[] = {"vlda w0, [p0], #32", "vldb w4, [p1], #32",
                                "vst [p2], #32, w8",  "add r0, r1, r2",
                                "vmov x6, x5",        "vmac.4x8x8.s8.s8 cm0, cm0, x7, x8",
                                "movxm r3, #1000000"};

TEST(IsaSlots, EveryCombination) {
  for (const Generation& generation : kGenerations) {
    const Device device = load_device(generation.device);
    for (unsigned set = 1; set < 1U << 7; ++set) {
      std::string text;
      int bits = 0;
      for (std::size_t slot = 0; slot < 7; ++slot) {
        if ((set >> slot & 1U) == 0) continue;
        text += (text.empty() ? "" : "; ") + std::string(kOps[slot]);
        bits += generation.bits[slot];
      }
      const Program program = parse_assembly(text + "\n", "test");
      const Problems problems = program.validate(device);
      // The long immediate lies where alu and mv would.
      const bool clash = (set & 0x40U) != 0 && (set & 0x18U) != 0;
      EXPECT_EQ(problems.empty(), !clash) << generation.name << ": " << text;
      if (clash) {
        EXPECT_THAT(problems.front().what,
                    testing::AnyOf(testing::HasSubstr("the alu slot"), testing::HasSubstr("the mv slot")));
        continue;
      }
      std::size_t format = 0;
      while (kPayload[format] < bits) ++format;
      EXPECT_EQ(bundle_bytes(program.bundles.front(), device.core), 2 * (static_cast<int>(format) + 1))
          << generation.name << ": " << text;
    }
  }
}

TEST(IsaSlots, NoSlotHoldsTwo) {
  const Device device = load_device("ve2802");
  for (const char* op : kOps) {
    EXPECT_FALSE(parse_assembly(fmt::format("{}; {}\n", op, op), "test").validate(device).empty()) << op;
  }
}

TEST(IsaSlots, EveryOperationHasASlotOfTheDevice) {
  const Device device = load_device("ve2802");
  for (const OpInfo& op : all_opcodes()) {
    EXPECT_GT(device.core.slot_bits.at(static_cast<std::size_t>(op.slot)), 0) << op.mnemonic;
  }
}

}  // namespace
}  // namespace aie4ml::arch
