// The error table in the documentation.
#pragma once

#include <filesystem>
#include <string>

#include "sim/app/validate/validation.hpp"

namespace aie4ml::sim::validate {

// Summaries and rows as Markdown tables.
std::string to_markdown(const Validation& validation);

// Puts the tables between the lines "<!-- begin accuracy -->" and "<!-- end accuracy -->" of the file; the
// rest stays. Throws arch::InputError if they are not there.
void update_markdown(const std::filesystem::path& file, const Validation& validation);

}  // namespace aie4ml::sim::validate
