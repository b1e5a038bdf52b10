// Small changes to a whole arrangement.
#pragma once

#include <vector>

#include "compiler/place/site.hpp"

namespace aie4ml::compiler {

// Moves single boxes and exchanges boxes of the same size as long as that makes the arrangement cheaper.
void improve_arrangement(const Site& site, std::vector<BoxPosition>& at);

}  // namespace aie4ml::compiler
