#include "sim/app/validate/summary.hpp"

#include <algorithm>
#include <cmath>

namespace aie4ml::sim::validate {

double quantile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  const double rank = share * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(rank);
  const std::size_t above = std::min(below + 1, values.size() - 1);
  return values[below] + (rank - std::floor(rank)) * (values[above] - values[below]);
}

Summary summarize(const std::vector<Row>& rows) {
  Summary summary;
  summary.rows = rows.size();
  if (rows.empty()) return summary;
  std::vector<double> sizes;
  double sum = 0;
  for (const Row& row : rows) {
    sizes.push_back(std::abs(row.error_percent()));
    sum += row.error_percent();
  }
  summary.median_abs_percent = quantile(sizes, 0.5);
  summary.p90_abs_percent = quantile(sizes, 0.9);
  summary.worst_abs_percent = quantile(sizes, 1);
  summary.mean_signed_percent = sum / static_cast<double>(rows.size());
  return summary;
}

std::vector<NetworkSummary> summarize_networks(const std::vector<Row>& rows) {
  std::vector<NetworkSummary> networks;
  for (const Row& row : rows) {
    const auto known = std::any_of(networks.begin(), networks.end(),
                                   [&](const auto& network) { return network.network == row.network; });
    if (known) continue;
    std::vector<Row> of_network;
    std::copy_if(rows.begin(), rows.end(), std::back_inserter(of_network),
                 [&](const Row& other) { return other.network == row.network; });
    networks.push_back({row.network, summarize(of_network)});
  }
  return networks;
}

}  // namespace aie4ml::sim::validate
