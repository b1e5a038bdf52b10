// Runs a kernel on the functional core engine: a caller as the compiler writes it, buffers in the core's own
// memory, cascade words from and to lists.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "arch/device/device.hpp"
#include "kernels/code/kernel_code.hpp"
#include "kernels/dense/dense.hpp"
#include "kernels/dense/dense_reference.hpp"

namespace aie4ml::kernels::test {

// What a kernel works on, whatever it computes: its arguments by name, "out" being what it writes.
struct KernelBuffers {
  std::map<std::string, std::vector<std::uint8_t>> inputs;
  std::int64_t out_bytes{};
  std::vector<std::uint8_t> cascade_in;  // words of 512 bit, one after the other
};

struct KernelRun {
  DenseTileResult result;        // "out" and the cascade words written
  std::int64_t kernel_cycles{};  // bundles issued between the caller's
  std::int64_t stalls{};         // bank conflicts among the kernel's own accesses
  std::int64_t macs{};
  std::optional<std::string> fault;
};

KernelRun run_kernel(const KernelCode& kernel, const KernelBuffers& buffers, const arch::Device& device);
KernelRun run_kernel(const KernelCode& kernel, const DenseTile& tile, const DenseTileData& data,
                     const arch::Device& device);

std::vector<std::uint8_t> random_bytes(std::int64_t count, std::mt19937& random);
// Random codes over the whole range of every type.
DenseTileData random_data(const DenseTile& tile, std::mt19937& random);

// A tile of every multiply that the device has for every pair of types, without sizes.
std::vector<DenseTile> all_modes(const arch::Device& device);

// A tile with the device's int8 multiply, and bias and ReLU where the role allows them.
DenseTile make_tile(const arch::Device& device, CascadeRole role, int rows, int k, int n, bool bias = true,
                    bool relu = true, arch::ElementType out = arch::ElementType::int8);

}  // namespace aie4ml::kernels::test
