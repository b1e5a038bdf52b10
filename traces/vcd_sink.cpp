#include "traces/vcd_sink.hpp"

#include <algorithm>
#include <array>
#include <tuple>

#include <fmt/format.h>
#include <fmt/ostream.h>

namespace aie4ml::traces {
namespace {

constexpr int kVariables = 4;  // identifiers a track has at most
enum Variable : int { kState, kBusy, kStall, kIteration };

// Short codes of printable characters, as the format wants them.
std::string code(TrackId track, Variable variable) {
  constexpr int kFirst = '!';
  constexpr int kCount = '~' - '!' + 1;
  std::string text;
  for (std::int64_t n = std::int64_t{track} * kVariables + variable; n >= 0; n = n / kCount - 1) {
    text += static_cast<char>(kFirst + n % kCount);
  }
  return text;
}

std::string identifier(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    if (plain) {
      result += c;
    } else if (!result.empty() && result.back() != '_') {
      result += '_';
    }
  }
  while (!result.empty() && result.back() == '_') result.pop_back();
  return result.empty() ? "_" : result;
}

// A string value ends at the first blank.
std::string one_word(std::string_view text) {
  std::string result(text);
  std::replace_if(
      result.begin(), result.end(), [](char c) { return c <= ' ' || c > '~'; }, '_');
  return result;
}

// Scopes of a track, from the device down.
std::vector<std::string> scopes(const Track& track, const RunInfo& info) {
  std::vector<std::string> path{identifier(info.device)};
  if (track.unit == UnitKind::path) return path;
  if (track.tile_name.starts_with("shim")) {
    path.emplace_back("shim");
  } else {
    path.emplace_back(track.tile_name.starts_with("memory") ? "memory_tiles" : "core_tiles");
  }
  const auto label = info.tile_labels.find(track.tile);
  path.push_back(
      identifier(label == info.tile_labels.end() ? track.tile_name : track.tile_name + ' ' + label->second));
  if (track.unit == UnitKind::lock) path.emplace_back("locks");
  if (track.unit == UnitKind::bank) path.emplace_back("bank_conflicts");
  return path;
}

std::string binary(std::int64_t value) {
  return fmt::format("b{:b}", value);
}

}  // namespace

VcdSink::VcdSink(const std::filesystem::path& path, const RunInfo& info) : file_(path), info_(info) {}

void VcdSink::add_track(const Track& track) {
  tracks_[track.id] = track;
  changes_.push_back({.at = 0, .track = track.id});
}

NameId VcdSink::intern(std::string_view text) {
  return names_.intern(one_word(text));
}

void VcdSink::slice(TrackId track, NameId name, StallReason stall, arch::Cycles begin, arch::Cycles end,
                    std::int32_t iteration) {
  changes_.push_back({begin.value, track, stall, true, name, iteration, 0});
  changes_.push_back({.at = end.value, .track = track});
}

// A point in time has no place among values that last.
void VcdSink::instant(TrackId /*track*/, NameId /*name*/, arch::Cycles /*at*/) {}

void VcdSink::value(TrackId track, arch::Cycles at, std::int64_t value) {
  changes_.push_back({.at = at.value, .track = track, .active = true, .number = value});
}

bool VcdSink::is_number(const Track& track) {
  return track.unit == UnitKind::lock || track.unit == UnitKind::bank;
}

void VcdSink::declare(const Track& track) {
  std::ostream& out = file_.stream();
  const std::string name = identifier(track.name);
  if (is_number(track)) {
    fmt::print(out, "$var integer 32 {} {} $end\n", code(track.id, kState), name);
    return;
  }
  fmt::print(out, "$scope module {} $end\n", name);
  fmt::print(out, "$var string 1 {} state $end\n", code(track.id, kState));
  fmt::print(out, "$var wire 1 {} busy $end\n", code(track.id, kBusy));
  fmt::print(out, "$var reg 3 {} stall $end\n", code(track.id, kStall));
  if (track.unit == UnitKind::plio_in || track.unit == UnitKind::plio_out) {
    fmt::print(out, "$var integer 32 {} iteration $end\n", code(track.id, kIteration));
  }
  fmt::print(out, "$upscope $end\n");
}

void VcdSink::write_header() {
  std::ostream& out = file_.stream();
  fmt::print(out,
             "$comment model {}, device {}, {} iterations $end\n"
             "$comment one time unit is one AIE cycle, {:g} MHz $end\n"
             "$comment stall: 0 none, 1 lock, 2 stream, 3 cascade, 4 bank, 5 idle $end\n"
             "$version aie4ml-sim $end\n$timescale 1 ns $end\n",
             one_word(info_.model), one_word(info_.device), info_.iterations, info_.aie_mhz);
  // Tracks of one scope together, scopes in the order of the array: shim first.
  std::vector<std::pair<std::vector<std::string>, const Track*>> ordered;
  for (const auto& [id, track] : tracks_) ordered.emplace_back(scopes(track, info_), &track);
  std::stable_sort(ordered.begin(), ordered.end(), [](const auto& a, const auto& b) {
    const auto key = [](const Track& t) {
      return std::tuple(t.unit != UnitKind::path, t.tile.row, t.tile.col, t.unit, t.index);
    };
    return key(*a.second) < key(*b.second);
  });
  std::vector<std::string> open;
  for (const auto& [path, track] : ordered) {
    const auto differ = std::mismatch(open.begin(), open.end(), path.begin(), path.end());
    while (open.begin() + (differ.first - open.begin()) != open.end()) {
      fmt::print(out, "$upscope $end\n");
      open.pop_back();
      if (open.size() == static_cast<std::size_t>(differ.second - path.begin())) break;
    }
    while (open.size() < path.size()) {
      open.push_back(path[open.size()]);
      fmt::print(out, "$scope module {} $end\n", open.back());
    }
    declare(*track);
  }
  for (std::size_t i = 0; i < open.size(); ++i) fmt::print(out, "$upscope $end\n");
  fmt::print(out, "$enddefinitions $end\n");
}

std::string VcdSink::state(const Change& change) const {
  if (!change.active) return "-";
  switch (change.stall) {
    case StallReason::none:
      return names_.text(change.name);
    case StallReason::idle:
      return "idle";
    default:
      return fmt::format("stall_{}_{}", to_string(change.stall), names_.text(change.name));
  }
}

std::string VcdSink::difference(const Change& change, const Change* former) const {
  const Track& track = tracks_.at(change.track);
  if (is_number(track)) {
    if (former != nullptr && former->number == change.number) return "";
    return fmt::format("{} {}\n", binary(change.number), code(change.track, kState));
  }
  const auto busy = [](const Change& c) { return c.active && c.stall == StallReason::none; };
  std::string text;
  const std::string now = state(change);
  if (former == nullptr || state(*former) != now)
    text += fmt::format("s{} {}\n", now, code(change.track, kState));
  if (former == nullptr || busy(*former) != busy(change)) {
    text += fmt::format("{}{}\n", busy(change) ? 1 : 0, code(change.track, kBusy));
  }
  if (former == nullptr || former->stall != change.stall) {
    text +=
        fmt::format("{} {}\n", binary(static_cast<std::int64_t>(change.stall)), code(change.track, kStall));
  }
  const bool plio = track.unit == UnitKind::plio_in || track.unit == UnitKind::plio_out;
  if (plio && (former == nullptr || former->iteration != change.iteration)) {
    text += fmt::format("{} {}\n", change.iteration < 0 ? "bx" : binary(change.iteration),
                        code(change.track, kIteration));
  }
  return text;
}

void VcdSink::finish(arch::Cycles end) {
  write_header();
  // Of several changes of a track in one cycle the last one counts: what ends there makes room for what
  // begins.
  std::stable_sort(changes_.begin(), changes_.end(), [](const Change& a, const Change& b) {
    return std::tuple(a.at, a.track) < std::tuple(b.at, b.track);
  });
  std::map<TrackId, const Change*> now;
  std::optional<std::int64_t> time;
  for (std::size_t i = 0; i < changes_.size(); ++i) {
    const Change& change = changes_[i];
    const bool overtaken =
        i + 1 < changes_.size() && changes_[i + 1].at == change.at && changes_[i + 1].track == change.track;
    if (overtaken || change.at > end.value) continue;
    const Change*& former = now[change.track];
    const std::string text = difference(change, former);
    if (!text.empty() && time != change.at) {
      fmt::print(file_.stream(), "#{}\n", change.at);
      time = change.at;
    }
    file_.stream() << text;
    former = &change;
  }
  if (time != end.value) fmt::print(file_.stream(), "#{}\n", end.value);
  file_.commit();
}

}  // namespace aie4ml::traces
