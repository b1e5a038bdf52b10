#include "compiler/passes/sink_views.hpp"

#include <algorithm>
#include <map>

namespace aie4ml::compiler::sink_views {
namespace {

class Sinker {
 public:
  explicit Sinker(OnnxGraph& graph) : graph_(graph) {}

  void run() {
    find_raw();
    // From the last view to the first: what is behind a view has sunk already. Nodes go in before the view
    // only.
    for (std::size_t i = graph_.nodes.size(); i-- > 0;) {
      if (!is_view(graph_.nodes[i].op) || !has_raw_input(graph_.nodes[i])) continue;
      at_ = i;
      while (swap_with_relu()) {
      }
      swap_with_quantize();
    }
  }

 private:
  void find_raw() {
    raw_.assign(graph_.values.size(), false);
    for (const OnnxNode& node : graph_.nodes) {
      const bool layer =
          std::holds_alternative<OnnxLinear>(node.op) || std::holds_alternative<OnnxAdd>(node.op);
      const bool passes_on = is_view(node.op) || std::holds_alternative<OnnxRelu>(node.op);
      raw_[static_cast<std::size_t>(node.output)] = layer || (passes_on && has_raw_input(node));
    }
  }
  [[nodiscard]] bool is_raw(ValueId id) const { return raw_[static_cast<std::size_t>(id)]; }
  [[nodiscard]] bool has_raw_input(const OnnxNode& node) const {
    return std::any_of(node.inputs.begin(), node.inputs.end(), [&](ValueId id) { return is_raw(id); });
  }

  OnnxNode& view() { return graph_.nodes[at_]; }

  // Puts a node before the view; its result has the shape of x.
  ValueId insert(const OnnxNode& like, OnnxOp op, ValueId x, arch::ElementType type) {
    const OnnxValue& from = graph_.value(x);
    const auto result = static_cast<ValueId>(graph_.values.size());
    raw_.push_back(is_raw(x) && std::holds_alternative<OnnxRelu>(op));
    graph_.values.push_back(OnnxValue{from.name, from.shape, type, {}});
    graph_.nodes.insert(graph_.nodes.begin() + static_cast<std::ptrdiff_t>(at_),
                        {like.name, like.where, std::move(op), {x}, result});
    ++at_;
    return result;
  }

  // Replaces every input x of the view for which `wanted(x)` holds by make(x), once for each x.
  template <class Wanted, class Make>
  void replace_inputs(Wanted wanted, Make make) {
    std::vector<ValueId> inputs = view().inputs;
    std::map<ValueId, ValueId> made;
    for (ValueId& x : inputs) {
      if (!wanted(x)) continue;
      const auto [entry, is_new] = made.try_emplace(x);
      if (is_new) entry->second = make(x);
      x = entry->second;
    }
    view().inputs = std::move(inputs);
  }

  bool swap_with_relu() {
    const std::vector<const OnnxNode*> readers = graph_.readers(view().output);
    if (readers.size() != 1 || graph_.is_output(view().output)) return false;
    if (!std::holds_alternative<OnnxRelu>(readers.front()->op)) return false;
    const OnnxNode relu = *readers.front();
    graph_.nodes.erase(graph_.nodes.begin() + (readers.front() - graph_.nodes.data()));
    replace_inputs([](ValueId) { return true; },
                   [&](ValueId x) { return insert(relu, OnnxRelu{}, x, arch::ElementType::float32); });
    view().output = relu.output;
    return true;
  }

  void swap_with_quantize() {
    const std::vector<const OnnxNode*> readers = graph_.readers(view().output);
    if (readers.empty() || graph_.is_output(view().output)) return;
    const auto* first = std::get_if<OnnxQuantize>(&readers.front()->op);
    const bool agreed =
        first != nullptr && std::all_of(readers.begin(), readers.end(), [&](const OnnxNode* reader) {
          return reader->op == readers.front()->op;
        });
    if (!agreed) return;
    const OnnxNode q = *readers.front();
    const Quantization quant = first->quant;
    replace_inputs([&](ValueId x) { return is_raw(x); },
                   [&](ValueId x) {
                     const ValueId codes = insert(q, OnnxQuantize{quant}, x, quant.type);
                     return insert(q, OnnxDequantize{quant}, codes, arch::ElementType::float32);
                   });
  }

  OnnxGraph& graph_;
  std::vector<bool> raw_;  // by value: of a layer, and not quantized yet
  std::size_t at_{};       // of the view
};

}  // namespace

void run(OnnxGraph& graph) {
  Sinker(graph).run();
}

}  // namespace aie4ml::compiler::sink_views
