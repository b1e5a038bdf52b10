#include "compiler/plan/tile_memory.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

namespace aie4ml::compiler {
namespace {

// Banks are filled from their start upwards.
class Banks {
 public:
  explicit Banks(const arch::Device& device)
      : bank_bytes_(device.data_memory.bank_size().value),
        max_buffer_(std::min(device.kernel.max_buffer.value, bank_bytes_)),
        alignment_(std::max(device.core.load_bits, device.core.store_bits) / 8),
        used_(static_cast<std::size_t>(device.data_memory.banks)) {}

  // The first of the preferred banks with room.
  std::optional<PlacedBuffer> place(std::int64_t size, std::initializer_list<int> preferred) {
    if (size > max_buffer_) return std::nullopt;
    for (const int bank : preferred) {
      if (bank >= static_cast<int>(used_.size())) continue;
      std::int64_t& used = used_[static_cast<std::size_t>(bank)];
      if (used + size > bank_bytes_) continue;
      const std::int64_t address = bank * bank_bytes_ + used;
      used += (size + alignment_ - 1) / alignment_ * alignment_;
      return PlacedBuffer{"", static_cast<std::int32_t>(address), static_cast<std::int32_t>(size)};
    }
    return std::nullopt;
  }
  [[nodiscard]] std::int64_t max_buffer() const { return max_buffer_; }

 private:
  std::int64_t bank_bytes_;
  std::int64_t max_buffer_;
  std::int64_t alignment_;
  std::vector<std::int64_t> used_;
};

// Places buffers one by one and remembers the first that did not fit.
class Placer {
 public:
  Placer(const arch::Device& device, std::string* why) : banks_(device), why_(why) {}

  std::optional<PlacedBuffer> place(const char* name, std::int64_t size,
                                    std::initializer_list<int> preferred) {
    const auto placed = banks_.place(size, preferred);
    if (!placed && why_ != nullptr && why_->empty()) {
      *why_ = fmt::format("its {} of {} bytes does not fit a bank of {} bytes{}", name, size,
                          banks_.max_buffer(), size > banks_.max_buffer() ? "" : " beside the other buffers");
    }
    return placed;
  }

 private:
  Banks banks_;
  std::string* why_;
};

}  // namespace

std::optional<TileMemory> lay_out(const kernels::DenseTile& kernel, const arch::Device& device,
                                  std::string* why, Halves halves) {
  const bool close = halves == Halves::close;
  Placer placer(device, why);
  // A call reads one lhs half while the DMA fills the other, hence two banks; weights are read all the time
  // and keep a bank to themselves.
  const auto ping = placer.place("lhs buffer", kernels::lhs_bytes(kernel), {0});
  const auto pong = close ? placer.place("lhs buffer", kernels::lhs_bytes(kernel), {2, 0})
                          : placer.place("lhs buffer", kernels::lhs_bytes(kernel), {3, 0});
  const auto weights = placer.place("weights buffer", kernels::weights_bytes(kernel), {1});
  const int other = close ? 3 : 2;
  const auto stack = placer.place("stack", device.core.default_stack.value, {other});
  if (!ping || !pong || !weights || !stack) return std::nullopt;
  TileMemory memory{{{*ping, *pong}}, weights, std::nullopt, *stack, std::nullopt};
  if (kernel.bias) {
    // Loaded while results are stored to the other bank.
    memory.bias = placer.place("bias buffer", kernels::bias_buffer_bytes(kernel), {0, 3, other});
    if (!memory.bias) return std::nullopt;
  }
  if (const std::int64_t size = kernels::out_bytes(kernel); size > 0) {
    // Bank 2 is not read by the inner loop. If it is full: bank 0 for the pong half, whose call reads bank 3;
    // the ping half the other way round.
    const auto out_ping =
        close ? placer.place("output buffer", size, {3, 0}) : placer.place("output buffer", size, {2, 3, 0});
    const auto out_pong =
        close ? placer.place("output buffer", size, {3, 2}) : placer.place("output buffer", size, {2, 0, 3});
    if (!out_ping || !out_pong) return std::nullopt;
    memory.out = {*out_ping, *out_pong};
  }
  return memory;
}

std::optional<TileMemory> lay_out(const kernels::ElementwiseTile& kernel, const arch::Device& device,
                                  std::string* why, Halves halves) {
  const bool close = halves == Halves::close;
  Placer placer(device, why);
  const std::int64_t size = kernels::buffer_bytes(kernel);
  TileMemory memory;
  // The operands' halves that one call reads lie in two banks, what the DMA fills meanwhile in the others.
  const auto a_ping = placer.place("operand buffer", size, {0});
  const auto a_pong =
      close ? placer.place("operand buffer", size, {2, 0}) : placer.place("operand buffer", size, {3, 0});
  if (!a_ping || !a_pong) return std::nullopt;
  memory.inputs.push_back({*a_ping, *a_pong});
  if (kernels::operands(kernel) > 1) {
    const auto b_ping = placer.place("operand buffer", size, {1});
    const auto b_pong =
        close ? placer.place("operand buffer", size, {3, 1}) : placer.place("operand buffer", size, {2, 1});
    if (!b_ping || !b_pong) return std::nullopt;
    memory.inputs.push_back({*b_ping, *b_pong});
  }
  const auto out_ping =
      close ? placer.place("output buffer", size, {1, 0}) : placer.place("output buffer", size, {2, 3, 1, 0});
  const auto out_pong = close ? placer.place("output buffer", size, {3, 2, 1, 0})
                              : placer.place("output buffer", size, {1, 0, 2, 3});
  const auto stack = placer.place("stack", device.core.default_stack.value, {2, 1, 3, 0});
  if (!out_ping || !out_pong || !stack) return std::nullopt;
  memory.out = {*out_ping, *out_pong};
  memory.stack = *stack;
  return memory;
}

}  // namespace aie4ml::compiler
