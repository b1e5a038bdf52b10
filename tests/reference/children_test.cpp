// Work in child processes: order, crashes, exceptions, time-outs.
#include "sim/app/validate/children.hpp"

#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace aie4ml::sim::validate {
namespace {

TEST(Children, ResultsComeInOrderWhateverEndsFirst) {
  std::vector<std::size_t> done;
  const auto results = run_in_children(
      5, {3, 0},
      [](std::size_t i) {
        ::usleep(static_cast<useconds_t>((5 - i) * 2000));
        return "result " + std::to_string(i);
      },
      [&](std::size_t count, std::size_t of) {
        EXPECT_EQ(5U, of);
        done.push_back(count);
      });
  ASSERT_EQ(5U, results.size());
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_TRUE(results[i].ok);
    EXPECT_EQ("result " + std::to_string(i), results[i].text);
  }
  EXPECT_THAT(done, testing::ElementsAre(1, 2, 3, 4, 5));
}

TEST(Children, LongResultsAndMessagesDoNotBlock) {
  const std::string text(3'000'000, 'x');
  const auto results = run_in_children(2, {2, 60}, [&](std::size_t) {
    std::fputs(text.c_str(), stderr);
    return text;
  });
  EXPECT_EQ(text, results[0].text);
  EXPECT_EQ(text, results[1].text);
}

TEST(Children, FailuresHaveReasonsAndHurtNobodyElse) {
  const auto results = run_in_children(5, {2, 0.5}, [](std::size_t i) -> std::string {
    if (i == 0) throw std::runtime_error("does not fit");
    if (i == 1) {
      std::fputs("first line\ncheck failed: x > 0\n", stderr);
      std::abort();
    }
    if (i == 2) ::pause();
    if (i == 3) ::_exit(9);
    return "fine";
  });
  EXPECT_FALSE(results[0].ok);
  EXPECT_EQ("does not fit", results[0].text);
  EXPECT_FALSE(results[1].ok);
  EXPECT_EQ("crashed: Aborted: check failed: x > 0", results[1].text);
  EXPECT_FALSE(results[2].ok);
  EXPECT_EQ("not done after 0.5 s", results[2].text);
  EXPECT_FALSE(results[3].ok);
  EXPECT_EQ("ended with exit code 9", results[3].text);
  EXPECT_TRUE(results[4].ok);
  EXPECT_EQ("fine", results[4].text);
}

}  // namespace
}  // namespace aie4ml::sim::validate
