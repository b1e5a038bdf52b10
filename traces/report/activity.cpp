#include "traces/report/activity.hpp"

#include <cmath>

namespace aie4ml::traces {

Activity& Activity::operator+=(const Activity& other) {
  busy += other.busy;
  lock += other.lock;
  stream += other.stream;
  cascade += other.cascade;
  bank += other.bank;
  idle += other.idle;
  return *this;
}

std::array<std::pair<std::string_view, std::int64_t>, 5> Activity::stalls() const {
  return {{{"lock", lock}, {"stream", stream}, {"cascade", cascade}, {"bank", bank}, {"idle", idle}}};
}

Activity make_activity(const std::array<std::int64_t, kStallReasons>& cycles) {
  const auto of = [&cycles](StallReason reason) { return cycles[static_cast<std::size_t>(reason)]; };
  return {of(StallReason::none),    of(StallReason::lock), of(StallReason::stream),
          of(StallReason::cascade), of(StallReason::bank), of(StallReason::idle)};
}

double rounded(double value, int decimals) {
  const double scale = std::pow(10.0, decimals);
  return std::round(value * scale) / scale;
}

double percent(double value, double whole) {
  return whole > 0 ? rounded(value * 100.0 / whole, 2) : 0.0;
}

}  // namespace aie4ml::traces
