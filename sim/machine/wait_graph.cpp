#include "sim/machine/wait_graph.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace aie4ml::sim {
namespace {

constexpr std::size_t kLineLength = 36;  // of a label, so that pictures do not get wide

// Quoted as DOT wants it, broken between words, every line between `margin`s.
std::string label(const std::string& text, const std::string& margin = "") {
  std::string result = margin;
  std::size_t length = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t blank = std::min(text.find(' ', at), text.size());
    if (length > 0) {
      const bool fits = length + 1 + blank - at <= kLineLength;
      result += fits ? " " : margin + "\\n" + margin;
      length = fits ? length + 1 : 0;
    }
    for (; at < blank; ++at, ++length) {
      if (text[at] == '"' || text[at] == '\\') result += '\\';
      result += text[at];
    }
    ++at;
  }
  return result + margin;
}

}  // namespace

void find_circles(WaitGraph& graph) {
  for (std::size_t start = 0; start < graph.size(); ++start) {
    std::vector<bool> seen(graph.size(), false);
    std::vector<std::size_t> open{start};
    while (!open.empty() && !graph[start].in_circle) {
      const WaitNode& node = graph[open.back()];
      open.pop_back();
      for (const int helper : node.helpers) {
        const auto next = static_cast<std::size_t>(helper);
        if (next == start) graph[start].in_circle = true;
        if (seen[next]) continue;
        seen[next] = true;
        open.push_back(next);
      }
    }
  }
}

std::string to_dot(const WaitGraph& graph, const std::string& title) {
  std::string text = "digraph waits {\n";
  text +=
      fmt::format("  graph [label=\"{}\", labelloc=t, rankdir=TB, fontname=\"sans-serif\"];\n", label(title));
  text += "  node [shape=box, style=rounded, fontname=\"sans-serif\"];\n";
  text += "  edge [fontname=\"sans-serif\", fontsize=10];\n";
  for (std::size_t i = 0; i < graph.size(); ++i) {
    const WaitNode& node = graph[i];
    const bool says_all = !node.helpers.empty();  // its arrows say what it waits for
    text += fmt::format(
        "  n{} [label=\"{}{}{}\"{}];\n", i, label(node.unit), says_all ? "" : "\\n",
        says_all ? "" : label(node.blocked ? node.what + ", which nobody can bring about" : node.what),
        node.in_circle ? ", color=red, penwidth=2"
        : node.blocked ? ""
                       : ", color=gray, fontcolor=gray40");
  }
  for (std::size_t i = 0; i < graph.size(); ++i) {
    for (const int helper : graph[i].helpers) {
      const bool red = graph[i].in_circle && graph[static_cast<std::size_t>(helper)].in_circle;
      text += fmt::format("  n{} -> n{} [label=\"{}\"{}];\n", i, helper, label(graph[i].what, "  "),
                          red ? ", color=red, penwidth=2" : "");
    }
  }
  return text + "}\n";
}

}  // namespace aie4ml::sim
