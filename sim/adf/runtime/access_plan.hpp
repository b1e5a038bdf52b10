// The order in which a tiling visits the elements of a buffer, worked out once: runs of neighbouring
// elements, and elements outside the boundary. A plain class.
#pragma once

#include <aie4ml_adf/elaboration.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace aie4ml::adf {

class AccessPlan {
 public:
  // The whole buffer, from its first element to its last.
  explicit AccessPlan(std::size_t elements);
  // `tiling` has no problem_of(). Dimension 0 is the fastest in the buffer and within a tile; the first entry
  // of the traversal is the innermost loop over tiles.
  explicit AccessPlan(const Tiling& tiling);

  // What is wrong with it, for a buffer of so many elements, or nothing: ranks that differ, more than four
  // dimensions, elements outside the buffer where no boundary_dimension allows them.
  static std::optional<std::string> problem_of(const Tiling& tiling, std::size_t buffer_elements);

  [[nodiscard]] std::size_t elements() const {
    return elements_;
  }  // visited, those outside the boundary included
  // Buffer to sequence: elements outside the boundary are zero.
  void gather(const std::uint8_t* buffer, std::uint8_t* sequence, std::size_t element_bytes) const;
  // Sequence to buffer: elements outside the boundary are dropped.
  void scatter(const std::uint8_t* sequence, std::uint8_t* buffer, std::size_t element_bytes) const;

 private:
  static constexpr std::int64_t kOutside = -1;
  struct Run {
    std::int64_t at;  // element of the buffer, or kOutside
    std::size_t count;
  };
  void add(std::int64_t at, std::size_t count);

  std::vector<Run> runs_;
  std::size_t elements_{};
};

}  // namespace aie4ml::adf
