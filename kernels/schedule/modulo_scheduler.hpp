// Software pipelining of one innermost loop: iterative modulo scheduling (Rau 1994).
#pragma once

#include <vector>

#include "kernels/schedule/machine_op.hpp"

namespace aie4ml::kernels {

struct ModuloSchedule {
  int interval{};                     // cycles between the starts of iterations (II)
  int stages{};                       // iterations in flight: ceil(length of one / interval)
  std::vector<int> cycles;            // issue of each operation of iteration 0
  std::vector<arch::Opcode> opcodes;  // the alternative taken
};

// Every virtual register keeps its place over all iterations; that a new value may be on its way while the
// old one is still read comes from the latencies (distance()), and needs no copies of the loop body. Aborts
// if no interval up to the length of one iteration works, which cannot happen.
ModuloSchedule modulo_schedule(const std::vector<MachineOp>& ops, const arch::CoreTiming& timing);

// The two lower bounds on the interval.
int resource_interval(const std::vector<MachineOp>& ops);

}  // namespace aie4ml::kernels
