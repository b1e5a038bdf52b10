#include "traces/trace_filter.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "arch/error.hpp"

namespace aie4ml::traces {
namespace {

struct KindName {
  std::string_view name;
  std::initializer_list<UnitKind> kinds;
};
constexpr std::initializer_list<UnitKind> kDma{UnitKind::s2mm, UnitKind::mm2s};
constexpr std::initializer_list<UnitKind> kCore{UnitKind::core};
constexpr std::initializer_list<UnitKind> kS2mm{UnitKind::s2mm};
constexpr std::initializer_list<UnitKind> kMm2s{UnitKind::mm2s};
constexpr std::initializer_list<UnitKind> kPlio{UnitKind::plio_in, UnitKind::plio_out};
constexpr std::initializer_list<UnitKind> kLock{UnitKind::lock};
constexpr std::initializer_list<UnitKind> kBank{UnitKind::bank};
constexpr std::initializer_list<UnitKind> kPath{UnitKind::path};
constexpr std::array kKindNames = {KindName{"core", kCore}, KindName{"dma", kDma},   KindName{"s2mm", kS2mm},
                                   KindName{"mm2s", kMm2s}, KindName{"plio", kPlio}, KindName{"lock", kLock},
                                   KindName{"bank", kBank}, KindName{"path", kPath}};

[[noreturn]] void refuse(std::string_view clause, const std::string& what) {
  throw arch::InputError("--trace-filter", "'" + std::string(clause) + "': " + what,
                         "for example tile=7..10,0..3;kind=core,lock;cycles=1000..5000");
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::int64_t number(std::string_view clause, std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0 ||
      value > TraceFilter::Range{}.last) {
    refuse(clause, "'" + std::string(text) + "' is no number");
  }
  return value;
}

TraceFilter::Range range(std::string_view clause, std::string_view text) {
  TraceFilter::Range result;
  if (text == "*") return result;
  const std::size_t dots = text.find("..");
  if (dots == std::string_view::npos) {
    result.first = result.last = number(clause, text);
    return result;
  }
  const std::string_view first = text.substr(0, dots);
  const std::string_view last = text.substr(dots + 2);
  if (first.empty() && last.empty()) refuse(clause, "'..' has no end, '*' means all");
  if (!first.empty()) result.first = number(clause, first);
  if (!last.empty()) result.last = number(clause, last);
  if (result.first > result.last) refuse(clause, "'" + std::string(text) + "' ends before it begins");
  return result;
}

TraceFilter::Place place(std::string_view clause, arch::TileKind kind, std::string_view text) {
  const std::vector<std::string_view> parts = split(text, ',');
  if (kind == arch::TileKind::core && parts.size() != 2)
    refuse(clause, "wants columns and rows, as in 7..10,0..3");
  if (kind == arch::TileKind::shim && parts.size() != 1) refuse(clause, "wants columns only, as in 7..10");
  if (parts.size() > 2) refuse(clause, "wants columns and rows, as in 7..10,0");
  return {kind, range(clause, parts[0]), parts.size() == 2 ? range(clause, parts[1]) : TraceFilter::Range{}};
}

}  // namespace

std::string track_kinds() {
  std::string names;
  for (const KindName& known : kKindNames) names += (names.empty() ? "" : ", ") + std::string(known.name);
  return names;
}

TraceFilter TraceFilter::parse(std::string_view text) {
  TraceFilter filter;
  bool has_cycles = false;
  for (const std::string_view clause : split(text, ';')) {
    const std::size_t equals = clause.find('=');
    const std::string_view key = clause.substr(0, equals);
    const std::string_view value = equals == std::string_view::npos ? "" : clause.substr(equals + 1);
    if (value.empty()) refuse(clause, "is not KEY=VALUE");
    if (key == "tile") {
      filter.places_.push_back(place(clause, arch::TileKind::core, value));
    } else if (key == "memory") {
      filter.places_.push_back(place(clause, arch::TileKind::memory, value));
    } else if (key == "shim") {
      filter.places_.push_back(place(clause, arch::TileKind::shim, value));
    } else if (key == "kind") {
      if (!filter.kinds_.empty()) refuse(clause, "kind stands twice");
      for (const std::string_view name : split(value, ',')) {
        const auto known = std::find_if(kKindNames.begin(), kKindNames.end(),
                                        [name](const KindName& k) { return k.name == name; });
        if (known == kKindNames.end()) {
          refuse(clause, "'" + std::string(name) + "' is no kind, use " + track_kinds());
        }
        filter.kinds_.insert(filter.kinds_.end(), known->kinds.begin(), known->kinds.end());
      }
    } else if (key == "cycles") {
      if (has_cycles) refuse(clause, "cycles stands twice");
      has_cycles = true;
      filter.cycles_ = range(clause, value);
    } else {
      refuse(clause, "'" + std::string(key) + "' is no key, use tile, memory, shim, kind, cycles");
    }
  }
  return filter;
}

bool TraceFilter::shows(const Track& track, const arch::Device& device) const {
  const bool kind = kinds_.empty() || std::find(kinds_.begin(), kinds_.end(), track.unit) != kinds_.end();
  if (!kind || places_.empty()) return kind;
  if (track.unit == UnitKind::path) return !kinds_.empty();  // has no place: only if asked for by its kind
  const arch::TileKind tile = device.kind(track.tile);
  const int first_row = tile == arch::TileKind::core     ? device.core_row(0)
                        : tile == arch::TileKind::memory ? device.grid.shim_rows
                                                         : 0;
  return std::any_of(places_.begin(), places_.end(), [&](const Place& p) {
    return p.kind == tile && p.columns.has(track.tile.col) && p.rows.has(track.tile.row - first_row);
  });
}

FilteredRecorder::FilteredRecorder(std::unique_ptr<Recorder> sink, TraceFilter filter,
                                   const arch::Device& device)
    : sink_(std::move(sink)), filter_(std::move(filter)), device_(device) {}

void FilteredRecorder::add_track(const Track& track) {
  if (tracks_.size() <= track.id) tracks_.resize(track.id + std::size_t{1});
  if (!filter_.shows(track, device_)) return;
  tracks_[track.id].is = true;
  ++shown_;
  sink_->add_track(track);
}

void FilteredRecorder::slice(TrackId track, NameId name, StallReason stall, arch::Cycles begin,
                             arch::Cycles end, std::int32_t iteration) {
  if (!tracks_.at(track).is) return;
  const arch::Cycles from = std::max(begin, arch::Cycles(filter_.cycles().first));
  const arch::Cycles to = std::min(end, arch::Cycles(filter_.cycles().last + 1));
  if (from < to) sink_->slice(track, name, stall, from, to, iteration);
}

void FilteredRecorder::instant(TrackId track, NameId name, arch::Cycles at) {
  if (tracks_.at(track).is && filter_.cycles().has(at.value)) sink_->instant(track, name, at);
}

void FilteredRecorder::value(TrackId track, arch::Cycles at, std::int64_t value) {
  Shown& shown = tracks_.at(track);
  if (!shown.is || at.value > filter_.cycles().last) return;
  if (at.value < filter_.cycles().first) {
    shown.has_former = true;
    shown.former = value;
    return;
  }
  if (at.value > filter_.cycles().first) pass_former(track);
  shown.has_former = false;
  sink_->value(track, at, value);
}

void FilteredRecorder::pass_former(TrackId track) {
  Shown& shown = tracks_[track];
  if (shown.has_former) sink_->value(track, arch::Cycles(filter_.cycles().first), shown.former);
  shown.has_former = false;
}

void FilteredRecorder::finish(arch::Cycles end) {
  if (end.value >= filter_.cycles().first) {
    for (std::size_t track = 0; track < tracks_.size(); ++track) pass_former(static_cast<TrackId>(track));
  }
  sink_->finish(std::min(end, arch::Cycles(filter_.cycles().last + 1)));
}

}  // namespace aie4ml::traces
