#include "arch/device/device_loader.hpp"

#include <filesystem>
#include <fstream>
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace aie4ml::arch {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

json number(const json& value, const std::string& unit) {
  return {{"value", value}, {"unit", unit}, {"source", "test"}, {"status", "assumed"}};
}

// The message of the InputError that a change to ve2802 causes, or "loaded".
std::string message_after(const std::function<void(json&)>& change) {
  json device = merged_device_json("ve2802");
  change(device);
  try {
    device_from_json(device, "my.json");
  } catch (const InputError& error) {
    return error.what();
  }
  return "loaded";
}

class Files : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) /
              ("devices_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
    return (folder_ / name).string();
  }
  std::string message_of(const std::string& path) {
    try {
      load_device(path);
    } catch (const InputError& error) {
      const std::string message = error.what();
      const std::size_t at = message.find(folder_.string());
      return at == std::string::npos
                 ? message
                 : message.substr(0, at) + message.substr(at + folder_.string().size() + 1);
    }
    return "loaded";
  }

 private:
  std::filesystem::path folder_;
};

TEST(DeviceLoader, BuiltInDevices) {
  EXPECT_THAT(builtin_device_names(), ElementsAre("npu1", "ve2302", "ve2802", "xc2ve3858"));
}

// Figures of the VE2802 from AM020, UG1603 and DS958.
TEST(DeviceLoader, Ve2802HasThePublishedFigures) {
  const Device d = load_device("ve2802");
  EXPECT_EQ(d.name, "ve2802");
  EXPECT_EQ(d.generation, "aie_ml");
  EXPECT_EQ(d.columns(), 38);
  EXPECT_EQ(d.rows(), 11);
  EXPECT_EQ(d.grid.core_rows * d.columns(), 304);
  EXPECT_DOUBLE_EQ(d.clock.aie_mhz, 1250);
  EXPECT_DOUBLE_EQ(d.clock.pl_mhz, 312.5);
  EXPECT_DOUBLE_EQ(d.ns_per_cycle(), 0.8);
  EXPECT_EQ(d.grid.plio_columns.size(), 28U);
  EXPECT_EQ(d.grid.noc_columns.size(), 12U);
  EXPECT_EQ(d.core.program_memory, Bytes(16 * 1024));
  EXPECT_EQ(d.data_memory.size, Bytes(64 * 1024));
  EXPECT_EQ(d.data_memory.bank_size(), Bytes(16 * 1024));
  EXPECT_EQ(d.data_memory.physical_banks_per_bank(), 2);
  EXPECT_EQ(d.data_memory.window_base[static_cast<std::size_t>(MemoryWindow::own)], 0x70000);
  EXPECT_EQ(d.memory_size(TileKind::memory), Bytes(512 * 1024));
  EXPECT_EQ(d.locks.of(TileKind::core), 16);
  EXPECT_EQ(d.locks.of(TileKind::memory), 64);
  EXPECT_EQ(d.locks.max_value, 63);
  EXPECT_EQ(d.dma(TileKind::core).bds, 16);
  EXPECT_EQ(d.dma(TileKind::core).words_per_access(), 4);
  EXPECT_EQ(d.dma(TileKind::memory).mm2s_channels, 6);
  EXPECT_THAT(d.memory_tile_dma.padding_bits, ElementsAre(6, 5, 4));
  EXPECT_EQ(d.dma(TileKind::shim).base_bits, 46);
  EXPECT_EQ(d.cascade.width_bits, 512);
  EXPECT_EQ(d.shim.cdc_fifo_words, 12);
}

// Dependency distances of LV2 (derived there from llvm-aie).
TEST(DeviceLoader, TimingClassesGiveThePublishedDistances) {
  const CoreTiming& t = load_device("ve2802").core.timing;
  const auto& mac = t[TimingClass::vector_mac_int];
  const auto& bf16 = t[TimingClass::vector_mac_bf16];
  EXPECT_EQ(dependency_distance(t[TimingClass::vector_load].def, mac.use, false), 7);
  EXPECT_EQ(dependency_distance(mac.def, mac.acc_use, mac.bypass == Bypass::vec), 2);
  EXPECT_EQ(dependency_distance(bf16.def, bf16.acc_use, bf16.bypass != Bypass::none), 4);
  EXPECT_EQ(dependency_distance(mac.def, t[TimingClass::srs].acc_use, false), 5);
  EXPECT_EQ(dependency_distance(mac.def, t[TimingClass::vector_store_srs].acc_use, false), 5);
  EXPECT_EQ(dependency_distance(t[TimingClass::srs].def, t[TimingClass::vector_store].use, false), 4);
  EXPECT_EQ(dependency_distance(t[TimingClass::vector_permute].def, mac.use, false), 2);
  EXPECT_EQ(dependency_distance(t[TimingClass::ups].def, mac.acc_use, false), 1);
  EXPECT_EQ(dependency_distance(t[TimingClass::vector_load_ups].def, mac.acc_use, false), 7);
  EXPECT_EQ(dependency_distance(t[TimingClass::cascade_read].def, mac.acc_use, false), 5);
  EXPECT_EQ(dependency_distance(mac.def, t[TimingClass::cascade_write].acc_use, false), 5);
  EXPECT_EQ(t.branch_delay_slots, 5);
  EXPECT_EQ(t.loop_setup_bundles, 7);
}

// MACs per cycle of AM020-4.
TEST(DeviceLoader, MultiplyModes) {
  const Device d = load_device("ve2802");
  const auto macs = [&](ElementType a, ElementType b) {
    const MultiplyMode* mode = d.multiply_mode(a, b);
    return mode == nullptr ? 0 : mode->macs();
  };
  EXPECT_EQ(macs(ElementType::int8, ElementType::int8), 256);
  EXPECT_EQ(macs(ElementType::uint8, ElementType::int8), 256);
  EXPECT_EQ(macs(ElementType::int16, ElementType::int8), 128);
  EXPECT_EQ(macs(ElementType::int16, ElementType::uint16), 64);
  EXPECT_EQ(macs(ElementType::int32, ElementType::int16), 32);
  EXPECT_EQ(macs(ElementType::bfloat16, ElementType::bfloat16), 128);
  EXPECT_EQ(macs(ElementType::float32, ElementType::float32), 0);
  EXPECT_EQ(d.multiply_mode(ElementType::int8, ElementType::int8)->accumulator_bits, 32);
  const std::vector<MultiplyMode> modes = d.multiply_modes(ElementType::int16, ElementType::uint8);
  ASSERT_EQ(modes.size(), 3U);
  EXPECT_EQ(modes[0].accumulator_bits, 32);
  EXPECT_EQ(modes[0].inner, 4);
  EXPECT_EQ(modes[1].accumulator_bits, 64);
  EXPECT_EQ(modes[1].inner, 8);
  EXPECT_EQ(modes[1].macs(), 128);
  EXPECT_TRUE(d.multiply_modes(ElementType::int8, ElementType::int32).empty());
}

// Figures of the XC2VE3858 from AM027 and the tests of open tools on VEK385.
TEST(DeviceLoader, Xc2ve3858HasThePublishedFigures) {
  const Device d = load_device("xc2ve3858");
  EXPECT_EQ(d.generation, "aie_mlv2");
  EXPECT_EQ(d.columns(), 36);
  EXPECT_EQ(d.rows(), 7);
  EXPECT_EQ(d.grid.core_rows * d.columns(), 144);
  EXPECT_EQ(d.grid.plio_columns.size(), 27U);
  EXPECT_EQ(d.grid.noc_columns.size(), 36U);
  EXPECT_DOUBLE_EQ(d.ns_per_cycle(), 0.8);
  EXPECT_EQ(d.core.program_memory, Bytes(16 * 1024));
  EXPECT_EQ(2 * d.core.load_bits + d.core.store_bits, 3 * 512);
  EXPECT_EQ(d.core.accumulator_registers * d.core.accumulator_register_bits, 8 * 2048);
  EXPECT_EQ(d.data_memory.size, Bytes(64 * 1024));
  EXPECT_EQ(d.data_memory.bank_size(), Bytes(16 * 1024));
  EXPECT_EQ(d.data_memory.physical_banks_per_bank() * d.data_memory.bank_width_bits, 512);
  EXPECT_EQ(d.memory_size(TileKind::memory), Bytes(512 * 1024));
  EXPECT_EQ(d.memory_tile.banks * d.memory_tile.bank_width_bits, 8 * 256);
  EXPECT_EQ(d.stream_switch.word_bits, 64);
  for (const TileKind kind : {TileKind::shim, TileKind::memory, TileKind::core}) {
    EXPECT_EQ(d.dma(kind).stream_bits, 64);
  }
  EXPECT_EQ(d.dma(TileKind::memory).words_per_access(), 4);
  EXPECT_EQ(d.cascade.width_bits, 512);
}

// Dependency distances of LVPS.
TEST(DeviceLoader, TimingClassesOfTheSecondGeneration) {
  const CoreTiming& t = load_device("xc2ve3858").core.timing;
  const auto& mac = t[TimingClass::vector_mac_int];
  const auto& bf16 = t[TimingClass::vector_mac_bf16];
  EXPECT_EQ(dependency_distance(t[TimingClass::vector_load].def, mac.use, false), 7);
  EXPECT_EQ(dependency_distance(mac.def, mac.acc_use, mac.bypass == Bypass::vec), 2);
  EXPECT_EQ(dependency_distance(bf16.def, bf16.acc_use, bf16.bypass == Bypass::vec), 3);
  EXPECT_EQ(dependency_distance(mac.def, t[TimingClass::srs].acc_use, false), 6);
  EXPECT_EQ(dependency_distance(mac.def, t[TimingClass::vector_store_srs].acc_use, false), 6);
  EXPECT_EQ(dependency_distance(bf16.def, t[TimingClass::vector_store_srs].acc_use, false), 7);
  EXPECT_EQ(dependency_distance(t[TimingClass::srs].def, t[TimingClass::vector_store].use, false), 4);
  EXPECT_EQ(dependency_distance(t[TimingClass::ups].def, mac.acc_use, false), 0);
  EXPECT_EQ(dependency_distance(t[TimingClass::vector_load_ups].def, mac.acc_use, false), 6);
  EXPECT_EQ(dependency_distance(t[TimingClass::cascade_read].def, mac.acc_use, false), 0);
  EXPECT_EQ(dependency_distance(mac.def, t[TimingClass::cascade_write].acc_use, false), 6);
}

// MACs per cycle of AM027-4 and LVPS; 8 x 16 bit run as 16 x 16.
TEST(DeviceLoader, MultiplyModesOfTheSecondGeneration) {
  const Device d = load_device("xc2ve3858");
  const auto macs = [&](ElementType a, ElementType b) {
    const MultiplyMode* mode = d.multiply_mode(a, b);
    return mode == nullptr ? 0 : mode->macs();
  };
  EXPECT_EQ(macs(ElementType::int8, ElementType::int8), 512);
  EXPECT_EQ(macs(ElementType::int16, ElementType::int8), 128);
  EXPECT_EQ(macs(ElementType::int16, ElementType::int16), 128);
  EXPECT_EQ(macs(ElementType::int32, ElementType::int16), 64);
  EXPECT_EQ(macs(ElementType::bfloat16, ElementType::bfloat16), 256);
}

TEST(DeviceLoader, Ve2302IsSmaller) {
  const Device d = load_device("ve2302");
  EXPECT_EQ(d.columns(), 17);
  EXPECT_EQ(d.rows(), 4);
  EXPECT_EQ(d.tile_dma.bds, 16);
}

// The NPU of Phoenix: mlir-aie's model of it.
TEST(DeviceLoader, Npu1HasNoProgrammableLogic) {
  const Device d = load_device("npu1");
  EXPECT_EQ(d.columns(), 5);
  EXPECT_EQ(d.rows(), 6);
  EXPECT_EQ(d.grid.core_rows * d.columns(), 20);
  EXPECT_TRUE(d.grid.plio_columns.empty());
  EXPECT_THAT(d.grid.noc_columns, ElementsAre(1, 2, 3, 4));
}

TEST(DeviceLoader, MergedJsonRoundTrips) {
  const json merged = merged_device_json("ve2802");
  EXPECT_FALSE(merged.contains("extends"));
  const Device device = device_from_json(merged, "stored");
  EXPECT_EQ(to_json(device), merged);
  EXPECT_EQ(to_json(device_from_json(json::parse(to_json(device).dump()), "stored")), merged);
}

TEST(DeviceLoader, AllNumbersHavePathsAndStatus) {
  const auto numbers = all_numbers(merged_device_json("ve2802"));
  const auto found = std::find_if(numbers.begin(), numbers.end(), [](const SourcedNumber& n) {
    return n.path == "core.timing.vector_mac_int.def";
  });
  ASSERT_NE(found, numbers.end());
  EXPECT_EQ(found->value, "5");
  EXPECT_EQ(found->unit, "cycles");
  EXPECT_EQ(found->status, "documented");
  EXPECT_THAT(found->source, HasSubstr("AIE2Schedule.td"));
}

// --- what is refused
// -------------------------------------------------------------------------------------------

TEST(DeviceErrors, UnknownDevice) {
  try {
    load_device("ve9999");
    FAIL();
  } catch (const InputError& error) {
    EXPECT_STREQ(
        error.what(),
        "device 've9999': no built-in device and no readable file of that name; use one of npu1, ve2302, "
        "ve2802, xc2ve3858, or "
        "the path of a JSON file");
  }
}

TEST(DeviceErrors, MissingNumber) {
  EXPECT_EQ(message_after([](json& d) { d["locks"].erase("max_value"); }),
            "my.json: locks.max_value: missing; give it in count, with value, unit, source and status");
}

TEST(DeviceErrors, MissingBlockIsOneProblem) {
  EXPECT_EQ(message_after([](json& d) { d["core"]["timing"].erase("srs"); }),
            "my.json: core.timing.srs: missing; give an object with the numbers of this block");
  EXPECT_EQ(message_after([](json& d) { d.erase("cascade"); }),
            "my.json: cascade: missing; give an object with the numbers of this block");
}

TEST(DeviceErrors, UnknownKey) {
  EXPECT_EQ(message_after([](json& d) { d["tile_dma"]["bd_count"] = number(16, "count"); }),
            "my.json: tile_dma.bd_count: unknown key; remove it or check its spelling");
  EXPECT_EQ(message_after([](json& d) { d["locks"]["max_value"]["vlaue"] = 1; }),
            "my.json: locks.max_value.vlaue: unknown key; a number has value, unit, source, status, note");
  EXPECT_EQ(message_after(
                [](json& d) { d["stream_switch"]["ports"]["core"]["masters"]["up"] = number(1, "count"); }),
            "my.json: stream_switch.ports.core.masters.up: unknown key; remove it or check its spelling");
}

TEST(DeviceErrors, BareNumber) {
  EXPECT_EQ(message_after([](json& d) { d["locks"]["max_value"] = 63; }),
            "my.json: locks.max_value: not a sourced number; write {\"value\": ..., \"unit\": ..., "
            "\"source\": ..., "
            "\"status\": ...}");
}

TEST(DeviceErrors, WrongUnit) {
  EXPECT_EQ(message_after([](json& d) { d["clock"]["aie"]["unit"] = "GHz"; }),
            "my.json: clock.aie: unit \"GHz\" where \"MHz\" is expected; convert the value");
  EXPECT_EQ(message_after([](json& d) { d["clock"]["aie"].erase("unit"); }),
            "my.json: clock.aie: unit none where \"MHz\" is expected; convert the value");
}

TEST(DeviceErrors, NoSource) {
  EXPECT_EQ(message_after([](json& d) { d["clock"]["aie"]["source"] = ""; }),
            "my.json: clock.aie: a number without a source; say where it comes from, or who assumed it");
}

TEST(DeviceErrors, UnknownStatus) {
  EXPECT_EQ(message_after([](json& d) { d["clock"]["aie"]["status"] = "guessed"; }),
            "my.json: clock.aie: status \"guessed\" is not known; use one of documented, measured, derived, "
            "assumed");
}

TEST(DeviceErrors, ImpossibleValues) {
  EXPECT_EQ(message_after([](json& d) { d["grid"]["columns"]["value"] = 0; }),
            "my.json: grid.columns: value 0 is outside 1..128");
  EXPECT_EQ(message_after([](json& d) { d["grid"]["columns"]["value"] = 7.5; }),
            "my.json: grid.columns: value 7.5 is not a whole number");
  EXPECT_EQ(message_after([](json& d) { d["grid"]["columns"]["value"] = "38"; }),
            "my.json: grid.columns: value \"38\" is not a number");
  EXPECT_EQ(message_after([](json& d) { d["grid"]["noc_columns"]["value"] = 2; }),
            "my.json: grid.noc_columns: value 2 is not a list; write it in brackets");
  EXPECT_EQ(
      message_after([](json& d) { d["core"]["timing"]["vector_mac_int"]["bypass"]["value"] = "fast"; }),
      "my.json: core.timing.vector_mac_int.bypass: value \"fast\" is not known; use one of none, mov, vec");
  EXPECT_EQ(
      message_after(
          [](json& d) { d["core"]["multiply"]["int8_acc32"] = d["core"]["multiply"]["int8_int8_acc32"]; }),
      "my.json: core.multiply.int8_acc32: not a pair of element types and an accumulator; write for example "
      "int8_int8_acc32");
}

TEST(DeviceErrors, NumbersThatContradictEachOther) {
  EXPECT_EQ(message_after([](json& d) { d["clock"]["pl"]["value"] = 700; }),
            "my.json: clock.pl: faster than clock.pl_max_aie_ratio allows; make the numbers agree");
  EXPECT_EQ(message_after([](json& d) {
              d["grid"]["noc_columns"]["value"] = {2, 38};
            }),
            "my.json: grid.noc_columns: a column outside the 38 of the grid; make the numbers agree");
  EXPECT_EQ(message_after([](json& d) {
              d["grid"]["plio_columns"]["value"] = {5, 5};
            }),
            "my.json: grid.plio_columns: not ascending; make the numbers agree");
  EXPECT_EQ(message_after([](json& d) { d["kernel"]["max_buffer"]["value"] = 16385; }),
            "my.json: kernel.max_buffer: larger than a bank; make the numbers agree");
  EXPECT_EQ(
      message_after([](json& d) { d["stream_switch"]["ports"]["memory"]["masters"]["north"]["value"] = 5; }),
      "my.json: stream_switch.ports.memory.masters: 5 North masters meet 6 slaves of core; make the numbers "
      "agree");
  EXPECT_EQ(message_after([](json& d) { d["tile_dma"]["base_bits"]["value"] = 13; }),
            "my.json: tile_dma.base_bits: cannot address the memory; make the numbers agree");
  EXPECT_EQ(
      message_after([](json& d) { d["core"]["timing"]["vector_mac_int"]["acc_use"]["value"] = 6; }),
      "my.json: core.timing.vector_mac_int: def is not behind the late read, as vmac needs; correct the "
      "class");
  EXPECT_EQ(message_after([](json& d) { d["data_memory"]["window_base"]["west"]["value"] = 0x40000; }),
            "my.json: data_memory.window_base: windows overlap; make the numbers agree");
}

// No other number says so, but programs and kernels, the plan or the machine could not work with it.
TEST(DeviceErrors, BeyondWhatIsModelled) {
  const auto with = [](const std::string& path, const json& value) {
    return message_after([&](json& d) { d.at(json::json_pointer(path)).at("value") = value; });
  };
  const std::string remedy = "; stay within what is modelled";
  EXPECT_EQ(with("/core/registers/scalar", 16), "my.json: core.registers.scalar: not 32" + remedy);
  EXPECT_EQ(with("/core/registers/pointer", 5), "my.json: core.registers.pointer: not 8" + remedy);
  EXPECT_EQ(with("/core/registers/vector_256", 12), "my.json: core.registers.vector_256: not 24" + remedy);
  EXPECT_EQ(with("/core/load_bits", 128),
            "my.json: core.load_bits: not 256 or 512, the width of a register" + remedy);
  EXPECT_EQ(with("/core/max_operations_per_bundle", 3),
            "my.json: core.max_operations_per_bundle: fewer than the 6 slots" + remedy);
  EXPECT_EQ(with("/core/timing/scalar_alu/def", 11),
            "my.json: core.timing.scalar_alu.def: later than 10" + remedy);
  EXPECT_EQ(with("/core/default_stack", 0), "my.json: core.default_stack: a tile without a stack" + remedy);
  EXPECT_EQ(with("/core/default_stack", 1000),
            "my.json: core.default_stack: not a multiple of 64 bytes within a bank" + remedy);
  EXPECT_EQ(
      with("/core/multiply/int8_int8_acc32/rows", 8),
      "my.json: core.multiply: 8x8x8 of int8 and int8 needs 2048 bit of accumulators, a register has 1024" +
          remedy);
  EXPECT_EQ(
      with("/core/multiply/int8_int8_acc32/columns", 4),
      "my.json: core.multiply: 4x8x4 of int8 and int8 fills 512 bit of accumulators, kernels store 1024 at "
      "a time" +
          remedy);
  EXPECT_EQ(with("/data_memory/window_base/own", 0x70020),
            "my.json: data_memory.window_base: 458784 is not a multiple of 64 bytes" + remedy);
  EXPECT_EQ(with("/data_memory/window_base/own", 1 << 20),
            "my.json: data_memory.window_base: a window at 1048576 ends beyond the address space of 1048576 "
            "bytes" +
                remedy);
  EXPECT_EQ(with("/data_memory/interleave", 48),
            "my.json: data_memory.interleave: 48 is no power of two" + remedy);
  EXPECT_EQ(with("/memory_tile/interleave", 48),
            "my.json: memory_tile.interleave: 48 is no power of two" + remedy);
  EXPECT_EQ(with("/locks/count/core", 5),
            "my.json: locks.count.core: fewer than the 6 of a layer with two operands" + remedy);
  EXPECT_EQ(with("/locks/count/core", 17),
            "my.json: locks.core_window_base: windows of 17 locks overlap" + remedy);
  EXPECT_EQ(with("/locks/max_value", 1),
            "my.json: locks.max_value: locks count the halves of double buffers" + remedy);
  EXPECT_EQ(with("/memory_tile_dma/length_bits", 16),
            "my.json: memory_tile_dma.length_bits: cannot count the words of the memory" + remedy);
  EXPECT_EQ(with("/memory_tile_dma/memory_bits", 1024),
            "my.json: memory_tile_dma.memory_bits: more than 256" + remedy);
  EXPECT_EQ(with("/tile_dma/timing/write_cycles", 33),
            "my.json: tile_dma.timing.write_cycles: a write takes more than 32 cycles" + remedy);
}

TEST(DeviceErrors, SeveralProblemsAreCounted) {
  EXPECT_EQ(message_after([](json& d) {
              d["locks"].erase("max_value");
              d["locks"].erase("min_change");
              d["locks"]["x"] = 1;
            }),
            "my.json: locks.max_value: missing (and 2 more problems); give it in count, with value, unit, "
            "source and "
            "status");
}

TEST_F(Files, OverridesSomeNumbers) {
  const std::string path =
      write("wide.json", R"({"schema": "aie4ml.device/1", "name": "wide", "extends": "ve2802",
      "core": {"load_bits": {"value": 512, "unit": "bits", "source": "what if", "status": "assumed"}}})");
  const Device d = load_device(path);
  EXPECT_EQ(d.name, "wide");
  EXPECT_EQ(d.core.load_bits, 512);
  EXPECT_EQ(d.core.store_bits, 256);
  EXPECT_EQ(d.columns(), 38);
}

TEST_F(Files, ExtendsAFileBesideIt) {
  write("base.json", R"({"schema": "aie4ml.device/1", "name": "base", "extends": "ve2302",
      "locks": {"service_cycles": {"value": 3, "unit": "cycles", "source": "what if", "status": "assumed"}}})");
  const std::string path =
      write("top.json", R"({"schema": "aie4ml.device/1", "name": "top", "extends": "base.json"})");
  const Device d = load_device(path);
  EXPECT_EQ(d.name, "top");
  EXPECT_EQ(d.locks.service_cycles, 3);
}

TEST_F(Files, AnOverrideDoesNotInheritTheSource) {
  const std::string path = write("d.json", R"({"schema": "aie4ml.device/1", "name": "d", "extends": "ve2802",
      "core": {"load_bits": {"value": 512, "unit": "bits"}}})");
  EXPECT_EQ(message_of(path),
            "d.json: core.load_bits: a number without a source (and 1 more problems); say where it comes "
            "from, or who "
            "assumed it");
}

TEST_F(Files, Refused) {
  EXPECT_THAT(message_of(write("a.json", "{")), HasSubstr("a.json: [json.exception.parse_error"));
  EXPECT_EQ(message_of(write("b.json", "[]")), "b.json: not a JSON object; see the built-in devices");
  EXPECT_EQ(message_of(write("c.json", R"({"name": "c"})")),
            "c.json: schema: not \"aie4ml.device/1\"; write the schema of this version");
  EXPECT_EQ(message_of(write("d.json", R"({"schema": "aie4ml.device/1", "extends": "ve2802"})")),
            "d.json: name: missing; name the device");
  EXPECT_EQ(message_of(write("e.json", R"({"schema": "aie4ml.device/1", "name": "e", "extends": "e.json"})")),
            "e.json: extends itself or too many files; end the chain");
  EXPECT_EQ(
      message_of(write("f.json", R"({"schema": "aie4ml.device/1", "name": "f", "extends": "ve1"})")),
      "device 've1': no built-in device and no readable file of that name; use one of npu1, ve2302, ve2802, "
      "xc2ve3858, or the path "
      "of a JSON file");
  EXPECT_EQ(message_of(write("g.json", R"({"schema": "aie4ml.device/1", "name": "g", "name": "h"})")),
            "g.json: key \"name\" twice in one object; keep one of them");
  EXPECT_EQ(message_of(write(
                "h.json", R"({"schema": "aie4ml.device/1", "name": "h", "extends": "ve2802", "core": 1})")),
            "h.json: core: not a block of numbers; give an object with the numbers of this block");
}

}  // namespace
}  // namespace aie4ml::arch
