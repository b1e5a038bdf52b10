// The user's array of a graph input or output, and the codes it stands for. Its leading axis counts
// iterations, the rest is the ONNX shape; it holds integer codes, or float32 where ONNX has float.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "arch/host/npy.hpp"
#include "arch/image/image.hpp"

namespace aie4ml::arch {

struct PortArray {
  std::string source;  // where it comes from, for errors: a file
  NpyArray array;
};
using PortArrays = std::map<std::size_t, PortArray>;  // by index into Image::ports

NpyType array_type(const GraphPort& port);
// Of that many iterations: "(3, 8, 64)".
std::vector<std::int64_t> array_shape(const GraphPort& port, std::int64_t iterations);
std::string describe(const GraphPort& port);  // "graph input 'x_q'"

// How many iterations an array of the port's shape holds, at least one. Throws InputError naming source and
// tensor, the expected and the found shape, and what would help. Does not look at the type.
std::int64_t iterations_of(const PortArray& array, const GraphPort& port);
// Type, shape and values of an input; returns its iterations. Throws InputError, also for a NaN.
std::int64_t check_input(const PortArray& array, const GraphPort& port);

// Codes of port.type one after the other, little-endian. A float x becomes saturate(round(x * 2^frac)),
// halves to even, as ONNX's QuantizeLinear does it. The array passes check_input().
std::vector<std::uint8_t> codes_of(const NpyArray& array, const GraphPort& port);
// And back: value = code * 2^-frac as float32, rounded once if a code has more than 24 bits.
NpyArray array_of(std::vector<std::uint8_t> codes, const GraphPort& port, std::int64_t iterations);

// Keeps the first iterations of an array that has at least so many.
void truncate(NpyArray& array, std::int64_t iterations);
// Repeats the array's iterations from the start until there are so many.
void repeat(NpyArray& array, std::int64_t iterations);

}  // namespace aie4ml::arch
