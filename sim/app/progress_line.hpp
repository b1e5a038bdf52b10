// One line on a terminal that says how far the simulation is, and goes away with the object.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "sim/machine/machine.hpp"

namespace aie4ml::sim::app {

class ProgressLine {
 public:
  ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  ~ProgressLine();

  // For RunOptions::progress; empty if standard error is no terminal. The object outlives it.
  std::function<void(Progress)> callback();

 private:
  void show(const Progress& progress);

  std::chrono::steady_clock::time_point start_;
  bool terminal_{};
  bool shown_{};
};

// "1.25 M cycles, 3.40 M cycles/s, 37 % of the output words, 12 s left".
std::string progress_text(const Progress& progress, double elapsed_seconds);

}  // namespace aie4ml::sim::app
