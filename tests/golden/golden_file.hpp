// Compares text with a file of this folder. With AIE4ML_UPDATE_GOLDEN=1 in the environment
// (tests/golden/update does it) the file is written instead.
#pragma once

#include <string>

namespace aie4ml::tests {

// file: relative to tests/golden. A failure shows the first line that differs.
void expect_golden(const std::string& text, const std::string& file);

}  // namespace aie4ml::tests
