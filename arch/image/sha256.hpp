// SHA-256 of bytes: what manifests list and what tells two models apart.
#pragma once

#include <string>
#include <string_view>

namespace aie4ml::arch {

std::string sha256_hex(std::string_view bytes);  // 64 lower-case hexadecimal digits

}  // namespace aie4ml::arch
