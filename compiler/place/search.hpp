// Branch and bound over arrangements.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "compiler/place/site.hpp"

namespace aie4ml::compiler {

struct SearchResult {
  std::optional<std::vector<BoxPosition>> at;  // the cheapest found
  std::int64_t lower_bound{};                  // of every arrangement on the site; equals its cost if proved
  std::int64_t states{};
};

// Boxes in the given order; of a box's free places the one with the lowest bound first, then the leftmost,
// then the lowest. A beam search sets the mark to beat. Of several cheapest arrangements the first in this
// order is taken, unless the search ends early.
SearchResult search_arrangement(const Site& site, std::int64_t max_states);

}  // namespace aie4ml::compiler
