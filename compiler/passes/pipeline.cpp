#include "compiler/passes/pipeline.hpp"

#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>

#include "compiler/passes/fold_bias.hpp"
#include "compiler/passes/fold_constants.hpp"
#include "compiler/passes/fold_quantization.hpp"
#include "compiler/passes/fuse_relu.hpp"
#include "compiler/passes/remove_identities.hpp"
#include "compiler/passes/sink_views.hpp"

namespace aie4ml::compiler {
namespace {

struct Pass {
  std::string_view name;
  void (*run)(OnnxGraph&);
};

constexpr Pass kPasses[] = {
    {"fold_constants", fold_constants::run},
    {"remove_identities", remove_identities::run},
    {"fold_bias", fold_bias::run},
    {"sink_views", sink_views::run},
    {"remove_identities",
     remove_identities::run},  // every part of a Split has brought a Relu, Q and DQ of its own
    {"fuse_relu", fuse_relu::run},
    {"remove_identities", remove_identities::run},  // Q -> DQ -> Relu -> Q has become Q -> DQ -> Q
};

void check(std::string_view pass, const OnnxGraph& graph) {
  const arch::Problems problems = graph.validate();
  if (problems.empty()) return;
  fmt::print(stderr, "internal error: after {}: {}: {}\n", pass, problems.front().where,
             problems.front().what);
  std::abort();
}

}  // namespace

Graph lower(OnnxGraph graph, const PassObserver& observer) {
  check("the frontend", graph);
  for (const Pass& pass : kPasses) {
    pass.run(graph);
    check(pass.name, graph);
    if (observer) observer(pass.name, graph);
  }
  Graph lowered = fold_quantization::run(graph);
  arch::throw_if_any(graph.file, lowered.validate());
  return lowered;
}

}  // namespace aie4ml::compiler
