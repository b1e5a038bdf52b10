#include <gtest/gtest.h>

#include "arch/host/port_files.hpp"
#include "tests/support/host_files.hpp"

namespace aie4ml::arch {
namespace {

using Direction = arch::PlioChannel::Direction;

arch::Image image_with(const std::vector<std::string>& inputs, const std::vector<std::string>& outputs) {
  arch::Image image;
  for (const auto& [direction, names] : {std::pair{Direction::input, inputs}, {Direction::output, outputs}}) {
    for (const std::string& name : names) {
      arch::GraphPort& port = image.ports.emplace_back();
      port.tensor = name;
      port.direction = direction;
      port.shape = {2};
      port.type = arch::ElementType::int8;
    }
  }
  return image;
}

TEST(PortFiles, NamesOfFiles) {
  EXPECT_EQ(file_name_of("x_q"), "x_q");
  EXPECT_EQ(file_name_of("model/in:0"), "model_in_0");
  EXPECT_EQ(file_name_of("a.b-c \xc3\xa9"), "a_b_c___");
}

TEST(PortFiles, AFileFindsItsTensor) {
  const arch::Image image = image_with({"a/0", "b=c", "b"}, {"y"});
  const auto input = [&](const std::string& text) { return parse_port_file(image, Direction::input, text); };
  EXPECT_EQ(input("a/0=f.npy").port, 0U);
  EXPECT_EQ(input("a_0=f.npy").port, 0U);
  EXPECT_EQ(input("a_0=f.npy").file, "f.npy");
  EXPECT_EQ(input("b=f.npy").port, 2U);
  EXPECT_EQ(input("b_c=f.npy").port, 1U);
  EXPECT_EQ(input("a/0=dir=1/f.npy").file, "dir=1/f.npy");
  EXPECT_EQ(parse_port_file(image, Direction::output, "f.npy").port, 3U);
  EXPECT_EQ(parse_port_file(image, Direction::output, "y=f.npy").file, "f.npy");
}

TEST(PortFiles, ANameWithAnEqualSignIsAFileIfItExists) {
  const test::ScratchDirectory directory;
  const std::string file = (directory / "run=1.npy").string();
  test::write(file, "");
  EXPECT_EQ(parse_port_file(image_with({"x"}, {}), Direction::input, file).file, file);
}

}  // namespace
}  // namespace aie4ml::arch
