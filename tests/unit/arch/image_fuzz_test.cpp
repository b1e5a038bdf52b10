// Whatever stands in image.json, reading it gives an image or an InputError, and validating it ends.
#include <random>

#include <gtest/gtest.h>

#include "arch/image/image_io.hpp"
#include "tests/support/json_mutator.hpp"
#include "tests/unit/arch/image_sample.hpp"

namespace aie4ml::arch {
namespace {

using nlohmann::json;

// Returns what became of it: -1 refused, 0 read and valid, n read with n problems.
int outcome(const json& value, const std::vector<std::uint8_t>& blob) {
  try {
    return static_cast<int>(image_from_json(value, blob, "fuzz").validate(test::sample_device()).size());
  } catch (const InputError&) {
    return -1;
  }
}

TEST(ImageFuzz, MutatedJsonIsReadOrRefused) {
  std::vector<std::uint8_t> blob;
  const json original = to_json(test::sample_image(), blob);
  std::mt19937 random(20240607);
  int refused = 0;
  int invalid = 0;
  for (int i = 0; i < 3000; ++i) {
    json value = original;
    const auto count = 1 + random() % 3;
    for (std::size_t k = 0; k < count; ++k) aie4ml::test::damage(value, random);
    const int result = outcome(value, blob);
    refused += result < 0 ? 1 : 0;
    invalid += result > 0 ? 1 : 0;
  }
  // The mutations reach both the reader and the checks behind it.
  EXPECT_GT(refused, 300);
  EXPECT_GT(invalid, 200);
}

TEST(ImageFuzz, TruncatedTextIsRefused) {
  std::vector<std::uint8_t> blob;
  const std::string text = to_json(test::sample_image(), blob).dump();
  for (std::size_t size = 0; size < text.size(); size += 7) {
    const json value = json::parse(text.substr(0, size), nullptr, false);
    EXPECT_TRUE(value.is_discarded()) << size;
  }
}

TEST(ImageFuzz, MutatedAssemblyIsReadOrRefused) {
  std::string text;
  for (const TileImage& tile : test::sample_image().tiles) {
    if (tile.program) text += to_assembly(*tile.program);
  }
  text += "vlda w0, [p0, #32]; vst [p1], d2.3d, w1; vups.s32.s8 cm1, w2~, s1\n";
  std::mt19937 random(7);
  const std::string alphabet = "#[]~;:,.@-x0123456789dmrpw \n\t/";
  for (int i = 0; i < 3000; ++i) {
    std::string changed = text;
    for (std::size_t k = 0; k < 1 + random() % 4; ++k)
      changed[random() % changed.size()] = alphabet[random() % alphabet.size()];
    try {
      const Program program = parse_assembly(changed, "fuzz");
      static_cast<void>(program.validate(test::sample_device()));
      EXPECT_EQ(parse_assembly(to_assembly(program), "fuzz").bundles, program.bundles);
    } catch (const InputError&) {
      continue;
    }
  }
}

}  // namespace
}  // namespace aie4ml::arch
