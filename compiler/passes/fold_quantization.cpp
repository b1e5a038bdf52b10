#include "compiler/passes/fold_quantization.hpp"

#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "compiler/graph/shape.hpp"

namespace aie4ml::compiler::fold_quantization {
namespace {

constexpr const char* kQuantize = "put a QuantizeLinear and DequantizeLinear pair there";

std::string scale_string(const Quantization& quant) {
  return fmt::format("{} with scale 2^{}", arch::to_string(quant.type), -quant.frac);
}

// The codes of a bias at another binary point, where they exist.
std::optional<std::int64_t> bias_code(const OnnxConstant& bias, std::size_t index, std::int32_t frac) {
  const double value = bias.quant ? std::ldexp(static_cast<double>(bias.codes[index]), -bias.quant->frac)
                                  : static_cast<double>(bias.reals[index]);
  const double code = std::ldexp(value, frac);
  constexpr double kLimit = 0x1p31;
  if (!(code >= -kLimit && code < kLimit) || code != std::floor(code)) return std::nullopt;
  if (std::ldexp(code, -frac) != value) return std::nullopt;  // underflow: no longer the value of the file
  return static_cast<std::int64_t>(code);
}

class Lowering {
 public:
  explicit Lowering(const OnnxGraph& in) : in_(in) {
    out_.name = in.name;
    out_.model_sha256 = in.model_sha256;
  }

  Graph run() {
    add_inputs();
    for (const OnnxNode& node : in_.nodes) check_requantization(node);
    for (const OnnxNode& node : in_.nodes) {
      if (std::holds_alternative<OnnxLinear>(node.op)) add_dense(node);
    }
    if (out_.nodes.empty()) {
      throw arch::InputError(in_.file, "the network has no Gemm and no MatMul",
                             "give a network with a layer");
    }
    add_outputs();
    return std::move(out_);
  }

 private:
  [[noreturn]] void fail_io(const char* kind, const OnnxIo& io, const std::string& what,
                            const std::string& remedy) const {
    throw arch::InputError(fmt::format("{}: graph {} '{}'", in_.file, kind, io.name), what, remedy);
  }

  // A DQ must read codes the way they were written; a tensor has one scale.
  void check_dequantization(const OnnxNode& dq, const Quantization& written, const std::string& by) const {
    const Quantization& read = std::get<OnnxDequantize>(dq.op).quant;
    if (read == written) return;
    in_.fail(dq,
             fmt::format("reads {} as {}, but {} has {}", in_.label(dq.inputs[0]), scale_string(read), by,
                         scale_string(written)),
             "use one scale and type for one tensor");
  }

  void add_inputs() {
    for (const OnnxIo& io : in_.inputs) {
      const auto readers = in_.readers(io.value);
      if (readers.empty()) {
        fail_io(
            "input", io,
            in_.is_output(io.value) ? "it is also a graph output" : "no node on the way to an output uses it",
            "remove it from the network");
      }
      const bool is_float = in_.value(io.value).type == arch::ElementType::float32;
      for (const OnnxNode* reader : readers) {
        if (is_float && !std::holds_alternative<OnnxQuantize>(reader->op)) {
          in_.fail(
              *reader,
              fmt::format("its input {} is a float graph input that is not quantized", in_.label(io.value)),
              kQuantize);
        }
      }
      if (is_float) {
        add_float_input(io, readers);
      } else {
        add_integer_input(io, readers);
      }
    }
  }

  void add_float_input(const OnnxIo& io, const std::vector<const OnnxNode*>& readers) {
    if (readers.size() > 1) {
      in_.fail(*readers[1],
               fmt::format("graph input '{}' is quantized a second time in another way", io.name),
               "quantize it once and use that everywhere");
    }
    if (in_.is_output(io.value)) fail_io("input", io, "it is also a graph output", "remove that output");
    const OnnxNode& q = *readers.front();
    out_.inputs.push_back({add_codes(q.output, std::get<OnnxQuantize>(q.op).quant, q.where), io.name, true});
  }

  void add_integer_input(const OnnxIo& io, const std::vector<const OnnxNode*>& readers) {
    const Quantization& quant = std::get<OnnxDequantize>(readers.front()->op).quant;
    out_.inputs.push_back({add_codes(io.value, quant, readers.front()->where), io.name, false});
  }

  // A tensor of codes, and the check that all that read it agree.
  TensorId add_codes(ValueId value, const Quantization& quant, const std::string& by) {
    for (const OnnxNode* reader : in_.readers(value)) check_dequantization(*reader, quant, by);
    const OnnxValue& v = in_.value(value);
    return codes_[value] = add_tensor({v.name, v.shape, quant, {}});
  }

  TensorId add_tensor(Tensor tensor) {
    // One initializer can serve two layers in two forms (transposed, another binary point).
    const std::string base = tensor.name;
    for (int copy = 2; !names_.insert(tensor.name).second; ++copy)
      tensor.name = fmt::format("{}#{}", base, copy);
    out_.tensors.push_back(std::move(tensor));
    return static_cast<TensorId>(out_.tensors.size()) - 1;
  }

  void check_requantization(const OnnxNode& node) const {
    if (!std::holds_alternative<OnnxQuantize>(node.op)) return;
    const OnnxNode* from = in_.producer(node.inputs[0]);
    const auto* dq = from == nullptr ? nullptr : std::get_if<OnnxDequantize>(&from->op);
    if (dq == nullptr) return;
    in_.fail(node,
             fmt::format("turns {} of {} into {} with no layer between", in_.label(from->inputs[0]),
                         scale_string(dq->quant), scale_string(std::get<OnnxQuantize>(node.op).quant)),
             "use one scale and type for one tensor");
  }

  TensorId activation(const OnnxNode& node, ValueId id) const {
    if (in_.value(id).constant) {
      in_.fail(node, fmt::format("its first operand {} is a constant", in_.label(id)),
               "swap and transpose the operands: activation first, weights second");
    }
    const OnnxNode* dq = in_.producer(id);
    if (dq == nullptr || !std::holds_alternative<OnnxDequantize>(dq->op)) {
      in_.fail(node, fmt::format("its input {} is not quantized", in_.label(id)), kQuantize);
    }
    return codes_.at(dq->inputs[0]);
  }

  TensorId weights(const OnnxNode& node, ValueId id, bool transpose) {
    const OnnxValue& v = in_.value(id);
    if (!v.constant) {
      in_.fail(node, fmt::format("its second operand {} is no constant", in_.label(id)),
               "only layers with constant weights are supported");
    }
    const OnnxConstant& constant = *v.constant;
    if (!constant.quant) {
      in_.fail(node, fmt::format("weights {} are float", in_.label(id)),
               "quantize them: integer initializer and DequantizeLinear with a power-of-two scale");
    }
    const auto [entry, is_new] = weights_.try_emplace({id, transpose});
    if (!is_new) return entry->second;
    Tensor w{v.name, v.shape, *constant.quant, constant.codes};
    if (transpose) {
      std::swap(w.shape[0], w.shape[1]);
      const std::int64_t rows = w.shape[0];
      const std::int64_t cols = w.shape[1];
      for (std::int64_t r = 0; r < rows; ++r) {
        for (std::int64_t c = 0; c < cols; ++c) {
          w.data[static_cast<std::size_t>(r * cols + c)] =
              constant.codes[static_cast<std::size_t>(c * rows + r)];
        }
      }
    }
    return entry->second = add_tensor(std::move(w));
  }

  TensorId bias(const OnnxNode& node, ValueId id, std::int64_t features, std::int32_t frac) {
    const OnnxValue& v = in_.value(id);
    const auto [entry, is_new] = biases_.try_emplace({id, frac, features});
    if (!is_new) return entry->second;
    Tensor b{v.name, {features}, {arch::ElementType::int32, frac}, {}};
    if (!v.constant) {
      in_.fail(node, fmt::format("its bias {} is no constant", in_.label(id)),
               "only constant biases are supported");
    }
    const OnnxConstant& constant = *v.constant;
    const std::int64_t given = *element_count(v.shape);
    if (given != 1 && (given != features || v.shape.back() != features)) {
      in_.fail(node, fmt::format("bias {} has not one value per output feature", in_.label(id)),
               fmt::format("give it the shape {}", features));
    }
    for (std::int64_t i = 0; i < features; ++i) {
      const std::size_t at = given == 1 ? 0 : static_cast<std::size_t>(i);
      const auto code = bias_code(constant, at, frac);
      if (!code) {
        in_.fail(node,
                 fmt::format("element {} of bias {} is no int32 multiple of 2^{}, the scale of the input "
                             "times that of the weights",
                             at, in_.label(id), -frac),
                 fmt::format("quantize the bias to int32 with scale 2^{}", -frac));
      }
      b.data.push_back(*code);
    }
    return entry->second = add_tensor(std::move(b));
  }

  // The one Q behind a layer.
  const OnnxNode& quantizer(const OnnxNode& node) const {
    const auto readers = in_.readers(node.output);
    const bool only_q = readers.size() == 1 && !in_.is_output(node.output);
    if (only_q && std::holds_alternative<OnnxQuantize>(readers.front()->op)) return *readers.front();
    if (!readers.empty() && std::holds_alternative<OnnxQuantize>(readers.front()->op)) {
      in_.fail(node,
               fmt::format("its result {} is quantized and also used in another way", in_.label(node.output)),
               "quantize it once and use that everywhere");
    }
    in_.fail(node, fmt::format("its result {} is not quantized", in_.label(node.output)), kQuantize);
  }

  void add_dense(const OnnxNode& node) {
    const auto& linear = std::get<OnnxLinear>(node.op);
    const OnnxNode& q = quantizer(node);
    const Quantization& to = std::get<OnnxQuantize>(q.op).quant;
    DenseOp op;
    op.x = activation(node, node.inputs[0]);
    op.w = weights(node, node.inputs[1], linear.transpose_w);
    const std::int32_t acc_frac = out_.tensor(op.x).quant.frac + out_.tensor(op.w).quant.frac;
    const std::int32_t shift = acc_frac - to.frac;
    if (shift < arch::kMinSrsShift || shift > arch::kMaxSrsShift) {
      in_.fail(q,
               fmt::format(
                   "scale 2^{} of the result needs a shift by {} from the accumulator's 2^{}; {}..{} exist",
                   -to.frac, shift, -acc_frac, arch::kMinSrsShift, arch::kMaxSrsShift),
               "choose a scale nearer to that of the input times that of the weights");
    }
    if (node.inputs.size() > 2) op.bias = bias(node, node.inputs[2], out_.tensor(op.w).shape[1], acc_frac);
    op.y = add_codes(q.output, to, q.where);
    op.relu = linear.relu;
    out_.nodes.push_back({node_name(node), op});
  }

  // Directives address layers by this name; an unnamed layer has its index among the layers.
  std::string node_name(const OnnxNode& node) {
    std::string name = node.name;
    const std::string by_index = fmt::format("#{}", out_.nodes.size());
    if (name.empty() || node_names_.contains(name)) name += by_index;
    node_names_.insert(name);
    return name;
  }

  void add_outputs() {
    for (const OnnxIo& io : in_.outputs) {
      const OnnxNode* from = in_.producer(io.value);
      if (from == nullptr)
        fail_io("output", io, "it is a constant or a graph input", "remove it from the network");
      const bool is_float = std::holds_alternative<OnnxDequantize>(from->op);
      const ValueId codes = is_float ? from->inputs[0] : io.value;
      if (is_input(codes_.at(codes))) {
        fail_io("output", io, "it is a graph input passed through", "remove it from the network");
      }
      out_.outputs.push_back({codes_.at(codes), io.name, is_float});
    }
  }

  [[nodiscard]] bool is_input(TensorId id) const {
    for (const GraphIo& io : out_.inputs) {
      if (io.tensor == id) return true;
    }
    return false;
  }

  const OnnxGraph& in_;
  Graph out_;
  std::map<ValueId, TensorId> codes_;
  std::map<std::pair<ValueId, bool>, TensorId> weights_;
  std::map<std::tuple<ValueId, std::int32_t, std::int64_t>, TensorId> biases_;
  std::set<std::string> names_, node_names_;
};

}  // namespace

Graph run(const OnnxGraph& graph) {
  return Lowering(graph).run();
}

}  // namespace aie4ml::compiler::fold_quantization
