#include "compiler/plan/plio_pool.hpp"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "arch/error.hpp"

namespace aie4ml::compiler {

arch::PlioChannel PlioPool::take(arch::PlioChannel::Direction direction, int near_column,
                                 const std::string& name) {
  const arch::ShimFacts& shim = device_.shim;
  const bool input = direction == arch::PlioChannel::Direction::input;
  const int channels = input ? shim.to_array_channels : shim.from_array_channels;
  // A PLIO wider than a channel joins neighbours, starting at a multiple of their number.
  const int group = std::max(1, shim.default_plio_bits / shim.plio_channel_bits);
  std::vector<int> columns = device_.grid.plio_columns;
  std::stable_sort(columns.begin(), columns.end(),
                   [&](int a, int b) { return std::abs(a - near_column) < std::abs(b - near_column); });
  for (const int column : columns) {
    int& used = used_[{direction, column}];
    if (used + group > channels) continue;
    arch::PlioChannel plio;
    plio.name = name;
    plio.direction = direction;
    plio.column = static_cast<std::int16_t>(column);
    plio.index = static_cast<std::uint8_t>(used);
    plio.width_bits = shim.default_plio_bits;
    plio.pl_clock_mhz = device_.clock.pl_mhz;
    used += group;
    return plio;
  }
  throw arch::InputError(fmt::format("PLIO '{}'", name),
                         columns.empty() ? fmt::format("{} has no columns with PLIOs", device_.name)
                                         : fmt::format("all {} PLIOs of {} bit {} the array are taken",
                                                       static_cast<int>(columns.size()) * (channels / group),
                                                       shim.default_plio_bits, input ? "into" : "out of"),
                         columns.empty() ? "choose a device with programmable logic, or --host-ports noc"
                                         : "use a smaller cas_len or cas_num at the boundary");
}

}  // namespace aie4ml::compiler
