// Whatever an image says, loading and running it ends: refused as bad input, stopped by a fault of the
// modelled machine, or run to its end. Never a crash, never without end, never with memory beyond reason. And
// it ends in the same way whether units run ahead or are stepped, and in whatever order they were made.
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <unistd.h>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "arch/device/device_loader.hpp"
#include "arch/image/image_io.hpp"
#include "arch/image/sha256.hpp"
#include "sim/machine/machine.hpp"
#include "tests/contract/result_text.hpp"
#include "tests/support/dense_array.hpp"
#include "tests/support/json_mutator.hpp"
#include "tests/support/random_design.hpp"

#if defined(__SANITIZE_ADDRESS__)
extern "C" void __sanitizer_set_death_callback(void (*callback)(void));
// Threads of a run that ended by a fault wait for ever, and SystemC loses the notifications that are left for
// them with its queue: a few bytes a run, of which a test of hundreds of runs fills blocks.
extern "C" const char* __lsan_default_suppressions() {
  return "leak:sc_core::sc_event_timed";
}
#endif

namespace aie4ml::sim {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

const arch::Device& device() {
  static const arch::Device loaded = arch::load_device("ve2802");
  return loaded;
}

// A crash names the seed it came with.
unsigned current_seed = 0;
void print_seed() {
  std::array<char, 64> text{};
  const int size = std::snprintf(text.data(), text.size(), "crashed at seed %u\n", current_seed);
  if (write(STDERR_FILENO, text.data(), static_cast<std::size_t>(size)) < 0) return;
}
void on_abort(int /*signal*/) {
  print_seed();
}

// Small images of every kind, by turns.
arch::Image base_image(unsigned seed) {
  if (seed % 8 == 0) return test::dense_array(device(), {.tiles = 2, .rows = 8, .features = 16, .frames = 2});
  return test::random_design(device(), seed % 64).image;
}

enum Outcome { refused, fault, ended, too_large, outcomes };
using Counts = std::array<int, outcomes>;

// Words that a test is willing to move through a PLIO or GMIO; more is legal and only slow.
constexpr std::int64_t kMostWords = 1 << 16;

// Counts of a run that ends in a fault include what units did ahead of it.
std::string outcome_text(const MachineResult& result) {
  return result.fault ? text_of(*result.fault) : text_of(result);
}

Outcome simulate(const arch::Image& image, unsigned seed) {
  if (!image.validate(device()).empty()) return refused;
  std::vector<std::vector<std::uint32_t>> inputs(image.host_ends());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const std::int64_t words = words_per_iteration(image, i);
    if (words > kMostWords) return too_large;
    if (image.host_direction(i) == arch::PlioChannel::Direction::input)
      inputs[i].resize(static_cast<std::size_t>(words), seed);
  }
  RunOptions options{.strict = seed % 3 != 0,
                     .run_ahead = true,
                     .tapes = {.passes_before = 1, .fewest_bundles = 2},
                     .max_cycles = arch::Cycles(10'000),
                     .max_wall_seconds = 10,
                     .construction_seed = seed};
  const MachineResult result = run(device(), image, inputs, options);
  options.run_ahead = false;
  options.construction_seed = 0;
  const MachineResult stepped = run(device(), image, inputs, options);
  const auto out_of_time = [](const MachineResult& r) {
    return r.fault && r.fault->kind == Fault::Kind::wall_limit;
  };
  if (!out_of_time(result) && !out_of_time(stepped)) {
    EXPECT_EQ(outcome_text(stepped), outcome_text(result)) << "seed " << seed;
  }
  EXPECT_LT(result.statistics.wall_seconds, 60) << "seed " << seed;
  return result.fault ? fault : ended;
}

class Fuzz : public testing::TestWithParam<unsigned> {
 protected:
  static constexpr unsigned kSeeds = 150;
  static void SetUpTestSuite() {
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_set_death_callback(print_seed);
#endif
    std::signal(SIGABRT, on_abort);
  }
  // How many of kSeeds must end in each way for the test to be worth something: mutations have to reach the
  // machine and its faults as well as the checks before it. About half of the least of 21 groups of seeds.
  struct AtLeast {
    int refused{}, fault{}, ended{};
  };
  // Does it for the test's seeds.
  template <class Try>
  void for_all_seeds(const AtLeast& expected, Try attempt) {
    const unsigned first = GetParam() * kSeeds;
    Counts counts{};
    for (current_seed = first; current_seed < first + kSeeds; ++current_seed) {
      try {
        ++counts[attempt(current_seed)];
      } catch (const arch::InputError&) {
        ++counts[refused];
      }
    }
    std::cout << "seeds " << first << " to " << first + kSeeds - 1 << ": " << counts[refused] << " refused, "
              << counts[fault] << " ended by a fault, " << counts[ended] << " well, " << counts[too_large]
              << " too large for this test\n";
    EXPECT_GE(counts[refused], expected.refused);
    EXPECT_GE(counts[fault], expected.fault);
    EXPECT_GE(counts[ended], expected.ended);
    EXPECT_LE(counts[too_large], 5);
  }
};

TEST_P(Fuzz, ImageWithOtherValuesEnds) {
  for_all_seeds({.refused = 40, .fault = 8, .ended = 15}, [](unsigned seed) {
    std::mt19937 random(seed);
    std::vector<std::uint8_t> blob;
    json value = to_json(base_image(seed), blob);
    const auto changes = 1 + random() % 4;
    for (std::size_t i = 0; i < changes; ++i) {
      if (random() % 8 == 0) {
        test::damage(value, random);
      } else {
        test::disturb(value, random);
      }
    }
    if (!blob.empty() && random() % 4 == 0)
      blob[random() % blob.size()] ^= static_cast<std::uint8_t>(1U << random() % 8);
    return simulate(arch::image_from_json(value, blob, "fuzz"), seed);
  });
}

// An instruction stream is most of an image; here nothing else changes.
TEST_P(Fuzz, ImageWithOtherProgramsEnds) {
  for_all_seeds({.refused = 4, .fault = 25, .ended = 30}, [](unsigned seed) {
    std::mt19937 random(seed);
    arch::Image image = base_image(seed);
    std::vector<arch::Program*> programs;
    for (arch::TileImage& tile : image.tiles) {
      if (tile.program && !tile.program->bundles.empty()) programs.push_back(&*tile.program);
    }
    if (programs.empty()) return simulate(image, seed);
    const auto changes = 1 + random() % 3;
    for (std::size_t i = 0; i < changes; ++i) {
      auto& bundles = programs[random() % programs.size()]->bundles;
      auto& others = programs[random() % programs.size()]->bundles;
      arch::Bundle& bundle = bundles[random() % bundles.size()];
      switch (random() % 4) {
        case 0:
          std::swap(bundle, bundles[random() % bundles.size()]);
          break;
        case 1:
          bundle = others[random() % others.size()];
          break;
        case 2:
          bundle.ops.clear();
          break;
        default:
          if (bundle.ops.empty()) break;
          arch::Instruction& op = bundle.ops[random() % bundle.ops.size()];
          if (random() % 2 == 0) {
            op.imm ^= std::int32_t{1} << random() % 20;
          } else {
            op.regs[random() % op.regs.size()].index ^= static_cast<std::uint8_t>(1U << random() % 5);
          }
      }
    }
    return simulate(image, seed);
  });
}

std::string content_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// The manifest agrees with what became of the file, so that nothing but its reader stands in the way.
void replace(const fs::path& directory, const std::string& file, const std::string& content) {
  std::ofstream(directory / file, std::ios::binary) << content;
  json manifest = json::parse(content_of(directory / "manifest.json"));
  manifest["files"][file] = {{"sha256", arch::sha256_hex(content)}, {"bytes", content.size()}};
  std::ofstream(directory / "manifest.json") << manifest.dump();
}

TEST_P(Fuzz, FilesWithFlippedBitsEnd) {
  const fs::path root = fs::temp_directory_path() / ("aie4ml_fuzz_" + std::to_string(getpid()));
  for_all_seeds({.refused = 50, .fault = 3, .ended = 10}, [&](unsigned seed) {
    std::mt19937 random(seed);
    // Few images, written once; what changes is put back.
    const unsigned base = seed % 12;
    const fs::path directory = root / std::to_string(base);
    if (!fs::exists(directory)) {
      arch::write_firmware(directory, base_image(base), arch::merged_device_json("ve2802"));
    }
    const std::string file = random() % 4 == 0 ? "blobs.bin" : "image.json";
    const std::string original = content_of(directory / file);
    std::string content = original;
    if (random() % 16 == 0) {
      content.resize(random() % (content.size() + 1));
    } else {
      const auto flips = 1 + random() % 3;
      for (std::size_t i = 0; i < flips && !content.empty(); ++i) {
        content[random() % content.size()] ^= static_cast<char>(1U << random() % 8);
      }
    }
    replace(directory, file, content);
    Outcome outcome = refused;
    try {
      outcome = simulate(arch::read_firmware(directory).image, seed);
    } catch (const arch::InputError&) {
      outcome = refused;
    }
    replace(directory, file, original);
    return outcome;
  });
  fs::remove_all(root);
}

INSTANTIATE_TEST_SUITE_P(Short, Fuzz, testing::Range(0U, 1U));
INSTANTIATE_TEST_SUITE_P(Long, Fuzz, testing::Range(1U, 21U));

}  // namespace
}  // namespace aie4ml::sim
