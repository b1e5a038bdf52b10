#include "sim/kernel/simulation.hpp"

#include <cstdlib>

#include "sim/kernel/fresh_stack.hpp"

// libsystemc.so wants a main of SystemC's kind in every program. Programs that have one of the usual kind get
// this one, which nobody calls.
extern "C" __attribute__((weak)) int sc_main(int /*argc*/, char** /*argv*/) {
  return EXIT_FAILURE;
}

namespace aie4ml::sim {

Simulation::Simulation()
    : former_(sc_core::sc_get_curr_simcontext()), former_default_(sc_core::sc_default_global_context) {
  auto* fresh =
      new sc_core::sc_simcontext();  // NOLINT(cppcoreguidelines-owning-memory): SystemC's globals own it
  sc_core::sc_curr_simcontext = fresh;
  sc_core::sc_default_global_context = fresh;
}

Simulation::~Simulation() {
  // SystemC does not free notifications that are left when a simulation ends. Those of events that are gone,
  // as all are by now, it takes out when it is asked for the next.
  static_cast<void>(sc_core::sc_pending_activity_at_future_time());
  delete sc_core::sc_curr_simcontext;
  sc_core::sc_curr_simcontext = former_;
  sc_core::sc_default_global_context = former_default_;
  callers_stack();
}

}  // namespace aie4ml::sim
