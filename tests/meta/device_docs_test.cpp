// docs/devices.md explains every number of every device, with its unit, and nothing else.
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "arch/device/device_loader.hpp"

namespace aie4ml::arch {
namespace {

struct Row {
  std::string path, unit, meaning;
};

std::vector<Row> rows() {
  std::ifstream file(std::string(AIE4ML_SOURCE_DIR) + "/docs/devices.md");
  std::vector<Row> rows;
  const std::regex form(R"(\| `([^`]+)` \| ([^|]+) \| (.*) \|)");
  std::smatch match;
  for (std::string line; std::getline(file, line);) {
    if (std::regex_match(line, match, form)) rows.push_back({match[1], match[2], match[3]});
  }
  return rows;
}

// "<dma>" stands for the three DMAs, any other name in angle brackets for one key.
std::regex pattern_of(const std::string& path) {
  std::string text = std::regex_replace(path, std::regex(R"(\.)"), R"(\.)");
  text = std::regex_replace(text, std::regex("<dma>"), R"((tile_dma|memory_tile_dma|shim\.dma))");
  text = std::regex_replace(text, std::regex("<[a-z ]+>"), "[^.]+");
  return std::regex(text);
}

TEST(DeviceDocs, EveryNumberHasItsRow) {
  const std::vector<Row> all = rows();
  ASSERT_GT(all.size(), 100U);
  std::vector<std::regex> patterns;
  for (const Row& row : all) patterns.push_back(pattern_of(row.path));
  std::set<std::string> used;
  for (const std::string& name : builtin_device_names()) {
    for (const SourcedNumber& number : all_numbers(merged_device_json(name))) {
      int found = 0;
      for (std::size_t i = 0; i < all.size(); ++i) {
        if (!std::regex_match(number.path, patterns[i])) continue;
        ++found;
        used.insert(all[i].path);
        EXPECT_EQ(all[i].unit, number.unit) << number.path;
      }
      EXPECT_EQ(found, 1) << number.path << " of " << name << " in docs/devices.md";
    }
  }
  for (const Row& row : all) {
    EXPECT_TRUE(used.contains(row.path)) << row.path << " is no number of any device";
  }
}

TEST(DeviceDocs, EveryBuiltInDeviceIsNamed) {
  std::ostringstream text;
  text << std::ifstream(std::string(AIE4ML_SOURCE_DIR) + "/docs/devices.md").rdbuf();
  for (const std::string& name : builtin_device_names()) {
    EXPECT_NE(text.str().find("`" + name + "`"), std::string::npos) << name;
  }
}

}  // namespace
}  // namespace aie4ml::arch
