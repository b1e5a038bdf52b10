// The lowered loop nest: pieces of straight-line code, some around a pipelined loop, and counted loops of
// them.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "kernels/schedule/lowering.hpp"
#include "kernels/schedule/modulo_scheduler.hpp"

namespace aie4ml::kernels {

struct PipelinedLoop {
  std::string name;
  int trips{};
  std::vector<MachineOp> ops;
  ModuloSchedule schedule;
  Operand counter{};                    // lc
  int first_label{-1}, last_label{-1};  // first and last bundle of the kernel
};

// before, then the loop if there is one, then after. With a loop, the last of `before` sets its counter.
struct Piece {
  std::vector<MachineOp> before;
  std::vector<PipelinedLoop> loop;  // none or one
  std::vector<MachineOp> after;     // empty without a loop

  // What is executed last.
  std::vector<MachineOp>& tail() { return loop.empty() ? before : after; }
};

struct Section;

struct CountedLoop {
  std::string name;
  int trips{};
  bool loads_ahead{};
  Operand counter{};
  int label{-1};
  std::vector<Section> body;  // ends with a piece, which takes the branch back
};

struct Section {
  std::variant<Piece, CountedLoop> value;
};

// Lowers the simplified nest. Loop registers and constants are set in the first piece, counters before their
// loops. Labels are numbered from 0; `labels` becomes how many there are.
std::vector<Section> build_sections(const std::vector<Node>& nodes, Lowering& lowering,
                                    const arch::CoreTiming& timing, int& labels);

// Whether a loop has fewer iterations than its pipeline wants.
bool is_short(const Loop& loop, const VectorProgram& program, const arch::Device& device);

}  // namespace aie4ml::kernels
