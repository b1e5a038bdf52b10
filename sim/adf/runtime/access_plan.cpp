#include "sim/adf/runtime/access_plan.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace aie4ml::adf {
namespace {

constexpr std::size_t kMaxRank = 4;

using Coordinates = std::array<std::int64_t, kMaxRank>;

// Counts up in the box, dimension 0 first; false when it is through.
bool advance(Coordinates& at, const std::vector<std::int64_t>& box, std::size_t from = 0) {
  for (std::size_t d = from; d < box.size(); ++d) {
    if (++at[d] < box[d]) return true;
    at[d] = 0;
  }
  return false;
}

std::int64_t offset_of(const Tiling& tiling, std::size_t dimension) {
  return tiling.offset.empty() ? 0 : tiling.offset[dimension];
}

std::optional<std::string> bad_shape(const Tiling& tiling, std::size_t buffer_elements) {
  const std::size_t rank = tiling.buffer.size();
  if (rank == 0 || rank > kMaxRank) {
    return fmt::format("buffer_dimension has {} dimensions; 1 to {} are possible", rank, kMaxRank);
  }
  const auto differs = [&](const char* name, std::size_t size) {
    return fmt::format("{} has {} dimensions, buffer_dimension {}", name, size, rank);
  };
  if (tiling.tile.size() != rank) return differs("tiling_dimension", tiling.tile.size());
  if (!tiling.offset.empty() && tiling.offset.size() != rank) return differs("offset", tiling.offset.size());
  if (!tiling.boundary.empty() && tiling.boundary.size() != rank) {
    return differs("boundary_dimension", tiling.boundary.size());
  }
  std::size_t elements = 1;
  for (std::size_t d = 0; d < rank; ++d) {
    if (tiling.buffer[d] == 0) return fmt::format("buffer_dimension[{}] is 0", d);
    if (tiling.tile[d] == 0) return fmt::format("tiling_dimension[{}] is 0", d);
    if (!tiling.boundary.empty() && tiling.boundary[d] > tiling.buffer[d]) {
      return fmt::format("boundary_dimension[{}] is {}, the buffer has {}", d, tiling.boundary[d],
                         tiling.buffer[d]);
    }
    elements *= tiling.buffer[d];
  }
  if (elements != buffer_elements) {
    return fmt::format("buffer_dimension {{{}}} has {} elements, the buffer {}",
                       fmt::join(tiling.buffer, ", "), elements, buffer_elements);
  }
  for (const Traversal& step : tiling.traversal) {
    if (step.dimension >= rank) {
      return fmt::format("tile_traversal names dimension {}, the buffer has {}", step.dimension, rank);
    }
    if (step.wrap == 0) return fmt::format("tile_traversal of dimension {} has wrap 0", step.dimension);
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> AccessPlan::problem_of(const Tiling& tiling, std::size_t buffer_elements) {
  if (auto problem = bad_shape(tiling, buffer_elements)) return problem;
  if (!tiling.boundary.empty()) return std::nullopt;
  for (std::size_t d = 0; d < tiling.buffer.size(); ++d) {
    const std::int64_t first = offset_of(tiling, d);
    std::int64_t last = first + tiling.tile[d] - 1;
    for (const Traversal& step : tiling.traversal) {
      if (step.dimension == d) last += std::int64_t{step.stride} * (step.wrap - 1);
    }
    if (first < 0 || last >= tiling.buffer[d]) {
      return fmt::format(
          "the tiling is outside the buffer: it goes over elements {}..{} of dimension {}, which has 0..{}; "
          "boundary_dimension would make what is outside read as zero",
          first, last, d, tiling.buffer[d] - 1);
    }
  }
  return std::nullopt;
}

AccessPlan::AccessPlan(std::size_t elements) {
  add(0, elements);
}

AccessPlan::AccessPlan(const Tiling& tiling) {
  const std::size_t rank = tiling.buffer.size();
  const std::vector<std::uint32_t>& limit = tiling.boundary.empty() ? tiling.buffer : tiling.boundary;
  std::vector<std::int64_t> steps;
  for (const Traversal& step : tiling.traversal) steps.push_back(step.wrap);
  const std::vector<std::int64_t> tile(tiling.tile.begin(), tiling.tile.end());

  // A traversal can have more entries than the buffer dimensions.
  std::vector<std::int64_t> step(steps.size(), 0);
  const auto next_tile = [&] {
    for (std::size_t s = 0; s < steps.size(); ++s) {
      if (++step[s] < steps[s]) return true;
      step[s] = 0;
    }
    return false;
  };
  do {
    Coordinates origin{};
    for (std::size_t d = 0; d < rank; ++d) origin[d] = offset_of(tiling, d);
    for (std::size_t s = 0; s < steps.size(); ++s) {
      origin[tiling.traversal[s].dimension] += step[s] * tiling.traversal[s].stride;
    }
    Coordinates in_tile{};  // a row along dimension 0 at a time
    do {
      std::int64_t row = 0;
      bool inside = true;
      for (std::size_t d = rank; d-- > 1;) {
        const std::int64_t at = origin[d] + in_tile[d];
        inside = inside && at >= 0 && at < limit[d];
        row = (row + at) * tiling.buffer[d - 1];
      }
      const std::int64_t first = origin[0];
      const std::int64_t end = first + tile[0];
      const std::int64_t from = inside ? std::clamp<std::int64_t>(0, first, end) : end;
      const std::int64_t to = inside ? std::clamp<std::int64_t>(limit[0], from, end) : end;
      add(kOutside, static_cast<std::size_t>(from - first));
      add(row + from, static_cast<std::size_t>(to - from));
      add(kOutside, static_cast<std::size_t>(end - to));
    } while (advance(in_tile, tile, 1));
  } while (next_tile());
}

void AccessPlan::add(std::int64_t at, std::size_t count) {
  if (count == 0) return;
  elements_ += count;
  if (!runs_.empty()) {
    Run& last = runs_.back();
    const std::int64_t next =
        last.at == kOutside ? kOutside : last.at + static_cast<std::int64_t>(last.count);
    if (at == next) {
      last.count += count;
      return;
    }
  }
  runs_.push_back({at, count});
}

void AccessPlan::gather(const std::uint8_t* buffer, std::uint8_t* sequence, std::size_t element_bytes) const {
  for (const Run& run : runs_) {
    const std::size_t bytes = run.count * element_bytes;
    if (run.at == kOutside) {
      std::memset(sequence, 0, bytes);
    } else {
      std::memcpy(sequence, buffer + static_cast<std::size_t>(run.at) * element_bytes, bytes);
    }
    sequence += bytes;
  }
}

void AccessPlan::scatter(const std::uint8_t* sequence, std::uint8_t* buffer,
                         std::size_t element_bytes) const {
  for (const Run& run : runs_) {
    const std::size_t bytes = run.count * element_bytes;
    if (run.at != kOutside) {
      std::memcpy(buffer + static_cast<std::size_t>(run.at) * element_bytes, sequence, bytes);
    }
    sequence += bytes;
  }
}

}  // namespace aie4ml::adf
