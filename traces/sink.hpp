// The formats a trace can be written in, and how to get a recorder that writes one.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string_view>

#include "traces/event.hpp"
#include "traces/run_info.hpp"

namespace aie4ml::traces {

struct SinkFormat {
  std::string_view name;       // as on the command line
  std::string_view extension;  // of the default file name, with its dot
  std::string_view description;
  std::unique_ptr<Recorder> (*make)(const std::filesystem::path& path, const RunInfo& info);
};
std::span<const SinkFormat> sink_formats();

// The file is complete and at `path` after Recorder::finish(); a sink destroyed before leaves nothing behind.
// Throws arch::InputError for a format that is not in the table and for a file that cannot be opened;
// Recorder::finish() throws it when not all could be written.
std::unique_ptr<Recorder> make_sink(std::string_view format, const std::filesystem::path& path,
                                    const RunInfo& info);

}  // namespace aie4ml::traces
