// Networks of tokens small enough that what becomes of them is known by hand.
#include "compiler/plan/token_network.hpp"

#include <gtest/gtest.h>

namespace aie4ml::tests {
namespace {

using compiler::TokenNetwork;
using Kind = TokenNetwork::Action::Kind;
using Role = TokenNetwork::Unit::Role;
using End = compiler::TokenOutcome::End;

constexpr std::int64_t kWords = 100;

// source -> unit 1 (takes all words, then sends as many) -> sink, and straight from the source to the sink,
// which takes the words of unit 1 first.
TokenNetwork reconvergent(std::int64_t straight_capacity) {
  TokenNetwork network;
  network.units = {{"source", {{Kind::send, 0, kWords}}, Role::source},
                   {"layer", {{Kind::receive, 0, kWords}, {Kind::send, 1, kWords}}, Role::inner},
                   {"sink", {{Kind::receive, 1, kWords}, {Kind::receive, 0, kWords}}, Role::sink}};
  network.streams = {{"both", 0, {{1, 4}, {2, straight_capacity}}}, {"result", 1, {{2, 4}}}};
  return network;
}

TEST(TokenNetwork, ReconvergentPathsNeedRoomForWhatWaitsForTheLongerOne) {
  EXPECT_EQ(execute(reconvergent(kWords)).end, End::repeats);
  const compiler::TokenOutcome stuck = execute(reconvergent(kWords - 1));
  EXPECT_EQ(stuck.end, End::stuck);
  EXPECT_EQ(stuck.rounds, 1);
  ASSERT_EQ(stuck.waits.size(), 3U);
  EXPECT_EQ(stuck.waits[0].what, "waits for room on 'both'");
  EXPECT_EQ(stuck.waits[0].helpers, std::vector<int>{2});
  EXPECT_EQ(stuck.waits[1].what, "waits for words on 'both'");
  EXPECT_EQ(stuck.waits[2].what, "waits for words on 'result'");
  EXPECT_EQ(stuck.waits[2].helpers, std::vector<int>{1});
}

// A unit that takes its locks in the order given, and another one that takes them the other way round.
TokenNetwork two_locks(int first, int second, std::int64_t start) {
  TokenNetwork network;
  network.locks = {{"a", start, 63}, {"b", 0, 63}};
  network.units = {
      {"source", {{Kind::send, 0, 1}}, Role::source},
      {"one",
       {{Kind::receive, 0, 1}, {Kind::acquire, first, 1}, {Kind::release, second, 1}, {Kind::send, 1, 1}},
       Role::inner},
      {"other", {{Kind::acquire, second, 1}, {Kind::release, first, 1}}, Role::inner},
      {"sink", {{Kind::receive, 1, 1}}, Role::sink}};
  network.streams = {{"in", 0, {{1, 1}}}, {"out", 1, {{3, 1}}}};
  return network;
}

TEST(TokenNetwork, LocksGoRoundAsLongAsOneIsFree) {
  EXPECT_EQ(execute(two_locks(0, 1, 1)).end, End::repeats);
  const compiler::TokenOutcome none = execute(two_locks(0, 1, 0));
  EXPECT_EQ(none.end, End::stuck);
  EXPECT_EQ(none.rounds, 1);
  EXPECT_EQ(none.waits.front().what, "waits for a to be at least 1, it is 0");
  EXPECT_EQ(none.waits.front().helpers, std::vector<int>{2});
}

TEST(TokenNetwork, ALockThatNobodyReleasesLastsAsLongAsItsValue) {
  for (const int value : {0, 1, 5}) {
    TokenNetwork network = two_locks(0, 1, value);
    network.units[2].actions = {{Kind::acquire, 1, 1}};
    const compiler::TokenOutcome outcome = execute(network);
    EXPECT_EQ(outcome.end, End::stuck);
    EXPECT_EQ(outcome.rounds, value + 1);
    EXPECT_TRUE(outcome.waits.front().helpers.empty());
  }
}

TEST(TokenNetwork, WhatDependsOnWhoComesFirstIsNotDecided) {
  TokenNetwork network = two_locks(0, 1, 1);
  network.units.push_back({"third", {{Kind::acquire, 0, 1}, {Kind::release, 0, 1}}, Role::inner});
  const compiler::TokenOutcome outcome = execute(network);
  EXPECT_EQ(outcome.end, End::unknown);
  EXPECT_EQ(outcome.reason, "a is acquired by several: what happens depends on who comes first");
}

TEST(TokenNetwork, LocksHaveALargestValue) {
  TokenNetwork network = two_locks(0, 1, 1);
  network.units[2].actions = {{Kind::acquire, 1, 1}, {Kind::release, 0, 40}};
  const compiler::TokenOutcome outcome = execute(network);
  EXPECT_EQ(outcome.end, End::unknown);
  EXPECT_EQ(outcome.reason, "a may be released beyond 63");
  network.locks[0].max_value = 1'000'000;  // then it is in no state twice, but for long in none that is stuck
  EXPECT_EQ(execute(network).reason, "it is in no state twice in 64 iterations");
}

// first -> middle -> last, where the first may only begin again when the last is done with something that it
// gets before its cascade: what the middle holds decides.
TokenNetwork cascade(std::int64_t words, std::int64_t depth, std::int64_t held) {
  TokenNetwork network;
  network.locks = {{"begun", 0, 63}};
  network.units = {{"source", {{Kind::send, 0, 1}}, Role::source},
                   {"first", {{Kind::receive, 0, 1}, {Kind::send, 1, words}, {Kind::release, 0, 1}}, {}},
                   {"middle", {{Kind::forward, 1, words, 2, held}}, {}},
                   {"last", {{Kind::acquire, 0, 1}, {Kind::receive, 2, words}, {Kind::send, 3, 1}}, {}},
                   {"sink", {{Kind::receive, 3, 1}}, Role::sink}};
  network.streams = {
      {"in", 0, {{1, 1}}}, {"west", 1, {{2, depth}}}, {"east", 2, {{3, depth}}}, {"out", 3, {{4, 1}}}};
  return network;
}

TEST(TokenNetwork, CascadesHoldWhatTheirFifosAndTheTileBetweenHold) {
  for (const std::int64_t held : {0, 3, 8}) {
    EXPECT_EQ(execute(cascade(2 * 4 + held, 4, held)).end, End::repeats) << held;
    EXPECT_EQ(execute(cascade(2 * 4 + held + 1, 4, held)).end, End::stuck) << held;
  }
}

}  // namespace
}  // namespace aie4ml::tests
