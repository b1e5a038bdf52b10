#include "compiler/plan/noc_pool.hpp"

#include <algorithm>
#include <cstdlib>
#include <vector>

#include <fmt/format.h>

#include "arch/error.hpp"

namespace aie4ml::compiler {

void NocPool::take(arch::PlioChannel::Direction direction, int near_column, const std::string& name,
                   PlioPlan& end) {
  const arch::ShimFacts& shim = device_.shim;
  const bool input = direction == arch::PlioChannel::Direction::input;
  const auto dma = input ? arch::DmaDirection::mm2s : arch::DmaDirection::s2mm;
  const std::vector<int>& ports = input ? shim.dma_slave_ports : shim.dma_master_ports;
  std::vector<int> columns = device_.grid.noc_columns;
  std::stable_sort(columns.begin(), columns.end(),
                   [&](int a, int b) { return std::abs(a - near_column) < std::abs(b - near_column); });
  for (const int column : columns) {
    int& used = used_[{dma, column}];
    if (used >= shim.dma.channels(dma)) continue;
    const arch::ChannelId channel{dma, static_cast<std::uint8_t>(used)};
    int& bd = bds_[column];
    while (bd < shim.dma.bds && !shim.dma.bd_allowed(channel, arch::BdId{static_cast<std::uint8_t>(bd)}))
      ++bd;
    if (bd >= shim.dma.bds) continue;
    end.channel.name = name;
    end.channel.direction = direction;
    end.channel.column = static_cast<std::int16_t>(column);
    end.channel.index = static_cast<std::uint8_t>(ports[static_cast<std::size_t>(used)]);
    end.noc = NocEnd{channel, arch::BdId{static_cast<std::uint8_t>(bd)}};
    ++used;
    ++bd;
    return;
  }
  const int all = static_cast<int>(columns.size()) * shim.dma.channels(dma);
  throw arch::InputError(
      fmt::format("GMIO '{}'", name),
      columns.empty()
          ? fmt::format("{} has no columns with a NoC DMA", device_.name)
          : fmt::format("all {} NoC DMA channels {} the array are taken", all, input ? "into" : "out of"),
      columns.empty() ? "use --host-ports plio" : "use a smaller cas_len or cas_num at the boundary");
}

}  // namespace aie4ml::compiler
