// A complete Vitis project of a compiled design (docs/firmware.md): what AMD's tools compile for the device,
// in the shape that aie4ml's users know. Paths as in the firmware directory.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "arch/device/device.hpp"
#include "arch/image/image.hpp"
#include "arch/image/image_io.hpp"
#include "compiler/firmware/adf/kernel_set.hpp"
#include "compiler/firmware/adf/live_parts.hpp"
#include "compiler/firmware/adf/transport.hpp"
#include "compiler/graph/graph.hpp"
#include "compiler/plan/plan.hpp"

namespace aie4ml::compiler {

// Makefile, aie.cfg, app.cpp and src/. `iterations`: what the program runs when nobody says otherwise.
arch::FirmwareFiles adf_project(const Graph& graph, const Plan& plan, const arch::Device& device,
                                std::int64_t iterations);

// What the parts of a project share. Names are by index into Plan::layers, Plan::edges.
struct Project {
  Project(const Graph& graph, const Plan& plan, const arch::Device& device);
  const Graph& graph;
  const Plan& plan;
  const arch::Device& device;
  LiveParts live;
  KernelSet kernels;
  AdfTransport transport;
  std::vector<std::string> layer_names;   // "fc1": of classes and files
  std::vector<std::string> buffer_names;  // "x_q_to_fc1"

  [[nodiscard]] std::vector<std::int32_t> live_chains(std::size_t layer) const;
  // Slices of an operand that some kernel reads: the ports of the emitted graph.
  [[nodiscard]] std::vector<std::int32_t> live_slices(std::size_t layer, std::size_t operand) const;
  // Of a layer's kernels in the emitted array.
  [[nodiscard]] std::size_t kernel_index(std::size_t layer, std::int32_t tile) const;
  [[nodiscard]] std::size_t kernel_count(std::size_t layer) const;
  [[nodiscard]] const Op& op(std::size_t layer) const;
  [[nodiscard]] bool has_bias(std::size_t layer) const;
  // Tiles that have the layer's bias, in the order of their kernels.
  [[nodiscard]] std::vector<std::int32_t> parameter_tiles(std::size_t layer, bool bias) const;
};

std::string parameters_header(const Project& project, std::int64_t iterations);
std::string layer_header(const Project& project, std::size_t layer);
std::string top_header(const Project& project);
std::string app_source(const Project& project);
// Of a dense layer.
std::string weights_header(const Project& project, std::size_t layer);
arch::FirmwareFiles build_files(const Project& project);

// "int8, frac 5": how codes stand for values.
std::string quantization_text(const Tensor& tensor);

}  // namespace aie4ml::compiler
