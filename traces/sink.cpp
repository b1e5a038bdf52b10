#include "traces/sink.hpp"

#include <array>
#include <string>

#include "arch/error.hpp"
#include "traces/csv_sink.hpp"
#include "traces/perfetto/perfetto_sink.hpp"
#include "traces/vcd_sink.hpp"

namespace aie4ml::traces {
namespace {

template <class Sink>
std::unique_ptr<Recorder> make(const std::filesystem::path& path, const RunInfo& info) {
  return std::make_unique<Sink>(path, info);
}

constexpr std::array kFormats = {
    SinkFormat{"perfetto", ".perfetto-trace", "Perfetto protobuf, for ui.perfetto.dev", make<PerfettoSink>},
    SinkFormat{"vcd", ".vcd", "value change dump, for GTKWave and Surfer", make<VcdSink>},
    SinkFormat{"csv", ".csv", "one event a line, for spreadsheets and scripts", make<CsvSink>},
};

}  // namespace

std::span<const SinkFormat> sink_formats() {
  return kFormats;
}

std::unique_ptr<Recorder> make_sink(std::string_view format, const std::filesystem::path& path,
                                    const RunInfo& info) {
  std::string known;
  for (const SinkFormat& candidate : kFormats) {
    if (candidate.name == format) return candidate.make(path, info);
    known += (known.empty() ? "" : ", ") + std::string(candidate.name);
  }
  throw arch::InputError("trace format", "'" + std::string(format) + "' is unknown", "use one of: " + known);
}

}  // namespace aie4ml::traces
