// Stretches played from a tape against the same stretches worked out bundle by bundle: random programs that
// come back to the same lock operation again and again, with accesses that meet others', reads of memory that
// nobody wrote, cascade words and calls that end anywhere. At every lock operation cycles, counts, registers
// and memory must agree.
#include <optional>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "sim/core/core_code.hpp"
#include "tests/unit/sim/core_bench_fixture.hpp"
#include "tests/unit/sim/core_random_bundles.hpp"

namespace aie4ml::sim {
namespace {

using testing::RandomBundles;
using testing::reg;

constexpr int kLaps = 20;

// One lap: scalars as at the start, a loop of random bundles between others, and a lock operation. What is
// under way when the lap ends reaches into the next, or not.
std::string lap_program(std::uint32_t seed) {
  RandomBundles bundles(seed, {.scalar_loads = false, .cascade = seed % 3 == 0, .broadcasts = true});
  const bool reaches_over = seed % 2 == 0;
  const auto some = [&](int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += bundles.bundle();
    return text;
  };
  std::string text = "top:\nacq #48, r9\n";
  if (reaches_over) text += testing::nops(2) + some(3) + testing::nops(2);
  for (int i = 0; i < 4; ++i) text += fmt::format("movx r{}, #{}\n", i, 3 * i + 1);
  for (int i = 4; i < 8; ++i) text += fmt::format("movx r{}, #{}\n", i, i);
  text += "mova p0, #0x77000\nmova p1, #0x78000\nmova p2, #0x78020\n";
  text += fmt::format("movxm ls, first\nmovxm le, last\nmovxm lc, #{}\n", 2 + seed % 4) + some(7);
  text += "first:\n" + some(6 + static_cast<int>(seed % 11)) + "last:\n" + some(1);
  text += some(16 + static_cast<int>(seed % 30));
  if (!reaches_over) text += testing::nops(12);
  return text + "j top\n" + testing::nops(1) +
         (reaches_over ? "vlda w1, [p0, #64]\nvldb w2, [p1, #0]\n" : testing::nops(2)) + testing::nops(2);
}

class Lapper {
 public:
  Lapper(std::shared_ptr<CoreCode> code, std::uint32_t seed, bool play)
      : memory(testing::ve2802(), arch::TileKind::core), seed_(seed), random_(seed + (play ? 7U : 8U)) {
    engine_.emplace(testing::ve2802(), std::move(code), CoreMemories{nullptr, nullptr, nullptr, &memory},
                    CoreOptions{.strict = false, .tapes = {.play = play, .passes_before = 3}});
    // Some of it is not written until a store gets there.
    const std::vector<std::uint8_t> bytes = testing::random_bytes(0x1000, seed + 1);
    memory.write(0x6800, std::span(bytes).first(0x900));
    memory.write(0x7f00, std::span(bytes).subspan(0x900, seed % 4 == 0 ? 0x40 : 0x300));
    engine_->set_unwritten_listener([this](const UnwrittenRead& read) {
      unwritten += fmt::format("{}:{} {:#x} {}\n", read.cycle, read.bundle, read.address, read.size);
      return MemoryRange{read.address & ~63, 64};
    });
    for (const char* pointer : {"p0", "p1", "p2"}) engine_->set_scalar(reg(pointer), 0x78000);
    for (int i = 0; i < 4; ++i) engine_->set_scalar({arch::RegClass::s, static_cast<std::uint8_t>(i)}, 3 + i);
  }

  // To the next lock operation, which is issued. play: calls end anywhere.
  void lap() {
    for (;;) {
      const RunResult ran = engine_->run(1 + static_cast<int>(random_() % 60));
      time += ran.cycles;
      banks |= ran.own_banks;
      stalls += ran.own_bank_stalls;
      if (ran.stop == Stop::banks) arbitrate();
      ASSERT_NE(ran.stop, Stop::fault) << engine_->fault()->message;
      if (ran.stop != Stop::interaction) continue;
      const Interaction asked = engine_->interaction();
      CascadeWord in{}, out{};
      in.fill(static_cast<std::uint8_t>(time));
      engine_->issue(asked.cascade_read ? &in : nullptr, asked.cascade_write ? &out : nullptr);
      if (asked.cascade_write) cascade.push_back(out);
      ++time;
      if (!asked.lock) continue;
      engine_->set_contended(
          hash(time) % 3 == 0 ? window_banks(hash(time) >> 8 & 0xff, arch::MemoryWindow::own, 8) : 0);
      return;
    }
  }
  [[nodiscard]] std::string state() const {
    const CoreCounts& counts = engine_->counts();
    std::string text = fmt::format(
        "time {} stalls {} banks {:x} bundles {} macs {} overflow {} {} region {}\n", time, stalls, banks,
        counts.bundles, counts.macs, counts.srs_overflow, counts.ups_overflow, engine_->program_counter());
    for (const auto& [cls, count] : {std::pair{arch::RegClass::r, 32},
                                     {arch::RegClass::p, 8},
                                     {arch::RegClass::w, 24},
                                     {arch::RegClass::am, 36}}) {
      for (int i = 0; i < count; ++i) {
        const arch::Reg r{cls, static_cast<std::uint8_t>(i)};
        text += fmt::format("{} {:02x}\n", arch::to_string(r), fmt::join(engine_->register_bytes(r), ""));
      }
    }
    for (const char* flag : {"srsrs", "srups"})
      text += fmt::format("{} {}\n", flag, engine_->scalar(reg(flag)));
    return text +
           fmt::format("{} {}", fmt::join(counts.bank_accesses, " "), fmt::join(counts.bank_conflicts, " "));
  }

  TileMemory memory;
  std::int64_t time{}, stalls{};
  BankMask banks{};
  std::string unwritten;
  std::vector<CascadeWord> cascade;

 private:
  // The same for both at the same time.
  [[nodiscard]] std::uint64_t hash(std::int64_t at) const {
    return (static_cast<std::uint64_t>(at) + seed_ + 1) * 0x9e3779b97f4a7c15U >> 8;
  }
  void arbitrate() {
    while (engine_->banks_needed() != 0) {
      const BankMask granted = hash(time) % 4 == 0 ? ~BankMask{0} : hash(time) & hash(time + 1);
      if (engine_->advance_memory_cycle(granted) == 0) return;
      ++time;
    }
  }

  std::uint32_t seed_;
  std::mt19937 random_;
  std::optional<CoreEngine> engine_;
};

class RandomLaps : public ::testing::TestWithParam<std::uint32_t> {};

TEST_P(RandomLaps, PlayedAndWorkedOutAgree) {
  const std::uint32_t seed = GetParam();
  const std::string text = lap_program(seed);
  const arch::Program program = arch::parse_assembly(text, "laps");
  const auto code = make_core_code(testing::ve2802(), program);
  Lapper played(code, seed, true), worked_out(code, seed, false);
  for (int lap = 0; lap < kLaps; ++lap) {
    played.lap();
    worked_out.lap();
    ASSERT_FALSE(HasFatalFailure()) << text;
    ASSERT_EQ(played.state(), worked_out.state()) << "lap " << lap << " of seed " << seed << "\n" << text;
    ASSERT_EQ(played.unwritten, worked_out.unwritten) << "lap " << lap << "\n" << text;
    ASSERT_EQ(played.cascade, worked_out.cascade) << "lap " << lap << "\n" << text;
    ASSERT_TRUE(std::ranges::equal(played.memory.bytes(), worked_out.memory.bytes())) << "lap " << lap << "\n"
                                                                                      << text;
  }
  // Only multiplies under way at a lock operation are in the way of a tape.
  if (seed % 2 != 0) {
    EXPECT_GT(code->tapes, 0) << text;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomLaps, ::testing::Range(0U, 120U));

}  // namespace
}  // namespace aie4ml::sim
