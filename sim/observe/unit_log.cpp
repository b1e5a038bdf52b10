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

UnitLog::UnitLog(const UnitInfo& unit, const arch::Image& image, traces::Recorder* recorder,
                 WaitText wait_text, const bool& keep_steps)
    : unit_(unit),
      image_(image),
      recorder_(recorder),
      wait_text_(std::move(wait_text)),
      keep_steps_(keep_steps) {}

traces::NameId UnitLog::wait_name(const WaitCause& cause) {
  for (const auto& [known, name] : wait_names_) {
    if (known.same_object(cause)) return name;
  }
  return wait_names_.emplace_back(cause, recorder_->intern(wait_text_(cause))).second;
}

void UnitLog::emit(traces::NameId name, traces::StallReason stall, std::int64_t begin, std::int64_t end,
                   std::int32_t iteration) {
  if (recorder_ == nullptr || end <= begin) return;
  recorder_->slice(static_cast<traces::TrackId>(unit_.id), name, stall, arch::Cycles(begin),
                   arch::Cycles(end), iteration);
}

void UnitLog::emit_work(std::int64_t end) {
  if (recorder_ == nullptr || work_ == kNoWork) return;
  const auto at = static_cast<std::size_t>(work_ - kUnnamedWork);
  if (work_names_.size() <= at) work_names_.resize(at + 1);
  if (!work_names_[at]) work_names_[at] = recorder_->intern(work_text(image_, unit_, work_));
  emit(*work_names_[at], traces::StallReason::none, work_begin_, end, work_iteration_);
}

void UnitLog::waited(const WaitCause& cause, std::int64_t from, std::int64_t to, const Ending& ending) {
  if (to <= from) return;
  check(from >= cursor_, "waits of a unit come in order");
  stalls_[static_cast<std::size_t>(cause.reason)] += to - from;
  if (cause.reason == traces::StallReason::stream && cause.link >= 0) link_waits_[cause.link] += to - from;
  cursor_ = to;
  if (keep_steps_) steps_.push_back({to, from, cause, ending, work_});
  if (recorder_ == nullptr || !cuts_work(cause.reason, to - from)) return;
  emit_work(from);
  work_begin_ = to;
  emit(wait_name(cause), cause.reason, from, to, -1);
}

void UnitLog::finished(std::int64_t at) {
  end_work(at);
  begin_wait({.reason = traces::StallReason::idle, .what = WaitCause::What::end}, at);
}

void UnitLog::begin_work(std::int32_t work, std::int64_t at, std::int32_t iteration) {
  cursor_ = std::max(cursor_, at);
  emit_work(at);
  work_ = work;
  work_begin_ = at;
  work_iteration_ = iteration;
  if (keep_steps_) steps_.push_back({.at = at, .from = at, .cause = {}, .ending = {}, .work = work});
}

void UnitLog::end_work(std::int64_t at) {
  if (work_ == kNoWork) {
    cursor_ = std::max(cursor_, at);
  } else {
    begin_work(kNoWork, at);
  }
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
