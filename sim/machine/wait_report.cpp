#include "sim/machine/wait_report.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace aie4ml::sim {
namespace {

using What = WaitCause::What;

class Reporter {
 public:
  explicit Reporter(const WaitReportInput& input) : in_(input) {}

  [[nodiscard]] bool is_blocked(UnitId unit) const {
    const auto& cause = log(unit).blocked();
    return cause && cause->what != What::end;
  }

  // "waits for lock 3 'fc2.in full' of tile (9,1) to be at least 1, it is 0"
  [[nodiscard]] std::string describe(UnitId unit) const {
    const WaitCause& cause = *log(unit).blocked();
    switch (cause.what) {
      case What::lock:
        return fmt::format("waits for {} of {} to be {} {}, it is {}", lock_name(in_.image, cause.lock),
                           in_.device.tile_name(cause.lock.tile),
                           cause.operation.equal ? "exactly" : "at least", cause.operation.amount,
                           in_.locks.at(cause.lock.tile)->value(cause.lock.lock));
      case What::words:
        if (cause.link < 0) return "waits for words at a stream port that nothing leads to";
        return fmt::format("waits for words on '{}'", stream(cause).ends().name);
      case What::room:
        if (cause.link < 0) return "waits for room at a stream port that leads nowhere";
        return fmt::format("waits for room on '{}'", stream(cause).ends().name);
      case What::cascade_word:
        return "waits for a word on its cascade";
      case What::cascade_room:
        return "waits for room on its cascade";
      case What::bank:
        return "waits for a memory bank";
      case What::external:
        return "waits for external memory";
      case What::nothing:
      case What::end:
        break;
    }
    return "waits";
  }

  // Units that could end the wait of `unit`.
  [[nodiscard]] std::vector<UnitId> helpers(UnitId unit) const {
    const WaitCause& cause = *log(unit).blocked();
    switch (cause.what) {
      case What::lock: {
        std::vector<UnitId> units = in_.sharing.releasers(cause.lock);
        units.erase(std::remove(units.begin(), units.end(), unit), units.end());
        return units;
      }
      case What::words: {
        if (cause.link < 0) return {};
        // Words that are there but do not come are held back by another receiver of the multicast.
        const StreamChannel& route = stream(cause);
        const bool held = route.route().left_count() < route.route().pushed();
        const std::vector<UnitId> others = held ? blocking(route) : std::vector<UnitId>{};
        return !others.empty() && others.front() != unit ? others : route.ends().feeders;
      }
      case What::room:
        return cause.link < 0 ? std::vector<UnitId>{} : blocking(stream(cause));
      case What::cascade_word:
        return known(in_.cascades[static_cast<std::size_t>(cause.link)]->writer());
      case What::cascade_room:
        return known(in_.cascades[static_cast<std::size_t>(cause.link)]->reader());
      default:
        return {};
    }
  }

  // All blocked units and those that could help them.
  [[nodiscard]] WaitGraph graph() const {
    std::vector<UnitId> shown;
    for (const UnitInfo& unit : in_.units.all()) {
      if (is_blocked(unit.id)) shown.push_back(unit.id);
    }
    const auto place = [&shown](UnitId unit) {
      const auto found = std::find(shown.begin(), shown.end(), unit);
      if (found == shown.end()) shown.push_back(unit);
      return static_cast<int>(std::find(shown.begin(), shown.end(), unit) - shown.begin());
    };
    WaitGraph graph;
    for (std::size_t i = 0; i < shown.size(); ++i) {  // grows
      const UnitId unit = shown[i];
      WaitNode node{.unit = in_.units[unit].name, .what = "", .helpers = {}, .blocked = is_blocked(unit)};
      if (node.blocked) {
        node.what = describe(unit);
        for (const UnitId helper : helpers(unit)) node.helpers.push_back(place(helper));
      } else {
        node.what = log(unit).blocked() ? "has ended" : "is running";
      }
      graph.push_back(std::move(node));
    }
    find_circles(graph);
    return graph;
  }

  // From `unit` along the waits: "A waits for ... <- B waits for ... <- A".
  [[nodiscard]] std::string chain(UnitId unit) const {
    std::string text;
    std::set<UnitId> seen;
    for (;;) {
      text += in_.units[unit].name;
      if (!seen.insert(unit).second) return text;
      if (!log(unit).blocked()) return text + " is running";
      if (!is_blocked(unit)) return text + " has ended";
      text += " " + describe(unit);
      const std::vector<UnitId> next = helpers(unit);
      if (next.empty()) return text + ", which nobody can bring about";
      const auto stuck = std::find_if(next.begin(), next.end(), [this](UnitId u) { return is_blocked(u); });
      unit = stuck != next.end() ? *stuck : next.front();
      text += " <- ";
    }
  }

 private:
  [[nodiscard]] const UnitLog& log(UnitId unit) const { return *in_.logs[static_cast<std::size_t>(unit)]; }
  [[nodiscard]] const StreamChannel& stream(const WaitCause& cause) const {
    return *in_.streams[static_cast<std::size_t>(cause.link)];
  }
  // Who would have to take words for the stream to go on.
  static std::vector<UnitId> blocking(const StreamChannel& stream) {
    const int receiver = stream.route().blocking_receiver();
    if (receiver < 0) return {};
    const UnitId unit = stream.ends().receivers[static_cast<std::size_t>(receiver)];
    return unit == kNoUnit ? stream.ends().takers : known(unit);
  }
  static std::vector<UnitId> known(UnitId unit) {
    return unit == kNoUnit ? std::vector<UnitId>{} : std::vector<UnitId>{unit};
  }

  const WaitReportInput& in_;
};

}  // namespace

std::string lock_name(const arch::Image& image, const LockAddress& lock) {
  if (const arch::TileImage* tile = image.find(lock.tile)) {
    for (const arch::LockInit& init : tile->locks) {
      if (init.lock.value == lock.lock && !init.name.empty())
        return fmt::format("lock {} '{}'", lock.lock, init.name);
    }
  }
  return fmt::format("lock {}", lock.lock);
}

Fault report_waits(const WaitReportInput& input, Fault::Kind kind, std::int64_t cycle,
                   const std::string& what) {
  const Reporter reporter(input);
  Fault fault{
      .kind = kind, .cycle = arch::Cycles(cycle), .tile = {}, .message = what, .waits = {}, .graph = {}};
  UnitId first = kNoUnit;
  for (const UnitInfo& unit : input.units.all()) {
    if (!reporter.is_blocked(unit.id)) continue;
    fault.waits.push_back(unit.name + " " + reporter.describe(unit.id));
    const bool output = unit.kind == traces::UnitKind::plio_out;
    if (first == kNoUnit || (output && input.units[first].kind != traces::UnitKind::plio_out))
      first = unit.id;
  }
  if (first == kNoUnit) return fault;
  fault.graph = reporter.graph();
  fault.tile = input.units[first].tile;
  fault.message += ": " + reporter.chain(first);
  return fault;
}

}  // namespace aie4ml::sim
