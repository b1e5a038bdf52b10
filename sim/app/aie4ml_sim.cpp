// aie4ml-sim: runs firmware on the modelled array.
#include <cstdio>
#include <new>
#include <variant>

#include "arch/program_exit.hpp"
#include "sim/app/options.hpp"
#include "sim/app/session.hpp"

namespace {

using namespace aie4ml::sim::app;

int parse_and_run(int argc, char** argv) {
  const std::variant<Options, int> parsed = parse_options(argc, argv);
  if (const int* done = std::get_if<int>(&parsed)) return *done;
  try {
    return run_session(std::get<Options>(parsed));
  } catch (const std::bad_alloc&) {
    std::fputs("aie4ml-sim: not enough memory; run fewer --iterations at a time\n", stderr);
    return aie4ml::arch::kExitBadInput;
  }
}

}  // namespace

int main(int argc, char** argv) {
  return aie4ml::arch::run_program("aie4ml-sim", [&] { return parse_and_run(argc, argv); });
}
