#include "tests/support/random_model.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace aie4ml::tests {
namespace {

using onnx::TensorProto;
using Shape = std::vector<std::int64_t>;

struct Range {
  std::int64_t low, high;
};
Range range_of(int type) {
  switch (type) {
    case TensorProto::INT8:
      return {-128, 127};
    case TensorProto::UINT8:
      return {0, 255};
    case TensorProto::INT16:
      return {-32768, 32767};
    default:
      return {0, 65535};
  }
}
int bits_of(int type) {
  return type == TensorProto::INT8 || type == TensorProto::UINT8 ? 8 : 16;
}

std::int64_t clamp(std::int64_t value, int type) {
  return std::clamp(value, range_of(type).low, range_of(type).high);
}

std::int64_t size_of(const Shape& shape) {
  std::int64_t size = 1;
  for (const std::int64_t dim : shape) size *= dim;
  return size;
}

Dims dims_of(const Shape& shape) {
  Dims dims;
  for (const std::int64_t dim : shape) dims.emplace_back(static_cast<int>(dim));
  return dims;
}

// value / 2^shift, halves to the even neighbour.
std::int64_t divide_half_even(std::int64_t value, int shift) {
  if (shift <= 0) return value * (std::int64_t{1} << -shift);
  const std::int64_t divisor = std::int64_t{1} << shift;
  std::int64_t quotient = value / divisor;  // toward zero
  const std::int64_t rest = std::abs(value % divisor);
  const bool away = 2 * rest > divisor || (2 * rest == divisor && quotient % 2 != 0);
  if (away) quotient += value < 0 ? -1 : 1;
  return quotient;
}

// A tensor of codes while the network grows. `real` is its name as float32, behind a DQ.
struct Live {
  std::string real;
  Shape shape;
  int type{}, frac{};
  int readers{};
  bool computed{};  // by a layer: an input passed through views must not become an output
  std::size_t slot{};
};

class Generator {
 public:
  Generator(std::uint64_t seed, const RandomModelOptions& options) : random_(seed), options_(options) {
    model_.seed = seed;
  }

  RandomModel run() {
    const int inputs = between(1, options_.max_inputs);
    const Shape leading = leading_axes();
    for (int i = 0; i < inputs; ++i) add_input(i, leading, features());
    const int layers = between(1, options_.max_layers);
    while (layers_ < layers) grow();
    finish();
    return take();
  }

  RandomModel run_mlp(int rows, const std::vector<int>& widths) {
    add_input(0, {rows}, widths.front());
    for (std::size_t i = 1; i < widths.size(); ++i) {
      Live y = like(i - 1);
      y.shape.back() = widths[i];
      dense(i - 1, y, {.frac_given = false, .bias = true, .relu = i + 1 < widths.size()});
    }
    add_output(live_.size() - 1);
    return take();
  }

 private:
  struct Step {
    std::size_t result;
    std::function<Codes(const std::vector<Codes>&)> compute;
  };

  RandomModel take() {
    auto steps = std::make_shared<std::vector<Step>>(std::move(steps_));
    model_.evaluate = [steps, slots = live_.size(),
                       output_slots = output_slots_](const std::vector<Codes>& given) {
      std::vector<Codes> values(slots);
      std::copy(given.begin(), given.end(), values.begin());  // inputs have the first slots
      for (const Step& step : *steps) values[step.result] = step.compute(values);
      std::vector<Codes> results;
      for (const std::size_t slot : output_slots) results.push_back(values[slot]);
      return results;
    };
    return std::move(model_);
  }

  int between(int low, int high) {
    return low + static_cast<int>(random_() % static_cast<std::uint64_t>(high - low + 1));
  }
  bool chance(int percent) { return between(0, 99) < percent; }
  template <class T>
  T pick(const std::vector<T>& from) {
    return from[static_cast<std::size_t>(between(0, static_cast<int>(from.size()) - 1))];
  }
  int features() { return options_.feature_step * between(1, options_.max_features / options_.feature_step); }
  Shape leading_axes() {
    if (options_.rank3 && chance(60)) return {chance(70) ? 1 : 2, between(1, options_.max_rows)};
    return {between(1, options_.max_rows)};
  }
  std::string name(const char* kind) { return fmt::format("{}{}", kind, names_++); }
  std::string text_of(const Live& x) const {
    return fmt::format("{} {}-bit{} 2^{}", fmt::join(x.shape, "x"), bits_of(x.type),
                       range_of(x.type).low == 0 ? " unsigned" : "", -x.frac);
  }
  void note(const std::string& what, const Live& y) {
    model_.text += fmt::format("  {} = {}: {}\n", y.real, what, text_of(y));
  }

  Live& at(std::size_t slot) { return live_[slot]; }

  // A new tensor, with the step that computes it.
  template <class Compute>
  std::size_t add_live(Live live, const std::string& what, Compute compute) {
    live.slot = live_.size();
    note(what, live);
    steps_.push_back({live.slot, std::move(compute)});
    live_.push_back(std::move(live));
    return live_.back().slot;
  }

  void add_input(int index, const Shape& leading, std::int64_t cols) {
    Live x;
    x.shape = leading;
    x.shape.push_back(cols);
    x.type = pick(options_.activations);
    x.frac = between(0, 7);
    x.slot = live_.size();
    const std::string port = fmt::format("x{}", index);
    const bool is_float = chance(40);
    const std::string given =
        model_.onnx.input(port, is_float ? int{TensorProto::FLOAT} : x.type, dims_of(x.shape));
    x.real = dequantize(is_float ? model_.onnx.q(given, x.frac, x.type, port + "_codes") : given, x);
    model_.inputs.push_back({port, x.shape, x.type, x.frac, is_float});
    note("input", x);
    live_.push_back(std::move(x));
  }

  std::string dequantize(const std::string& codes, const Live& x) {
    return model_.onnx.dq(codes, x.frac, x.type, name("r"));
  }
  // Q and DQ behind a float result.
  std::string requantize(const std::string& real, const Live& x) {
    return dequantize(model_.onnx.q(real, x.frac, x.type, name("q")), x);
  }

  // One that may be read (again).
  std::size_t source() {
    std::vector<std::size_t> free;
    for (const Live& x : live_) {
      if (options_.fan_out || x.readers == 0) free.push_back(x.slot);
    }
    if (chance(60)) return free.back();  // mostly deep, not wide
    return pick(free);
  }

  void grow() {
    const std::size_t x = source();
    const int dice = between(0, 99);
    if (options_.add && dice < 20) return residual(x);
    if (options_.relu && dice < 27) return void(relu(x));
    if (options_.transpose && dice < 37) return void(transpose(x));
    if (options_.split && dice < 47) return split(x);
    if (options_.concat && dice < 54) return concat(x);
    Live y;
    y.type = pick(options_.activations);
    y.shape = at(x).shape;
    y.shape.back() = features();
    dense(x, y, kAnyScale);
  }

  struct Form {
    bool frac_given;  // y has its frac; otherwise it follows from the weights and the shift
    std::optional<bool> bias, relu;
  };
  static constexpr Form kAnyScale{false, std::nullopt, std::nullopt};
  static constexpr Form kAtThatScale{true, std::nullopt, std::nullopt};
  // y has its type and shape.
  std::size_t dense(std::size_t x, Live y, const Form& form) {
    const Live& from = at(x);
    const std::int64_t k = from.shape.back();
    const std::int64_t n = y.shape.back();
    const int weight_type = pick(options_.weights);
    const auto weight_range = range_of(weight_type);
    const double spread = std::log2(static_cast<double>(k)) / 2;
    int shift = std::max(0, bits_of(from.type) + bits_of(weight_type) - bits_of(y.type) +
                                static_cast<int>(spread) - between(1, 4));
    int weight_frac = between(0, 7);
    if (form.frac_given) {
      weight_frac = shift + y.frac - from.frac;
    } else {
      y.frac = from.frac + weight_frac - shift;
    }
    auto weights = std::make_shared<Codes>(static_cast<std::size_t>(k * n));
    for (std::int64_t& w : *weights) w = code(weight_range);
    auto bias = std::make_shared<Codes>();
    if (form.bias ? *form.bias : chance(60)) {
      const std::int64_t limit = std::min<std::int64_t>(std::int64_t{64} << shift, std::int64_t{1} << 30);
      for (std::int64_t i = 0; i < n; ++i) bias->push_back(code({-limit, limit}));
    }
    const bool has_relu = form.relu ? *form.relu : chance(40);
    emit_dense(from, y, *weights, weight_type, weight_frac, *bias, has_relu);
    y.computed = true;
    ++at(x).readers;
    ++layers_;
    const std::string what =
        fmt::format("dense({}) {}x{} {}-bit weights{}{} shift {}", at(x).real, k, n, bits_of(weight_type),
                    bias->empty() ? "" : " bias", has_relu ? " relu" : "", shift);
    return add_live(y, what, [=, type = y.type](const std::vector<Codes>& values) {
      const Codes& in = values[x];
      const std::int64_t rows = static_cast<std::int64_t>(in.size()) / k;
      Codes out;
      for (std::int64_t r = 0; r < rows; ++r) {
        for (std::int64_t c = 0; c < n; ++c) {
          std::int64_t sum = bias->empty() ? 0 : (*bias)[static_cast<std::size_t>(c)];
          for (std::int64_t i = 0; i < k; ++i) {
            sum += in[static_cast<std::size_t>(r * k + i)] * (*weights)[static_cast<std::size_t>(i * n + c)];
          }
          if (has_relu) sum = std::max<std::int64_t>(sum, 0);
          out.push_back(clamp(divide_half_even(sum, shift), type));
        }
      }
      return out;
    });
  }

  // In one of the forms exporters write.
  void emit_dense(const Live& x, Live& y, const Codes& weights, int weight_type, int weight_frac,
                  const Codes& bias, bool has_relu) {
    OnnxBuilder& b = model_.onnx;
    const std::string layer = name("fc");
    const int k = static_cast<int>(x.shape.back());
    const int n = static_cast<int>(y.shape.back());
    const std::string w = b.parameter(layer + "_w", weight_type, {k, n}, weights, weight_frac);
    const std::string bias_name =
        bias.empty() ? "" : b.parameter(layer + "_b", TensorProto::INT32, {n}, bias, x.frac + weight_frac);
    std::string sum;
    if (x.shape.size() == 2 && chance(50)) {
      std::vector<std::string> inputs = {x.real, w};
      if (!bias.empty()) inputs.push_back(bias_name);
      sum = b.add("Gemm", layer, inputs, layer + "_sum");
    } else {
      sum = b.add("MatMul", layer, {x.real, w}, layer + "_product");
      if (!bias.empty()) {
        std::vector<std::string> operands = {sum, bias_name};
        if (chance(50)) std::swap(operands[0], operands[1]);
        sum = b.add("Add", layer + "_add", operands, layer + "_sum");
      }
    }
    // ReLU before quantization or, where codes can be negative, behind it
    const bool late = has_relu && chance(30);
    if (has_relu && !late) sum = b.add("Relu", layer + "_relu", {sum}, layer + "_act");
    y.real = requantize(sum, y);
    if (late) y.real = requantize(b.add("Relu", layer + "_relu", {y.real}, layer + "_act"), y);
  }

  // Half of the codes small, some at the ends.
  std::int64_t code(Range range) {
    const int dice = between(0, 19);
    if (dice == 0) return range.low;
    if (dice == 1) return range.high;
    const auto span = static_cast<std::uint64_t>(range.high - range.low + 1);
    return range.low + static_cast<std::int64_t>(random_() % span);
  }

  std::size_t add(std::size_t a, std::size_t b) {
    Live y = at(a);
    const bool has_relu = chance(30);
    const std::string layer = name("add");
    std::string sum = model_.onnx.add("Add", layer, {at(a).real, at(b).real}, layer + "_sum");
    if (has_relu) sum = model_.onnx.add("Relu", layer + "_relu", {sum}, layer + "_act");
    y.real = requantize(sum, y);
    y.readers = 0;
    y.computed = true;
    ++at(a).readers;
    ++at(b).readers;
    ++layers_;
    return add_live(y, fmt::format("add({}, {}){}", at(a).real, at(b).real, has_relu ? " relu" : ""),
                    [=, type = y.type](const std::vector<Codes>& values) {
                      Codes out;
                      for (std::size_t i = 0; i < values[a].size(); ++i) {
                        const std::int64_t total = values[a][i] + values[b][i];
                        out.push_back(clamp(has_relu ? std::max<std::int64_t>(total, 0) : total, type));
                      }
                      return out;
                    });
  }

  // x + f(x), or without fan-out the sum of two halves of a split.
  void residual(std::size_t x) {
    if (!options_.fan_out) return void(dense(x, like(x), kAnyScale));
    std::size_t branch = x;
    for (int depth = between(0, 2); depth > 0; --depth) {
      Live y = like(branch);
      y.type = pick(options_.activations);
      y.shape.back() = features();
      branch = dense(branch, y, kAnyScale);
    }
    add(chance(90) ? dense(branch, like(x), kAtThatScale) : x, x);
  }

  Live like(std::size_t x) {
    Live y;
    y.shape = at(x).shape;
    y.type = at(x).type;
    y.frac = at(x).frac;
    return y;
  }

  std::size_t relu(std::size_t x) {
    Live y = like(x);
    const std::string layer = name("relu");
    y.real = requantize(model_.onnx.add("Relu", layer, {at(x).real}, layer + "_act"), y);
    y.computed = at(x).computed || range_of(y.type).low < 0;  // of an unsigned tensor it is nothing
    ++at(x).readers;
    ++layers_;
    return add_live(y, fmt::format("relu({})", at(x).real), [=](const std::vector<Codes>& values) {
      Codes out = values[x];
      for (std::int64_t& value : out) value = std::max<std::int64_t>(value, 0);
      return out;
    });
  }

  // The end of a view: its name, often with Q and DQ that change nothing.
  std::string view_result(const std::string& real, const Live& y) {
    return chance(50) ? requantize(real, y) : real;
  }

  std::size_t transpose(std::size_t x) {
    const Live& from = at(x);
    Live y = like(x);
    const std::size_t rank = y.shape.size();
    std::swap(y.shape[rank - 1], y.shape[rank - 2]);
    const std::string layer = name("transpose");
    const std::string turned = model_.onnx.add("Transpose", layer, {from.real}, layer + "_out");
    if (rank > 2)
      model_.onnx.set_attribute(model_.onnx.node(layer), "perm", std::vector<std::int64_t>{0, 2, 1});
    y.real = view_result(turned, y);
    y.computed = from.computed;
    ++at(x).readers;
    const std::int64_t rows = from.shape[rank - 2];
    const std::int64_t cols = from.shape[rank - 1];
    return add_live(y, fmt::format("transpose({})", from.real), [=](const std::vector<Codes>& values) {
      Codes out(values[x].size());
      for (std::size_t i = 0; i < out.size(); ++i) {
        const auto flat = static_cast<std::int64_t>(i);
        const std::int64_t matrix = flat / (rows * cols);
        const std::int64_t r = flat / cols % rows;
        const std::int64_t c = flat % cols;
        out[static_cast<std::size_t>(matrix * rows * cols + c * rows + r)] = values[x][i];
      }
      return out;
    });
  }

  // Parts of the last axis: a Split, or one Slice.
  void split(std::size_t x) {
    const std::int64_t cols = at(x).shape.back();
    const std::int64_t units = cols / options_.feature_step;
    if (units < 2) return void(dense(x, like_wider(x), kAnyScale));
    const std::int64_t cut = options_.feature_step * between(1, static_cast<int>(units) - 1);
    OnnxBuilder& b = model_.onnx;
    const bool one = chance(30);
    const std::string layer = name("split");
    if (one) {
      const auto list = [&](const char* what, std::int64_t value) {
        return b.ints(layer + what, TensorProto::INT64, {1}, {value});
      };
      b.add("Slice", layer,
            {at(x).real, list("_from", cut), list("_to", chance(50) ? cols : INT64_MAX), list("_axes", -1)},
            layer + "_1");
    } else {
      const std::string sizes = b.ints(layer + "_sizes", TensorProto::INT64, {2}, {cut, cols - cut});
      b.add("Split", layer, {at(x).real, sizes}, layer + "_0");
      b.node(layer).add_output(layer + "_1");
      b.set_attribute(b.node(layer), "axis", std::int64_t{-1});
    }
    ++at(x).readers;
    for (int part = one ? 1 : 0; part < 2; ++part) {
      Live y = like(x);
      const std::int64_t begin = part == 0 ? 0 : cut;
      const std::int64_t end = part == 0 ? cut : cols;
      y.shape.back() = end - begin;
      y.real = view_result(fmt::format("{}_{}", layer, part), y);
      y.computed = at(x).computed;
      add_live(y, fmt::format("{}[{}:{}]", at(x).real, begin, end), [=](const std::vector<Codes>& values) {
        Codes out;
        for (std::size_t i = 0; i < values[x].size(); ++i) {
          const std::int64_t c = static_cast<std::int64_t>(i) % cols;
          if (c >= begin && c < end) out.push_back(values[x][i]);
        }
        return out;
      });
    }
  }

  Live like_wider(std::size_t x) {
    Live y = like(x);
    y.shape.back() = features();
    return y;
  }

  // Of x and a layer's result along the last axis.
  void concat(std::size_t x) {
    std::size_t other = x;
    if (options_.fan_out) {
      other = dense(x, like_wider(x), kAtThatScale);
    } else {
      x = dense(x, like_wider(x), kAnyScale);
      std::vector<std::size_t> fitting;
      for (const Live& live : live_) {
        const bool same =
            live.type == at(x).type && live.frac == at(x).frac && live.readers == 0 && live.slot != x;
        if (same && std::equal(live.shape.begin(), live.shape.end() - 1, at(x).shape.begin(),
                               at(x).shape.end() - 1)) {
          fitting.push_back(live.slot);
        }
      }
      if (fitting.empty()) return;
      other = pick(fitting);
    }
    Live y = like(x);
    const std::int64_t first = at(x).shape.back();
    const std::int64_t second = at(other).shape.back();
    y.shape.back() = first + second;
    const std::string layer = name("concat");
    model_.onnx.add("Concat", layer, {at(x).real, at(other).real}, layer + "_out");
    model_.onnx.set_attribute(model_.onnx.node(layer), "axis", static_cast<std::int64_t>(y.shape.size()) - 1);
    y.real = view_result(layer + "_out", y);
    y.computed = true;
    ++at(x).readers;
    ++at(other).readers;
    add_live(y, fmt::format("concat({}, {})", at(x).real, at(other).real),
             [=](const std::vector<Codes>& values) {
               Codes out;
               for (std::int64_t row = 0; row * first < static_cast<std::int64_t>(values[x].size()); ++row) {
                 const auto take = [&](const Codes& from, std::int64_t width) {
                   out.insert(out.end(), from.begin() + row * width, from.begin() + (row + 1) * width);
                 };
                 take(values[x], first);
                 take(values[other], second);
               }
               return out;
             });
  }

  // Whatever nobody reads becomes an output.
  void finish() {
    for (std::size_t slot = 0; slot < live_.size(); ++slot) {  // grows
      if (at(slot).readers == 0 && !at(slot).computed) dense(slot, like_wider(slot), kAnyScale);
    }
    for (std::size_t slot = 0; slot < live_.size(); ++slot) {
      const bool leaf = at(slot).readers == 0;
      if (leaf || (options_.inner_outputs && at(slot).computed && chance(10))) add_output(slot);
      if (leaf && options_.inner_outputs && chance(5)) add_output(slot);
    }
  }

  void add_output(std::size_t slot) {
    const Live& y = at(slot);
    RandomPort port{fmt::format("y{}", model_.outputs.size()), y.shape, y.type, y.frac, chance(40)};
    if (port.is_float) {
      model_.onnx.add("Identity", "", {y.real}, port.name);
    } else {
      model_.onnx.q(y.real, y.frac, y.type, port.name);
    }
    model_.onnx.output(port.name, port.is_float ? int{TensorProto::FLOAT} : y.type, dims_of(y.shape));
    output_slots_.push_back(slot);
    model_.text += fmt::format("  output {} = {}\n", port.name, y.real);
    model_.outputs.push_back(std::move(port));
  }

  std::mt19937_64 random_;
  const RandomModelOptions& options_;
  RandomModel model_;
  std::vector<Live> live_;
  std::vector<Step> steps_;
  std::vector<std::size_t> output_slots_;
  int layers_{};
  int names_{};
};

}  // namespace

RandomModel random_model(std::uint64_t seed, const RandomModelOptions& options) {
  return Generator(seed, options).run();
}

RandomModel random_mlp(std::uint64_t seed, int rows, const std::vector<int>& widths) {
  RandomModelOptions int8;
  int8.activations = {TensorProto::INT8};
  int8.weights = {TensorProto::INT8};
  return Generator(seed, int8).run_mlp(rows, widths);
}

std::vector<Codes> random_inputs(const RandomModel& model, std::mt19937_64& random) {
  std::vector<Codes> inputs;
  for (const RandomPort& port : model.inputs) {
    const Range range = range_of(port.type);
    const auto span = static_cast<std::uint64_t>(range.high - range.low + 1);
    Codes& codes = inputs.emplace_back(static_cast<std::size_t>(size_of(port.shape)));
    for (std::int64_t& code : codes) {
      const std::uint64_t dice = random() % 20;
      code = dice == 0   ? range.low
             : dice == 1 ? range.high
                         : range.low + static_cast<std::int64_t>(random() % span);
    }
  }
  return inputs;
}

}  // namespace aie4ml::tests
