#include "arch/error.hpp"

namespace aie4ml::arch {

void throw_if_any(const std::string& file, const Problems& problems) {
  if (problems.empty()) return;
  const Problem& first = problems.front();
  std::string what = first.what;
  if (problems.size() > 1) what += " (and " + std::to_string(problems.size() - 1) + " more problems)";
  throw InputError(file + ": " + first.where, what, first.remedy);
}

}  // namespace aie4ml::arch
