#include "sim/observe/critical_path.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sim/check.hpp"
#include "sim/machine/wait_report.hpp"

namespace aie4ml::sim {
namespace {

using traces::PathKind;
using What = WaitCause::What;

class Walk {
 public:
  Walk(const CriticalPathInput& input, const Place& end, std::int64_t begin)
      : in_(input), begin_(begin), now_(end.cycle), at_(end) {}

  std::vector<traces::PathPiece> run() {
    while (now_ > begin_) step_back();
    std::reverse(pieces_.begin(), pieces_.end());
    return std::move(pieces_);
  }

 private:
  void step_back() {
    const UnitInfo& unit = in_.units[at_.unit];
    const std::vector<Step>& steps = in_.logs[static_cast<std::size_t>(at_.unit)]->steps();
    if (at_.step == 0) {  // what it did first
      own_work(unit, kNoWork, 0);
      return;
    }
    const Step& step = steps[static_cast<std::size_t>(--at_.step)];
    own_work(unit, step.work, step.at);
    if (step.cause.reason == traces::StallReason::none) return;
    const Place& by = step.ending.by;
    if (by.unit == kNoUnit) {  // it would have waited as long alone
      wait_for_nobody(unit, step);
      return;
    }
    wait(unit, step);
    at_ = by;
  }

  // The stretch down to `begin`, which becomes the present cycle.
  void piece(std::int64_t begin, PathKind kind, std::int32_t layer, std::string_view unit, std::string what) {
    check(begin <= now_, "causes come before their effects");
    const std::int64_t from = std::max(begin, begin_);
    const std::int64_t to = std::exchange(now_, begin);
    if (from >= to) return;
    if (!pieces_.empty()) {
      traces::PathPiece& later = pieces_.back();
      if (later.kind == kind && later.unit == unit && later.what == what) {
        later.begin = from;
        return;
      }
    }
    pieces_.push_back({from, to, kind, layer, std::string(unit), std::move(what)});
  }

  void own_work(const UnitInfo& unit, std::int32_t work, std::int64_t begin) {
    switch (unit.kind) {
      case traces::UnitKind::core: {
        // All parts of a kernel are one call.
        const auto& regions = in_.image.find(unit.tile)->program->regions;
        const std::int32_t layer = work < 0 ? -1 : regions[static_cast<std::size_t>(work)].layer;
        piece(begin, PathKind::core, layer < 0 ? unit.layer : layer, name(unit),
              layer < 0 ? "main program" : "kernel call");
        break;
      }
      case traces::UnitKind::s2mm:
      case traces::UnitKind::mm2s:
        piece(begin, PathKind::dma, unit.layer, name(unit),
              work == kNoWork
                  ? "starts a descriptor"
                  : (unit.kind == traces::UnitKind::s2mm ? "writes " : "reads ") + transfer_text(unit, work));
        break;
      case traces::UnitKind::plio_in:
        piece(begin, PathKind::plio, -1, name(unit), "sends words");
        break;
      case traces::UnitKind::plio_out:
        piece(begin, PathKind::plio, -1, name(unit), "takes words");
        break;
      case traces::UnitKind::lock:
      case traces::UnitKind::bank:
      case traces::UnitKind::path:
        break;  // do nothing
    }
  }

  // Whatever a shim's DMA moves, the time goes to memory behind the NoC.
  std::string transfer_text(const UnitInfo& unit, std::int32_t work) const {
    const bool external = in_.device.kind(unit.tile) == arch::TileKind::shim;
    return external ? "external memory" : work_text(in_.image, unit, work);
  }

  void wait_for_nobody(const UnitInfo& unit, const Step& step) {
    switch (step.cause.reason) {
      case traces::StallReason::lock:
        piece(step.from, PathKind::lock, unit.layer, name(unit),
              (step.cause.operation.acquire ? "acquires " : "releases ") +
                  lock_name(in_.image, step.cause.lock));
        break;
      case traces::StallReason::bank:
        piece(
            step.from, PathKind::bank, unit.layer, name(unit),
            step.cause.what == What::external ? "waits for external memory" : "memory bank taken by others");
        break;
      case traces::StallReason::cascade:
        piece(step.from, PathKind::cascade, unit.layer, name(unit), "cascade");
        break;
      default:
        piece(step.from, PathKind::stream, unit.layer, name(unit), "stream");
        break;
    }
  }

  void wait(const UnitInfo& unit, const Step& step) {
    const Ending& ending = step.ending;
    const bool plio = unit.kind == traces::UnitKind::plio_in || unit.kind == traces::UnitKind::plio_out;
    if (plio) piece(ending.arrived, PathKind::plio, -1, name(unit), "clock crossing");
    const std::string other = name(in_.units[ending.by.unit]);
    switch (step.cause.what) {
      case What::lock:
        piece(ending.by.cycle, PathKind::lock, unit.layer, name(unit),
              fmt::format("{} from {}", lock_name(in_.image, step.cause.lock), other));
        break;
      case What::words: {
        const std::string& route = stream(step).ends().name;
        if (ending.transit > 0) {
          piece(ending.arrived - ending.transit, PathKind::stream, unit.layer, route, "switch hops");
          piece(ending.by.cycle, PathKind::stream, unit.layer, route,
                stream(step).ends().source == kNoUnit ? "through packet switches"
                                                      : "words one behind the other");
        } else {
          piece(ending.by.cycle, PathKind::stream, unit.layer, route, "held back by " + other);
        }
        break;
      }
      case What::room:
        piece(ending.by.cycle, PathKind::stream, unit.layer, stream(step).ends().name,
              ending.by.unit == unit.id ? "words one behind the other" : "held back by " + other);
        break;
      default:
        piece(ending.by.cycle, PathKind::cascade, unit.layer, name(unit),
              (step.cause.what == What::cascade_word ? "cascade word from " : "cascade room from ") + other);
        break;
    }
  }

  // Without the layer, which the piece says.
  std::string name(const UnitInfo& unit) const {
    const bool plio = unit.kind == traces::UnitKind::plio_in || unit.kind == traces::UnitKind::plio_out;
    return plio ? unit.name : in_.device.tile_name(unit.tile) + ' ' + unit.track_name;
  }
  const StreamChannel& stream(const Step& step) const {
    return *in_.streams[static_cast<std::size_t>(step.cause.link)];
  }

  const CriticalPathInput& in_;
  std::int64_t begin_;
  std::int64_t now_;
  Place at_;
  std::vector<traces::PathPiece> pieces_;  // latest first
};

}  // namespace

std::vector<traces::PathPiece> critical_path(const CriticalPathInput& input, const Place& end,
                                             std::int64_t begin) {
  return Walk(input, end, begin).run();
}

}  // namespace aie4ml::sim
