// How many registers the values of a schedule need while it grows cycle by cycle.
#pragma once

#include <cstddef>
#include <map>
#include <vector>

#include "kernels/schedule/machine_op.hpp"

namespace aie4ml::kernels {

class Pressure {
 public:
  // An operation's use of a register: the cycles from its issue in which it holds it.
  struct Use {
    int reg{};
    int first{}, last{};
  };

  // uses: of every operation in program order, of each register once. capacity: units there are for them, by
  // file.
  Pressure(const std::vector<std::vector<Use>>& uses, const std::vector<VirtualReg>& registers,
           std::map<arch::RegClass, int> capacity);

  // Whether an operation may issue in a cycle without taking a register that there is not, or one that an
  // operation before it in program order still has to get.
  [[nodiscard]] bool fits(std::size_t op, int cycle) const;
  void place(std::size_t op, int cycle);

 private:
  struct Value {
    arch::RegClass file{};
    int units{};
    std::size_t first_user{};
    int users_left{};
    bool started{};
    int last{};  // cycle up to which it is held, so far
  };
  std::map<arch::RegClass, int> capacity_;
  std::vector<Value> values_;
  std::vector<std::vector<Use>> uses_;  // per operation, of values instead of registers
};

}  // namespace aie4ml::kernels
