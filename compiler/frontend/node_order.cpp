#include "compiler/frontend/node_order.hpp"

#include <algorithm>
#include <queue>
#include <unordered_map>

#include <fmt/format.h>

#include "arch/error.hpp"

namespace aie4ml::compiler {

std::string node_where(const onnx::NodeProto& node, int index) {
  const std::string name = node.name().empty() ? fmt::format("#{}", index) : node.name();
  return fmt::format("node '{}' ({})", name, node.op_type());
}

std::vector<int> node_order(const onnx::GraphProto& graph, const std::string& file) {
  std::unordered_map<std::string, int> producer;
  for (int i = 0; i < graph.node_size(); ++i) {
    for (const std::string& output : graph.node(i).output()) producer.emplace(output, i);
  }
  const auto count = static_cast<std::size_t>(graph.node_size());
  std::vector<std::vector<int>> readers(count);
  std::vector<int> waits_for(count);
  for (int i = 0; i < graph.node_size(); ++i) {
    for (const std::string& input : graph.node(i).input()) {
      const auto from = input.empty() ? producer.end() : producer.find(input);
      if (from == producer.end()) continue;
      readers[static_cast<std::size_t>(from->second)].push_back(i);
      ++waits_for[static_cast<std::size_t>(i)];
    }
  }
  std::priority_queue<int, std::vector<int>, std::greater<>> ready;
  for (int i = 0; i < graph.node_size(); ++i) {
    if (waits_for[static_cast<std::size_t>(i)] == 0) ready.push(i);
  }
  std::vector<int> order;
  while (!ready.empty()) {
    order.push_back(ready.top());
    ready.pop();
    for (const int reader : readers[static_cast<std::size_t>(order.back())]) {
      if (--waits_for[static_cast<std::size_t>(reader)] == 0) ready.push(reader);
    }
  }
  if (order.size() < count) {
    const auto stuck = std::find_if(waits_for.begin(), waits_for.end(), [](int n) { return n > 0; });
    const auto index = static_cast<int>(stuck - waits_for.begin());
    throw arch::InputError(file + ": " + node_where(graph.node(index), index),
                           "is part of a cycle or reads from one", "a network must be free of cycles");
  }
  return order;
}

}  // namespace aie4ml::compiler
