// Predicted against published cycles as a picture.
#pragma once

#include <string>
#include <vector>

#include "sim/app/validate/summary.hpp"

namespace aie4ml::sim::validate {

// An SVG document: one mark per row, one colour per network, one shape per metric, with the diagonal and the
// lines of +-5 %. Axes are logarithmic where values lie more than a factor of ten apart.
std::string plot_svg(const std::vector<Row>& rows);

}  // namespace aie4ml::sim::validate
