// Arrays of a graph's inputs and outputs to the words on its PLIOs and back, as Image::ports say it
// (GraphPort, PlioSlice). The image is valid.
#pragma once

#include <cstdint>
#include <vector>

#include "arch/host/port_array.hpp"
#include "arch/image/image.hpp"

namespace aie4ml::arch {

using PlioWords = std::vector<std::vector<std::uint32_t>>;  // by Image::host_ends()

// Every graph input has an array that fits, and all have the same iterations, which are returned. Throws
// InputError naming the input that is missing, or the two files that disagree.
std::int64_t check_inputs(const Image& image, const PortArrays& inputs);

// Words of all iterations, one after the other; within one, a PLIO carries its slices in the order of
// GraphPort::slices, each row by row, zeros beyond the box, elements packed little-endian. Empty for output
// PLIOs. Throws InputError as check_inputs() and for another number of iterations.
PlioWords words_from_inputs(const Image& image, const PortArrays& inputs, std::int64_t iterations);

// The same of outputs that are known: every graph output has an array of so many iterations, in its shape and
// type.
PlioWords words_from_outputs(const Image& image, const PortArrays& outputs, std::int64_t iterations);

// Arrays of all graph outputs in their own type. `words` hold all iterations of every output PLIO; what they
// carry beyond the boxes is dropped.
PortArrays outputs_from_words(const Image& image, const PlioWords& words, std::int64_t iterations);

// Codes over the full range of their type, the same for the same seed on every machine.
PortArrays random_inputs(const Image& image, std::int64_t iterations, std::uint64_t seed);

}  // namespace aie4ml::arch
