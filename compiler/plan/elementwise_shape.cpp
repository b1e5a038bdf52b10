#include "compiler/plan/elementwise_shape.hpp"

#include <fmt/format.h>

#include "compiler/plan/slicing.hpp"
#include "compiler/plan/tile_memory.hpp"

namespace aie4ml::compiler {

int ElementwiseShape::rows_padded() const {
  return round_up(rows, kernel.block_rows);
}
int ElementwiseShape::column_slice(int cas_num) const {
  return round_up(ceil_div(columns, cas_num), kernel.block_columns);
}
bool ElementwiseShape::has_empty_slice(int cas_num) const {
  return (cas_num - 1) * column_slice(cas_num) >= columns;
}
kernels::ElementwiseTile ElementwiseShape::tile(int cas_num) const {
  kernels::ElementwiseTile result = kernel;
  result.rows = rows_padded();
  result.columns = column_slice(cas_num);
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
  for (const arch::Problem& problem : kernels::check(shape.tile(1), device)) {
    throw arch::InputError(fmt::format("layer '{}'", shape.name), problem.what, problem.remedy);
  }
  return shape;
}

std::optional<arch::Problem> refusal(const ElementwiseShape& shape, Parallelism cut,
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
  if (shape.has_empty_slice(cut.cas_num)) {
    return problem(fmt::format("cas_num {} cuts {} columns into slices of {}, and the last holds nothing",
                               cut.cas_num, shape.columns, shape.column_slice(cut.cas_num)),
                   fmt::format("use at most {}", ceil_div(shape.columns, shape.column_slice(cut.cas_num))));
  }
  std::string why;
  if (lay_out(shape.tile(cut.cas_num), device, &why)) return std::nullopt;
  return problem(fmt::format("a tile of {} rows x {} does not fit: {}", shape.rows_padded(),
                             shape.column_slice(cut.cas_num), why),
                 "cut it finer (cas_num), or use a smaller batch");
}

std::vector<Parallelism> legal_cuts(const ElementwiseShape& shape, const LayerDirectives& directives,
                                    const arch::Device& device) {
  const int first = directives.cas_num.value_or(1);
  const int last = directives.cas_num.value_or(device.grid.core_rows);
  std::vector<Parallelism> legal;
  std::optional<arch::Problem> problem;  // of the finest cut before there is a legal one
  for (int cas_num = first; cas_num <= last; ++cas_num) {
    const Parallelism cut{directives.cas_len.value_or(1), cas_num};
    auto refused = refusal(shape, cut, device);
    if (!refused) {
      legal.push_back(cut);
    } else if (legal.empty()) {
      problem = std::move(refused);
    }
  }
  if (legal.empty()) throw arch::InputError(problem->where, problem->what, problem->remedy);
  return legal;
}

}  // namespace aie4ml::compiler
