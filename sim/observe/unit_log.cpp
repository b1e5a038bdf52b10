#include "sim/observe/unit_log.hpp"

#include <algorithm>
#include <numeric>

#include "sim/check.hpp"

namespace aie4ml::sim {
namespace {

// Shorter waits for streams and banks are the ordinary beat of a busy unit; in a trace they would hide the
// rest.
constexpr std::int64_t kShortestSlice = 4;

bool cuts_work(traces::StallReason reason, std::int64_t cycles) {
  switch (reason) {
    case traces::StallReason::bank:
      return false;
    case traces::StallReason::stream:
      return cycles >= kShortestSlice;
    default:
      return cycles > 0;
  }
}

}  // namespace

UnitLog::UnitLog(const UnitInfo& unit, traces::Recorder* recorder) : unit_(unit), recorder_(recorder) {
  if (recorder_ == nullptr) return;
  for (int r = 0; r < traces::kStallReasons; ++r) {
    stall_names_[static_cast<std::size_t>(r)] =
        recorder_->intern(traces::to_string(static_cast<traces::StallReason>(r)));
  }
}

void UnitLog::emit(traces::NameId name, traces::StallReason stall, std::int64_t begin, std::int64_t end,
                   std::int32_t iteration) {
  if (recorder_ == nullptr || end <= begin) return;
  recorder_->slice(static_cast<traces::TrackId>(unit_.id), name, stall, arch::Cycles(begin),
                   arch::Cycles(end), iteration);
}

void UnitLog::waited(const WaitCause& cause, std::int64_t from, std::int64_t to) {
  if (to <= from) return;
  check(from >= cursor_, "waits of a unit come in order");
  stalls_[static_cast<std::size_t>(cause.reason)] += to - from;
  cursor_ = to;
  if (!cuts_work(cause.reason, to - from)) return;
  if (working_) {
    emit(work_name_, traces::StallReason::none, work_begin_, from, work_iteration_);
    work_begin_ = to;
  }
  emit(stall_names_[static_cast<std::size_t>(cause.reason)], cause.reason, from, to, -1);
}

void UnitLog::finished(std::int64_t at) {
  end_work(at);
  begin_wait({.reason = traces::StallReason::idle, .what = WaitCause::What::end}, at);
}

void UnitLog::begin_work(traces::NameId name, std::int64_t at, std::int32_t iteration) {
  end_work(at);
  working_ = true;
  work_name_ = name;
  work_begin_ = at;
  work_iteration_ = iteration;
}

void UnitLog::end_work(std::int64_t at) {
  cursor_ = std::max(cursor_, at);
  if (!working_) return;
  emit(work_name_, traces::StallReason::none, work_begin_, at, work_iteration_);
  working_ = false;
}

void UnitLog::instant(traces::NameId name, std::int64_t at) {
  if (recorder_ != nullptr)
    recorder_->instant(static_cast<traces::TrackId>(unit_.id), name, arch::Cycles(at));
}

std::array<std::int64_t, traces::kStallReasons> UnitLog::close(std::int64_t end) {
  if (blocked_) waited(*blocked_, std::max(blocked_since_, cursor_), end);
  end_work(end);
  std::array<std::int64_t, traces::kStallReasons> result = stalls_;
  // Waits that outlast the run.
  std::int64_t beyond = std::accumulate(stalls_.begin() + 1, stalls_.end(), std::int64_t{0}) - end;
  for (std::size_t r = 1; r < result.size() && beyond > 0; ++r) {
    const std::int64_t cut = std::min(beyond, result[r]);
    result[r] -= cut;
    beyond -= cut;
  }
  result[0] = end - std::accumulate(result.begin() + 1, result.end(), std::int64_t{0});
  return result;
}

}  // namespace aie4ml::sim
