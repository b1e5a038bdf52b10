#include "compiler/plan/parallelism.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "arch/error.hpp"
#include "compiler/plan/tile_memory.hpp"

namespace aie4ml::compiler {
namespace {

// Elements computed on beyond those of the model.
std::int64_t padding(const LayerShape& shape, Parallelism cut) {
  const std::int64_t k = std::int64_t{cut.cas_len} * shape.k_slice(cut.cas_len);
  const std::int64_t n = std::int64_t{cut.cas_num} * shape.n_slice(cut.cas_num);
  return k * n - std::int64_t{shape.k} * shape.n;
}

// The cascade runs along a row, chains lie in rows above each other. Memory tiles set no limit: an edge with
// more streams than one has goes through several.
int max_cas_len(const arch::Device& device) {
  return device.grid.columns;
}
int max_cas_num(const arch::Device& device) {
  return device.grid.core_rows;
}

// The largest count that leaves no slice empty.
int most_slices(int size, int step) {
  return ceil_div(size, step);
}

}  // namespace

std::optional<arch::Problem> refusal(const LayerShape& shape, Parallelism cut, const arch::Device& device) {
  const auto problem = [&](std::string what, std::string remedy) {
    return arch::Problem{fmt::format("layer '{}'", shape.name), std::move(what), std::move(remedy)};
  };
  const int max_len = max_cas_len(device);
  if (cut.cas_len > max_len) {
    return problem(fmt::format("cas_len {} is above the {} core columns", cut.cas_len, max_len),
                   fmt::format("use at most {}", max_len));
  }
  const int max_num = max_cas_num(device);
  if (cut.cas_num > max_num) {
    return problem(fmt::format("cas_num {} is above the {} core rows", cut.cas_num, max_num),
                   fmt::format("use at most {}", max_num));
  }
  if (shape.has_empty_k_slice(cut.cas_len)) {
    return problem(fmt::format("cas_len {} cuts K = {} into slices of {}, and the last holds nothing",
                               cut.cas_len, shape.k, shape.k_slice(cut.cas_len)),
                   fmt::format("use at most {}", ceil_div(shape.k, shape.k_slice(cut.cas_len))));
  }
  if (shape.has_empty_n_slice(cut.cas_num)) {
    return problem(fmt::format("cas_num {} cuts N = {} into slices of {}, and the last holds nothing",
                               cut.cas_num, shape.n, shape.n_slice(cut.cas_num)),
                   fmt::format("use at most {}", ceil_div(shape.n, shape.n_slice(cut.cas_num))));
  }
  for (int position = 0; position < cut.cas_len; ++position) {
    if (position > 1 && position < cut.cas_len - 1) continue;  // the same as the one before
    std::string why;
    const kernels::DenseTile kernel = tile_kernel(shape, cut.cas_len, cut.cas_num, position);
    if (lay_out(kernel, device, &why)) continue;
    const bool rows_alone =
        kernels::lhs_bytes(kernel) > device.kernel.max_buffer.value && kernel.k == shape.k_step();
    return problem(
        fmt::format("a tile of {} rows x {} x {} does not fit: {}", kernel.rows, kernel.k, kernel.n, why),
        rows_alone ? "use a smaller batch" : "cut it finer (cas_len, cas_num), or use a smaller batch");
  }
  return std::nullopt;
}

std::vector<Parallelism> legal_cuts(const LayerShape& shape, const LayerDirectives& directives,
                                    const arch::Device& device) {
  const int max_len = std::min(most_slices(shape.k, shape.k_step()), max_cas_len(device));
  const int max_num = std::min(most_slices(shape.n, shape.n_step()), max_cas_num(device));
  std::vector<Parallelism> legal;
  std::optional<arch::Problem> problem;  // of the finest cut tried, if possible one without empty slices
  const auto range = [](const std::optional<int>& fixed, int limit) {
    return fixed ? std::pair(*fixed, *fixed) : std::pair(1, limit);
  };
  const auto [first_len, last_len] = range(directives.cas_len, max_len);
  const auto [first_num, last_num] = range(directives.cas_num, max_num);
  for (int len = first_len; len <= last_len; ++len) {
    for (int num = first_num; num <= last_num; ++num) {
      const Parallelism cut{len, num};
      auto refused = refusal(shape, cut, device);
      if (refused) {
        const bool empty = shape.has_empty_k_slice(len) || shape.has_empty_n_slice(num);
        if (!problem || !empty) problem = std::move(refused);
        continue;
      }
      legal.push_back(cut);
    }
  }
  std::sort(legal.begin(), legal.end(), [&](Parallelism a, Parallelism b) {
    return std::tuple(a.cas_len * a.cas_num, a.cas_len, padding(shape, a)) <
           std::tuple(b.cas_len * b.cas_num, b.cas_len, padding(shape, b));
  });
  if (!legal.empty()) return legal;
  if (directives.cas_len || directives.cas_num) {
    throw arch::InputError(problem->where, problem->what, problem->remedy);
  }
  throw arch::InputError(problem->where,
                         fmt::format("no cut of {} rows x {} x {} fits into tiles ({})", shape.rows, shape.k,
                                     shape.n, problem->what),
                         "use a smaller batch, or split the layer in the model");
}

}  // namespace aie4ml::compiler
