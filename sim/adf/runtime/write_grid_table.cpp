// Writes grid_table.hpp from the built-in devices, when the runtime is built: programs of users do not link
// the device files' reader.
#include <cstdio>
#include <exception>
#include <string>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "arch/device/device.hpp"
#include "arch/device/device_loader.hpp"
#include "sim/adf/grid_line.hpp"

int main() {
  try {
    std::string text =
        "// Made by write_grid_table from arch/devices; see grid.hpp.\n#pragma once\n\n"
        "namespace aie4ml::adf {\n\ninline constexpr const char* kGridTable[] = {\n";
    for (const std::string& name : aie4ml::arch::builtin_device_names()) {
      text += fmt::format("    \"{}\",\n", aie4ml::adf::grid_line(aie4ml::arch::load_device(name)));
    }
    text += "};\n\n}  // namespace aie4ml::adf\n";
    std::fputs(text.c_str(), stdout);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "write_grid_table: %s\n", error.what());
    return 1;
  }
}
