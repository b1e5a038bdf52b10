// C++ names for what a model calls as it likes.
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace aie4ml::compiler {

// Letters, digits and single underscores, beginning with a letter: "/fc1/MatMul" -> "fc1_MatMul".
std::string identifier(std::string_view name);

// Hands out every name once: "fc1", "fc1_2".
class UniqueNames {
 public:
  std::string take(const std::string& name);

 private:
  std::set<std::string> taken_;
};

// A name in a comment: no line breaks nor other control characters, no backslash at the end of a line.
std::string comment_text(std::string_view name);

}  // namespace aie4ml::compiler
