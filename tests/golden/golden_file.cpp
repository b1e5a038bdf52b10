#include "tests/golden/golden_file.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

namespace aie4ml::tests {

void expect_golden(const std::string& text, const std::string& file) {
  const auto path = std::filesystem::path(AIE4ML_SOURCE_DIR) / "tests/golden" / file;
  const char* update = std::getenv("AIE4ML_UPDATE_GOLDEN");
  if (update != nullptr && std::string(update) == "1") {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
    return;
  }
  std::ifstream in(path, std::ios::binary);
  ASSERT_TRUE(in) << path << " is missing; run tests/golden/update";
  std::ostringstream content;
  content << in.rdbuf();
  std::istringstream expected(content.str());
  std::istringstream actual(text);
  std::string want;
  std::string got;
  for (int line = 1;; ++line) {
    const bool more_want = static_cast<bool>(std::getline(expected, want));
    const bool more_got = static_cast<bool>(std::getline(actual, got));
    if (!more_want && !more_got) break;
    ASSERT_TRUE(more_want == more_got && want == got)
        << file << ", line " << line << "\n  golden: " << (more_want ? want : "(end)")
        << "\n  now:    " << (more_got ? got : "(end)")
        << "\nIf the change is meant, run tests/golden/update.";
  }
}

}  // namespace aie4ml::tests
