#include "sim/app/validate/sensitivity.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "arch/device/device_loader.hpp"
#include "arch/text_table.hpp"
#include "sim/app/validate/output.hpp"

namespace aie4ml::sim::validate {
namespace {

constexpr double kShares[] = {-0.25, 0.25};

std::vector<arch::SourcedNumber> assumed_numbers(const std::vector<Case>& cases,
                                                 const std::string& device_file) {
  std::set<std::string> devices, paths;
  for (const Case& published : cases) devices.insert(device_file.empty() ? published.device : device_file);
  std::vector<arch::SourcedNumber> numbers;
  for (const std::string& device : devices) {
    for (const arch::SourcedNumber& number : arch::all_numbers(arch::merged_device_json(device))) {
      const bool time = number.unit == "cycles" || number.unit == "words";
      const bool scalar = nlohmann::json::parse(number.value).is_number();
      if (number.status == "assumed" && time && scalar && paths.insert(number.path).second)
        numbers.push_back(number);
    }
  }
  return numbers;
}

}  // namespace

double Influence::effect(const Summary& base) const {
  if (failed > 0) return 0;  // a summary of other cases says nothing
  return std::max({std::abs(summary.median_abs_percent - base.median_abs_percent),
                   std::abs(summary.p90_abs_percent - base.p90_abs_percent),
                   std::abs(summary.worst_abs_percent - base.worst_abs_percent),
                   std::abs(summary.mean_signed_percent - base.mean_signed_percent)});
}

Sensitivity find_sensitivity(const std::vector<Case>& cases, const ValidationOptions& options) {
  std::vector<std::vector<DeviceEdit>> edits = {{}};
  Sensitivity result;
  for (const arch::SourcedNumber& number : assumed_numbers(cases, options.device_file)) {
    const double value = nlohmann::json::parse(number.value).get<double>();
    for (const double share : kShares) {
      if (edited(value, share) == value) continue;  // 0 cannot be less
      edits.push_back({{number.path, share}});
      result.influences.push_back({number.path, number.unit, value, edited(value, share), {}, 0});
    }
  }
  const std::vector<Validation> validations = validate_cases(cases, edits, options);
  result.base = summarize(validations.front().rows);
  for (std::size_t i = 0; i < result.influences.size(); ++i) {
    result.influences[i].summary = summarize(validations[i + 1].rows);
    result.influences[i].failed = validations[i + 1].failed.size();
  }
  std::stable_sort(result.influences.begin(), result.influences.end(), [&](const auto& a, const auto& b) {
    return a.effect(result.base) > b.effect(result.base);
  });
  return result;
}

std::string to_text(const Sensitivity& sensitivity) {
  using Align = arch::TextTable::Align;
  arch::TextTable table({{"assumed number", Align::left},
                         {"unit", Align::left},
                         {"value", Align::right},
                         {"tried", Align::right},
                         {"median", Align::right},
                         {"90th percentile", Align::right},
                         {"worst", Align::right},
                         {"signed mean", Align::right},
                         {"failed", Align::right}});
  const Summary& base = sensitivity.base;
  std::set<std::string> moving, still;
  for (const Influence& influence : sensitivity.influences) {
    if (influence.effect(base) == 0 && influence.failed == 0) {
      still.insert(influence.path);
      continue;
    }
    moving.insert(influence.path);
    const Summary& now = influence.summary;
    const auto moved = [&](double after, double before) {
      return influence.failed > 0 ? "-" : fmt::format("{:+.2f}", after - before);
    };
    table.add_row({influence.path, influence.unit, fmt::format("{:g}", influence.value),
                   fmt::format("{:g}", influence.tried),
                   moved(now.median_abs_percent, base.median_abs_percent),
                   moved(now.p90_abs_percent, base.p90_abs_percent),
                   moved(now.worst_abs_percent, base.worst_abs_percent),
                   moved(now.mean_signed_percent, base.mean_signed_percent),
                   influence.failed == 0 ? "" : std::to_string(influence.failed)});
  }
  std::string text = fmt::format("as they are: {}\nwith one number changed, points of percent:\n{}",
                                 to_text(base), table.empty() ? "  nothing moves\n" : table.print("  "));
  for (const std::string& path : still) {
    if (!moving.contains(path)) text += fmt::format("no effect: {}\n", path);
  }
  return text;
}

nlohmann::ordered_json to_json(const Sensitivity& sensitivity) {
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  for (const Influence& influence : sensitivity.influences) {
    json.push_back({{"path", influence.path},
                    {"unit", influence.unit},
                    {"value", influence.value},
                    {"tried", influence.tried},
                    {"failed", influence.failed},
                    {"summary", to_json(influence.summary)}});
  }
  return json;
}

}  // namespace aie4ml::sim::validate
