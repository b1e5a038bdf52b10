// Random bundles full of reads under writes in flight, for programs that hardware would run somehow.
#pragma once

#include <initializer_list>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>

namespace aie4ml::sim::testing {

class RandomBundles {
 public:
  struct Choices {
    bool scalar_loads{true};
    bool cascade{};
    bool broadcasts{};  // of scalars
  };
  RandomBundles(std::uint32_t seed, const Choices& choices) : random_(seed), choices_(choices) {}

  // One, as a line of assembly.
  std::string bundle() {
    std::vector<std::string> ops;
    const auto add = [&](std::initializer_list<std::string> choices) {
      const int pick = below(static_cast<int>(choices.size()) + 1);
      if (pick > 0 && !(choices.begin() + pick - 1)->empty()) ops.push_back(*(choices.begin() + pick - 1));
    };
    const std::string mac_acc = cm();
    const std::string fourth = choices_.scalar_loads ? fmt::format("lda r{}, {}", below(4), mem())
                                                     : fmt::format("vlda {}, {}", x(), mem());
    add({fmt::format("vlda {}, {}", w(), mem()), fmt::format("vlda {}, {}", w(), mem()),
         fmt::format("vlda.am am{}, {}", below(8), mem()), fourth});
    add({fmt::format("vldb {}, {}", w(), mem()), fmt::format("vldb {}, {}", w(), mem())});
    add({fmt::format("vst {}, {}", mem(), w()), fmt::format("vst.srs.s8.s32 {}, {}, s0", mem(), cm()),
         fmt::format("vsrs.s8.s32 {}, {}, s0", w(), cm()),
         choices_.cascade ? fmt::format("vmov.mcd bm{}", below(4)) : std::string()});
    add({fmt::format("add.i r{}, r{}, #{}", below(4), below(4), below(50)),
         fmt::format("mul r{}, r{}, r{}", below(4), 4 + below(4), 4 + below(4))});
    add({fmt::format("vmov {}, {}", w(), w()), fmt::format("vmov {}, {}", x(), x()),
         fmt::format("vmov {}, {}", cm(), cm()), fmt::format("vmov bm{}, bm{}", below(4), below(4)),
         fmt::format("vadd.s8 {}, {}, {}", w(), w(), w()), fmt::format("vadd.s8 {}, {}, {}", x(), x(), x()),
         fmt::format("vadd.s8 {}, {}, {}", w(), w(), w()), fmt::format("vups.s32.s8 {}, {}, s1", cm(), w()),
         choices_.cascade ? fmt::format("vmov.scd bm{}", below(4)) : std::string(),
         choices_.broadcasts ? fmt::format("vbcst.s8 {}, r{}", x(), below(8)) : std::string()});
    add({fmt::format("vmac.4x8x8.s8.s8 {}, {}, {}, {}", mac_acc, mac_acc, x(), x()),
         fmt::format("vmac.4x8x8.s8.s8 {}, {}, {}, {}", cm(), cm(), x(), x()),
         fmt::format("vmsc.4x8x8.s8.s8 {}, {}, {}, {}", cm(), cm(), x(), x()),
         fmt::format("vmul.4x8x8.s8.s8 {}, {}, {}", cm(), x(), x()),
         fmt::format("vadd.acc.s32 {}, {}, {}", cm(), cm(), cm()), fmt::format("vclr.acc {}", cm())});
    if (ops.empty()) return "nop\n";
    return fmt::format("{}\n", fmt::join(ops, "; "));
  }

 private:
  int below(int n) { return static_cast<int>(random_() % static_cast<std::uint32_t>(n)); }
  std::string w() { return fmt::format("w{}", below(8)); }
  std::string x() { return fmt::format("x{}", below(4)); }
  std::string cm() { return fmt::format("cm{}", below(2)); }
  std::string mem() {
    const int pointer = below(3);
    return below(2) == 0 ? fmt::format("[p{}, #{}]", pointer, 32 * below(4))
                         : fmt::format("[p{}], #{}", pointer, 32 * (below(5) - 2));
  }

  std::mt19937 random_;
  Choices choices_;
};

}  // namespace aie4ml::sim::testing
