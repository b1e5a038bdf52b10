// When a stretch is played from a tape.
#pragma once

#include <cstdint>

namespace aie4ml::sim {

// Stretches that are known (CoreEngine::stretch) and came often are played from a tape: the same bits, cycles
// and counts, sooner. Making one takes as long as some 30 passes of the stretch without it, and a short one
// costs more to set up than it saves.
struct TapePolicy {
  bool play = true;  // false: every bundle is worked out anew, to compare with
  int passes_before = 32;
  std::int64_t fewest_bundles = 48;
};

}  // namespace aie4ml::sim
