// Transpose, Slice, Split, Concat: elements in another order, or a part of them. Of real values or of codes.
#include <algorithm>
#include <numeric>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "compiler/frontend/op_table.hpp"
#include "compiler/graph/shape.hpp"
#include "compiler/graph/view.hpp"

namespace aie4ml::compiler {
namespace {

// ONNX counts negative axes from the end.
std::size_t axis_of(const NodeReader& node, std::int64_t axis, ValueId x) {
  const auto rank = static_cast<std::int64_t>(node.value(x).shape.size());
  if (axis < -rank || axis >= rank) {
    node.fail(fmt::format("axis {} of {} does not exist", axis, node.label(x)), "export the model again");
  }
  return static_cast<std::size_t>(axis < 0 ? axis + rank : axis);
}

// An output that holds [begin, end) of one axis.
void emit_part(NodeReader& node, ValueId x, OnnxSlice part, int output) {
  std::vector<std::int64_t> shape = node.value(x).shape;
  if (part.begin == 0 && part.end == shape[part.axis]) return node.emit_alias(x, output);
  shape[part.axis] = part.end - part.begin;
  node.emit(part, {x}, std::move(shape), node.value(x).type, output);
}

std::vector<std::int64_t> split_sizes(const NodeReader& node, std::int64_t dim) {
  if (node.has_input(1)) return node.integers_input(1, "sizes");
  if (auto sizes = node.ints_attribute("split")) return *std::move(sizes);  // below opset 13
  const std::int64_t count = node.output_count();
  const bool uneven = node.attribute("num_outputs") != nullptr;  // the last may be smaller
  if (const std::int64_t given = node.int_attribute("num_outputs", count); given != count) {
    node.fail(fmt::format("num_outputs is {}, it has {} outputs", given, count), "export the model again");
  }
  if (dim % count != 0 && !uneven) {
    node.fail(fmt::format("{} elements do not split into {} equal parts", dim, count), "give the sizes");
  }
  const std::int64_t size = (dim + count - 1) / count;
  std::vector<std::int64_t> sizes(static_cast<std::size_t>(count), size);
  sizes.back() = dim - size * (count - 1);
  return sizes;
}

}  // namespace

void read_transpose(NodeReader& node) {
  node.expect(1, 1, {"perm"});
  const ValueId x = node.input(0);
  const std::vector<std::int64_t> shape = node.value(x).shape;
  std::vector<std::int64_t> axes(shape.size());
  std::iota(axes.begin(), axes.end(), std::int64_t{0});
  const std::vector<std::int64_t> perm =
      node.ints_attribute("perm").value_or(std::vector<std::int64_t>(axes.rbegin(), axes.rend()));
  if (!std::is_permutation(perm.begin(), perm.end(), axes.begin(), axes.end())) {
    node.fail(fmt::format("perm is no permutation of the {} axes of {}", shape.size(), node.label(x)),
              "export the model again");
  }
  if (perm == axes) return node.emit_alias(x);
  node.emit(OnnxTranspose{perm}, {x}, permuted(shape, perm), node.value(x).type);
}

void read_slice(NodeReader& node) {
  node.expect(3, 5, {});
  const ValueId x = node.input(0);
  const std::vector<std::int64_t> shape = node.value(x).shape;
  const std::vector<std::int64_t> starts = node.integers_input(1, "starts");
  const std::vector<std::int64_t> ends = node.integers_input(2, "ends");
  std::vector<std::int64_t> axes(starts.size());
  std::iota(axes.begin(), axes.end(), std::int64_t{0});
  if (node.has_input(3)) axes = node.integers_input(3, "axes");
  std::vector<std::int64_t> steps(starts.size(), 1);
  if (node.has_input(4)) steps = node.integers_input(4, "steps");
  if (ends.size() != starts.size() || axes.size() != starts.size() || steps.size() != starts.size()) {
    node.fail(fmt::format("has {} starts, {} ends, {} axes and {} steps", starts.size(), ends.size(),
                          axes.size(), steps.size()),
              "export the model again");
  }
  std::optional<OnnxSlice> cut;
  std::set<std::size_t> seen;
  for (std::size_t i = 0; i < starts.size(); ++i) {
    const std::size_t axis = axis_of(node, axes[i], x);
    const std::int64_t dim = shape[axis];
    const auto within = [&](std::int64_t at) {
      return std::clamp(at < 0 ? at + dim : at, std::int64_t{0}, dim);
    };
    const OnnxSlice part{axis, within(starts[i]), within(ends[i])};
    if (!seen.insert(axis).second)
      node.fail(fmt::format("cuts axis {} twice", axis), "export the model again");
    if (steps[i] != 1) node.fail(fmt::format("step {} on axis {}", steps[i], axis), "use step 1");
    if (part.begin >= part.end) {
      node.fail(fmt::format("leaves nothing of axis {} of {}", axis, node.label(x)),
                "remove it from the network");
    }
    if (part.begin == 0 && part.end == dim) continue;
    if (cut) node.fail(fmt::format("cuts axes {} and {}", cut->axis, axis), "use one Slice for each axis");
    cut = part;
  }
  if (!cut) return node.emit_alias(x);
  emit_part(node, x, *cut, 0);
}

void read_split(NodeReader& node) {
  node.expect(1, 2, {"axis", "num_outputs", "split"}, NodeReader::kMany);
  const ValueId x = node.input(0);
  const std::size_t axis = axis_of(node, node.int_attribute("axis", 0), x);
  const std::int64_t dim = node.value(x).shape[axis];
  const std::vector<std::int64_t> sizes = split_sizes(node, dim);
  std::int64_t rest = dim;
  for (const std::int64_t size : sizes) {
    if (size < 1 || size > rest) {
      node.fail(fmt::format("its sizes do not split {} elements", dim), "give every output at least one");
    }
    rest -= size;
  }
  if (rest != 0 || sizes.size() != static_cast<std::size_t>(node.output_count())) {
    node.fail(fmt::format("{} sizes of sum {} for {} outputs and {} elements", sizes.size(), dim - rest,
                          node.output_count(), dim),
              "export the model again");
  }
  std::int64_t begin = 0;
  for (int i = 0; i < node.output_count(); ++i) {
    const std::int64_t end = begin + sizes[static_cast<std::size_t>(i)];
    if (node.has_output(i)) emit_part(node, x, {axis, begin, end}, i);
    begin = end;
  }
}

void read_concat(NodeReader& node) {
  node.expect(1, NodeReader::kMany, {"axis"});
  if (node.attribute("axis") == nullptr) node.fail("axis is missing", "export the model again");
  const ValueId first = node.input(0);
  const std::size_t axis = axis_of(node, node.int_attribute("axis", 0), first);
  std::vector<std::int64_t> shape = node.value(first).shape;
  shape[axis] = 0;
  std::vector<ValueId> inputs;
  for (int i = 0; i < node.input_count(); ++i) {
    if (!node.has_input(i)) node.fail(fmt::format("input {} is missing", i), "export the model again");
    const OnnxValue& part = node.value(inputs.emplace_back(node.input(i)));
    if (part.type != node.value(first).type) {
      node.fail(
          fmt::format("its inputs {} and {} are {} and {}", node.label(first), node.label(inputs.back()),
                      arch::to_string(node.value(first).type), arch::to_string(part.type)),
          "give them one type");
    }
    std::vector<std::int64_t> expected = node.value(first).shape;
    if (part.shape.size() == expected.size()) expected[axis] = part.shape[axis];
    if (part.shape != expected) {
      node.fail(fmt::format("its inputs {} and {} do not fit", node.label(first), node.label(inputs.back())),
                fmt::format("make them equal but for axis {}", axis));
    }
    shape[axis] += part.shape[axis];
  }
  if (inputs.size() == 1) return node.emit_alias(first);
  node.emit(OnnxConcat{axis}, std::move(inputs), std::move(shape), node.value(first).type);
}

}  // namespace aie4ml::compiler
