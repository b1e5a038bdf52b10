// Firmware directories that are to be compared, and whether they can be.
#pragma once

#include <string>
#include <vector>

#include "arch/image/image_io.hpp"

namespace aie4ml::sim::comparison {

struct Design {
  std::string name;      // "A", "B", ... as tables call it
  std::string firmware;  // directory, as it was given
  arch::LoadedFirmware loaded;
};

// Reads them in their order. Throws arch::InputError as arch::read_firmware(), and for firmware that is not
// of the first one's model: another ONNX file, or other graph inputs and outputs (--batch).
std::vector<Design> read_designs(const std::vector<std::string>& directories);

}  // namespace aie4ml::sim::comparison
