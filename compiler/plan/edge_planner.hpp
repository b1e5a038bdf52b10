// The edges of a plan: which layers a tensor connects, its PLIOs, memory tile, transfers and nets.
#pragma once

#include <vector>

#include "arch/device/device.hpp"
#include "compiler/graph/graph.hpp"
#include "compiler/plan/plan.hpp"

namespace aie4ml::compiler {

// A tensor's way before anything is known of its place.
struct Connection {
  TensorId tensor{};
  std::int32_t producer{-1}, consumer{-1};  // layers; -1: the graph's boundary
};

// Every layer input and graph output once, in order of the consumers, outputs last. Throws InputError for
// what has no implementation yet: a tensor with several consumers, an output that no layer computes.
std::vector<Connection> connections_of(const Graph& graph);

// Fills edges, plios, dma and nets of a plan whose layers are placed.
void plan_edges(const Graph& graph, const std::vector<Connection>& connections, const arch::Device& device,
                Plan& plan);

}  // namespace aie4ml::compiler
