#include "sim/app/compare/comparison_json.hpp"

#include <cmath>
#include <cstdint>

#include "traces/report/report_json.hpp"

namespace aie4ml::sim::comparison {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kDecimals = 4;  // of ratios, and no less than any figure is printed with

Json number(const std::optional<double>& value) {
  return value ? Json(traces::rounded(*value, kDecimals)) : Json(nullptr);
}

Json figures_json(const Measured& design) {
  Json json = Json::object();
  for (const Figure& figure : figures()) {
    const auto value = figure.value(design);
    // What counts is an integer.
    json[std::string(figure.key)] = value && *value == std::floor(*value) && figure.decimals == 0
                                        ? Json(static_cast<std::int64_t>(*value))
                                        : number(value);
  }
  return json;
}

Json ratios_json(const Measured& design, const Measured& first) {
  Json json = Json::object();
  for (const Figure& figure : figures()) {
    json[std::string(figure.key)] = number(ratio(figure.value(design), figure.value(first)));
  }
  return json;
}

Json design_json(const ComparedDesign& design, const ComparedDesign& first,
                 const std::vector<std::string>& tensors) {
  Json outputs = Json::array();
  for (const auto& [port, compared] : design.outputs) {
    Json output{{"name", tensors[port]},
                {"values", compared.compared},
                {"differing", compared.differing},
                {"first_difference", nullptr}};
    if (compared.first) {
      output["first_difference"] = {{"index", compared.first->index},
                                    {"first_design", compared.first->expected},
                                    {"this", compared.first->got}};
    }
    outputs.push_back(std::move(output));
  }
  const Json report = traces::to_json(design.measured.report);
  return {{"name", design.name},
          {"firmware", design.firmware},
          {"device", design.measured.report.device},
          {"fault", design.fault.empty() ? Json(nullptr) : Json(design.fault)},
          {"outputs", std::move(outputs)},
          {"figures", figures_json(design.measured)},
          {"ratios", ratios_json(design.measured, first.measured)},
          {"bottleneck", report.at("bottleneck")},
          {"layers", report.at("layers")}};
}

}  // namespace

nlohmann::ordered_json to_json(const DesignComparison& comparison) {
  Json json{{"schema", kComparisonSchema},
            {"model", comparison.model},
            {"model_sha256", comparison.model_sha256},
            {"iterations", comparison.iterations},
            {"seed", comparison.seed ? Json(*comparison.seed) : Json(nullptr)},
            {"designs", Json::array()}};
  for (const ComparedDesign& design : comparison.designs) {
    json["designs"].push_back(design_json(design, comparison.designs.front(), comparison.tensors));
  }
  return json;
}

}  // namespace aie4ml::sim::comparison
