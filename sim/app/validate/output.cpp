#include "sim/app/validate/output.hpp"

#include <fstream>

#include <fmt/format.h>

#include "arch/error.hpp"
#include "arch/text_table.hpp"
#include "traces/report/activity.hpp"

namespace aie4ml::sim::validate {
namespace {

using Align = arch::TextTable::Align;

constexpr int kDecimals = 3;  // of percentages in files

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

}  // namespace

std::string to_text(const Summary& summary) {
  if (summary.rows == 0) return "nothing to compare";
  return fmt::format(
      "median {:.2f} %, 90th percentile {:.2f} %, worst {:.2f} %, signed mean {:+.2f} %, of {} values",
      summary.median_abs_percent, summary.p90_abs_percent, summary.worst_abs_percent,
      summary.mean_signed_percent, summary.rows);
}

std::string to_text(const Validation& validation) {
  arch::TextTable table({{"case", Align::left},
                         {"metric", Align::left},
                         {"predicted", Align::right},
                         {"published", Align::right},
                         {"error %", Align::right}});
  for (const Row& row : validation.rows) {
    table.add_row({row.id, row.metric, fmt::format("{:.1f}", row.predicted),
                   fmt::format("{:.1f}", row.published), fmt::format("{:+.2f}", row.error_percent())});
  }
  arch::TextTable networks({{"network", Align::left},
                            {"values", Align::right},
                            {"median %", Align::right},
                            {"90th percentile %", Align::right},
                            {"worst %", Align::right},
                            {"signed mean %", Align::right}});
  for (const auto& [name, summary] : summarize_networks(validation.rows)) {
    networks.add_row({name, std::to_string(summary.rows), fmt::format("{:.2f}", summary.median_abs_percent),
                      fmt::format("{:.2f}", summary.p90_abs_percent),
                      fmt::format("{:.2f}", summary.worst_abs_percent),
                      fmt::format("{:+.2f}", summary.mean_signed_percent)});
  }
  std::string text;
  if (!table.empty()) text += table.print("  ") + '\n' + networks.print("  ") + '\n';
  text += fmt::format("absolute error: {}\n", to_text(summarize(validation.rows)));
  for (const FailedCase& failed : validation.failed) {
    // Reasons of a case's own description begin with its id.
    const bool named = failed.reason.starts_with(failed.id);
    text += fmt::format("failed: {}{}\n", named ? "" : failed.id + ": ", failed.reason);
  }
  return text;
}

nlohmann::ordered_json to_json(const Summary& summary) {
  const auto number = [&](double value) {
    return summary.rows == 0 ? nlohmann::ordered_json()
                             : nlohmann::ordered_json(traces::rounded(value, kDecimals));
  };
  return {{"rows", summary.rows},
          {"median_abs_percent", number(summary.median_abs_percent)},
          {"p90_abs_percent", number(summary.p90_abs_percent)},
          {"worst_abs_percent", number(summary.worst_abs_percent)},
          {"mean_signed_percent", number(summary.mean_signed_percent)}};
}

nlohmann::ordered_json to_json(const Validation& validation) {
  nlohmann::ordered_json json;
  json["cases"] = nlohmann::ordered_json::array();
  for (const Row& row : validation.rows) {
    json["cases"].push_back({{"id", row.id},
                             {"metric", row.metric},
                             {"published", row.published},
                             {"predicted", row.predicted},
                             {"error_percent", traces::rounded(row.error_percent(), kDecimals)}});
  }
  json["failed"] = nlohmann::ordered_json::array();
  for (const FailedCase& failed : validation.failed) {
    json["failed"].push_back({{"id", failed.id}, {"reason", failed.reason}});
  }
  json["summary"] = to_json(summarize(validation.rows));
  json["networks"] = nlohmann::ordered_json::object();
  for (const auto& [name, summary] : summarize_networks(validation.rows)) {
    json["networks"][name] = to_json(summary);
  }
  return json;
}

std::string to_csv(const Validation& validation) {
  std::string csv = "id,metric,published,predicted,error_percent\n";
  for (const Row& row : validation.rows) {
    csv += fmt::format("{},{},{},{},{:.3f}\n", csv_field(row.id), row.metric, row.published, row.predicted,
                       row.error_percent());
  }
  return csv;
}

void write_text(const std::filesystem::path& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary);
  out << text;
  out.close();
  if (!out) throw arch::InputError(file.string(), "cannot be written", "give a file in a folder that exists");
}

}  // namespace aie4ml::sim::validate
