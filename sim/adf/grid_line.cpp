#include "sim/adf/grid_line.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace aie4ml::adf {

std::string grid_line(const arch::Device& device) {
  return fmt::format("{} {} {} {} {} {} {} {}", device.grid.columns, device.grid.core_rows,
                     device.grid.memory_rows, device.data_memory.banks, device.data_memory.bank_size().value,
                     device.memory_tile.size.value, fmt::join(device.grid.plio_columns, ","), device.name);
}

}  // namespace aie4ml::adf
