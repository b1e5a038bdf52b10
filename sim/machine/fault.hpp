// What the modelled machine did wrong (decision D8). Bad input never comes here, it throws before the run.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "arch/units.hpp"
#include "sim/machine/wait_graph.hpp"

namespace aie4ml::sim {

struct Fault {
  enum class Kind : std::uint8_t {
    deadlock,     // nothing can happen any more and outputs are missing
    core,         // illegal access, read under a write in flight, ran off its program
    lock,         // a lock left 0..63
    stream,       // a packet that a switch has no way for
    dma,          // a packet that a channel has no descriptor for
    cycle_limit,  // RunOptions::max_cycles
    wall_limit    // RunOptions::max_wall_seconds
  };
  Kind kind{};
  arch::Cycles cycle;
  arch::TileCoord tile{};          // where it shows first; of a deadlock: the first blocked unit
  std::string message;             // one line, in names of layers, buffers and locks
  std::vector<std::string> waits;  // deadlock and limits: who waits for whom, one line a unit
  WaitGraph graph;                 // the same as a graph
};
std::string_view to_string(Fault::Kind kind);  // "deadlock", "cycle limit"

}  // namespace aie4ml::sim
