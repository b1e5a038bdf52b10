// Units of the array: cores, DMA channels and the host's ends, in the order of their table or permuted.
#include <algorithm>
#include <numeric>
#include <random>

#include <fmt/format.h>

#include "sim/machine/array.hpp"
#include "sim/module/mm2s_channel.hpp"
#include "sim/module/s2mm_channel.hpp"

namespace aie4ml::sim {

void Array::make_units(std::uint64_t seed, const std::vector<std::vector<std::uint32_t>>& plio_inputs) {
  std::vector<UnitId> order(units_.all().size());
  std::iota(order.begin(), order.end(), 0);
  if (seed != 0) std::shuffle(order.begin(), order.end(), std::mt19937_64(seed));
  for (const UnitId id : order) make_unit(units_[id], plio_inputs);
}

void Array::make_unit(const UnitInfo& unit, const std::vector<std::vector<std::uint32_t>>& plio_inputs) {
  UnitLog& log = *logs_[static_cast<std::size_t>(unit.id)];
  switch (unit.kind) {
    case traces::UnitKind::core: {
      const auto link = [](const auto& links, arch::TileCoord tile) -> CascadeChannel* {
        const auto found = links.find(tile);
        return found == links.end() ? nullptr : found->second;
      };
      const Port port{unit.tile, {arch::PortSide::core, 0}};
      const Receiver receiver = receiver_at(port);
      cores_[unit.id] = std::make_unique<CoreTile>(
          fmt::format("core_{}", unit.id).c_str(), *this, log, code_of(*image_.find(unit.tile)->program),
          link(cascade_in_, unit.tile), link(cascade_out_, unit.tile),
          CoreStreams::Ends{.in = receiver.stream, .receiver = receiver.index, .out = source_at(port)});
      break;
    }
    case traces::UnitKind::s2mm:
    case traces::UnitKind::mm2s:
      make_channel(unit, log);
      break;
    case traces::UnitKind::plio_in:
    case traces::UnitKind::plio_out:
      make_plio(unit, log, plio_inputs);
      break;
    case traces::UnitKind::lock:
    case traces::UnitKind::bank:
    case traces::UnitKind::path:
      break;  // have tracks, but do nothing
  }
}

std::shared_ptr<CoreCode> Array::code_of(const arch::Program& program) {
  const auto known = std::find_if(codes_.begin(), codes_.end(),
                                  [&program](const auto& code) { return program_of(*code) == program; });
  if (known != codes_.end()) return *known;
  return codes_.emplace_back(make_core_code(device_, program));
}

void Array::make_channel(const UnitInfo& unit, UnitLog& log) {
  const arch::TileImage& tile = *image_.find(unit.tile);
  const arch::ChannelId id = unit.channel();
  const auto config = std::find_if(tile.channels.begin(), tile.channels.end(),
                                   [id](const arch::DmaChannelConfig& c) { return c.channel == id; });
  if (device_.kind(unit.tile) == arch::TileKind::shim) {
    make_shim_channel(unit, log, tile, *config);
    return;
  }
  const std::string name = fmt::format("dma_{}", unit.id);
  const Port port{unit.tile, {arch::PortSide::dma, id.index}};
  std::unique_ptr<DmaChannel>& channel = channels_[unit.id];
  if (id.direction == arch::DmaDirection::s2mm) {
    const Receiver receiver = receiver_at(port);
    channel = std::make_unique<S2mmChannel>(name.c_str(), *this, log, tile, *config, receiver.stream,
                                            receiver.index);
  } else {
    channel = std::make_unique<Mm2sChannel>(name.c_str(), *this, log, tile, *config, source_at(port));
  }
  channels_at_[unit.tile].push_back(channel.get());
}

void Array::make_shim_channel(const UnitInfo& unit, UnitLog& log, const arch::TileImage& tile,
                              const arch::DmaChannelConfig& config) {
  const arch::ChannelId id = unit.channel();
  const bool in = id.direction == arch::DmaDirection::s2mm;  // as the channel sees it
  const arch::GmioChannel* gmio = image_.gmio_at(unit.tile.col, id);
  Gmio& buffer = *gmios_[static_cast<std::size_t>(gmio - image_.gmios.data())];
  const int south = (in ? device_.shim.dma_master_ports : device_.shim.dma_slave_ports)[id.index];
  const Port port{unit.tile, {arch::PortSide::south, static_cast<std::uint8_t>(south)}};
  const std::string name = fmt::format("dma_{}", unit.id);
  if (in) {
    const Receiver receiver = receiver_at(port);
    channels_[unit.id] =
        std::make_unique<ShimS2mmChannel>(name.c_str(), *this, log, tile, config, iterations_,
                                          receiver.stream, receiver.index, *external_memory_, buffer);
  } else {
    channels_[unit.id] = std::make_unique<ShimMm2sChannel>(
        name.c_str(), *this, log, tile, config, iterations_, source_at(port), *external_memory_, buffer);
  }
}

void Array::make_plio(const UnitInfo& unit, UnitLog& log,
                      const std::vector<std::vector<std::uint32_t>>& plio_inputs) {
  const arch::PlioChannel& plio = image_.plios[unit.index];
  const std::int64_t words = words_per_iteration(image_, unit.index);
  const std::string name = fmt::format("plio_{}", unit.id);
  const Port port{unit.tile, {arch::PortSide::south, plio.index}};
  if (unit.kind == traces::UnitKind::plio_in) {
    plio_sources_[unit.id] = std::make_unique<PlioSource>(name.c_str(), *this, log, plio, words, iterations_,
                                                          source_at(port), plio_inputs[unit.index]);
  } else {
    const Receiver receiver = receiver_at(port);
    plio_sinks_[unit.id] = std::make_unique<PlioSink>(name.c_str(), *this, log, plio, words, iterations_,
                                                      receiver.stream, receiver.index);
  }
}

void Array::make_gmios(const std::vector<std::vector<std::uint32_t>>& inputs) {
  if (image_.gmios.empty()) return;
  external_memory_ = std::make_unique<ExternalMemory>("external_memory", device_);
  for (std::size_t i = 0; i < image_.gmios.size(); ++i) {
    const std::size_t end = image_.plios.size() + i;
    gmios_.push_back(
        std::make_unique<Gmio>(image_.gmios[i], image_.host_words(end), iterations_, inputs[end]));
  }
}

}  // namespace aie4ml::sim
