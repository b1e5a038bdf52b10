// Whether a design can come to a standstill: what check_deadlock() (verify_plan.hpp) found.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace aie4ml::compiler {

struct DeadlockCheck {
  enum class Verdict : std::uint8_t {
    cannot,     // any number of iterations gets done, whenever inputs come and outputs are taken
    deadlocks,  // outputs of iteration `iterations` (from 1) are never complete
    undecided,  // `story` says why
  };
  Verdict verdict{Verdict::undecided};
  int iterations{};                // cannot: after which everything is where it was before
  std::string story;               // deadlocks: from an output along who waits for whom
  std::vector<std::string> waits;  // deadlocks: every unit that waits
};
std::string_view to_string(DeadlockCheck::Verdict verdict);

}  // namespace aie4ml::compiler
