#include "kernels/emit/kernel_source.hpp"

#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "kernels/emit/body_printer.hpp"

namespace aie4ml::kernels {
namespace {

void for_each_statement(const std::vector<Node>& nodes, const std::function<void(const Statement&)>& visit) {
  for (const Node& node : nodes) {
    if (const auto* loop = std::get_if<Loop>(&node.value)) {
      for_each_statement(loop->body, visit);
    } else {
      visit(std::get<Statement>(node.value));
    }
  }
}

struct Cascades {
  int get{-1}, put{-1};  // an accumulator that goes over it
};

std::vector<KernelPort> ports_of(const VectorProgram& program, const std::vector<ArgumentUse>& uses) {
  std::vector<bool> written(program.arguments.size());
  Cascades cascades;
  for_each_statement(program.body, [&](const Statement& s) {
    if (s.op == VectorOp::store || s.op == VectorOp::store_srs) {
      written[static_cast<std::size_t>(program.variable(s.pointer).buffer)] = true;
    }
    if (s.op == VectorOp::cascade_get) cascades.get = s.dst;
    if (s.op == VectorOp::cascade_put) cascades.put = s.a;
  });
  std::vector<KernelPort> ports;
  const auto add_arguments = [&](bool outputs) {
    for (std::size_t i = 0; i < program.arguments.size(); ++i) {
      if (written[i] != outputs) continue;
      const Variable& pointer = program.variable(program.arguments[i]);
      const auto kind = outputs             ? KernelPort::Kind::output_buffer
                        : uses[i].parameter ? KernelPort::Kind::parameter
                                            : KernelPort::Kind::input_buffer;
      ports.push_back({kind, argument_name(program, i), pointer.type, uses[i].elements});
    }
  };
  add_arguments(false);
  if (cascades.get >= 0) {
    ports.push_back({KernelPort::Kind::cascade_in, kCascadeIn, program.variable(cascades.get).type, 0});
  }
  add_arguments(true);
  if (cascades.put >= 0) {
    ports.push_back({KernelPort::Kind::cascade_out, kCascadeOut, program.variable(cascades.put).type, 0});
  }
  return ports;
}

std::string parameter_text(const KernelPort& port) {
  const std::string_view type = arch::to_string(port.type);
  switch (port.kind) {
    case KernelPort::Kind::input_buffer:
      return fmt::format("adf::input_buffer<{}>& __restrict {}", type, port.name);
    case KernelPort::Kind::parameter:
      return fmt::format("const {} (&{})[{}]", type, port.name, port.elements);
    case KernelPort::Kind::cascade_in:
      return fmt::format("input_cascade<{}>* {}", accumulator_tag(port.type), port.name);
    case KernelPort::Kind::output_buffer:
      return fmt::format("adf::output_buffer<{}>& __restrict {}", type, port.name);
    case KernelPort::Kind::cascade_out:
      return fmt::format("output_cascade<{}>* {}", accumulator_tag(port.type), port.name);
  }
  std::abort();
}

std::string parameters_text(const std::vector<KernelPort>& ports, std::size_t indent) {
  std::string text;
  for (const KernelPort& port : ports) {
    if (!text.empty()) text += ",\n" + std::string(indent, ' ');
    text += parameter_text(port);
  }
  return text;
}

std::string comment_text(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += "// " + line + "\n";
  return text;
}

std::string_view rounding_text(arch::RoundingMode mode) {
  switch (mode) {
    case arch::RoundingMode::floor:
      return "floor";
    case arch::RoundingMode::ceil:
      return "ceil";
    case arch::RoundingMode::pos_inf:
      return "positive_inf";
    case arch::RoundingMode::neg_inf:
      return "negative_inf";
    case arch::RoundingMode::sym_inf:
      return "symmetric_inf";
    case arch::RoundingMode::sym_zero:
      return "symmetric_zero";
    case arch::RoundingMode::conv_even:
      return "conv_even";
    case arch::RoundingMode::conv_odd:
      return "conv_odd";
    case arch::RoundingMode::sym_floor:
      return "symmetric_floor";
    case arch::RoundingMode::sym_ceil:
      return "symmetric_ceil";
  }
  std::abort();
}

std::string_view saturation_text(arch::SaturationMode mode) {
  switch (mode) {
    case arch::SaturationMode::none:
      return "none";
    case arch::SaturationMode::saturate:
      return "saturate";
    case arch::SaturationMode::symmetric:
      return "symmetric";
  }
  std::abort();
}

std::string header_text(const KernelSource& kernel, const std::vector<std::string>& comment) {
  const std::string run = "  void run(";
  return fmt::format(R"({}#pragma once

#include <adf.h>
#include <aie_api/aie.hpp>

class {} {{
 public:
  {}();
{}{});
  static void registerKernelClass() {{ REGISTER_FUNCTION({}::run); }}
}};
)",
                     comment_text(comment), kernel.class_name, kernel.class_name, run,
                     parameters_text(kernel.ports, run.size()), kernel.class_name);
}

std::string source_text(const KernelSource& kernel, const VectorProgram& program,
                        const std::vector<ArgumentUse>& uses, const std::vector<std::string>& comment) {
  const std::string run = fmt::format("void {}::run(", kernel.class_name);
  return fmt::format(R"({0}#include "{1}.h"

{1}::{1}() {{
  aie::set_rounding(aie::rounding_mode::{2});
  aie::set_saturation(aie::saturation_mode::{3});
}}

{4}{5}) {{
{6}}}
)",
                     comment_text(comment), kernel.class_name, rounding_text(program.rounding),
                     saturation_text(program.saturation), run, parameters_text(kernel.ports, run.size()),
                     print_body(program, uses));
}

}  // namespace

std::string accumulator_tag(arch::ElementType lane) {
  return fmt::format("acc{}", arch::bits(lane));
}

KernelSource emit_kernel(const VectorProgram& program, const std::string& class_name,
                         const std::vector<ArgumentUse>& uses, const std::vector<std::string>& comment) {
  KernelSource kernel{class_name, ports_of(program, uses), "", ""};
  kernel.header = header_text(kernel, comment);
  kernel.source = source_text(kernel, program, uses, comment);
  return kernel;
}

}  // namespace aie4ml::kernels
