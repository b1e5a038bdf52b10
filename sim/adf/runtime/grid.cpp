#include "sim/adf/runtime/grid.hpp"

#include <cstdlib>
#include <grid_table.hpp>
#include <sstream>

#include <fmt/format.h>

#include "sim/adf/runtime/failure.hpp"

namespace aie4ml::adf {
namespace {

constexpr const char* kVariable = "AIE4ML_ADF_DEVICE";
constexpr const char* kDefault = "ve2802";

Grid find_grid() {
  const char* variable = std::getenv(kVariable);
  const std::string wanted = variable == nullptr || *variable == '\0' ? kDefault : variable;
  if (wanted.find(' ') != std::string::npos) return parse_grid(wanted);
  std::string known;
  for (const char* line : kGridTable) {
    Grid grid = parse_grid(line);
    if (grid.name == wanted) return grid;
    known += (known.empty() ? "" : ", ") + grid.name;
  }
  fail_graph(fmt::format("{}={}: there is no such device; known are {}", kVariable, wanted, known));
}

}  // namespace

Grid parse_grid(const std::string& text) {
  Grid grid;
  std::istringstream in(text);
  std::string columns;
  in >> grid.columns >> grid.core_rows >> grid.memory_rows >> grid.banks >> grid.bank_bytes >>
      grid.memory_tile_bytes >> columns;
  std::getline(in >> std::ws, grid.name);
  if (in.fail()) fail_graph(fmt::format("{}={}: not a device", kVariable, text));
  std::istringstream list(columns);
  for (std::string column; std::getline(list, column, ',');)
    grid.plio_columns.push_back(std::atoi(column.c_str()));
  return grid;
}

const Grid& grid() {
  static const Grid chosen = find_grid();
  return chosen;
}

}  // namespace aie4ml::adf
