// Bad input (decision D8): what was wrong, where, and what would help. Programs print it on one line and
// exit 2.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace aie4ml::arch {

class InputError : public std::runtime_error {
 public:
  // where: file, and within it node or field ("model.onnx: node 'fc1'"); what: the reason; remedy: what would
  // help.
  InputError(const std::string& where, const std::string& what, const std::string& remedy)
      : std::runtime_error(where + ": " + what + (remedy.empty() ? "" : "; " + remedy)) {}
};

// All the problems validate() found in one object, not the first.
struct Problem {
  std::string where;  // path into the object: "cores[3].bds[2].next"
  std::string what;
  std::string remedy;
};
using Problems = std::vector<Problem>;

// Throws InputError for the first problem, naming how many more there are.
void throw_if_any(const std::string& file, const Problems& problems);

}  // namespace aie4ml::arch
