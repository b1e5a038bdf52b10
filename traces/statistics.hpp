// Counts of one run, from which the report is made. Filled by the machine; all times in AIE cycles.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "arch/units.hpp"
#include "traces/event.hpp"

namespace aie4ml::traces {

inline constexpr int kStallReasons = 6;

struct CoreStatistics {
  arch::TileCoord tile{};
  std::int32_t layer{-1};
  std::int64_t bundles{};                            // issued
  std::int64_t vector_macs{};                        // multiply-accumulates of vmul/vmac/vmsc issued
  std::array<std::int64_t, kStallReasons> cycles{};  // by StallReason; [none] = busy; they add up to the run
  std::int64_t kernel_calls{};
  std::int64_t kernel_cycles{};  // spent inside kernel regions, stalls included
  bool srs_overflow{};           // the sticky flag at the end of the run
};

struct ChannelStatistics {
  arch::TileCoord tile{};
  arch::ChannelId channel{};
  std::int64_t words{};
  std::int64_t descriptors{};                        // BDs finished
  std::int64_t tokens{};                             // task-complete tokens issued
  std::array<std::int64_t, kStallReasons> cycles{};  // [none] = moving words
};

struct RouteStatistics {
  std::string name;
  std::int64_t words_in{}, words_out{};  // words_out: sum over receivers
  std::int32_t receivers{};
  std::int32_t hops{};                  // switches passed to the farthest receiver
  std::int64_t source_wait_cycles{};    // for room
  std::int64_t receiver_wait_cycles{};  // for words, summed over receivers
};

struct BankStatistics {
  arch::TileCoord tile{};
  std::int32_t bank{};  // physical bank
  std::int64_t accesses{}, conflicts{};
};

// First and last beat of every iteration on one PLIO.
struct PlioStatistics {
  std::string name;
  bool input{};
  std::int64_t words{};
  std::vector<std::int64_t> first_beat, last_beat;  // cycle, one entry an iteration
  std::int64_t wait_cycles{};                       // input: for room, output: for words
};

// A stretch of the way from the first input beat to the first output beat, on which nothing could have been
// skipped: what was waited for.
enum class PathKind : std::uint8_t {
  plio,     // a PLIO sends or takes beats, or they cross its clock
  stream,   // words on their way through switches, or held back there
  dma,      // a channel moves data or starts a descriptor
  lock,     // a lock changes hands, or a lock instruction
  core,     // a core executes
  cascade,  // words between cores
  bank      // a memory bank went to somebody else
};
std::string_view to_string(PathKind kind);

struct PathPiece {
  std::int64_t begin{}, end{};  // cycles; begin is the end of the piece before
  PathKind kind{};
  std::int32_t layer{-1};  // whose work it is, -1 if that has no answer
  std::string unit;        // "tile (9,1) core", the name of a route
  std::string what;        // "fc1 call", "lock 3 'fc1.in full' from memory tile (9,0) MM2S 0"
};

struct RunStatistics {
  std::int64_t total_cycles{};
  std::int32_t iterations{};
  std::vector<CoreStatistics> cores;
  std::vector<ChannelStatistics> channels;
  std::vector<RouteStatistics> routes;
  std::vector<BankStatistics> banks;
  std::vector<PlioStatistics> plios;
  // From the first beat on the first input PLIO to the first beat on the first output PLIO, in order of time
  // and without gaps; empty if there was none.
  std::vector<PathPiece> critical_path;
  double wall_seconds{};  // of the simulation; the only figure here that differs from run to run
};

}  // namespace aie4ml::traces
