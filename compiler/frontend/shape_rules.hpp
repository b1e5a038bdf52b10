// Private to the frontend: shapes of results.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace aie4ml::compiler {

// ONNX (numpy) broadcasting of two static shapes; nothing where they do not fit.
std::optional<std::vector<std::int64_t>> broadcast(const std::vector<std::int64_t>& a,
                                                   const std::vector<std::int64_t>& b);

}  // namespace aie4ml::compiler
