// What a core executes: bundles, labels and where each came from.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "arch/error.hpp"
#include "arch/isa/instruction.hpp"

namespace aie4ml::arch {

struct CoreFacts;
struct Device;

// Operations issued in one cycle, at most one a slot; order inside does not matter: all read before any
// writes.
struct Bundle {
  std::vector<Instruction> ops;
  friend bool operator==(const Bundle&, const Bundle&) = default;
};

struct Label {
  std::string name;
  std::int32_t bundle{};
  friend bool operator==(const Label&, const Label&) = default;
};

// Bundles [first, last) belong to this part of this layer: what a trace slice is called.
struct CodeRegion {
  std::int32_t first{}, last{};
  std::int32_t layer{-1};  // index into DebugMap::layers, -1: none (start-up, lock handling)
  std::string name;        // "main", "fc1 call", "fc1 k loop", "fc1 store"
  friend bool operator==(const CodeRegion&, const CodeRegion&) = default;
};

struct Program {
  std::vector<Bundle> bundles;
  std::vector<Label> labels;        // sorted by bundle; several names for one bundle are allowed
  std::vector<CodeRegion> regions;  // do not overlap, sorted
  friend bool operator==(const Program&, const Program&) = default;

  // Program-memory bytes: each bundle takes the device's shortest format that holds its slots.
  [[nodiscard]] std::int64_t size_bytes(const Device& device) const;
  // Slot clashes, registers the device lacks, operands of the wrong class, branches that leave the program,
  // immediates out of range, a loop end closer than the set-up distance, more bytes than program memory.
  [[nodiscard]] Problems validate(const Device& device) const;
};

// Size of the shortest format that holds the bundle's slots; the bundle has no slot clashes.
int bundle_bytes(const Bundle& bundle, const CoreFacts& core);

}  // namespace aie4ml::arch
