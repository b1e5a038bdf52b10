#include "tests/support/random_program.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace aie4ml::test {
namespace {

// Bundles between an operation and the first one that may use its result, on AIE-ML (docs/isa.md).
constexpr int kAfterLoad = 6, kAfterAdd = 1, kAfterUps = 2, kAfterCascade = 6;
constexpr int kStoreDrain = 7;  // until a store has reached memory

class ProgramWriter {
 public:
  ProgramWriter(int scratch, const std::vector<int>& reads, Random& random) : random_(random) {
    for (int i = 0; i < 3; ++i) {
      const auto at = static_cast<std::size_t>(random_.pick(0, static_cast<int>(reads.size()) - 1));
      text_ += fmt::format("  movxm p{}, #{}\n", 4 + i, reads[at]);
    }
    text_ += fmt::format("  movxm p7, #{}\n", scratch);
    noise_percent_ = random_.chance(30) ? 0 : random_.pick(5, 60);
  }

  void line(const std::string& bundle) { text_ += "  " + bundle + "\n"; }
  // `bundles` at least, filled with anything.
  void fill(int bundles) {
    bundles += random_.chance(25) ? random_.pick(0, 5) : 0;
    for (int i = 0; i < bundles; ++i) line(filler());
  }
  // With a load on the other port.
  void among(const std::string& operation) {
    line(random_.chance(noise_percent_)
             ? fmt::format("{}; vldb w{}, [p{}]", operation, random_.pick(10, 15), random_.pick(4, 6))
             : operation);
  }
  void label(const std::string& name) { text_ += name + ":\n"; }

  void run(const CoreWork& work) {
    registers("r16", "r17", work.in);
    registers("r18", "r19", work.out);
    line(fmt::format("movx r1, #{}", work.added));
    line("vbcst.s32 x8, r1");
    line("movx r5, #0");
    line("mov s0, r5");
    line("mov crrnd, r5");
    for (int frame = 0; frame < work.frames; ++frame) this->frame(work, frame);
    line("done");
  }

  std::string text() { return std::move(text_); }

 private:
  std::string filler() {
    if (!random_.chance(noise_percent_)) return "nop";
    switch (random_.pick(0, 3)) {
      case 0:
        return fmt::format("vldb w{}, [p{}]", random_.pick(10, 15), random_.pick(4, 6));
      case 1:
        return fmt::format("lda r{}, [p{}]", random_.pick(20, 25), random_.pick(4, 6));
      case 2:
        return "vst [p7], w9";
      default:
        return fmt::format("vldb w{}, [p4]; vst [p7], w9", random_.pick(10, 15));
    }
  }

  // An acquire is told -k for "at least k", k for "exactly k" (docs/isa.md).
  void registers(const char* acquire, const char* release, const WorkSide& side) {
    line(fmt::format("movx {}, #{}", acquire, side.equal ? side.amount : -side.amount));
    line(fmt::format("movx {}, #{}", release, side.amount));
  }

  void operations(std::vector<std::string> lines) {
    std::shuffle(lines.begin(), lines.end(), random_.engine());
    for (const std::string& l : lines) {
      line(l);
      fill(0);
    }
  }

  void frame(const CoreWork& work, int frame) {
    const auto half = [frame](const WorkSide& side) {
      return side.addresses[static_cast<std::size_t>(frame) % side.addresses.size()];
    };
    const bool has_in = !work.in.addresses.empty();
    const bool has_out = !work.out.addresses.empty();
    std::vector<std::string> acquires, releases;
    if (has_in) acquires.push_back(fmt::format("acq #{}, r16", work.in.acquire));
    if (has_out) acquires.push_back(fmt::format("acq #{}, r18", work.out.acquire));
    if (has_in) releases.push_back(fmt::format("rel #{}, r17", work.in.release));
    if (has_out) releases.push_back(fmt::format("rel #{}, r19", work.out.release));
    operations(acquires);
    if (has_in) line(fmt::format("movxm p0, #{}", half(work.in)));
    if (has_out) line(fmt::format("movxm p1, #{}", half(work.out)));
    const bool early = work.races && random_.chance(50);
    if (early) operations(releases);
    if (work.in.stream || work.out.stream) {
      words_of_frame(work, frame);
    } else {
      vectors_of_frame(work, frame);
    }
    if (!work.races) fill(kStoreDrain);
    if (!early) operations(releases);
    if (random_.chance(30)) fill(random_.pick(1, 40));
  }

  void vectors_of_frame(const CoreWork& work, int frame) {
    const int vectors = work.words / 8;
    if (random_.chance(50) || vectors > 6) {
      begin_loop(vectors, frame);
      vectors_of(work, 1);
      end_loop(frame);
    } else {
      for (int done = 0; done < vectors;) {
        const int group = std::min(vectors - done, random_.pick(1, 4));
        vectors_of(work, group);
        done += group;
      }
    }
  }
  void begin_loop(int count, int frame) {
    line(fmt::format("movxm lc, #{}", count));
    line(fmt::format("movxm ls, loop{}", frame));
    line(fmt::format("movxm le, last{}", frame));
    label(fmt::format("loop{}", frame));
  }
  void end_loop(int frame) {
    label(fmt::format("last{}", frame));
    line("nop");
  }

  // Word by word, four at a time; the last four by themselves, as they may end with TLAST.
  void words_of_frame(const CoreWork& work, int frame) {
    const int groups = work.words / 4;
    begin_loop(groups - 1, frame);
    words_of(work, false);
    end_loop(frame);
    words_of(work, work.ends_frames);
  }
  void words_of(const CoreWork& work, bool ends) {
    const std::string read = work.in.stream ? "mov.ss r{}" : "lda r{}, [p0], #4";
    const auto write = [&](int i) {
      if (!work.out.stream) return fmt::format("st [p1], #4, r{}", 8 + i);
      return fmt::format("{} r{}", ends && i == 3 ? "mov.ms.tlast" : "mov.ms", 8 + i);
    };
    const auto reads = [&](int first, int behind) {
      for (int i = 0; i < 2; ++i)
        among(fmt::format(fmt::runtime(read), 8 + first + i) + (behind < 0 ? "" : "; " + write(behind + i)));
    };
    const auto adds = [&](int first) {
      fill(kAfterLoad);
      for (int i = first; i < first + 2; ++i)
        line(fmt::format("add.i r{}, r{}, #{}", 8 + i, 8 + i, work.added));
    };
    reads(0, -1);
    adds(0);
    reads(2, 0);  // beside the first two on their way out
    adds(2);
    for (int i = 2; i < 4; ++i) {
      among(write(i));
      fill(0);
    }
  }

  // `count` vectors of eight words, at most four.
  void vectors_of(const CoreWork& work, int count) {
    if (work.in.addresses.empty()) {
      for (int i = 0; i < count; ++i) {
        line("vmov.scd bm2");
        fill(kAfterCascade);
        line("vst.srs.s32.s64 [p1], #32, bm2, s0");
      }
      return;
    }
    for (int i = 0; i < count; ++i) {
      among(fmt::format("vlda w{}, [p0], #32", i));
      fill(0);
    }
    fill(kAfterLoad);
    for (int i = 0; i < count; ++i) {
      if (work.out.addresses.empty()) {
        line(fmt::format("vups.s64.s32 bm0, w{}, s0", i));
        fill(kAfterUps);
        among("vmov.mcd bm0");
      } else {
        among(fmt::format("vadd.s32 w{}, w{}, w16", 4 + i, i));
      }
    }
    if (work.out.addresses.empty()) return;
    fill(kAfterAdd);
    for (int i = 0; i < count; ++i) {
      among(fmt::format("vst [p1], #32, w{}", 4 + i));
      fill(0);
    }
  }

  Random& random_;
  int noise_percent_{};
  std::string text_;
};

}  // namespace

std::string random_program(const CoreWork& work, Random& random) {
  ProgramWriter writer(work.scratch, work.reads, random);
  writer.run(work);
  return writer.text();
}

std::string noise_program(int bundles, int scratch, const std::vector<int>& reads, Random& random) {
  ProgramWriter writer(scratch, reads, random);
  writer.fill(bundles);
  writer.line("done");
  return writer.text();
}

}  // namespace aie4ml::test
