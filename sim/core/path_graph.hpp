// What takes place in a pipeline cycle depends only on the bundle that issues and on the bundles issued in
// the cycles before, as far back as the longest latency. So it is worked out once for every such path that
// the program takes: which accesses reach memory, which results arrive, which of them are forwarded, and
// whether strict mode objects. The engine walks from node to node.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "arch/isa/program.hpp"
#include "sim/core/core_engine.hpp"
#include "sim/core/micro_op.hpp"

namespace aie4ml::sim {

// Where a vector operand is found in this cycle.
struct Source {
  enum class Where : std::uint8_t { registers, result, merged };
  Where where{};
  InFlight producer;       // result: the value has not arrived yet and is forwarded
  std::uint16_t offset{};  // registers: in the file; result: in the producer's result; merged: index of Merge
};

// A register of which only parts are forwarded.
struct Merge {
  struct Piece {
    InFlight producer;
    std::uint16_t from{}, to{}, size{};  // bytes in the producer's result and in the register
  };
  RegisterPlace place;
  std::vector<Piece> pieces;
};

struct PathNode {
  struct Issue {
    const MicroOp* op{};
    bool keep_factors{};      // a factor register changes before the late read
    Source src0, src1, src2;  // operands read in E1 that may be forwarded
  };
  struct Access {
    const MicroOp* op{};
    InFlight self;
  };
  struct Arrival {
    InFlight producer;
    std::uint16_t offset{}, size{};  // of the register
  };
  struct Late {
    const MicroOp* op{};
    InFlight self;
    Source acc0, acc1;
  };
  struct Problem {
    CoreFaultKind kind{};
    std::int32_t bundle{};
    std::string message;
  };

  std::int32_t bundle{-1};  // that issues; -1: none
  std::int32_t region{-1};
  bool accesses{};          // there are loads or stores
  bool unusual{};           // there are short_loads, part_reads, part_writes
  bool unusual_arrivals{};  // there are arrivals of other sizes
  bool unusual_reads{};     // there are late_sums or late_shifts
  bool defers{};            // an operation that issues has MicroOp::defer, or sets a sticky flag
  bool sets_loop{};
  bool special{};    // no bundle issues, it needs the caller, or strict mode objects
  bool in_flight{};  // something issued before takes effect now or later
  std::vector<Access> loads, stores;
  std::vector<Access> short_loads;              // of loads: those that must be extended to a register
  std::vector<Access> part_reads, part_writes;  // of stores of less than a word
  // Results that arrive, by size; all in `arrivals`, older bundles first, if two of them overlap.
  std::vector<Arrival> arrivals_32, arrivals_128, arrivals;
  std::vector<Late> late_products, late_sums;  // vmac and vmsc, vadd.acc and its like
  std::vector<Access> late_shifts;             // vlda.ups: its data and its shift amount meet
  std::vector<Issue> issue;
  std::vector<Merge> merges;
  std::optional<Problem> arrival_problem;  // for strict mode
  std::optional<Problem> issue_problem;

  struct Next {
    std::int32_t bundle{-2};
    PathNode* node{};
  };
  std::array<Next, 2> next;          // the successors met first
  std::vector<std::int32_t> before;  // bundles issued 1, 2, ... cycles ago, -1: none
};

// "bundle 12 'vmac.4x8x8.s8.s8 cm0, cm0, x0, x4'", for messages.
std::string bundle_text(const arch::Program& program, std::int32_t bundle);

class PathGraph {
 public:
  // Both must outlive the graph.
  PathGraph(const arch::Device& device, const arch::Program& program, const DecodedProgram& code);

  PathNode& start(std::int32_t bundle);            // with nothing in flight
  PathNode& without_bundle(const PathNode& node);  // the same cycle if nothing issues in it
  PathNode& successor(PathNode& node, std::int32_t bundle) {
    for (const PathNode::Next& next : node.next) {
      if (next.bundle == bundle) return *next.node;
    }
    return add_successor(node, bundle);
  }
  [[nodiscard]] int depth() const { return depth_; }

 private:
  using Key = std::vector<std::int32_t>;  // bundle, then those before it

  PathNode& add_successor(PathNode& node, std::int32_t bundle);
  PathNode& find(const Key& key);
  void build(PathNode& node) const;
  void add_in_flight(PathNode& node, InFlight who, const MicroOp& op) const;
  void add_issue(PathNode& node, const MicroOp& op) const;
  [[nodiscard]] bool factors_change(const PathNode& node, const MicroOp& op) const;
  void add_late(PathNode& node, InFlight who, const MicroOp& op) const;
  Source source(PathNode& node, RegisterPlace place, arch::Bypass reader) const;
  static void sort_arrivals(PathNode& node);
  void check_arrivals(PathNode& node) const;
  void check_part_stores(PathNode& node) const;
  void check_issue(PathNode& node) const;
  void check_read(PathNode& node, const RegisterRead& read) const;
  [[nodiscard]] const DecodedBundle* issued(const PathNode& node, int distance) const;
  [[nodiscard]] std::int32_t bundle_at(const PathNode& node, int distance) const;

  const arch::Device& device_;
  const arch::Program& program_;
  const DecodedProgram& code_;
  int depth_{};
  std::map<Key, std::unique_ptr<PathNode>> nodes_;
};

}  // namespace aie4ml::sim
