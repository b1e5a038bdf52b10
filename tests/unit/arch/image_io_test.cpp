#include "arch/image/image_io.hpp"

#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "arch/image/sha256.hpp"
#include "tests/unit/arch/image_sample.hpp"

namespace aie4ml::arch {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using test::sample_device;
using test::sample_image;
using testing::HasSubstr;

std::string read(const fs::path& file) {
  std::ostringstream content;
  content << std::ifstream(file, std::ios::binary).rdbuf();
  return content.str();
}
void write(const fs::path& file, const std::string& content) {
  fs::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << content;
}

template <class Function>
std::string error_of(Function&& function) {
  try {
    function();
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

json sample_json(std::vector<std::uint8_t>& blob) {
  return to_json(sample_image(), blob);
}

TEST(ImageJson, ReadsBack) {
  std::vector<std::uint8_t> blob;
  const json value = sample_json(blob);
  EXPECT_EQ(image_from_json(value, blob, "image.json"), sample_image());
  EXPECT_EQ(image_from_json(json::parse(value.dump()), blob, "image.json"), sample_image());
  EXPECT_EQ(blob.size(), 2U * (5 + 256) + 2);
}

struct BadJson {
  std::function<void(json&)> change;
  const char* message;
};
class ImageJsonErrors : public testing::TestWithParam<BadJson> {};

TEST_P(ImageJsonErrors, NameThePath) {
  std::vector<std::uint8_t> blob;
  json value = sample_json(blob);
  GetParam().change(value);
  EXPECT_EQ(error_of([&] { image_from_json(value, blob, "image.json"); }), GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    All, ImageJsonErrors,
    testing::Values(
        BadJson{[](json& j) { j = json::array(); }, "image.json: expected an object, found array"},
        BadJson{[](json& j) { j["schema"] = 2; },
                "image.json: schema 2 is not the schema 1 that this version reads; compile the model again "
                "with this version"},
        BadJson{[](json& j) { j.erase("debug"); }, "image.json: key 'debug' is missing"},
        BadJson{[](json& j) { j["extra"] = 1; }, "image.json: unknown key 'extra'"},
        BadJson{[](json& j) { j["tiles"][2]["locks"][0]["valeu"] = 1; },
                "image.json: tiles[2].locks[0]: unknown key 'valeu'"},
        BadJson{[](json& j) { j["tiles"][2]["locks"][0]["value"] = 256; },
                "image.json: tiles[2].locks[0].value: 256 is not in 0..255"},
        BadJson{[](json& j) { j["tiles"][2]["locks"][0]["value"] = 1.0; },
                "image.json: tiles[2].locks[0].value: expected an integer, found number"},
        BadJson{[](json& j) { j["tiles"][2]["locks"][0]["value"] = 18446744073709551615U; },
                "image.json: tiles[2].locks[0].value: 18446744073709551615 is not in 0..255"},
        BadJson{[](json& j) {
                  j["tiles"][2]["tile"] = {1, 2, 3};
                },
                "image.json: tiles[2].tile: a tile is [column, row]"},
        BadJson{[](json& j) { j["tiles"][2]["memory"][0]["size"] = 1000; },
                "image.json: tiles[2].memory[0].size: 1000 is not in 0..522"},
        BadJson{[](json& j) { j["tiles"][2]["memory"][0]["offset"] = 600; },
                "image.json: tiles[2].memory[0].offset: 600 is not in 0..524"},
        BadJson{[](json& j) { j["tiles"][2]["program"]["assembly"][2] = "vfoo"; },
                "image.json: tiles[2].program.assembly: line 3: unknown operation 'vfoo'"},
        BadJson{[](json& j) { j["tiles"][2]["channels"][0]["channel"] = "S2MN 0"; },
                "image.json: tiles[2].channels[0].channel: 'S2MN' is neither S2MM nor MM2S"},
        BadJson{[](json& j) { j["tiles"][2]["connections"][0]["slave"] = "South"; },
                "image.json: tiles[2].connections[0].slave: 'South' has no number"},
        BadJson{[](json& j) { j["tiles"][2]["connections"][0]["slave"] = "South -1"; },
                "image.json: tiles[2].connections[0].slave: 'South -1' has no number below 256"},
        BadJson{[](json& j) { j["tiles"][2]["connections"][0]["slave"] = "Up 1"; },
                "image.json: tiles[2].connections[0].slave: 'Up' is no side of a stream switch"},
        BadJson{[](json& j) { j["tiles"][1]["descriptors"][0]["memory"] = "north"; },
                "image.json: tiles[1].descriptors[0].memory: 'north' is none of own, west, east"},
        BadJson{[](json& j) { j["tiles"][1]["descriptors"][0]["padding"]["before"] = {1}; },
                "image.json: tiles[1].descriptors[0].padding.before: padding has three dimensions"},
        BadJson{[](json& j) { j["plios"][0]["pl_clock_mhz"] = "fast"; },
                "image.json: plios[0].pl_clock_mhz: expected a number, found string"},
        BadJson{[](json& j) { j["ports"][0]["is_float"] = 0; },
                "image.json: ports[0].is_float: expected a boolean, found number"},
        BadJson{[](json& j) { j["ports"][0]["type"] = "int7"; },
                "image.json: ports[0].type: 'int7' is no element type"},
        BadJson{[](json& j) { j["ports"][0]["slices"] = nullptr; },
                "image.json: ports[0].slices: expected an array, found null"}));

class FirmwareFilesTest : public testing::Test {
 protected:
  void SetUp() override {
    base_ = fs::path(testing::TempDir()) /
            ("aie4ml_firmware_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
    fs::remove_all(base_);
    fs::create_directories(base_);
    firmware_ = base_ / "fw";
  }
  void TearDown() override { fs::remove_all(base_); }

  void write_sample(const FirmwareFiles& other = {}) const {
    write_firmware(firmware_, sample_image(), to_json(sample_device()), other);
  }
  std::set<std::string> files(const fs::path& directory) const {
    std::set<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator(directory)) {
      if (!entry.is_directory()) names.insert(entry.path().lexically_relative(directory).generic_string());
    }
    return names;
  }
  std::string read_error() const {
    return error_of([&] { read_firmware(firmware_); });
  }
  // Changes a file and its checksum with it.
  void forge(const std::string& file, const std::string& content) const {
    write(firmware_ / file, content);
    json manifest = json::parse(read(firmware_ / "manifest.json"));
    manifest["files"][file] = {{"sha256", sha256_hex(content)}, {"bytes", content.size()}};
    write(firmware_ / "manifest.json", manifest.dump());
  }

  fs::path base_;
  fs::path firmware_;
};

// FIPS 180-4 examples.
TEST(Sha256, KnownDigests) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_F(FirmwareFilesTest, ReadBack) {
  write_sample({{"src/kernels.cpp", "int x;\n"}, {"plan.svg", "<svg/>"}});
  EXPECT_THAT(files(firmware_), testing::ElementsAre("blobs.bin", "device.json", "image.json",
                                                     "manifest.json", "plan.svg", "src/kernels.cpp"));
  const LoadedFirmware loaded = read_firmware(firmware_);
  EXPECT_EQ(loaded.image, sample_image());
  EXPECT_EQ(loaded.device.name, "ve2802");
  EXPECT_EQ(read(firmware_ / "src/kernels.cpp"), "int x;\n");
  const json manifest = json::parse(read(firmware_ / "manifest.json"));
  EXPECT_EQ(manifest["files"]["src/kernels.cpp"]["sha256"], sha256_hex("int x;\n"));
  EXPECT_EQ(manifest["files"].size(), 5U);
}

TEST_F(FirmwareFilesTest, AreTheSameBytesEachTime) {
  write_sample();
  std::map<std::string, std::string> before;
  for (const std::string& name : files(firmware_)) before[name] = read(firmware_ / name);
  fs::remove_all(firmware_);
  write_sample();
  for (const auto& [name, content] : before) EXPECT_EQ(read(firmware_ / name), content) << name;
}

TEST_F(FirmwareFilesTest, ReplaceOlderOnesAndKeepWhatOthersPutThere) {
  write_sample({{"src/old.cpp", "old"}});
  write(firmware_ / "run/y.npy", "result");
  write_sample({{"src/new.cpp", "new"}});
  EXPECT_THAT(files(base_), testing::ElementsAre("fw/blobs.bin", "fw/device.json", "fw/image.json",
                                                 "fw/manifest.json", "fw/run/y.npy", "fw/src/new.cpp"));
  EXPECT_EQ(read(firmware_ / "run/y.npy"), "result");
}

TEST_F(FirmwareFilesTest, TakeAnEmptyDirectoryAndATrailingSlash) {
  fs::create_directories(firmware_);
  write_firmware(firmware_ / "", sample_image(), to_json(sample_device()));
  EXPECT_EQ(read_firmware(firmware_ / "").image, sample_image());
}

TEST_F(FirmwareFilesTest, DoNotOverwriteOtherDirectories) {
  write(firmware_ / "thesis.tex", "years of work");
  EXPECT_EQ(error_of([&] { write_sample(); }),
            firmware_.string() +
                ": is neither empty nor firmware, so it is not overwritten; "
                "choose another directory for the firmware");
  EXPECT_THAT(files(base_), testing::ElementsAre("fw/thesis.tex"));
  fs::remove_all(firmware_);
  write(firmware_, "a file");
  EXPECT_EQ(error_of([&] { write_sample(); }),
            firmware_.string() + ": is a file; choose another directory for the firmware");
}

TEST_F(FirmwareFilesTest, StayInTheirDirectory) {
  for (const char* path : {"../evil", "/evil", "a/../../evil", "a//b", "", ".", "dir/", "a\\b"}) {
    EXPECT_EQ(error_of([&] {
                write_sample({{path, "x"}});
              }),
              firmware_.string() + ": '" + path + "' is no path inside the directory");
  }
  EXPECT_EQ(error_of([&] {
              write_sample({{"image.json", "x"}});
            }),
            firmware_.string() + ": file image.json has a reserved name");
  EXPECT_THAT(files(base_), testing::IsEmpty());
  write_sample();
  json manifest = json::parse(read(firmware_ / "manifest.json"));
  manifest["files"]["../../etc/passwd"] = {{"sha256", ""}, {"bytes", 1}};
  write(firmware_ / "manifest.json", manifest.dump());
  EXPECT_EQ(read_error(), (firmware_ / "manifest.json").string() +
                              ": files: '../../etc/passwd' is no path inside the directory");
}

TEST_F(FirmwareFilesTest, RefuseChangedFiles) {
  for (const char* name : {"image.json", "blobs.bin", "device.json", "src/a.cpp"}) {
    write_sample({{"src/a.cpp", "int a;"}});
    const std::string content = read(firmware_ / name);
    std::string changed = content;
    changed[changed.size() / 2] = static_cast<char>(changed[changed.size() / 2] ^ 1);
    const std::string message =
        (firmware_ / name).string() + ": differs from its checksum in the manifest; compile the model again";
    write(firmware_ / name, changed);
    EXPECT_EQ(read_error(), message);
    write(firmware_ / name, content + " ");
    EXPECT_EQ(read_error(), message);
    fs::remove(firmware_ / name);
    EXPECT_EQ(read_error(), (firmware_ / name).string() +
                                ": is listed in the manifest and missing; compile the model again");
  }
}

TEST_F(FirmwareFilesTest, RefuseWhatIsNoFirmware) {
  EXPECT_EQ(read_error(), firmware_.string() + ": is no directory");
  fs::create_directories(firmware_);
  EXPECT_EQ(read_error(),
            firmware_.string() +
                ": holds no manifest.json, so it is no firmware; give a directory that aie4ml-compile wrote");
  write_sample();
  const json manifest = json::parse(read(firmware_ / "manifest.json"));
  json changed = manifest;
  changed["schema"] = 7;
  write(firmware_ / "manifest.json", changed.dump());
  EXPECT_EQ(read_error(), (firmware_ / "manifest.json").string() +
                              ": schema 7 is not the schema 1 that this version reads; compile the model "
                              "again with this version");
  changed = manifest;
  changed["files"].erase("blobs.bin");
  write(firmware_ / "manifest.json", changed.dump());
  EXPECT_EQ(read_error(),
            (firmware_ / "manifest.json").string() + ": does not list blobs.bin; compile the model again");
}

TEST_F(FirmwareFilesTest, RefuseTruncatedJson) {
  for (const char* name : {"image.json", "device.json", "manifest.json"}) {
    write_sample();
    const std::string content = read(firmware_ / name);
    const std::string half = content.substr(0, content.size() / 2);
    if (std::string(name) == "manifest.json") {
      write(firmware_ / name, half);
    } else {
      forge(name, half);
    }
    EXPECT_THAT(read_error(), testing::StartsWith((firmware_ / name).string() + ": no JSON: "));
  }
}

TEST_F(FirmwareFilesTest, RefuseAnImageThatDoesNotFitItsDevice) {
  Image image = sample_image();
  image.tiles[2].locks[0].value = 64;
  image.tiles[2].locks[1].value = 64;
  write_firmware(firmware_, image, to_json(sample_device()));
  EXPECT_EQ(read_error(),
            (firmware_ / "image.json").string() +
                ": tiles[2].locks[0]: tile (8,0): lock 0 cannot be 64, at most 63 (and 1 more problems)");
}

}  // namespace
}  // namespace aie4ml::arch
