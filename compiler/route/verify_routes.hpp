// Whether the switch settings of an image do what the nets ask for. Looks at nothing but the image: no code
// in common with the router.
#pragma once

#include <vector>

#include "arch/device/device.hpp"
#include "arch/image/image.hpp"
#include "compiler/plan/plan.hpp"

namespace aie4ml::compiler {

// Follows every configured stream from its source and reports: connections the hardware does not have, ports
// driven twice, connections no stream comes through, streams that end nowhere, loops, receivers that get
// nothing, and nets whose receivers are not those asked for.
arch::Problems verify_routes(const arch::Image& image, const std::vector<Net>& nets,
                             const arch::Device& device);

}  // namespace aie4ml::compiler
