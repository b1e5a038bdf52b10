#include "sim/app/validate/validation.hpp"

#include <nlohmann/json.hpp>

#include "sim/app/validate/run_case.hpp"

namespace aie4ml::sim::validate {

std::vector<Validation> validate_cases(const std::vector<Case>& cases,
                                       const std::vector<std::vector<DeviceEdit>>& edits,
                                       const ValidationOptions& options) {
  const auto work = [&](std::size_t run) {
    const Case& published = cases[run % cases.size()];
    return nlohmann::json(run_case(published, options.device_file, edits[run / cases.size()])).dump();
  };
  const std::vector<ChildResult> results =
      run_in_children(cases.size() * edits.size(), options.children, work, options.done);
  std::vector<Validation> validations(edits.size());
  for (std::size_t run = 0; run < results.size(); ++run) {
    const Case& published = cases[run % cases.size()];
    Validation& validation = validations[run / cases.size()];
    if (!results[run].ok) {
      validation.failed.push_back({published.id, results[run].text});
      continue;
    }
    const auto predicted = nlohmann::json::parse(results[run].text).get<std::vector<double>>();
    for (std::size_t i = 0; i < published.expect.size(); ++i) {
      const Expectation& expectation = published.expect[i];
      validation.rows.push_back({published.id, published.network(),
                                 std::string(to_string(expectation.metric)), expectation.cycles,
                                 predicted.at(i)});
    }
  }
  return validations;
}

}  // namespace aie4ml::sim::validate
