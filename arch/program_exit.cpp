#include "arch/program_exit.hpp"

#include <algorithm>
#include <cstdio>
#include <exception>

#include "arch/error.hpp"

namespace aie4ml::arch {

int run_program(const char* program, const std::function<int()>& body) {
  try {
    return body();
  } catch (const InputError& error) {
    std::fprintf(stderr, "%s: %s\n", program, error.what());
    return kExitBadInput;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: internal error: %s\n", program, error.what());
    return kExitOurBug;
  }
}

std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  while (!text.empty() && (text.back() == ' ' || text.back() == '.')) text.pop_back();
  return text;
}

}  // namespace aie4ml::arch
