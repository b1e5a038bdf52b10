// Who waits for whom when a run cannot go on, as a graph and as a picture of it.
#pragma once

#include <string>
#include <vector>

namespace aie4ml::sim {

// A unit that is blocked, or one that could help another and does not.
struct WaitNode {
  std::string unit;          // "tile (8,0) core (fc1)"
  std::string what;          // "waits for ...", "has ended", "is running"
  std::vector<int> helpers;  // indices of those that could end its wait; empty for a blocked unit: nobody can
  bool blocked{};
  bool in_circle{};  // its wait comes back to itself
};
using WaitGraph = std::vector<WaitNode>;

// Sets in_circle of every node.
void find_circles(WaitGraph& graph);

// Graphviz: an arrow from who waits to who could help, labelled with what is waited for; circles are red. The
// title is shown above. The same graph gives the same bytes.
std::string to_dot(const WaitGraph& graph, const std::string& title);

}  // namespace aie4ml::sim
