#include "compiler/firmware/adf/kernel_set.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>

#include <fmt/format.h>

#include "compiler/codegen/kernel_store.hpp"
#include "compiler/firmware/adf/names.hpp"

namespace aie4ml::compiler {
namespace {

using kernels::ArgumentUse;
using kernels::DenseTile;
using kernels::ElementwiseTile;

std::string class_name(const TileKernel& kernel) {
  if (const auto* dense = std::get_if<DenseTile>(&kernel)) {
    return fmt::format("dense_{}_{}x{}x{}", kernels::to_string(dense->role), dense->rows, dense->k, dense->n);
  }
  const auto& tile = std::get<ElementwiseTile>(kernel);
  return fmt::format("{}_{}x{}", kernels::to_string(tile.op), tile.rows, tile.columns);
}

std::vector<ArgumentUse> uses_of(const TileKernel& kernel, const kernels::VectorProgram& program) {
  std::vector<ArgumentUse> uses;
  for (const int argument : program.arguments) {
    const kernels::Variable& pointer = program.variable(argument);
    std::int64_t bytes = 0;
    bool parameter = false;
    if (const auto* dense = std::get_if<DenseTile>(&kernel)) {
      parameter = pointer.name == "weights" || pointer.name == "bias";
      bytes = pointer.name == "lhs"       ? kernels::lhs_bytes(*dense)
              : pointer.name == "weights" ? kernels::weights_bytes(*dense)
              : pointer.name == "bias"    ? kernels::bias_bytes(*dense)
                                          : kernels::out_bytes(*dense);
    } else {
      bytes = kernels::buffer_bytes(std::get<ElementwiseTile>(kernel));
    }
    uses.push_back({bytes / arch::bytes(pointer.type), parameter});
  }
  return uses;
}

// What the kernel does, for its reader.
std::vector<std::string> description(const TileKernel& kernel) {
  if (const auto* d = std::get_if<DenseTile>(&kernel)) {
    const bool ends = d->role == kernels::CascadeRole::single || d->role == kernels::CascadeRole::last;
    std::vector<std::string> lines = {
        fmt::format("Dense{}: {} rows, K {}, N {} on one tile, {} x {}{}.",
                    d->role == kernels::CascadeRole::single
                        ? ""
                        : fmt::format(", {} of its cascade", kernels::to_string(d->role)),
                    d->rows, d->k, d->n, arch::to_string(d->lhs), arch::to_string(d->weights),
                    ends ? fmt::format(" -> {}", arch::to_string(d->out)) : ""),
        fmt::format("Multiplies {}x{}x{} into {}-bit lanes, {} x {} blocks of sums at once.", d->mmul.m,
                    d->mmul.k, d->mmul.n, d->accumulator_bits, d->blocking.rows, d->blocking.columns),
        fmt::format("Layouts: lhs [rows/{0}][K/{1}]{3}, weights [K/{1}][N/{2}][{1}][{2}]{4}", d->mmul.m,
                    d->mmul.k, d->mmul.n,
                    d->lhs_transposed ? fmt::format("[{}][{}]", d->mmul.k, d->mmul.m)
                                      : fmt::format("[{}][{}]", d->mmul.m, d->mmul.k),
                    ends ? fmt::format(", out [rows/{0}][N/{1}][{0}][{1}].", d->mmul.m, d->mmul.n) : ".")};
    if (ends) {
      lines.push_back(
          fmt::format("Then {}shift by {}{}.", d->bias ? "bias, " : "", d->shift, d->relu ? ", ReLU" : ""));
    }
    return lines;
  }
  const auto& e = std::get<ElementwiseTile>(kernel);
  return {fmt::format("{} of {} elements{}, {}, in blocks of {}x{}{}.",
                      e.op == kernels::ElementwiseOp::add ? "Add" : "ReLU", std::int64_t{e.rows} * e.columns,
                      e.relu ? ", then ReLU" : "", arch::to_string(e.type), e.block_rows, e.block_columns,
                      e.transposed[0] || e.transposed[1]
                          ? fmt::format("; {} arrives block by transposed block",
                                        e.transposed[0] && e.transposed[1] ? "both operands"
                                        : e.transposed[0]                  ? "operand a"
                                                                           : "operand b")
                          : "")};
}

}  // namespace

KernelSet::KernelSet(const Plan& plan, const LiveParts& live, const arch::Device& device) {
  struct Found {
    kernels::VectorProgram program;
    std::vector<ArgumentUse> uses;
    TileKernel kernel;
    std::vector<std::string> layers;
  };
  std::vector<Found> found;
  std::map<std::string, std::size_t> known;  // by text
  for (std::size_t l = 0; l < plan.layers.size(); ++l) {
    const LayerPlan& layer = plan.layers[l];
    for (const TilePlan& tile : layer.tiles) {
      if (!live.chain(static_cast<std::int32_t>(l), tile.chain)) continue;
      auto entry = std::find_if(entries_.begin(), entries_.end(),
                                [&](const Entry& e) { return e.kernel == tile.kernel; });
      if (entry == entries_.end()) {
        kernels::VectorProgram program = program_of(tile.kernel, device);
        std::vector<ArgumentUse> uses = uses_of(tile.kernel, program);
        std::string key = kernels::print(program);
        for (const ArgumentUse& use : uses) key += fmt::format(" {}", use.elements);
        const auto [at, fresh] = known.emplace(std::move(key), found.size());
        if (fresh) found.push_back({std::move(program), std::move(uses), tile.kernel, {}});
        entry = entries_.insert(entries_.end(), {tile.kernel, at->second});
      }
      std::vector<std::string>& layers = found[entry->source].layers;
      const std::string name = comment_text(layer.name);
      if (layers.empty() || layers.back() != name) layers.push_back(name);
    }
  }
  UniqueNames names;
  for (const Found& f : found) {
    std::vector<std::string> comment = description(f.kernel);
    comment.push_back(fmt::format("Of {}.", fmt::join(f.layers, ", ")));
    sources_.push_back(kernels::emit_kernel(f.program, names.take(class_name(f.kernel)), f.uses, comment));
  }
}

const kernels::KernelSource& KernelSet::of(const TileKernel& kernel) const {
  const auto found =
      std::find_if(entries_.begin(), entries_.end(), [&](const Entry& e) { return e.kernel == kernel; });
  if (found == entries_.end()) std::abort();
  return sources_[found->source];
}

int port_index(const kernels::KernelSource& kernel, kernels::KernelPort::Kind kind, int nth) {
  int inputs = 0;
  int outputs = 0;
  for (const kernels::KernelPort& port : kernel.ports) {
    if (port.kind == kind && nth-- == 0) return port.is_input() ? inputs : outputs;
    ++(port.is_input() ? inputs : outputs);
  }
  std::abort();
}

}  // namespace aie4ml::compiler
