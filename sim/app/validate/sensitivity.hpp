// Which of the device's assumed numbers the predictions hang on.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "sim/app/validate/validation.hpp"

namespace aie4ml::sim::validate {

// One assumed number, made a quarter smaller or larger, at least by 1.
struct Influence {
  std::string path;  // in the device, "shim.cdc_cycles"
  std::string unit;
  double value{}, tried{};  // of the first device that has it
  Summary summary;          // with the number tried
  std::size_t failed{};     // cases that did not run with it
  // Largest movement among the four numbers of the summary; 0 if cases failed, which cannot be compared.
  [[nodiscard]] double effect(const Summary& base) const;
};

struct Sensitivity {
  Summary base;                       // as the devices are
  std::vector<Influence> influences;  // largest effect first
};

// Numbers with status "assumed" and unit cycles or words, of all devices that the cases run on.
Sensitivity find_sensitivity(const std::vector<Case>& cases, const ValidationOptions& options);

std::string to_text(const Sensitivity& sensitivity);
nlohmann::ordered_json to_json(const Sensitivity& sensitivity);

}  // namespace aie4ml::sim::validate
