// Report to JSON and back; docs/report.md describes the fields. Keys keep the order of the struct, so that a
// report reads from the outcome to the details, and the same report gives the same bytes.
#pragma once

#include <filesystem>
#include <string>

#include <nlohmann/json.hpp>

#include "traces/report/report.hpp"

namespace aie4ml::traces {

nlohmann::ordered_json to_json(const Report& report);

// Throws arch::InputError naming `where` and the path into the JSON for a missing key, a wrong type, or
// another schema. Keys it does not know are ignored: a later program of the same schema may add some.
Report report_from_json(const nlohmann::ordered_json& json, const std::string& where);

// The file is complete or not there. Throws arch::InputError if it cannot be written or read.
void write_report(const std::filesystem::path& path, const Report& report);
Report read_report(const std::filesystem::path& path);  // refuses one that does not validate

}  // namespace aie4ml::traces
