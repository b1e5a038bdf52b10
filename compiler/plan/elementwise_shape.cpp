#include "compiler/plan/elementwise_shape.hpp"

#include <fmt/format.h>

#include "compiler/plan/slicing.hpp"
#include "compiler/plan/tile_memory.hpp"

namespace aie4ml::compiler {

kernels::ElementwiseTile ElementwiseShape::tile(const Parallelism& cut) const {
  kernels::ElementwiseTile result = kernel;
  result.rows = row_slicing(cut).slice();
  result.columns = column_slicing(cut).slice();
  return result;
}

ElementwiseShape elementwise_shape_of(const Graph& graph, NodeId node, const arch::Device& device) {
  const Node& layer = graph.nodes.at(static_cast<std::size_t>(node));
  const Tensor& y = graph.tensor(output_of(layer.op));
  ElementwiseShape shape;
  shape.name = layer.name;
  shape.rows = static_cast<int>(y.rows());
  shape.columns = static_cast<int>(y.cols());
  shape.kernel.type = y.quant.type;
  if (const auto* add = std::get_if<AddOp>(&layer.op)) {
    shape.kernel.op = kernels::ElementwiseOp::add;
    shape.kernel.relu = add->relu;
    shape.kernel.rounding = add->rounding;
    shape.kernel.saturation = add->saturation;
  } else {
    shape.kernel.op = kernels::ElementwiseOp::relu;
  }
  for (const arch::Problem& problem : kernels::check(shape.tile({}), device)) {
    throw arch::InputError(fmt::format("layer '{}'", shape.name), problem.what, problem.remedy);
  }
  return shape;
}

std::optional<arch::Problem> refusal(const ElementwiseShape& shape, const Parallelism& cut,
                                     const arch::Device& device) {
  const auto problem = [&](std::string what, std::string remedy) {
    return arch::Problem{fmt::format("layer '{}'", shape.name), std::move(what), std::move(remedy)};
  };
  if (cut.cas_len != 1)
    return problem(fmt::format("cas_len is {}, it has no K to split", cut.cas_len), "use 1");
  if (cut.cas_num > device.grid.core_rows) {
    return problem(fmt::format("cas_num {} is above the {} core rows", cut.cas_num, device.grid.core_rows),
                   fmt::format("use at most {}", device.grid.core_rows));
  }
  const bool outer = cut.contract == Contract::outer;
  if (const Slicing slicing = outer ? shape.row_slicing(cut) : shape.column_slicing(cut);
      slicing.is_empty()) {
    return problem(fmt::format("cas_num {} cuts {} {} into slices of {}, and the last holds nothing",
                               cut.cas_num, slicing.size, outer ? "rows" : "columns", slicing.slice()),
                   fmt::format("use at most {}", slicing.most()));
  }
  std::string why;
  const kernels::ElementwiseTile tile = shape.tile(cut);
  if (lay_out(tile, device, &why)) return std::nullopt;
  return problem(fmt::format("a tile of {} rows x {} does not fit: {}", tile.rows, tile.columns, why),
                 "cut it finer (cas_num), or use a smaller batch");
}

std::vector<Parallelism> legal_cuts(const ElementwiseShape& shape, const LayerDirectives& directives,
                                    const arch::Device& device) {
  const int first = directives.cas_num.value_or(1);
  const int last = directives.cas_num.value_or(device.grid.core_rows);
  std::vector<Parallelism> legal;
  std::optional<arch::Problem> problem;  // of the finest cut before there is a legal one
  for (int cas_num = first; cas_num <= last; ++cas_num) {
    for (const Contract contract : {Contract::inner, Contract::outer}) {
      if (directives.contract ? *directives.contract != contract
                              : contract == Contract::outer && cas_num == 1) {
        continue;
      }
      const Parallelism cut{directives.cas_len.value_or(1), cas_num, contract, {}};
      auto refused = refusal(shape, cut, device);
      if (!refused) {
        legal.push_back(cut);
      } else if (legal.empty() && (!problem || contract == Contract::inner || directives.contract)) {
        problem = std::move(refused);
      }
    }
  }
  if (legal.empty()) throw arch::InputError(problem->where, problem->what, problem->remedy);
  return legal;
}

}  // namespace aie4ml::compiler
