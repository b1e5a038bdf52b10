// From a Plan to what a loader writes into the array.
#pragma once

#include "arch/device/device.hpp"
#include "arch/image/image.hpp"
#include "compiler/graph/graph.hpp"
#include "compiler/plan/plan.hpp"

namespace aie4ml::compiler {

// The plan must be one of this graph and device, routed. The image passes Image::validate and verify_routes,
// its kernels kernels::verify; what they find is a defect of ours and aborts.
// Throws InputError for what only the code shows: a kernel that does not fit the program memory.
arch::Image generate_image(const Graph& graph, const Plan& plan, const arch::Device& device);

}  // namespace aie4ml::compiler
