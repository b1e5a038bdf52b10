// Where a unit's time goes. Every wait of the machine passes through here, once, with its reason: that one
// line feeds the statistics, the trace and the deadlock report (decision D4).
//
// A log has a cursor, the cycle up to which time is accounted for. What lies between the end of one wait and
// the beginning of the next is work.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/lock/lock_bank.hpp"
#include "sim/machine/sharing.hpp"
#include "sim/machine/unit_table.hpp"
#include "sim/observe/place.hpp"
#include "sim/observe/work_text.hpp"
#include "traces/event.hpp"
#include "traces/statistics.hpp"

namespace aie4ml::sim {

// What exactly a unit waits for, so that a deadlock report can ask who would have to act.
struct WaitCause {
  enum class What : std::uint8_t {
    nothing,
    lock,
    words,
    room,
    cascade_word,
    cascade_room,
    bank,
    external,
    end
  };
  traces::StallReason reason{};
  What what{};
  LockAddress lock{};         // lock
  LockOperation operation{};  // lock
  int link{-1};               // words, room: index of the route; cascade: of the link

  [[nodiscard]] bool same_object(const WaitCause& other) const {
    return reason == other.reason && what == other.what && lock == other.lock && link == other.link;
  }
};

// One step of a unit's history: it waited until `at`, or began other work then.
struct Step {
  std::int64_t at{};
  std::int64_t from{};         // of a wait: its begin
  WaitCause cause{};           // reason none: other work begins
  Ending ending{};             // of a wait
  std::int32_t work{kNoWork};  // from `at` on
};

// What traces call a wait: "lock 3 'fc1.in full'", the name of a route.
using WaitText = std::function<std::string(const WaitCause&)>;

class UnitLog {
 public:
  // recorder may be null; the track is added to it by the caller. Steps are kept as long as *keep_steps.
  UnitLog(const UnitInfo& unit, const arch::Image& image, traces::Recorder* recorder, WaitText wait_text,
          const bool& keep_steps);

  [[nodiscard]] const UnitInfo& unit() const { return unit_; }
  // The history, and the unit's present place in it.
  [[nodiscard]] const std::vector<Step>& steps() const { return steps_; }
  [[nodiscard]] std::int32_t step() const { return static_cast<std::int32_t>(steps_.size()); }
  [[nodiscard]] Place place(std::int64_t cycle) const { return {unit_.id, step(), cycle}; }
  [[nodiscard]] std::int64_t cursor() const { return cursor_; }

  // Latest cycle the unit is known to have come to.
  [[nodiscard]] std::int64_t latest() const { return blocked_ ? std::max(cursor_, blocked_since_) : cursor_; }
  // The unit worked up to `cycle`.
  void reached(std::int64_t cycle) { cursor_ = std::max(cursor_, cycle); }

  // From `from`, not before the cursor, to `to` the unit waited. Waits of no cycles leave no trace.
  void waited(const WaitCause& cause, std::int64_t from, std::int64_t to, const Ending& ending = {});
  // Cycles waited for the words or room of a route so far.
  [[nodiscard]] std::int64_t waited_for_link(int link) const {
    const auto found = link_waits_.find(link);
    return found == link_waits_.end() ? 0 : found->second;
  }
  // `cycles` of the time since the cursor were no work, where exactly is not known.
  void lost(traces::StallReason reason, std::int64_t cycles) {
    stalls_[static_cast<std::size_t>(reason)] += cycles;
  }

  // Between these two the unit is blocked in the simulation, and does not know yet how long it waits from
  // `from` on.
  void begin_wait(const WaitCause& cause, std::int64_t from) {
    blocked_ = cause;
    blocked_since_ = from;
  }
  void end_wait() { blocked_.reset(); }
  [[nodiscard]] const std::optional<WaitCause>& blocked() const { return blocked_; }
  // The unit is done for good.
  void finished(std::int64_t at);

  // A piece of work (see work_text()); ends when the next begins or end_work() is called.
  void begin_work(std::int32_t work, std::int64_t at, std::int32_t iteration = -1);
  void end_work(std::int64_t at);
  void instant(traces::NameId name, std::int64_t at);
  // Ends open work and an open wait; [none] of the result is the work, all entries add up to `end`.
  std::array<std::int64_t, traces::kStallReasons> close(std::int64_t end);

 private:
  void emit(traces::NameId name, traces::StallReason stall, std::int64_t begin, std::int64_t end,
            std::int32_t iteration);
  void emit_work(std::int64_t end);
  traces::NameId wait_name(const WaitCause& cause);

  UnitInfo unit_;
  const arch::Image& image_;
  traces::Recorder* recorder_;
  WaitText wait_text_;
  std::vector<std::pair<WaitCause, traces::NameId>> wait_names_;  // of what it ever waited for: a few
  std::array<std::int64_t, traces::kStallReasons> stalls_{};
  std::map<int, std::int64_t> link_waits_;  // by route
  std::int64_t cursor_{};
  std::optional<WaitCause> blocked_;
  std::int64_t blocked_since_{};

  const bool& keep_steps_;
  std::vector<Step> steps_;

  std::int32_t work_{kNoWork};
  std::vector<std::optional<traces::NameId>> work_names_;  // by work + 1
  std::int64_t work_begin_{};
  std::int32_t work_iteration_{};
};

// Around a wait in a simulation process: the unit is blocked for `cause`. How long it waited is said
// afterwards, to UnitLog::waited(), because it does not depend on whether the process had to be suspended to
// find out.
class WaitScope {
 public:
  WaitScope(UnitLog& log, const WaitCause& cause, std::int64_t from) : log_(log) {
    log_.begin_wait(cause, from);
  }
  ~WaitScope() { log_.end_wait(); }
  WaitScope(const WaitScope&) = delete;
  WaitScope& operator=(const WaitScope&) = delete;

 private:
  UnitLog& log_;
};

}  // namespace aie4ml::sim
