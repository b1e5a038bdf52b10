#include "compiler/passes/fold_quantization.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "compiler/passes/lowered_tensors.hpp"

namespace aie4ml::compiler::fold_quantization {
namespace {

constexpr const char* kQuantize = "put a QuantizeLinear and DequantizeLinear pair there";
constexpr const char* kOneScale = "use one scale and type for one tensor";

std::string scale_string(const Quantization& quant) {
  return fmt::format("{} with scale 2^{}", arch::to_string(quant.type), -quant.frac);
}

// Q, DQ and the real values between them become names of tensors of codes: a value is lowered when codes_
// knows its tensor. What a layer gives has none until its Q.
class Lowering {
 public:
  explicit Lowering(const OnnxGraph& in) : in_(in), tensors_(in, out_) {
    out_.name = in.name;
    out_.model_sha256 = in.model_sha256;
  }

  Graph run() {
    add_inputs();
    for (const OnnxNode& node : in_.nodes) {
      std::visit([&](const auto& op) { lower(node, op); }, node.op);
    }
    if (layers_ == 0) {
      throw arch::InputError(in_.file, "the network has no Gemm, MatMul, Add or Relu",
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
        add_integer_input(io);
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
    out_.inputs.push_back({add_codes(q.output, std::get<OnnxQuantize>(q.op).quant), io.name, true});
  }

  void add_integer_input(const OnnxIo& io) {
    const OnnxNode* dq = first_dequantize(io.value);
    if (dq == nullptr) {
      fail_io("input", io, "no DequantizeLinear says what its codes mean", "put one behind it");
    }
    out_.inputs.push_back({add_codes(io.value, std::get<OnnxDequantize>(dq->op).quant), io.name, false});
  }

  // The first DQ that reads these codes, perhaps through views.
  [[nodiscard]] const OnnxNode* first_dequantize(ValueId codes) const {
    std::set<ValueId> same = {codes};
    for (const OnnxNode& node : in_.nodes) {
      const bool reads =
          std::any_of(node.inputs.begin(), node.inputs.end(), [&](ValueId id) { return same.contains(id); });
      if (reads && std::holds_alternative<OnnxDequantize>(node.op)) return &node;
      if (reads) same.insert(node.output);  // codes are read by views and DQ only
    }
    return nullptr;
  }

  TensorId add_codes(ValueId value, const Quantization& quant) {
    const OnnxValue& v = in_.value(value);
    return codes_[value] = tensors_.add({v.name, v.shape, quant, {}});
  }

  [[nodiscard]] const Quantization& quant_of(TensorId id) const { return out_.tensor(id).quant; }

  // The tensor of codes that an operand is.
  [[nodiscard]] TensorId codes_of(const OnnxNode& node, ValueId id) const {
    if (in_.value(id).constant) {
      in_.fail(node, fmt::format("its operand {} is a constant", in_.label(id)),
               "constants are supported as weights and biases only");
    }
    const auto known = codes_.find(id);
    if (known == codes_.end()) {
      in_.fail(node, fmt::format("its input {} is not quantized", in_.label(id)), kQuantize);
    }
    return known->second;
  }

  void lower(const OnnxNode& node, const OnnxQuantize& op) {
    const auto known = codes_.find(node.inputs[0]);
    if (known == codes_.end()) return;  // of a layer or a float input, which have given it a tensor
    if (quant_of(known->second) != op.quant) {
      const OnnxNode* from = in_.producer(node.inputs[0]);
      const bool direct = from != nullptr && std::holds_alternative<OnnxDequantize>(from->op);
      in_.fail(node,
               fmt::format("turns {} of {} into {} with no layer between",
                           in_.label(direct ? from->inputs[0] : node.inputs[0]),
                           scale_string(quant_of(known->second)), scale_string(op.quant)),
               kOneScale);
    }
    codes_[node.output] = known->second;
  }

  // Codes must be read the way they were written.
  void lower(const OnnxNode& node, const OnnxDequantize& op) {
    const TensorId x = codes_of(node, node.inputs[0]);
    if (quant_of(x) != op.quant) {
      in_.fail(node,
               fmt::format("reads {} as {}, but {} has {}", in_.label(node.inputs[0]), scale_string(op.quant),
                           written_by(node.inputs[0]), scale_string(quant_of(x))),
               kOneScale);
    }
    codes_[node.output] = x;
  }

  // Who says what the codes are, for errors.
  [[nodiscard]] std::string written_by(ValueId codes) const {
    const OnnxNode* from = in_.producer(codes);
    if (from == nullptr) return first_dequantize(codes)->where;  // a graph input
    return is_view(from->op) ? written_by(from->inputs[0]) : from->where;
  }

  void lower(const OnnxNode& node, const OnnxLinear& linear) {
    if (in_.value(node.inputs[0]).constant) {
      in_.fail(node, fmt::format("its first operand {} is a constant", in_.label(node.inputs[0])),
               "swap and transpose the operands: activation first, weights second");
    }
    DenseOp op;
    op.x = codes_of(node, node.inputs[0]);
    const OnnxNode& q = quantizer(node);
    const Quantization& to = std::get<OnnxQuantize>(q.op).quant;
    op.w = tensors_.weights(node, node.inputs[1], linear.transpose_w);
    const std::int32_t acc_frac = quant_of(op.x).frac + quant_of(op.w).frac;
    const std::int32_t shift = acc_frac - to.frac;
    if (shift < arch::kMinSrsShift || shift > arch::kMaxSrsShift) {
      in_.fail(q,
               fmt::format(
                   "scale 2^{} of the result needs a shift by {} from the accumulator's 2^{}; {}..{} exist",
                   -to.frac, shift, -acc_frac, arch::kMinSrsShift, arch::kMaxSrsShift),
               "choose a scale nearer to that of the input times that of the weights");
    }
    if (node.inputs.size() > 2) {
      op.bias = tensors_.bias(node, node.inputs[2], out_.tensor(op.w).shape[1], acc_frac);
    }
    op.y = add_codes(q.output, to);
    op.relu = linear.relu;
    add_layer(node, op);
  }

  void lower(const OnnxNode& node, const OnnxAdd& add) {
    const ValueId a = node.inputs[0];
    const ValueId b = node.inputs[1];
    AddOp op;
    op.a = codes_of(node, a);
    op.b = codes_of(node, b);
    if (in_.value(a).shape != in_.value(b).shape) {
      in_.fail(node, fmt::format("its operands {} and {} have different shapes", in_.label(a), in_.label(b)),
               "give them one shape; broadcasting is not supported");
    }
    if (quant_of(op.a) != quant_of(op.b)) {
      in_.fail(node,
               fmt::format("its operands {} and {} are {} and {}", in_.label(a), in_.label(b),
                           scale_string(quant_of(op.a)), scale_string(quant_of(op.b))),
               "quantize them alike");
    }
    const OnnxNode& q = quantizer(node);
    const Quantization& to = std::get<OnnxQuantize>(q.op).quant;
    if (to != quant_of(op.a)) {
      in_.fail(q, fmt::format("makes {} of a sum of two {}", scale_string(to), scale_string(quant_of(op.a))),
               "quantize the sum like its operands");
    }
    op.y = add_codes(q.output, to);
    op.relu = add.relu;
    add_layer(node, op);
  }

  void lower(const OnnxNode& node, const OnnxRelu& /*op*/) {
    const TensorId x = codes_of(node, node.inputs[0]);
    if (!arch::is_signed(quant_of(x).type)) {  // nothing is below zero
      codes_[node.output] = x;
      return;
    }
    add_layer(node, ReluOp{x, add_codes(node.output, quant_of(x))});
  }

  void lower(const OnnxNode& node, const OnnxTranspose& op) {
    const TensorId x = codes_of(node, node.inputs[0]);
    const std::size_t rank = op.perm.size();
    for (std::size_t i = 0; i < rank; ++i) {
      const std::size_t swapped = i + 2 < rank || rank < 2 ? i : 2 * rank - 3 - i;
      if (op.perm[i] == static_cast<std::int64_t>(swapped)) continue;
      in_.fail(node, fmt::format("moves other axes of {} than the last two", in_.label(node.inputs[0])),
               "swap the last two axes only");
    }
    add_view(node, TransposeOp{x, add_codes(node.output, quant_of(x))});
  }

  void lower(const OnnxNode& node, const OnnxSlice& op) {
    const TensorId x = codes_of(node, node.inputs[0]);
    const TensorId y = add_codes(node.output, quant_of(x));
    add_view(node, SliceOp{x, y, static_cast<std::int32_t>(op.axis), op.begin, op.end});
  }

  void lower(const OnnxNode& node, const OnnxConcat& op) {
    ConcatOp lowered;
    for (const ValueId id : node.inputs) {
      const TensorId x = lowered.xs.emplace_back(codes_of(node, id));
      const TensorId first = lowered.xs.front();
      if (quant_of(x) == quant_of(first)) continue;
      in_.fail(node,
               fmt::format("its operands {} and {} are {} and {}", in_.label(node.inputs[0]), in_.label(id),
                           scale_string(quant_of(first)), scale_string(quant_of(x))),
               "quantize them alike");
    }
    lowered.axis = static_cast<std::int32_t>(op.axis);
    lowered.y = add_codes(node.output, quant_of(lowered.xs.front()));
    add_view(node, std::move(lowered));
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

  // Directives address layers by their name; an unnamed layer has its index among the layers, as "#n" has.
  void add_layer(const OnnxNode& node, Op op) {
    add_node(node.name, fmt::format("#{}", layers_), std::move(op));
    ++layers_;
  }
  void add_view(const OnnxNode& node, Op op) {
    const std::string name = node.name.empty() ? std::string(kind_of(op)) : node.name;
    add_node(name, fmt::format("/{}", out_.nodes.size()), std::move(op));
  }
  void add_node(std::string name, const std::string& suffix, Op op) {
    while (name.empty() || !node_names_.insert(name).second) name += suffix;
    out_.nodes.push_back({std::move(name), std::move(op)});
  }

  void add_outputs() {
    for (const OnnxIo& io : in_.outputs) {
      const auto known = codes_.find(io.value);
      if (in_.producer(io.value) == nullptr || known == codes_.end()) {
        fail_io("output", io, "it is a constant or a graph input", "remove it from the network");
      }
      for (const GraphIo& input : out_.inputs) {
        if (input.tensor != known->second) continue;
        fail_io("output", io, "it is a graph input passed through", "remove it from the network");
      }
      const bool is_float = in_.value(io.value).type == arch::ElementType::float32;
      out_.outputs.push_back({known->second, io.name, is_float});
    }
  }

  const OnnxGraph& in_;
  Graph out_;
  LoweredTensors tensors_;
  std::map<ValueId, TensorId> codes_;
  std::set<std::string> node_names_;
  int layers_{};
};

}  // namespace

Graph run(const OnnxGraph& graph) {
  return Lowering(graph).run();
}

}  // namespace aie4ml::compiler::fold_quantization
