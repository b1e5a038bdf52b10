// A SystemC simulation of its own for as long as the object lives.
#pragma once

#include <systemc>

namespace aie4ml::sim {

// SystemC keeps the simulation in a global variable. This one puts a fresh one there and the former back, so
// that a process can simulate again and again; nothing made within may outlive it. Not for several threads at
// a time.
class Simulation {
 public:
  Simulation();
  ~Simulation();
  Simulation(const Simulation&) = delete;
  Simulation& operator=(const Simulation&) = delete;

 private:
  sc_core::sc_simcontext* former_;
  sc_core::sc_simcontext* former_default_;
};

}  // namespace aie4ml::sim
