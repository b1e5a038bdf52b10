#include "sim/app/validate/markdown.hpp"

#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "arch/error.hpp"
#include "sim/app/validate/output.hpp"

namespace aie4ml::sim::validate {
namespace {

constexpr std::string_view kBegin = "<!-- begin accuracy -->\n";
constexpr std::string_view kEnd = "<!-- end accuracy -->";

std::string summary_line(const std::string& name, const Summary& summary) {
  return fmt::format("| {} | {} | {:.2f} | {:.2f} | {:.2f} | {:+.2f} |\n", name, summary.rows,
                     summary.median_abs_percent, summary.p90_abs_percent, summary.worst_abs_percent,
                     summary.mean_signed_percent);
}

}  // namespace

std::string to_markdown(const Validation& validation) {
  std::string text =
      "| network | values | median % | 90th percentile % | worst % | signed mean % |\n"
      "|---|---:|---:|---:|---:|---:|\n";
  for (const auto& [name, summary] : summarize_networks(validation.rows)) text += summary_line(name, summary);
  text += summary_line("**all**", summarize(validation.rows));
  text +=
      "\n| case | metric | predicted | published | error % |\n"
      "|---|---|---:|---:|---:|\n";
  for (const Row& row : validation.rows) {
    text += fmt::format("| {} | {} | {:.1f} | {:.1f} | {:+.2f} |\n", row.id, row.metric, row.predicted,
                        row.published, row.error_percent());
  }
  for (const FailedCase& failed : validation.failed) {
    text += fmt::format("\nFailed: {}: {}\n", failed.id, failed.reason);
  }
  return text;
}

void update_markdown(const std::filesystem::path& file, const Validation& validation) {
  std::ostringstream old;
  std::ifstream in(file, std::ios::binary);
  old << in.rdbuf();
  std::string text = old.str();
  const std::size_t begin = text.find(kBegin);
  const std::size_t end = text.find(kEnd, begin == std::string::npos ? 0 : begin);
  if (begin == std::string::npos || end == std::string::npos) {
    throw arch::InputError(file.string(), "has no place for the table",
                           "write <!-- begin accuracy --> and <!-- end accuracy --> on lines of their own");
  }
  const std::size_t from = begin + kBegin.size();
  text.replace(from, end - from, to_markdown(validation));
  write_text(file, text);
}

}  // namespace aie4ml::sim::validate
