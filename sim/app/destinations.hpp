// Where a run writes to, looked at before time is spent on it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "arch/image/image_io.hpp"
#include "sim/app/options.hpp"

namespace aie4ml::sim::app {

struct FirmwareInUse {
  std::filesystem::path directory;
  const arch::LoadedFirmware& loaded;
};

// Throws InputError for a file to write ("report") that cannot be there, or would replace a file of the
// firmware or one of those that are read, which are given as "[NAME=]FILE".
void check_destination(const std::filesystem::path& file, const char* what, const FirmwareInUse& firmware,
                       const std::vector<std::string>& files_read);

// Makes the directory for outputs, and checks every file that a run of aie4ml-sim writes, also against each
// other.
void check_destinations(const Options& options, const arch::LoadedFirmware& firmware);

}  // namespace aie4ml::sim::app
