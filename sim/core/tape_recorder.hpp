// Makes a Tape of a stretch while the engine works through it.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "sim/core/operation_ring.hpp"
#include "sim/core/tape.hpp"

namespace aie4ml::sim {

// Follows every value from the operation that makes it to those that want it. The engine calls, in this
// order: the constructor behind a lock operation, for each cycle begun(), issuing() and issued(), and
// finish() in front of the next lock operation. There is no tape of a stretch with operations that few
// programs use beside locks: part words, vlda.ups, streams, events, scalars that vectors forward.
class TapeRecorder {
 public:
  // `node`: the first cycle; ring and registers as they are then. Code must outlive the recorder.
  TapeRecorder(const DecodedProgram& code, PathNode& node, const OperationRing& ring);

  // Steps 1 to 3 of a cycle have taken place.
  void begun(PathNode& node, const OperationRing& ring);
  // Its bundle is about to issue, and has; `ring` is still the cycle's.
  void issuing(const PathNode& node, const RegisterFile& registers);
  void issued(const PathNode& node, const OperationRing& ring);

  // nullptr: no tape can be made. `node`: the cycle that would be next. The engine fills in what it knows
  // better: index, scalars, branch and loop.
  std::unique_ptr<Tape> finish(PathNode& node, const OperationRing& ring);

 private:
  using ValueId = std::uint32_t;
  // A value, or several that lie side by side, from one of its bytes on.
  struct Ref {
    ValueId value{kNoValue};
    std::uint32_t offset{};
  };
  struct Value {
    std::uint32_t group{}, offset{}, size{};
  };
  // Values in one slot, side by side.
  struct Group {
    std::uint32_t size{};
    int values{1};                // 0: they are in another group now
    std::int64_t begin{}, end{};  // operations between which it is wanted
    SlotOffset slot{};
  };
  struct RawOp {
    TapeOp op;
    Ref dst, a, b, c;
  };
  // Bytes that an operand is made of: of a value, or of the registers as they were at the begin.
  struct Piece {
    ValueId value{};
    std::uint32_t from{}, size{};
    friend auto operator<=>(const Piece&, const Piece&) = default;
  };
  // Vector registers are made of parts of this size, which are written as a whole.
  static constexpr std::uint32_t kPart = 32;
  struct PartOrigin {
    ValueId value{kBeforeTape};
    std::uint32_t offset{};
  };
  struct Instance {
    ValueId value{kNoValue};  // of its result, or of what it stores
    Ref a, b;                 // factors
    Ref stored;
    BankMask banks{};  // of its access
  };
  static constexpr ValueId kNoValue = 0xffffffff;
  static constexpr ValueId kBeforeTape = 0xfffffffe;

  void take_over(const PathNode& node, const OperationRing& ring);
  void memory(PathNode& node, const OperationRing& ring);
  void arrive(const PathNode& node);
  void arrive(const std::vector<PathNode::Arrival>& arrivals);
  void late(const PathNode& node);
  void issue(const PathNode& node, const PathNode::Issue& issue, std::size_t index,
             const RegisterFile& registers);
  void hand_over(PathNode& node, const OperationRing& ring);
  void place_groups();
  void fill_ops();
  void sum_up();
  void find_words();
  void find_chunks();

  Instance& instance(InFlight who);
  ValueId new_value(std::uint32_t size);
  ValueId register_value(std::uint32_t offset, std::uint32_t size);
  ValueId constant(std::int32_t value);
  Ref read(const PathNode& node, const Source& source, std::uint32_t size);
  Ref assemble(const std::vector<Piece>& pieces);
  bool lay_side_by_side(const std::vector<Piece>& pieces, const std::vector<ValueId>& values);
  Ref convert(const MicroOp& op, Ref from, std::uint32_t size, const RegisterFile& registers);
  RawOp& emit(TapeOp::Kind kind, const MicroOp* op, std::uint32_t size);
  [[nodiscard]] SlotOffset slot_of(const Ref& ref) const;
  void refuse() { refused_ = true; }

  const DecodedProgram& code_;
  std::uint32_t ring_bytes_{};
  std::unique_ptr<Tape> tape_ = std::make_unique<Tape>();
  std::vector<RawOp> raw_;
  std::vector<Value> values_;
  std::vector<Group> groups_;
  std::vector<PartOrigin> registers_;  // by part of the register file
  std::vector<std::array<Instance, arch::kPhysicalSlots>>
      instances_;         // by cycle, those before the begin first
  std::size_t before_{};  // how many cycles those are
  std::map<std::pair<std::uint32_t, std::uint32_t>, ValueId> from_registers_;  // by offset and size
  std::map<std::int32_t, ValueId> constants_;
  std::map<std::vector<Piece>, Ref> assembled_;
  std::vector<std::pair<Tape::FromRegister, Ref>> out_registers_;
  std::vector<std::pair<Tape::FromRing, Ref>> in_ring_, out_ring_;
  bool refused_{};
};

}  // namespace aie4ml::sim
