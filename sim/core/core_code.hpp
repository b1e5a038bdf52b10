// A program made ready to run: decoded, and the paths through it that were met so far.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>

#include "arch/isa/program.hpp"
#include "sim/core/core_engine.hpp"
#include "sim/core/micro_op.hpp"
#include "sim/core/path_graph.hpp"
#include "sim/core/tape.hpp"

namespace aie4ml::sim {

// What was seen to follow a control state; see CoreEngine::stretch().
struct KnownStretch {
  Stretch stretch;
  std::unique_ptr<const Tape> tape;
  int passes{};    // without a tape
  bool no_tape{};  // none can be made, none is worth it, or a core is about to make it
};

// Cores that run the same program share one, which keeps what an array touches small. Not for several threads
// at a time: paths are added as they are met.
struct CoreCode {
  // Device and program must outlive it; see CoreEngine for what they must be and what is thrown.
  CoreCode(const arch::Device& device, const arch::Program& program);
  CoreCode(const CoreCode&) = delete;
  CoreCode& operator=(const CoreCode&) = delete;

  const arch::Program& program;
  const DecodedProgram decoded;
  const BankMap banks;
  PathGraph graph;
  std::unordered_map<std::string, KnownStretch> stretches;
  int tapes{};  // made so far
};

}  // namespace aie4ml::sim
