#include "kernels/dense/dense.hpp"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "arch/isa/mmul_shapes.hpp"
#include "kernels/dense/dense_program.hpp"

namespace aie4ml::kernels {
namespace {

constexpr std::int64_t kBiasBytes = 4;  // int32, the accumulator's lane
constexpr int kVectorBytes = 32;        // w, the least that is loaded and stored
constexpr int kFactorBytes = 64;        // x, the most that a multiply reads

std::int64_t product(int a, int b) {
  return std::int64_t{a} * b;
}

// Element `index` of a little-endian array.
void put(std::vector<std::uint8_t>& bytes, std::int64_t index, std::int64_t size, std::int64_t value) {
  for (std::int64_t i = 0; i < size; ++i) {
    bytes[static_cast<std::size_t>(index * size + i)] =
        static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> (8 * i));
  }
}

void require_multiple(arch::Problems& problems, const char* field, int value, int step) {
  if (value > 0 && value % step == 0) return;
  problems.push_back({field, fmt::format("{} is not a positive multiple of {}", value, step),
                      fmt::format("pad it to {}", value <= 0 ? step : (value + step - 1) / step * step)});
}

// The cascade carries sums, so only the stages that leave it have an output.
bool has_output(const DenseTile& tile) {
  return tile.role == CascadeRole::single || tile.role == CascadeRole::last;
}

std::string widths(const DenseTile& tile) {
  return fmt::format("{} x {} bit", arch::bits(tile.lhs), arch::bits(tile.weights));
}

void check_operands(const DenseTile& tile, const arch::Device& device, arch::Problems& problems) {
  if (!arch::is_integer(tile.lhs) || arch::bits(tile.lhs) < 8 || arch::bits(tile.lhs) > 16) {
    problems.push_back({"lhs", fmt::format("{} activations are not supported", arch::to_string(tile.lhs)),
                        "quantize them to 8 or 16 bit"});
  }
  if (tile.weights != arch::ElementType::int8 && tile.weights != arch::ElementType::int16) {
    problems.push_back({"weights", fmt::format("{} weights are not supported", arch::to_string(tile.weights)),
                        "quantize them to int8 or int16"});
  }
  if (!problems.empty()) return;
  const std::vector<arch::MultiplyMode> modes = dense_modes(tile.lhs, tile.weights, device);
  if (modes.empty()) {
    problems.push_back(
        {"mmul",
         fmt::format("{} has no multiply of {} whose factors are whole loads", device.name, widths(tile)),
         "widen the activations to the weights"});
    return;
  }
  const bool known = std::any_of(modes.begin(), modes.end(), [&](const arch::MultiplyMode& mode) {
    return mode.accumulator_bits == tile.accumulator_bits && mode.rows == tile.mmul.m &&
           mode.inner == tile.mmul.k && mode.columns == tile.mmul.n;
  });
  if (!known) {
    problems.push_back({"mmul",
                        fmt::format("{} has no {}x{}x{} multiply of {} into {} bit", device.name, tile.mmul.m,
                                    tile.mmul.k, tile.mmul.n, widths(tile), tile.accumulator_bits),
                        fmt::format("use {}x{}x{}", modes[0].rows, modes[0].inner, modes[0].columns)});
    return;
  }
  if (tile.lhs_transposed &&
      arch::find_transposition(device, tile.mmul.k, tile.mmul.m, tile.lhs) == nullptr) {
    problems.push_back({"lhs_transposed",
                        fmt::format("a block of {}x{} {} cannot be transposed in a register", tile.mmul.m,
                                    tile.mmul.k, arch::to_string(tile.lhs)),
                        "transpose the activations in memory"});
  }
}

// Accumulators beside those of the blocks: the bias of a last stage, and the 32-bit lanes on the way from
// 64 to 8 bit.
int spare_accumulators(const DenseTile& tile) {
  const bool adds = tile.role == CascadeRole::last && tile.bias;
  return (adds ? 1 : 0) + (has_output(tile) && narrows(tile) ? 1 : 0);
}

void check_blocking(const DenseTile& tile, const arch::Device& device, arch::Problems& problems) {
  const auto is_side = [](int blocks) { return blocks == 1 || blocks == 2 || blocks == 4; };
  const auto [rows, columns] = tile.blocking;
  const std::string name = fmt::format("{}x{} blocks", rows, columns);
  if (!is_side(rows) || !is_side(columns)) {
    problems.push_back({"blocking", name + " are not supported", "use 1, 2 or 4 a side"});
    return;
  }
  const int bits = tile.mmul.m * tile.mmul.n * tile.accumulator_bits;
  const int available = device.core.accumulator_registers * device.core.accumulator_register_bits / bits;
  if (rows * columns + spare_accumulators(tile) > available) {
    problems.push_back(
        {"blocking", fmt::format("{} need more than the {} accumulators", name, available), "use 2x2"});
  }
  if (has_output(tile) && columns % narrow_group(tile) != 0) {
    problems.push_back(
        {"blocking",
         fmt::format("a block of {} outputs of 8 bit is no whole store", tile.mmul.m * tile.mmul.n),
         "use an even number of columns"});
  }
}

void check_output(const DenseTile& tile, arch::Problems& problems) {
  if (!arch::is_integer(tile.out) || arch::bits(tile.out) < 8 || arch::bits(tile.out) > 16) {
    problems.push_back({"out", fmt::format("{} outputs are not supported", arch::to_string(tile.out)),
                        "quantize them to 8 or 16 bit"});
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
  if (tile.relu && !arch::is_signed(tile.out) && tile.saturation == arch::SaturationMode::none) {
    problems.push_back({"saturation", "negative sums would wrap in an unsigned output, which is no ReLU",
                        "saturate, or use a signed output"});
  }
}

}  // namespace

bool narrows(const DenseTile& tile) {
  return tile.accumulator_bits == 64 && arch::bits(tile.out) == 8;
}
int narrow_group(const DenseTile& tile) {
  return narrows(tile) ? std::max(1, kVectorBytes / (tile.mmul.m * tile.mmul.n)) : 1;
}

std::vector<arch::MultiplyMode> dense_modes(arch::ElementType lhs, arch::ElementType weights,
                                            const arch::Device& device) {
  std::vector<arch::MultiplyMode> modes = device.multiply_modes(lhs, weights);
  const auto is_load = [](int bytes) { return bytes == kVectorBytes || bytes == kFactorBytes; };
  std::erase_if(modes, [&](const arch::MultiplyMode& mode) {
    return !arch::is_integer(mode.a) || !is_load(mode.rows * mode.inner * arch::bytes(lhs)) ||
           !is_load(mode.inner * mode.columns * arch::bytes(weights));
  });
  return modes;
}

std::int64_t largest_sum(arch::ElementType lhs, std::span<const std::int64_t> matrix, int rows, int cols,
                         std::span<const std::int64_t> bias) {
  if (std::ssize(matrix) != product(rows, cols)) std::abort();
  const std::int64_t largest = std::max(arch::max_value(lhs), -arch::min_value(lhs));
  std::int64_t result = 0;
  for (int col = 0; col < cols; ++col) {
    std::int64_t sum =
        static_cast<std::size_t>(col) < bias.size() ? std::abs(bias[static_cast<std::size_t>(col)]) : 0;
    for (int row = 0; row < rows; ++row) {
      sum += largest * std::abs(matrix[static_cast<std::size_t>(product(row, cols) + col)]);
    }
    result = std::max(result, sum);
  }
  return result;
}

int row_step(const DenseTile& tile) {
  return tile.blocking.rows * tile.mmul.m;
}
int column_step(const DenseTile& tile) {
  return tile.blocking.columns * tile.mmul.n;
}

int least_loop_cycles(const DenseTile& tile, const arch::Device& device) {
  const auto loads = [&](int elements, arch::ElementType type) {
    return (elements * arch::bits(type) + device.core.load_bits - 1) / device.core.load_bits;
  };
  const auto [rows, columns] = tile.blocking;
  const int all = rows * loads(tile.mmul.m * tile.mmul.k, tile.lhs) +
                  columns * loads(tile.mmul.k * tile.mmul.n, tile.weights);
  return std::max(rows * columns, (all + device.core.load_ports - 1) / device.core.load_ports);
}

int bias_copies(const DenseTile& tile) {
  if (tile.accumulator_bits == 8 * kBiasBytes) return tile.mmul.m;
  return std::max(1, kVectorBytes / static_cast<int>(tile.mmul.n * kBiasBytes));
}

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
  if (!problems.empty()) return problems;
  check_blocking(tile, device, problems);
  if (!problems.empty()) return problems;
  require_multiple(problems, "rows", tile.rows, row_step(tile));
  require_multiple(problems, "k", tile.k, tile.mmul.k);
  require_multiple(problems, "n", tile.n, column_step(tile));
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
  return tile.bias ? tile.n * kBiasBytes * bias_copies(tile) : 0;
}

std::int64_t bias_buffer_bytes(const DenseTile& tile) {
  return bias_bytes(tile) + bias_bytes(tile) / tile.n * column_step(tile);
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
      put(packed, at, arch::bytes(tile.weights), code);
    }
  }
  return packed;
}

std::vector<std::uint8_t> pack_bias(const DenseTile& tile, std::span<const std::int64_t> bias) {
  if (std::ssize(bias) > tile.n) std::abort();
  const int copies = bias_copies(tile);
  const std::int64_t block = tile.mmul.n;
  std::vector<std::uint8_t> packed(static_cast<std::size_t>(bias_buffer_bytes(tile)));
  for (std::int64_t i = 0; i < std::ssize(bias); ++i) {
    const std::int64_t code = bias[static_cast<std::size_t>(i)];
    if (code < arch::min_value(arch::ElementType::int32) ||
        code > arch::max_value(arch::ElementType::int32)) {
      throw arch::InputError(fmt::format("bias[{}]", i), fmt::format("{} does not fit int32", code),
                             "give the bias fewer fraction bits");
    }
    for (int copy = 0; copy < copies; ++copy) {
      put(packed, (i / block * copies + copy) * block + i % block, kBiasBytes, code);
    }
  }
  return packed;
}

}  // namespace aie4ml::kernels
