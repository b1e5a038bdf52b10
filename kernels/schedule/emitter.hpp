// Placed operations with registers to bundles, labels and regions of a program.
#pragma once

#include <string>
#include <vector>

#include "arch/isa/program.hpp"
#include "kernels/schedule/list_scheduler.hpp"

namespace aie4ml::kernels {

class Emitter {
 public:
  // units: first unit of every virtual register. Both vectors must outlive the object.
  Emitter(const std::vector<VirtualReg>& registers, const std::vector<int>& units)
      : registers_(registers), units_(units) {}

  int new_label();
  // The bundle emitted next.
  void bind(int label) { bind_at(label, size()); }
  void bind_at(int label, std::int32_t bundle) { labels_[static_cast<std::size_t>(label)] = bundle; }
  void name(int label, const std::string& name);
  [[nodiscard]] std::int32_t size() const { return static_cast<std::int32_t>(program_.bundles.size()); }

  // Appends `length` bundles, those of the operations by cycle from 0. A region of that name unless empty.
  void emit(const std::vector<Placed>& ops, int length, const std::string& region);
  // The last bundle so far.
  void bind_last(int label) { labels_[static_cast<std::size_t>(label)] = size() - 1; }

  // Fills in the branch targets.
  arch::Program finish();

  [[nodiscard]] arch::Reg physical(const Operand& operand) const;

 private:
  struct Fixup {
    std::int32_t bundle{};
    std::size_t op{};
    int label{};
  };
  const std::vector<VirtualReg>& registers_;
  const std::vector<int>& units_;
  arch::Program program_;
  std::vector<std::int32_t> labels_;
  std::vector<Fixup> fixups_;
};

}  // namespace aie4ml::kernels
