// How the runtime gives up. The user's main() cannot be asked to handle it, and graphs are constructed before
// main(): the message goes to standard error and the process ends.
#pragma once

#include <aie4ml_adf/elaboration.hpp>
#include <string>
#include <vector>

namespace aie4ml::adf {

inline constexpr int kExitBadGraph = 2;
inline constexpr int kExitFault = 3;

std::string to_string(Where where);  // "src/graph.h:57"; "" for none

// "FILE:LINE: error: WHAT"
[[noreturn]] void fail_graph(Where where, const std::string& what);
// "error: WHAT"
[[noreturn]] void fail_graph(const std::string& what);
// "fault: WHAT" and one indented line for each of `details`.
[[noreturn]] void fail_run(const std::string& what, const std::vector<std::string>& details = {});

}  // namespace aie4ml::adf
