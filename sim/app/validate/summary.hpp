// How far predictions are off, in percent of what was published.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace aie4ml::sim::validate {

// One metric of one case.
struct Row {
  std::string id;
  std::string network;  // what the id names before its first '/'
  std::string metric;
  double published{}, predicted{};  // AIE cycles
  [[nodiscard]] double error_percent() const { return (predicted - published) / published * 100; }
};

struct Summary {
  std::size_t rows{};
  double median_abs_percent{};
  double p90_abs_percent{};
  double worst_abs_percent{};
  double mean_signed_percent{};
};

// All zero without rows.
Summary summarize(const std::vector<Row>& rows);

struct NetworkSummary {
  std::string network;
  Summary summary;
};
// In the order in which networks come first.
std::vector<NetworkSummary> summarize_networks(const std::vector<Row>& rows);

// Of at least one value: linear between the neighbours of rank share * (n - 1), share 0..1.
double quantile(std::vector<double> values, double share);

}  // namespace aie4ml::sim::validate
