// The device a graph is checked against: its grid and the sizes of its memories.
#pragma once

#include <string>
#include <vector>

namespace aie4ml::adf {

struct Grid {
  std::string name;
  int columns{}, core_rows{}, memory_rows{};
  int banks{}, bank_bytes{}, memory_tile_bytes{};
  std::vector<int> plio_columns;
};

// "columns core_rows memory_rows banks bank_bytes memory_tile_bytes plio_column,... NAME", one line of the
// table of known devices (grid_table.hpp), which is made from arch/devices when the library is built. Ends
// the program if the text is none.
Grid parse_grid(const std::string& text);

// What the environment variable AIE4ML_ADF_DEVICE says: the name of a known device, or such a line. Without
// it ve2802.
const Grid& grid();

}  // namespace aie4ml::adf
