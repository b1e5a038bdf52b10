// What a unit did with its cycles: StallReason counts with names, as reports show them.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

#include "traces/statistics.hpp"

namespace aie4ml::traces {

struct Activity {
  std::int64_t busy{};  // cycles, as all of these
  std::int64_t lock{};
  std::int64_t stream{};
  std::int64_t cascade{};
  std::int64_t bank{};
  std::int64_t idle{};
  friend bool operator==(const Activity&, const Activity&) = default;

  [[nodiscard]] std::int64_t total() const { return busy + lock + stream + cascade + bank + idle; }
  // Cycles in which the unit could not have done other work: repeating a lost memory access is work, too.
  [[nodiscard]] std::int64_t occupied() const { return busy + bank; }
  Activity& operator+=(const Activity& other);

  // The waits with their names, in the order of the report's columns.
  [[nodiscard]] std::array<std::pair<std::string_view, std::int64_t>, 5> stalls() const;
};

Activity make_activity(const std::array<std::int64_t, kStallReasons>& cycles);

// value * 100 / whole, 0 if there is no whole; two decimals, so that reports stay readable.
double percent(double value, double whole);
double rounded(double value, int decimals);

}  // namespace aie4ml::traces
