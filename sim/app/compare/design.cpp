#include "sim/app/compare/design.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "arch/error.hpp"
#include "arch/host/npy.hpp"
#include "arch/host/port_array.hpp"

namespace aie4ml::sim::comparison {
namespace {

constexpr std::size_t kShownDigits = 12;  // of a checksum

// "A" to "Z", then "A2" ...
std::string name_of(std::size_t index) {
  constexpr std::size_t kLetters = 26;
  const std::string letter(1, static_cast<char>('A' + index % kLetters));
  return index < kLetters ? letter : letter + fmt::to_string(index / kLetters + 1);
}

std::string model_text(const arch::Image& image) {
  return fmt::format("'{}' (SHA-256 {}...)", image.model, image.model_sha256.substr(0, kShownDigits));
}

std::string port_text(const arch::GraphPort& port) {
  return fmt::format("{} {} {}", describe(port), arch::to_string(array_type(port)),
                     arch::to_string(port.shape));
}

// The same tensor with the same values for the same bits.
bool same_port(const arch::GraphPort& a, const arch::GraphPort& b) {
  return a.tensor == b.tensor && a.direction == b.direction && a.shape == b.shape && a.type == b.type &&
         a.is_float == b.is_float && a.frac == b.frac;
}

void check_same_model(const Design& first, const Design& other) {
  const arch::Image& a = first.loaded.image;
  const arch::Image& b = other.loaded.image;
  if (a.model != b.model || a.model_sha256 != b.model_sha256) {
    throw arch::InputError(
        other.firmware,
        fmt::format("is of model {}, {} is of {}", model_text(b), first.firmware, model_text(a)),
        "compile the same ONNX file for both");
  }
  const std::string remedy = "compile both by the same version, with the same --batch";
  if (a.ports.size() != b.ports.size()) {
    throw arch::InputError(other.firmware,
                           fmt::format("has {} graph inputs and outputs, {} has {}", b.ports.size(),
                                       first.firmware, a.ports.size()),
                           remedy);
  }
  const auto [left, right] = std::mismatch(a.ports.begin(), a.ports.end(), b.ports.begin(), same_port);
  if (left == a.ports.end()) return;
  throw arch::InputError(
      other.firmware, fmt::format("has {}, {} has {}", port_text(*right), first.firmware, port_text(*left)),
      remedy);
}

}  // namespace

std::vector<Design> read_designs(const std::vector<std::string>& directories) {
  std::vector<Design> designs;
  designs.reserve(directories.size());
  for (const std::string& directory : directories) {
    designs.push_back({name_of(designs.size()), directory, arch::read_firmware(directory)});
    check_same_model(designs.front(), designs.back());
  }
  return designs;
}

}  // namespace aie4ml::sim::comparison
