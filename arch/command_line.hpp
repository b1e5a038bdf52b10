// The command lines of our programs: one way to parse them, one form of their errors. For files of programs
// only, which link CLI11; the libraries do not.
#pragma once

#include <charconv>
#include <cmath>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>

#include "arch/error.hpp"
#include "arch/program_exit.hpp"

namespace aie4ml::arch {

// The exit code if there is nothing to run, because help or version were asked for and are printed. Throws
// InputError, one line, for a command line that cannot be understood.
inline std::optional<int> parse_command_line(CLI::App& app, int argc, const char* const* argv) {
  try {
    app.parse(argc, argv);
    return std::nullopt;
  } catch (const CLI::Success& asked) {
    return app.exit(asked);
  } catch (const CLI::ParseError& error) {
    throw InputError("command line", one_line(error.what()), "see " + app.get_name() + " --help");
  }
}

// For numbers that have no upper limit: CLI11's own check would tell people the largest double.
inline CLI::Validator above_zero() {
  return CLI::Validator(
      [](std::string& text) {
        double value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        const bool number = error == std::errc() && end == text.data() + text.size() && std::isfinite(value);
        return number && value > 0 ? std::string() : "'" + text + "' is no number above 0";
      },
      "");
}

}  // namespace aie4ml::arch
