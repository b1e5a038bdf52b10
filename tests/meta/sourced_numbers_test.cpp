// Every hardware number is sourced and used (decision D1): read from the files themselves, not through the
// loader's eyes.
#include <filesystem>
#include <fstream>
#include <functional>
#include <set>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "arch/device/device_loader.hpp"

namespace aie4ml::arch {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

const fs::path kDevices = fs::path(AIE4ML_SOURCE_DIR) / "arch" / "devices";

std::vector<fs::path> device_files() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(kDevices)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  return files;
}

std::string read(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

void for_each_leaf(const json& node, const std::string& path,
                   const std::function<void(const std::string&, const json&)>& f) {
  if (!node.is_object() || node.contains("value")) return f(path, node);
  for (const auto& item : node.items()) for_each_leaf(item.value(), path + "/" + item.key(), f);
}

TEST(SourcedNumbers, EveryLeafHasValueUnitSourceAndStatus) {
  const std::set<std::string> names = {"/schema",  "/name", "/generation",
                                       "/extends", "/part", "/description"};
  const std::set<std::string> statuses = {"documented", "measured", "derived", "assumed"};
  for (const fs::path& file : device_files()) {
    int numbers = 0;
    for_each_leaf(json::parse(read(file)), "", [&](const std::string& path, const json& leaf) {
      if (names.contains(path)) {
        EXPECT_TRUE(leaf.is_string()) << file << path;
        return;
      }
      ++numbers;
      ASSERT_TRUE(leaf.is_object()) << file << path;
      for (const char* key : {"unit", "source", "status"}) {
        ASSERT_TRUE(leaf.contains(key) && leaf[key].is_string() && leaf[key] != "")
            << file << path << " " << key;
      }
      EXPECT_TRUE(statuses.contains(leaf["status"].get<std::string>())) << file << path;
      const bool estimate = leaf["source"].get<std::string>().starts_with("estimate");
      EXPECT_TRUE(!estimate || leaf["status"] == "assumed") << file << path;
    });
    EXPECT_GT(numbers, 0) << file;
  }
}

// The tags are those explained in arch/devices/README.md.
TEST(SourcedNumbers, EverySourceIsInTheLegend) {
  std::istringstream readme(read(kDevices / "README.md"));
  std::set<std::string> tags;
  for (std::string line; std::getline(readme, line);) {
    if (!line.starts_with("| ") || line.starts_with("| tag")) continue;
    std::istringstream cell(line.substr(2, line.find(" |") - 2));
    for (std::string tag; std::getline(cell >> std::ws, tag, ',');)
      tags.insert(tag.substr(0, tag.find("-n")));
  }
  ASSERT_GE(tags.size(), 10U);
  for (const fs::path& file : device_files()) {
    for_each_leaf(json::parse(read(file)), "", [&](const std::string& path, const json& leaf) {
      if (!leaf.is_object() || leaf["status"] == "assumed") return;
      const std::string source = leaf["source"].get<std::string>();
      const bool known = std::any_of(tags.begin(), tags.end(), [&](const std::string& tag) {
        return source.find(tag) != std::string::npos;
      });
      EXPECT_TRUE(known) << file << path << ": " << source;
    });
  }
}

// A number that could be spoiled unnoticed is read by nobody.
TEST(SourcedNumbers, EveryNumberIsReadByTheLoader) {
  for (const std::string& name : builtin_device_names()) {
    const json merged = merged_device_json(name);
    int numbers = 0;
    for_each_leaf(merged, "", [&](const std::string& path, const json& leaf) {
      if (!leaf.is_object()) return;
      ++numbers;
      json spoiled = merged;
      spoiled[json::json_pointer(path)]["value"] = {"spoiled"};
      std::string message = "loaded";
      try {
        device_from_json(spoiled, name);
      } catch (const InputError& error) {
        message = error.what();
      }
      std::string dotted = path.substr(1);
      std::replace(dotted.begin(), dotted.end(), '/', '.');
      EXPECT_THAT(message, testing::StartsWith(name + ": " + dotted + ": value")) << message;
    });
    EXPECT_GT(numbers, 200) << name;
  }
}

// Compiled in and on disk are the same.
TEST(SourcedNumbers, EmbeddedDevicesAreTheFiles) {
  for (const fs::path& file : device_files()) {
    json on_disk = json::parse(read(file));
    json embedded = merged_device_json(file.stem().string());
    on_disk.erase("extends");
    for_each_leaf(on_disk, "", [&](const std::string& path, const json& leaf) {
      EXPECT_EQ(embedded[json::json_pointer(path)], leaf) << file << path;
    });
  }
}

}  // namespace
}  // namespace aie4ml::arch
