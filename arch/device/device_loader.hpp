// From JSON to Device. Every number in the JSON is {"value", "unit", "source", "status"}; lists the same with
// an array as value. A file may say "extends": the name of a built-in device, or a file beside it, and give
// only what differs.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "arch/device/device.hpp"

namespace aie4ml::arch {

// A built-in name ("ve2802") or the path of a JSON file. Throws InputError that names the path into the file
// for the first problem: missing, unknown or twice defined keys, wrong unit, unknown status, impossible or
// contradicting values.
Device load_device(const std::string& name_or_path);

// The complete JSON with "extends" resolved, as to be stored beside a compiled design.
nlohmann::json merged_device_json(const std::string& name_or_path);

// where: the file that errors are reported against.
Device device_from_json(const nlohmann::json& merged, const std::string& where);
// The JSON that the device was read from. A Device is const after loading, so the two agree.
nlohmann::json to_json(const Device& device);

std::vector<std::string> builtin_device_names();  // those that can be loaded, without the bases they extend

struct SourcedNumber {
  std::string path;   // "core.timing.srs.def"
  std::string value;  // as in JSON: "4", "[2,3,6]", "\"vec\""
  std::string unit;
  std::string source;
  std::string status;  // documented, measured, derived, assumed
};
// All numbers of a merged device, in the order of their paths.
std::vector<SourcedNumber> all_numbers(const nlohmann::json& merged);

}  // namespace aie4ml::arch
