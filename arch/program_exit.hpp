// How our command-line programs end (decision D8): one set of exit codes, one way to tell what was wrong.
#pragma once

#include <functional>
#include <string>

namespace aie4ml::arch {

inline constexpr int kExitOk = 0;
inline constexpr int kExitBadInput = 2;
inline constexpr int kExitFault = 3;    // the modelled machine failed; a case of a validation could not run
inline constexpr int kExitDiffers = 4;  // outputs differ from the expected ones
inline constexpr int kExitSlower = 5;   // a design is slower than was allowed
inline constexpr int kExitOurBug = 70;  // EX_SOFTWARE

// Runs the body of a main. An InputError becomes one line "<program>: ..." on standard error and
// kExitBadInput, any other exception kExitOurBug; otherwise the exit code is what the body returns.
int run_program(const char* program, const std::function<int()>& body);

// A message of several lines as one, so that an error stays one line.
std::string one_line(std::string text);

}  // namespace aie4ml::arch
