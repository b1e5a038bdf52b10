// Arrangements made in one go, without search: what the search must beat, and what is left when it finds
// none.
#pragma once

#include <optional>
#include <vector>

#include "compiler/place/site.hpp"

namespace aie4ml::compiler {

// Each returns nullopt where it runs out of room.
// In the given order, each box where it costs least at that time.
std::optional<std::vector<BoxPosition>> greedy_arrangement(const Site& site);
// Left to right in bands, each as tall as its tallest box.
std::optional<std::vector<BoxPosition>> banded_arrangement(const Site& site);
// The tallest and widest first, each as far to the left and down as it goes: packs best, costs most.
std::optional<std::vector<BoxPosition>> packed_arrangement(const Site& site);

}  // namespace aie4ml::compiler
