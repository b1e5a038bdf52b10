// aie4ml-sim: runs firmware on the modelled array.
#include <cstdio>
#include <exception>
#include <new>
#include <variant>

#include <fmt/format.h>

#include "arch/error.hpp"
#include "sim/app/options.hpp"
#include "sim/app/session.hpp"

namespace {

using namespace aie4ml::sim::app;

int fail(const char* kind, const char* what, int exit_code) {
  std::fputs(fmt::format("aie4ml-sim: {}{}\n", kind, what).c_str(), stderr);
  return exit_code;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const std::variant<Options, int> parsed = parse_options(argc, argv);
    if (const int* done = std::get_if<int>(&parsed)) return *done;
    return run_session(std::get<Options>(parsed));
  } catch (const aie4ml::arch::InputError& error) {
    return fail("", error.what(), kExitBadInput);
  } catch (const std::bad_alloc&) {
    return fail("", "not enough memory; run fewer --iterations at a time", kExitBadInput);
  } catch (const std::exception& error) {
    return fail("internal error: ", error.what(), kExitOurBug);
  }
}
