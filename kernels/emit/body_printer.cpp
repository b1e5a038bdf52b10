#include "kernels/emit/body_printer.hpp"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "kernels/emit/kernel_source.hpp"
#include "kernels/emit/scopes.hpp"

namespace aie4ml::kernels {
namespace {

constexpr const char* kMmul = "Mmul";

class BodyPrinter {
 public:
  BodyPrinter(const VectorProgram& program, const std::vector<ArgumentUse>& uses)
      : program_(program), uses_(uses), scopes_(program), sums_(program.variables.size()) {
    find_multiplies(program.body);
  }

  std::string print() {
    if (multiply_) {
      const Variable& a = program_.variable(multiply_->a);
      const Variable& b = program_.variable(multiply_->b);
      const Variable& c = program_.variable(multiply_->dst);
      line(fmt::format("using {} = aie::mmul<{}, {}, {}, {}, {}, {}>;", kMmul, a.rows, a.cols, b.cols,
                       type(a), type(b), accumulator_tag(c.type)));
      text_ += "\n";
    }
    for (std::size_t i = 0; i < program_.arguments.size(); ++i) print_argument(i);
    print_nodes(program_.body);
    return std::move(text_);
  }

 private:
  static std::size_t at(int index) { return static_cast<std::size_t>(index); }
  [[nodiscard]] const Variable& var(int index) const { return program_.variable(index); }
  [[nodiscard]] const std::string& name(int index) const { return var(index).name; }
  static std::string_view type(const Variable& v) { return arch::to_string(v.type); }
  static int lanes(const Variable& v) { return v.rows * v.cols; }

  void line(const std::string& statement) {
    text_.append(2 * depth_, ' ');
    text_ += statement;
    text_ += '\n';
  }

  // Accumulators that a multiply adds to are objects of the multiply's class.
  void find_multiplies(const std::vector<Node>& nodes) {
    for (const Node& node : nodes) {
      if (const auto* loop = std::get_if<Loop>(&node.value)) {
        find_multiplies(loop->body);
        continue;
      }
      const auto& s = std::get<Statement>(node.value);
      if (s.op == VectorOp::mac) {
        if (multiply_ && !same_multiply(s, *multiply_)) std::abort();
        multiply_ = s;
        sums_[at(s.dst)] = true;
      } else if (s.op == VectorOp::store || s.op == VectorOp::store_srs) {
        written_.push_back(var(s.pointer).buffer);
      }
    }
  }
  [[nodiscard]] bool same_multiply(const Statement& s, const Statement& other) const {
    const auto same = [&](int x, int y) {
      return var(x).type == var(y).type && var(x).rows == var(y).rows && var(x).cols == var(y).cols;
    };
    return same(s.dst, other.dst) && same(s.a, other.a) && same(s.b, other.b);
  }
  [[nodiscard]] bool is_written(int buffer) const {
    return std::find(written_.begin(), written_.end(), buffer) != written_.end();
  }
  [[nodiscard]] std::string pointer_type(int pointer) const {
    const Variable& v = var(pointer);
    return fmt::format("{}{}* __restrict", is_written(v.buffer) ? "" : "const ", type(v));
  }

  void print_argument(std::size_t index) {
    const int pointer = program_.arguments[index];
    line(fmt::format("{} {} = {}{};", pointer_type(pointer), name(pointer), argument_name(program_, index),
                     uses_[index].parameter ? "" : ".data()"));
  }

  void print_nodes(const std::vector<Node>& nodes) {
    for (const int variable : scopes_.declared_at_start(nodes)) {
      line(fmt::format("{} {};", declared_type(variable), name(variable)));
    }
    for (const Node& node : nodes) {
      if (const auto* loop = std::get_if<Loop>(&node.value)) {
        print_loop(*loop);
      } else {
        print_statement(std::get<Statement>(node.value));
      }
    }
  }

  void print_loop(const Loop& loop) {
    const std::string head = fmt::format("for (unsigned {0} = 0; {0} < {1}; ++{0})", loop.name, loop.trips);
    if (loop.pipelined) {
      line(head);
      line(fmt::format("    chess_prepare_for_pipelining chess_loop_range({0}, {0}) {{", loop.trips));
    } else {
      line(head + " {");
    }
    ++depth_;
    print_nodes(loop.body);
    --depth_;
    line("}");
  }

  [[nodiscard]] std::string declared_type(int variable) const {
    const Variable& v = var(variable);
    if (v.kind == VariableKind::pointer) return pointer_type(variable);
    if (v.kind == VariableKind::vector) return fmt::format("aie::vector<{}, {}>", type(v), lanes(v));
    if (sums_[at(variable)]) return kMmul;
    return accumulator_type(v);
  }
  static std::string accumulator_type(const Variable& v) {
    return fmt::format("aie::accum<{}, {}>", accumulator_tag(v.type), lanes(v));
  }

  // The value of an accumulator variable as an aie::accum.
  [[nodiscard]] std::string accumulator(int variable) const {
    return sums_[at(variable)] ? name(variable) + ".to_accum()" : name(variable);
  }

  enum class Form { same, vector, accumulator };  // of a value that is given to a variable
  void define(const Statement& s, const std::string& value, Form form = Form::same) {
    const Variable& v = var(s.dst);
    // A vector becomes an accumulator, an accumulator a sum of products, only by a constructor.
    const bool converts = v.kind == VariableKind::accumulator &&
                          (form == Form::vector || (form == Form::accumulator && sums_[at(s.dst)]));
    const bool declares = scopes_.declared_here(s);
    const std::string target = declares ? fmt::format("{} {}", declared_type(s.dst), v.name) : v.name;
    if (!converts) return line(fmt::format("{} = {};", target, value));
    line(declares ? fmt::format("{}({});", target, value)
                  : fmt::format("{} = {}({});", target, declared_type(s.dst), value));
  }

  void move_pointer(const Statement& s) {
    if (s.step_bytes == 0) return;
    const std::int64_t elements = s.step_bytes / arch::bytes(var(s.pointer).type);
    line(fmt::format("{} {} {};", name(s.pointer), elements < 0 ? "-=" : "+=", std::abs(elements)));
  }

  [[nodiscard]] std::string srs(int accumulator_variable, arch::ElementType to, int shift) const {
    return fmt::format("{}.to_vector<{}>({})", name(accumulator_variable), arch::to_string(to), shift);
  }

  void print_statement(const Statement& s) {
    switch (s.op) {
      case VectorOp::set_pointer: {
        const std::int64_t elements = s.step_bytes / arch::bytes(var(s.pointer).type);
        return define(s, fmt::format("{} + {}", name(s.pointer), elements));
      }
      case VectorOp::advance:
        return move_pointer(s);
      case VectorOp::load:
        define(s, fmt::format("aie::load_v<{}>({})", lanes(var(s.dst)), name(s.pointer)), Form::vector);
        return move_pointer(s);
      case VectorOp::zero: {
        const Variable& v = var(s.dst);
        const bool sums = v.kind == VariableKind::accumulator;
        return define(s,
                      fmt::format("aie::zeros<{}, {}>()",
                                  sums ? accumulator_tag(v.type) : std::string(type(v)), lanes(v)),
                      sums ? Form::accumulator : Form::vector);
      }
      case VectorOp::broadcast_rows: {
        std::string rows = name(s.a);
        for (int i = lanes(var(s.a)); i < lanes(var(s.dst)); i += lanes(var(s.a))) rows += ", " + name(s.a);
        return define(s, lanes(var(s.a)) == lanes(var(s.dst)) ? rows : fmt::format("aie::concat({})", rows),
                      Form::vector);
      }
      case VectorOp::copy:
        return define(s, name(s.a));
      case VectorOp::transpose:
        return define(s, fmt::format("aie::transpose({}, {}, {})", name(s.a), var(s.a).rows, var(s.a).cols));
      case VectorOp::ups: {
        if (s.shift == 0) return define(s, name(s.a), Form::vector);
        return define(s, fmt::format("{}, {}", name(s.a), s.shift), Form::vector);
      }
      case VectorOp::mac:
        return line(fmt::format("{}.mac({}, {});", name(s.dst), name(s.a), name(s.b)));
      case VectorOp::add:
        return define(s, fmt::format("aie::add({}, {})", accumulator(s.dst), accumulator(s.a)),
                      Form::accumulator);
      case VectorOp::srs:
        return define(s, srs(s.a, var(s.dst).type, s.shift));
      case VectorOp::srs_group: {
        const arch::ElementType to = var(s.dst).type;
        if (s.b < 0) return define(s, srs(s.a, to, s.shift));
        return define(s, fmt::format("aie::concat({}, {})", srs(s.a, to, s.shift), srs(s.b, to, s.shift)));
      }
      case VectorOp::max_zero:
        return define(s, fmt::format("aie::max({}, {})", name(s.a), name(s.b)));
      case VectorOp::store:
        line(fmt::format("aie::store_v({}, {});", name(s.pointer), name(s.a)));
        return move_pointer(s);
      case VectorOp::store_srs:
        line(fmt::format("aie::store_v({}, {});", name(s.pointer), srs(s.a, var(s.pointer).type, s.shift)));
        return move_pointer(s);
      case VectorOp::cascade_get:
        return define(s, fmt::format("readincr_v<{}>({})", lanes(var(s.dst)), kCascadeIn), Form::accumulator);
      case VectorOp::cascade_put:
        return line(fmt::format("writeincr({}, {});", kCascadeOut, accumulator(s.a)));
    }
    std::abort();
  }

  const VectorProgram& program_;
  const std::vector<ArgumentUse>& uses_;
  Scopes scopes_;
  std::vector<bool> sums_;  // variables that a multiply adds to
  std::optional<Statement> multiply_;
  std::vector<int> written_;  // buffers
  std::size_t depth_{1};
  std::string text_;
};

}  // namespace

std::string argument_name(const VectorProgram& program, std::size_t argument) {
  return program.variable(program.arguments.at(argument)).name + "_port";
}

std::string print_body(const VectorProgram& program, const std::vector<ArgumentUse>& uses) {
  return BodyPrinter(program, uses).print();
}

}  // namespace aie4ml::kernels
