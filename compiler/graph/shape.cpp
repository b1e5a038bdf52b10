#include "compiler/graph/shape.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace aie4ml::compiler {

std::optional<std::int64_t> element_count(const std::vector<std::int64_t>& shape) {
  std::int64_t count = 1;
  for (const std::int64_t dim : shape) {
    if (dim < 1 || dim > kMaxElements / count) return std::nullopt;
    count *= dim;
  }
  return count;
}

std::string shape_string(const std::vector<std::int64_t>& shape) {
  return shape.empty() ? "scalar" : fmt::format("{}", fmt::join(shape, "x"));
}

}  // namespace aie4ml::compiler
