#include "traces/csv_sink.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ostream.h>

namespace aie4ml::traces {
namespace {

std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"#\r\n") == std::string_view::npos) return std::string(text);
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"') result += '"';
    result += c;
  }
  return result + '"';
}

// A comment is one line whatever the model is called.
std::string one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '\r' || c == '\n'; }, ' ');
  return text;
}

}  // namespace

CsvSink::CsvSink(const std::filesystem::path& path, const RunInfo& info) : file_(path) {
  fmt::print(file_.stream(), "# model {}, device {}, {} iterations\n", one_line(info.model),
             one_line(info.device), info.iterations);
  fmt::print(file_.stream(), "# times are AIE cycles, {:g} MHz\n", info.aie_mhz);
  file_.stream() << "tile,unit,event,name,stall,begin_cycle,end_cycle,iteration,value\n";
}

void CsvSink::add_track(const Track& track) {
  if (tracks_.size() <= track.id) tracks_.resize(track.id + std::size_t{1});
  tracks_[track.id] = csv_field(track.tile_name) + ',' + csv_field(track.name);
}

NameId CsvSink::intern(std::string_view text) {
  return names_.intern(csv_field(text));
}

void CsvSink::slice(TrackId track, NameId name, StallReason stall, arch::Cycles begin, arch::Cycles end,
                    std::int32_t iteration) {
  ++slices_;
  fmt::print(file_.stream(), "{},slice,{},{},{},{},{},\n", tracks_.at(track), names_.text(name),
             stall == StallReason::none ? "" : to_string(stall), begin.value, end.value,
             iteration < 0 ? std::string() : fmt::to_string(iteration));
}

void CsvSink::instant(TrackId track, NameId name, arch::Cycles at) {
  ++instants_;
  fmt::print(file_.stream(), "{},instant,{},,{},{},,\n", tracks_.at(track), names_.text(name), at.value,
             at.value);
}

void CsvSink::value(TrackId track, arch::Cycles at, std::int64_t value) {
  ++values_;
  fmt::print(file_.stream(), "{},value,,,{},{},,{}\n", tracks_.at(track), at.value, at.value, value);
}

void CsvSink::finish(arch::Cycles end) {
  fmt::print(file_.stream(), "# end total_cycles={} slices={} instants={} values={}\n", end.value, slices_,
             instants_, values_);
  file_.commit();
}

}  // namespace aie4ml::traces
