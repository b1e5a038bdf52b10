#include "kernels/dense/dense.hpp"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

namespace aie4ml::kernels {
namespace {

constexpr std::int64_t kBiasBytes = 4;  // int32, the accumulator's lane
constexpr int kFactorBytes = 64;        // x, what a multiply reads

void require_multiple(arch::Problems& problems, const char* field, int value, int step) {
  if (value > 0 && value % step == 0) return;
  problems.push_back({field, fmt::format("{} is not a positive multiple of {}", value, step),
                      fmt::format("pad it to {}", value <= 0 ? step : (value + step - 1) / step * step)});
}

// The cascade carries sums, so only the stages that leave it have an output.
bool has_output(const DenseTile& tile) {
  return tile.role == CascadeRole::single || tile.role == CascadeRole::last;
}

void check_operands(const DenseTile& tile, const arch::Device& device, arch::Problems& problems) {
  const auto is_8_bit = [](arch::ElementType type) {
    return arch::is_integer(type) && arch::bits(type) == 8;
  };
  if (!is_8_bit(tile.lhs)) {
    problems.push_back({"lhs", fmt::format("{} activations are not supported", arch::to_string(tile.lhs)),
                        "quantize them to int8 or uint8"});
  }
  if (tile.weights != arch::ElementType::int8) {
    problems.push_back({"weights", fmt::format("{} weights are not supported", arch::to_string(tile.weights)),
                        "quantize them to int8"});
  }
  const int widest = std::max(tile.mmul.m * tile.mmul.k, tile.mmul.k * tile.mmul.n);
  if (widest > kFactorBytes) {
    problems.push_back({"mmul", fmt::format("a factor of {} bytes does not fit a 512-bit register", widest),
                        "use a shape with smaller factors"});
  }
  const auto& modes = device.core.multiply;
  // Signedness is a per-operand flag of the multiplier (AM020-4, UG1583), so only the widths select a mode.
  const bool native = std::any_of(modes.begin(), modes.end(), [&](const arch::MultiplyMode& mode) {
    return arch::is_integer(mode.a) && arch::is_integer(mode.b) && arch::bits(mode.a) == 8 &&
           arch::bits(mode.b) == 8 && mode.accumulator_bits == 32 && mode.rows == tile.mmul.m &&
           mode.inner == tile.mmul.k && mode.columns == tile.mmul.n;
  });
  if (!native) {
    const arch::MultiplyMode* mode = device.multiply_mode(arch::ElementType::int8, arch::ElementType::int8);
    problems.push_back({"mmul",
                        fmt::format("{} has no {}x{}x{} multiply of 8 x 8 bit into 32 bit", device.name,
                                    tile.mmul.m, tile.mmul.k, tile.mmul.n),
                        mode == nullptr
                            ? "choose another device"
                            : fmt::format("use {}x{}x{}", mode->rows, mode->inner, mode->columns)});
  }
}

void check_output(const DenseTile& tile, arch::Problems& problems) {
  if (tile.out != arch::ElementType::int8 && tile.out != arch::ElementType::uint8) {
    problems.push_back({"out", fmt::format("{} outputs are not supported", arch::to_string(tile.out)),
                        "quantize them to int8 or uint8"});
  }
  if (tile.shift < 0) {
    problems.push_back(
        {"shift",
         fmt::format("shift {} is negative: the output has more fraction bits than the sum", tile.shift),
         fmt::format("take {} fraction bits off the output", -tile.shift)});
  }
  if (tile.shift > arch::kMaxSrsShift) {
    problems.push_back({"shift", fmt::format("shift {} is above {}", tile.shift, arch::kMaxSrsShift),
                        "give the output more fraction bits"});
  }
  if (tile.relu && tile.out == arch::ElementType::uint8 && tile.saturation == arch::SaturationMode::none) {
    problems.push_back({"saturation", "negative sums would wrap in an unsigned output, which is no ReLU",
                        "saturate, or use an int8 output"});
  }
}

std::int64_t product(int a, int b) {
  return std::int64_t{a} * b;
}

}  // namespace

std::string to_string(CascadeRole role) {
  switch (role) {
    case CascadeRole::single:
      return "single";
    case CascadeRole::first:
      return "first";
    case CascadeRole::middle:
      return "middle";
    case CascadeRole::last:
      return "last";
  }
  std::abort();
}

arch::Problems check(const DenseTile& tile, const arch::Device& device) {
  arch::Problems problems;
  if (tile.mmul.m == 0 || tile.mmul.k == 0 || tile.mmul.n == 0) {
    problems.push_back({"mmul", "a side of the multiply is 0", "use a native shape"});
    return problems;
  }
  check_operands(tile, device, problems);
  require_multiple(problems, "rows", tile.rows, 2 * tile.mmul.m);
  require_multiple(problems, "k", tile.k, tile.mmul.k);
  require_multiple(problems, "n", tile.n, 2 * tile.mmul.n);
  if (has_output(tile)) {
    check_output(tile, problems);
  } else if (tile.bias || tile.relu) {
    problems.push_back({"role", fmt::format("{} has no output to give a bias or ReLU", to_string(tile.role)),
                        "set them on the last stage of the cascade"});
  }
  return problems;
}

std::int64_t lhs_bytes(const DenseTile& tile) {
  return product(tile.rows, tile.k) * arch::bytes(tile.lhs);
}
std::int64_t weights_bytes(const DenseTile& tile) {
  return product(tile.k, tile.n) * arch::bytes(tile.weights);
}
std::int64_t bias_bytes(const DenseTile& tile) {
  return tile.bias ? tile.n * kBiasBytes : 0;
}
std::int64_t out_bytes(const DenseTile& tile) {
  return has_output(tile) ? product(tile.rows, tile.n) * arch::bytes(tile.out) : 0;
}

std::vector<std::uint8_t> pack_weights(const DenseTile& tile, std::span<const std::int64_t> matrix, int rows,
                                       int cols) {
  if (rows > tile.k || cols > tile.n || std::ssize(matrix) != product(rows, cols)) std::abort();
  const int block_k = tile.mmul.k;
  const int block_n = tile.mmul.n;
  std::vector<std::uint8_t> packed(static_cast<std::size_t>(weights_bytes(tile)));
  for (int row = 0; row < rows; ++row) {
    for (int col = 0; col < cols; ++col) {
      const std::int64_t code = matrix[static_cast<std::size_t>(product(row, cols) + col)];
      if (code < arch::min_value(tile.weights) || code > arch::max_value(tile.weights)) {
        throw arch::InputError(fmt::format("weights[{}][{}]", row, col),
                               fmt::format("{} is no {}", code, arch::to_string(tile.weights)),
                               "quantize them");
      }
      const std::int64_t block = product(row / block_k, tile.n / block_n) + col / block_n;
      const std::int64_t at = block * block_k * block_n + row % block_k * block_n + col % block_n;
      packed[static_cast<std::size_t>(at)] = static_cast<std::uint8_t>(code);
    }
  }
  return packed;
}

std::vector<std::uint8_t> pack_bias(const DenseTile& tile, std::span<const std::int64_t> bias) {
  if (std::ssize(bias) > tile.n) std::abort();
  std::vector<std::uint8_t> packed(static_cast<std::size_t>(tile.n * kBiasBytes));
  for (std::size_t i = 0; i < bias.size(); ++i) {
    if (bias[i] < arch::min_value(arch::ElementType::int32) ||
        bias[i] > arch::max_value(arch::ElementType::int32)) {
      throw arch::InputError(fmt::format("bias[{}]", i), fmt::format("{} does not fit int32", bias[i]),
                             "give the bias fewer fraction bits");
    }
    for (std::size_t byte = 0; byte < 4; ++byte) {
      packed[4 * i + byte] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(bias[i]) >> (8 * byte));
    }
  }
  return packed;
}

}  // namespace aie4ml::kernels
