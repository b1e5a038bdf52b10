// Real values and integer codes: value = code * 2^-frac (ONNX QuantizeLinear and DequantizeLinear with zero
// point 0 and a power-of-two scale).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "compiler/graph/graph.hpp"

namespace aie4ml::compiler {

// Nearest code, halves to even, clamped to the type's range. The type is an integer of at most 32 bits.
// Throws arch::InputError for a value that is not a number.
std::int64_t quantize(double value, const Quantization& quant);
std::vector<std::int64_t> quantize(std::span<const float> values, const Quantization& quant);

// As float32, which ONNX gives; exact for codes of up to 24 bits.
std::vector<float> dequantize(std::span<const std::int64_t> codes, const Quantization& quant);

}  // namespace aie4ml::compiler
