// Programs of cores for random designs: they move frames from buffer to buffer, over the cascade or from and
// to the core's streams, adding a constant, at random paces and among random accesses to other memory.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "arch/device/device.hpp"

namespace aie4ml::test {

class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}
  int pick(int low, int high) {
    return low + static_cast<int>(engine_() % static_cast<unsigned>(high - low + 1));
  }
  bool chance(int percent) { return pick(1, 100) <= percent; }
  std::uint32_t word() { return static_cast<std::uint32_t>(engine_()); }
  std::mt19937& engine() { return engine_; }

 private:
  std::mt19937 engine_;
};

// A buffer as one end of a core's work sees it.
struct WorkSide {
  std::vector<int> addresses{};  // of its halves, as the core sees them; empty: the cascade or a stream
  bool stream{};
  int words{};
  int acquire{}, release{};  // lock indices as the core sees them
  int amount{1};             // of every lock operation
  bool equal{};              // acquire waits for exactly `amount`
};

struct CoreWork {
  WorkSide in, out;  // at most one of them the cascade, and then no stream and nothing added
  int words{};       // of a frame, a multiple of 8
  int frames{};
  int added{};               // to every word, 0..63
  bool ends_frames{};        // the last word of a frame goes to the stream with TLAST
  bool races{};              // buffers are given away while their accesses are still under way
  int scratch{};             // 32 bytes of its own memory that the core may overwrite, as it sees them
  std::vector<int> reads{};  // where it reads besides, as it sees them, multiples of 32; not empty
};
std::string random_program(const CoreWork& work, Random& random);

// Accesses without sense, for `bundles` bundles.
std::string noise_program(int bundles, int scratch, const std::vector<int>& reads, Random& random);

}  // namespace aie4ml::test
