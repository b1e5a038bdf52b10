#include "compiler/plan/parallelism.hpp"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "arch/error.hpp"
#include "compiler/plan/tile_memory.hpp"

namespace aie4ml::compiler {
namespace {

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

// Blocks of accumulators, in order of preference: 2x2 as published designs have it, then those that load
// less for a multiply. One row of blocks only pays where the second would be padding.
constexpr std::array<kernels::Blocking, 5> kBlockings = {{{2, 2}, {4, 2}, {2, 4}, {1, 4}, {1, 2}}};

std::vector<kernels::Blocking> blockings(const LayerShape& shape, Parallelism cut,
                                         const LayerDirectives& directives) {
  if (directives.block) return {{(*directives.block)[0], (*directives.block)[1]}};
  const int rows = shape.row_slicing(cut).slice();
  std::vector<kernels::Blocking> result;
  for (const kernels::Blocking blocking : kBlockings) {
    cut.blocking = blocking;
    if (blocking.rows > 1 || shape.row_slicing(cut).slice() < rows) result.push_back(blocking);
  }
  return result;
}

bool has_empty_slice(const LayerShape& shape, const Parallelism& cut) {
  return shape.k_slicing(cut).is_empty() || shape.row_slicing(cut).is_empty() ||
         shape.n_slicing(cut).is_empty();
}

arch::Problem empty_slice(const LayerShape& shape, const Parallelism& cut) {
  const auto problem = [&](const char* key, const Slicing& slicing, const std::string& what) {
    return arch::Problem{fmt::format("layer '{}'", shape.name),
                         fmt::format("{} {} cuts {} into slices of {}, and the last holds nothing", key,
                                     slicing.count, what, slicing.slice()),
                         fmt::format("use at most {}", slicing.most())};
  };
  if (const Slicing k = shape.k_slicing(cut); k.is_empty()) {
    return problem("cas_len", k, fmt::format("K = {}", shape.k));
  }
  if (const Slicing rows = shape.row_slicing(cut); rows.is_empty()) {
    return problem("cas_num", rows, fmt::format("{} rows", shape.rows));
  }
  return problem("cas_num", shape.n_slicing(cut), fmt::format("N = {}", shape.n));
}

}  // namespace

std::optional<arch::Problem> refusal(const LayerShape& shape, const Parallelism& cut,
                                     const arch::Device& device) {
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
  if (has_empty_slice(shape, cut)) return empty_slice(shape, cut);
  for (int position = 0; position < cut.cas_len; ++position) {
    if (position > 1 && position < cut.cas_len - 1) continue;  // the same as the one before
    std::string why;
    const kernels::DenseTile kernel = tile_kernel(shape, cut, position);
    if (auto problems = kernels::check(kernel, device); !problems.empty()) {
      return problem(std::move(problems.front().what), std::move(problems.front().remedy));
    }
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
  std::vector<Parallelism> legal;
  // Of the finest cut tried, if possible one without empty slices; inner and 2x2 come last.
  std::optional<arch::Problem> problem;
  const auto range = [](const std::optional<int>& fixed, int limit) {
    return fixed ? std::pair(*fixed, *fixed) : std::pair(1, limit);
  };
  bool only_empty = true;
  const auto try_cut = [&](const Parallelism& cut) {
    const bool empty = has_empty_slice(shape, cut);
    if (empty && !only_empty) return;
    auto refused = refusal(shape, cut, device);
    if (!refused) {
      legal.push_back(cut);
      return;
    }
    problem = std::move(refused);
    only_empty = only_empty && empty;
  };
  for (const Contract contract : {Contract::outer, Contract::inner}) {
    if (directives.contract && *directives.contract != contract) continue;
    const bool outer = contract == Contract::outer;
    const int parts =
        outer ? most_slices(shape.rows, shape.kernel.mmul.m) : most_slices(shape.n, shape.kernel.mmul.n);
    const auto [first_len, last_len] =
        range(directives.cas_len, std::min(most_slices(shape.k, shape.k_step()), max_cas_len(device)));
    const auto [first_num, last_num] = range(directives.cas_num, std::min(parts, max_cas_num(device)));
    for (int len = first_len; len <= last_len; ++len) {
      for (int num = first_num; num <= last_num; ++num) {
        // One chain has all rows and all of N: the same either way.
        if (outer && num == 1 && !directives.contract) continue;
        const auto blocks = blockings(shape, {len, num, contract, {}}, directives);
        for (auto block = blocks.rbegin(); block != blocks.rend(); ++block) {
          try_cut({len, num, contract, *block});
        }
      }
    }
  }
  // Blocks whose inner loops take less come first: less padding, and no waiting for loads.
  const auto preference = [&](const Parallelism& cut) {
    const auto* block = std::find(kBlockings.begin(), kBlockings.end(), cut.blocking);
    kernels::DenseTile kernel = shape.kernel;
    kernel.blocking = cut.blocking;
    const std::int64_t blocks = std::int64_t{shape.row_slicing(cut).slice() / kernels::row_step(kernel)} *
                                (shape.n_slicing(cut).slice() / kernels::column_step(kernel));
    return std::tuple(cut.tiles(), cut.cas_len, cut.contract,
                      blocks * kernels::least_loop_cycles(kernel, device), block - kBlockings.begin());
  };
  std::sort(legal.begin(), legal.end(),
            [&](const Parallelism& a, const Parallelism& b) { return preference(a) < preference(b); });
  if (!legal.empty()) return legal;
  if (directives.cas_len || directives.cas_num || directives.block || directives.contract) {
    throw arch::InputError(problem->where, problem->what, problem->remedy);
  }
  throw arch::InputError(problem->where,
                         fmt::format("no cut of {} rows x {} x {} fits into tiles ({})", shape.rows, shape.k,
                                     shape.n, problem->what),
                         "use a smaller batch, or split the layer in the model");
}

}  // namespace aie4ml::compiler
