// What a project's simulation reads and should give: the inputs as arrays and as the words on their PLIOs,
// and the words on the output PLIOs that the compiler's integer arithmetic (graph/reference.hpp) expects.
#pragma once

#include <cstdint>

#include "arch/host/port_array.hpp"
#include "arch/image/image.hpp"
#include "arch/image/image_io.hpp"
#include "compiler/graph/graph.hpp"

namespace aie4ml::compiler {

// data/in_<tensor>.npy, data/ifm_c<n>.txt and data/y_p<n>.txt. The arrays pass arch::check_inputs(), which
// gives the iterations.
arch::FirmwareFiles data_files(const Graph& graph, const arch::Image& image, const arch::PortArrays& inputs,
                               std::int64_t iterations);

}  // namespace aie4ml::compiler
