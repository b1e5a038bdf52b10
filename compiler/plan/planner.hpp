// From a Graph to a Plan: cut, place, connect, route.
#pragma once

#include "arch/device/device.hpp"
#include "compiler/graph/graph.hpp"
#include "compiler/plan/directives.hpp"
#include "compiler/plan/plan.hpp"
#include "compiler/plan/plan_options.hpp"

namespace aie4ml::compiler {

// The graph must be valid (Graph::validate). Deterministic. Throws InputError for what the device cannot
// hold, with the directive or option that would help; a plan it returns passes verify_plan().
Plan make_plan(const Graph& graph, const Directives& directives, const arch::Device& device,
               const PlanOptions& options = {});

}  // namespace aie4ml::compiler
