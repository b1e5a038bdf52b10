#include "kernels/schedule/section.hpp"

#include <algorithm>
#include <cstdlib>

namespace aie4ml::kernels {
namespace {

using arch::Opcode;
using arch::RegClass;

std::vector<MachineOp> lower_body(const Loop& loop, Lowering& lowering) {
  std::vector<MachineOp> ops;
  for (const Node& node : loop.body) lowering.lower(std::get<Statement>(node.value), false, ops);
  return ops;
}

class Builder {
 public:
  Builder(Lowering& lowering, const arch::CoreTiming& timing) : lowering_(lowering), timing_(timing) {}

  std::vector<Section> build(const std::vector<Node>& nodes) {
    std::vector<Section> sections;
    Piece piece;
    const bool straight = std::none_of(nodes.begin(), nodes.end(), [](const Node& n) {
      const auto* loop = std::get_if<Loop>(&n.value);
      return loop != nullptr && loop->pipelined;
    });
    for (const Node& node : nodes) {
      if (const auto* statement = std::get_if<Statement>(&node.value)) {
        lowering_.lower(*statement, straight, piece.tail());
        continue;
      }
      const auto& loop = std::get<Loop>(node.value);
      if (loop.pipelined) {
        if (!piece.loop.empty()) sections.push_back({std::exchange(piece, {})});
        piece.loop.push_back(pipelined(loop));
        MachineOp count;  // whoever knows the number of passes fills it in
        count.instruction.op = Opcode::movxm;
        count.regs[0] = piece.loop.front().counter;
        piece.before.push_back(count);
        continue;
      }
      CountedLoop counted{loop.name, loop.trips, loop.loads_ahead, {}, labels_++, {}};
      counted.counter = {lowering_.add_register(loop.name + " left", RegClass::r), RegClass::r, 0};
      lowering_.set(counted.counter, loop.trips, piece.tail());
      sections.push_back({std::exchange(piece, {})});
      counted.body = build(loop.body);
      MachineOp count_down;
      count_down.instruction.op = Opcode::addi;
      count_down.instruction.imm = -1;
      count_down.regs = {counted.counter, counted.counter};
      std::get<Piece>(counted.body.back().value).tail().push_back(count_down);
      sections.push_back({std::move(counted)});
    }
    sections.push_back({std::move(piece)});
    return sections;
  }

  [[nodiscard]] const std::vector<MachineOp>& loop_set_up() const { return loop_set_up_; }
  [[nodiscard]] int labels() const { return labels_; }

 private:
  PipelinedLoop pipelined(const Loop& loop) {
    // One set of loop registers, written once at the entry (LVX).
    if (!loop_set_up_.empty()) std::abort();
    PipelinedLoop result{loop.name, loop.trips, lower_body(loop, lowering_), {}, {}, labels_, labels_ + 1};
    labels_ += 2;
    result.schedule = modulo_schedule(result.ops, timing_);
    result.counter = {lowering_.add_register("lc", RegClass::lc), RegClass::lc, 0};
    const auto set = [&](RegClass cls, int label) {
      MachineOp op;
      op.instruction.op = Opcode::movxm;
      op.regs[0] = {lowering_.add_register(arch::to_string({cls, 0}), cls), cls, 0};
      op.label = label;
      loop_set_up_.push_back(op);
    };
    set(RegClass::ls, result.first_label);
    set(RegClass::le, result.last_label);
    return result;
  }

  Lowering& lowering_;
  const arch::CoreTiming& timing_;
  std::vector<MachineOp> loop_set_up_;
  int labels_{};
};

}  // namespace

std::vector<Section> build_sections(const std::vector<Node>& nodes, Lowering& lowering,
                                    const arch::CoreTiming& timing, int& labels) {
  Builder builder(lowering, timing);
  std::vector<Section> sections = builder.build(nodes);
  std::vector<MachineOp> entry;
  lowering.lower_constants(entry);
  entry.insert(entry.end(), builder.loop_set_up().begin(), builder.loop_set_up().end());
  auto& before = std::get<Piece>(sections.front().value).before;
  before.insert(before.begin(), entry.begin(), entry.end());
  labels = builder.labels();
  return sections;
}

bool is_short(const Loop& loop, const VectorProgram& program, const arch::Device& device) {
  Lowering scratch(program, device);
  std::vector<MachineOp> ops;
  // Whatever the loop reads must have a register; what is in it does not matter.
  for (std::size_t v = 0; v < program.variables.size(); ++v) scratch.declare(static_cast<int>(v));
  ops = lower_body(loop, scratch);
  return loop.trips < modulo_schedule(ops, device.core.timing).stages + 1;
}

}  // namespace aie4ml::kernels
