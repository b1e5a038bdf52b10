#include "sim/app/progress_line.hpp"

#include <cstdio>
#include <unistd.h>

#include <fmt/format.h>

namespace aie4ml::sim::app {
namespace {

std::string scaled(double value) {
  if (value >= 1e6) return fmt::format("{:.2f} M", value / 1e6);
  if (value >= 1e3) return fmt::format("{:.2f} k", value / 1e3);
  return fmt::format("{:.0f}", value);
}

std::string duration(double seconds) {
  if (seconds < 100) return fmt::format("{:.0f} s", seconds);
  if (seconds < 6000) return fmt::format("{:.0f} min", seconds / 60);
  return fmt::format("{:.1f} h", seconds / 3600);
}

}  // namespace

std::string progress_text(const Progress& progress, double elapsed_seconds) {
  const auto cycles = static_cast<double>(progress.now.value);
  std::string text = scaled(cycles) + " cycles";
  if (elapsed_seconds > 0) text += fmt::format(", {} cycles/s", scaled(cycles / elapsed_seconds));
  if (progress.expected_output_words <= 0) return text;
  const double done =
      static_cast<double>(progress.output_words) / static_cast<double>(progress.expected_output_words);
  text += fmt::format(", {:.0f} % of the output words", 100 * done);
  if (progress.output_words > 0)
    text += fmt::format(", {} left", duration(elapsed_seconds * (1 - done) / done));
  return text;
}

ProgressLine::ProgressLine()
    : start_(std::chrono::steady_clock::now()), terminal_(isatty(STDERR_FILENO) == 1) {}

ProgressLine::~ProgressLine() {
  if (shown_) std::fputs("\r\x1b[K", stderr);
}

std::function<void(Progress)> ProgressLine::callback() {
  if (!terminal_) return {};
  return [this](Progress progress) { show(progress); };
}

void ProgressLine::show(const Progress& progress) {
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start_;
  std::fputs(fmt::format("\r{}\x1b[K", progress_text(progress, elapsed.count())).c_str(), stderr);
  std::fflush(stderr);
  shown_ = true;
}

}  // namespace aie4ml::sim::app
