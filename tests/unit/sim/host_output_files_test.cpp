#include <gtest/gtest.h>

#include "arch/host/port_files.hpp"
#include "sim/host/output_files.hpp"
#include "tests/support/host_files.hpp"

namespace aie4ml::sim {
namespace {

using test::array_of_values;

TEST(OutputFiles, NothingStaysOfAFileThatCannotBeWritten) {
  const test::ScratchDirectory directory;
  const arch::NpyArray array = array_of_values<std::int8_t>(arch::NpyType::int8, {1}, {1});
  EXPECT_NE(test::error_of([&] { write_npy(directory / "no" / "where.npy", array); }), "");
  EXPECT_TRUE(std::filesystem::is_empty(directory.path()));
}

TEST(OutputFiles, OutputsComeBackUnderTheirNames) {
  const test::ScratchDirectory directory;
  arch::Image image;
  for (const char* name : {"y/0", "z"}) {
    arch::GraphPort& port = image.ports.emplace_back();
    port.tensor = name;
    port.direction = arch::PlioChannel::Direction::output;
    port.shape = {2};
    port.type = arch::ElementType::int8;
  }
  const arch::PortArrays arrays = {
      {0, {"run", array_of_values<std::int8_t>(arch::NpyType::int8, {1, 2}, {1, 2})}},
      {1, {"run", array_of_values<std::int8_t>(arch::NpyType::int8, {1, 2}, {3, 4})}}};
  prepare_output_directory(directory / "deep" / "out", image);
  write_port_files(directory / "deep" / "out", image, arrays);
  const std::string y = (directory / "deep" / "out" / "y_0.npy").string();
  const std::string z = (directory / "deep" / "out" / "z.npy").string();
  const arch::PortArrays again =
      arch::read_port_files(image, arch::PlioChannel::Direction::output, {"z=" + z, "y_0=" + y});
  EXPECT_EQ(again.at(0).array, arrays.at(0).array);
  EXPECT_EQ(again.at(1).array, arrays.at(1).array);
  EXPECT_EQ(again.at(0).source, y);
}

}  // namespace
}  // namespace aie4ml::sim
