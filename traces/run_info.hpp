// What a trace says about the run it belongs to, beside the events.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "arch/device/device.hpp"
#include "arch/image/image.hpp"
#include "arch/units.hpp"

namespace aie4ml::traces {

struct RunInfo {
  std::string model;
  std::string device;
  double aie_mhz{};
  std::int32_t iterations{};
  std::map<arch::TileCoord, std::string> tile_labels;  // layers of a tile: "fc1", "fc1, fc2"; may lack a tile
};

// A core tile is labelled with the layers it computes, another tile with the layers its channels serve.
RunInfo make_run_info(const arch::Image& image, const arch::Device& device, std::int32_t iterations);

}  // namespace aie4ml::traces
