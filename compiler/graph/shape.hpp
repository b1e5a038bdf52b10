// Sizes of tensors, computed so that no shape found in a file can overflow.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace aie4ml::compiler {

// More elements than this in one tensor are refused: far above any device's memory, far below overflow.
inline constexpr std::int64_t kMaxElements = std::int64_t{1} << 31;

// Product of the dimensions (1 for a scalar); nothing where a dimension is below 1 or the product above
// kMaxElements.
std::optional<std::int64_t> element_count(const std::vector<std::int64_t>& shape);

std::string shape_string(const std::vector<std::int64_t>& shape);  // "8x128", "scalar"

}  // namespace aie4ml::compiler
