#include "sim/app/destinations.hpp"

#include <array>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "arch/error.hpp"
#include "sim/host/output_files.hpp"

namespace aie4ml::sim::app {
namespace {

namespace fs = std::filesystem;

bool same_file(const fs::path& a, const fs::path& b) {
  std::error_code failed;
  const fs::path left = fs::weakly_canonical(a, failed);
  if (failed) return false;
  const fs::path right = fs::weakly_canonical(b, failed);
  return !failed && left == right;
}

std::vector<std::string> files_read(const Options& options) {
  std::vector<std::string> named = options.inputs;
  named.insert(named.end(), options.expect.begin(), options.expect.end());
  if (!options.labels.empty()) named.push_back(options.labels);
  return named;
}

}  // namespace

void check_destination(const fs::path& file, const char* what, const FirmwareInUse& firmware,
                       const std::vector<std::string>& files_read) {
  std::error_code ignored;
  const fs::path directory = file.parent_path();
  if (!directory.empty() && !fs::is_directory(directory, ignored)) {
    throw arch::InputError(file.string(), "its directory does not exist", "make it first");
  }
  if (fs::is_directory(file, ignored)) {
    throw arch::InputError(file.string(), "is a directory", std::string("give a file for the ") + what);
  }
  for (const std::string& name : firmware.loaded.files) {
    if (!same_file(file, firmware.directory / name)) continue;
    throw arch::InputError(file.string(), "is a file of the firmware",
                           std::string("give another one for the ") + what);
  }
  for (const std::string& read : files_read) {
    if (!same_file(file, read.substr(read.find('=') + 1))) continue;
    throw arch::InputError(file.string(), "is read by this run",
                           std::string("give another one for the ") + what);
  }
}

void check_destinations(const Options& options, const arch::LoadedFirmware& firmware) {
  if (!options.outputs.empty()) prepare_output_directory(options.outputs, firmware.image);
  const std::array<std::pair<const char*, fs::path>, 3> written = {
      {{"report", options.report}, {"trace", options.trace}, {"deadlock graph", options.deadlock_graph}}};
  for (const auto& [what, file] : written) {
    if (!file.empty()) check_destination(file, what, {options.firmware, firmware}, files_read(options));
  }
  for (std::size_t i = 0; i < written.size(); ++i) {
    for (std::size_t j = i + 1; j < written.size(); ++j) {
      if (written[i].second.empty() || !same_file(written[i].second, written[j].second)) continue;
      throw arch::InputError(written[i].second.string(),
                             std::string("is to be both ") + written[i].first + " and " + written[j].first,
                             "give two files");
    }
  }
}

}  // namespace aie4ml::sim::app
