// What people read when an array file is not what it should be.
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "arch/host/port_files.hpp"
#include "arch/host/port_map.hpp"
#include "sim/host/accuracy.hpp"
#include "sim/host/compare.hpp"
#include "sim/host/output_files.hpp"
#include "tests/support/host_files.hpp"

namespace aie4ml::sim {
namespace {

using arch::ElementType;
using arch::NpyType;
using arch::PortArray;
using Direction = arch::PlioChannel::Direction;
using test::array_of_values;
using test::error_of;
using test::npy_file;

std::string header(const std::string& descr, const std::string& shape, const std::string& fortran = "False") {
  return "{'descr': '" + descr + "', 'fortran_order': " + fortran + ", 'shape': " + shape + ", }\n";
}

struct FileCase {
  std::string contents, message;
};

TEST(NpyErrors, Files) {
  const std::string four(4, 'x');
  const std::vector<FileCase> cases = {
      {"", "f: is no npy file; save the array with numpy.save"},
      {"1,2,3\n", "f: is no npy file; save the array with numpy.save"},
      {"PK\x03\x04", "f: is an npz archive; save one array a file with numpy.save"},
      {"\x93NUMPY", "f: is cut off within its header; save the array again with numpy.save"},
      {npy_file(header("|i1", "(4,)"), "").substr(0, 30),
       "f: is cut off within its header; save the array again with numpy.save"},
      {npy_file(header("|i1", "(4,)"), four, 4),
       "f: is of npy format version 4.0; save it as version 1.0, 2.0 or 3.0"},
      {npy_file(header("|i1", "(5,)"), four),
       "f: int8 of shape (5,) is 5 bytes, the file holds 4; save the array again with numpy.save"},
      {npy_file(header("<i2", "(1, 1)"), four),
       "f: int16 of shape (1, 1) is 2 bytes, the file holds 4; save the array again with numpy.save"},
      {npy_file(header("|i1", "(4294967296, 4294967296)"), four),
       "f: its shape (4294967296, 4294967296) is too large; save the array again with numpy.save"},
      {npy_file(header("|i1", "(99999999999999999999,)"), four),
       "f: the header of the npy file has a shape that is too large; save the array again with numpy.save"},
      {npy_file(header("|i1", "(2, 2)", "True"), four),
       "f: is in Fortran order; save it with numpy.ascontiguousarray()"},
      {npy_file(header(">i2", "(2,)"), four), "f: holds big-endian int16; save it with .astype('<i2')"},
      {npy_file(header("<f2", "(2,)"), four),
       "f: holds elements of type '<f2'; convert it with .astype() to int8, uint8, int16, uint16, int32, "
       "int64, "
       "float32 or float64"},
      {npy_file(header("|O", "(1,)"), four),
       "f: holds elements of type '|O'; convert it with .astype() to int8, uint8, int16, uint16, int32, "
       "int64, "
       "float32 or float64"},
      {npy_file("{'descr': [('a', '<i4')], 'fortran_order': False, 'shape': (1,), }", four),
       "f: holds records, not an array of numbers; save each field as its own file"},
      {npy_file("{'descr': '|i1', 'shape': (4,), }", four),
       "f: the header of the npy file lacks 'fortran_order'; save the array again with numpy.save"},
      {npy_file(header("|i1", "(4)"), four),
       "f: the header of the npy file has a shape that is no tuple; save the array again with numpy.save"},
      {npy_file(header("|i1", "(4,), 'shape': (4,)"), four),
       "f: the header of the npy file has 'shape' twice; save the array again with numpy.save"},
      {npy_file(header("|i1", "(4,)") + "x", four),
       "f: the header of the npy file goes on after its dictionary; save the array again with numpy.save"},
  };
  for (const FileCase& c : cases) EXPECT_EQ(error_of([&] { arch::parse_npy(c.contents, "f"); }), c.message);
}

TEST(NpyErrors, FilesThatCannotBeRead) {
  const test::ScratchDirectory directory;
  const std::string missing = (directory / "no.npy").string();
  EXPECT_EQ(error_of([&] { arch::read_npy(missing); }),
            missing + ": cannot be read; check its name and permissions");
  EXPECT_EQ(error_of([&] { arch::read_npy(directory.path()); }),
            directory.path().string() + ": is a directory; give an npy file");
}

arch::Image image() {
  arch::Image result;
  result.plios.resize(3);
  const auto add = [&](const char* tensor, Direction direction, ElementType type,
                       int plio) -> arch::GraphPort& {
    arch::GraphPort& port = result.ports.emplace_back();
    port.tensor = tensor;
    port.direction = direction;
    port.shape = {2, 4};
    port.type = type;
    port.slices = {{plio, 0, 2, 2, 0, 4, 4}};
    return port;
  };
  add("x/q", Direction::input, ElementType::int8, 0);
  add("r", Direction::input, ElementType::int8, 1).is_float = true;
  add("y", Direction::output, ElementType::int8, 2);
  return result;
}

PortArray zeros(NpyType type, std::vector<std::int64_t> shape) {
  std::size_t bytes = static_cast<std::size_t>(bytes_of(type));
  for (const std::int64_t size : shape) bytes *= static_cast<std::size_t>(size);
  return {"a.npy", {type, std::move(shape), std::vector<std::uint8_t>(bytes)}};
}

TEST(ArrayErrors, Inputs) {
  const arch::Image graph = image();
  const auto input = [&](std::size_t port, const PortArray& array) {
    return error_of([&] { check_input(array, graph.ports[port]); });
  };
  EXPECT_EQ(
      input(0, zeros(NpyType::int64, {3, 2, 4})),
      "a.npy: it holds int64 of shape (3, 2, 4), graph input 'x/q' takes int8 of shape (iterations, 2, 4); "
      "give the integer codes: .astype(numpy.int8)");
  EXPECT_EQ(
      input(1, zeros(NpyType::float64, {3, 2, 4})),
      "a.npy: it holds float64 of shape (3, 2, 4), graph input 'r' takes float32 of shape (iterations, 2, "
      "4); give real values: .astype(numpy.float32)");
  EXPECT_EQ(
      input(0, zeros(NpyType::int8, {2, 4})),
      "a.npy: its shape (2, 4) does not fit graph input 'x/q', expected (iterations, 2, 4); add the axis "
      "of iterations: array[numpy.newaxis]");
  EXPECT_EQ(
      input(0, zeros(NpyType::int8, {6, 4})),
      "a.npy: its shape (6, 4) does not fit graph input 'x/q', expected (iterations, 2, 4); if the order "
      "of the values is right: array.reshape(-1, 2, 4)");
  EXPECT_EQ(
      input(0, zeros(NpyType::int8, {3, 2, 5})),
      "a.npy: its shape (3, 2, 5) does not fit graph input 'x/q', expected (iterations, 2, 4); give whole "
      "iterations in that shape");
  EXPECT_EQ(input(0, zeros(NpyType::int8, {})),
            "a.npy: its shape () does not fit graph input 'x/q', expected (iterations, 2, 4); give whole "
            "iterations in that shape");
  EXPECT_EQ(
      input(0, zeros(NpyType::int8, {0, 2, 4})),
      "a.npy: its shape (0, 2, 4) holds no iteration of graph input 'x/q', expected (iterations, 2, 4); "
      "give at least one iteration");
  std::vector<float> values(8);
  values[5] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(input(1, {"a.npy", array_of_values(NpyType::float32, {1, 2, 4}, values)}),
            "a.npy: value 5 for graph input 'r' is not a number; a quantized network has no code for NaN; "
            "replace it");
}

TEST(ArrayErrors, InputsTogether) {
  const arch::Image graph = image();
  arch::PortArrays arrays = {{0, zeros(NpyType::int8, {3, 2, 4})}};
  EXPECT_EQ(error_of([&] { check_inputs(graph, arrays); }),
            "graph input 'r': has no array; give --inputs r=FILE.npy as well");
  arrays[1] = {"b.npy", zeros(NpyType::float32, {2, 2, 4}).array};
  EXPECT_EQ(error_of([&] { check_inputs(graph, arrays); }),
            "b.npy: it has 2 iterations of graph input 'r', a.npy has 3; give as many of every input");
  arrays[1] = zeros(NpyType::float32, {3, 2, 4});
  EXPECT_EQ(error_of([&] { words_from_inputs(graph, arrays, 4); }),
            "a.npy: it has 3 iterations, the run 4; give as many iterations as are run");
}

TEST(ArrayErrors, Names) {
  const arch::Image graph = image();
  const auto name = [&](const std::string& text) {
    return error_of([&] { parse_port_file(graph, Direction::input, text); });
  };
  EXPECT_EQ(name("z=a.npy"), "z=a.npy: there is no graph input 'z'; the graph's inputs are 'x/q', 'r'");
  EXPECT_EQ(
      name("a.npy"),
      "a.npy: does not say which of 2 graph inputs it is for; give NAME=FILE.npy; the graph's inputs are "
      "'x/q', 'r'");
  const test::ScratchDirectory directory;
  const std::string file = (directory / "a.npy").string();
  write_npy(file, zeros(NpyType::int8, {3, 2, 4}).array);
  EXPECT_EQ(error_of([&] {
              read_port_files(graph, Direction::input, {"x/q=" + file, "x_q=" + file});
            }),
            file + ": graph input 'x/q' has a file already, " + file + "; give one file a tensor");
}

TEST(ArrayErrors, Outputs) {
  arch::Image graph = image();
  graph.ports.push_back(graph.ports[2]);
  graph.ports[2].tensor = "y.1";
  graph.ports[3].tensor = "y/1";
  EXPECT_EQ(error_of([&] { prepare_output_directory("out", graph); }),
            "out: outputs 'y.1' and 'y/1' would both be written to y_1.npy; rename one of them in the model");
  const test::ScratchDirectory directory;
  const std::string file = (directory / "file").string();
  test::write(file, "");
  EXPECT_EQ(error_of([&] { prepare_output_directory(file, image()); }),
            file + ": cannot be made a directory for outputs; choose another one that can be written");
}

TEST(ArrayErrors, ExpectedAndLabels) {
  const arch::GraphPort y = image().ports[2];
  const auto expected = [&](const PortArray& array) {
    return error_of([&] { check_expected(array, y, 3); });
  };
  const auto labels = [&](const PortArray& array) { return error_of([&] { check_labels(array, y, 3); }); };
  EXPECT_EQ(expected(zeros(NpyType::int64, {3, 2, 4})), "");
  EXPECT_EQ(expected(zeros(NpyType::float32, {3, 2, 4})),
            "a.npy: it holds float32, graph output 'y' is int8; give the integer codes");
  EXPECT_EQ(
      expected(zeros(NpyType::int8, {2, 2, 4})),
      "a.npy: it has 2 iterations of graph output 'y', the run has 3; give as many as are run, or choose "
      "them with --iterations");
  EXPECT_EQ(labels(zeros(NpyType::float32, {3, 2})),
            "a.npy: labels are float32; give class numbers as integers");
  EXPECT_EQ(
      labels(zeros(NpyType::int8, {4, 2})),
      "a.npy: labels have shape (4, 2), graph output 'y' needs (3, 2); give one class number for each row "
      "of the output; later iterations may lack them");
  EXPECT_EQ(labels({"a.npy", array_of_values<std::int8_t>(NpyType::int8, {1, 2}, {3, 4})}),
            "a.npy: label 1 is 4, graph output 'y' has classes 0..3");
}

}  // namespace
}  // namespace aie4ml::sim
