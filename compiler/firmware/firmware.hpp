// The firmware directory of a compiled design (decision D7): the image with its device, and what people look
// at.
#pragma once

#include <filesystem>
#include <string>

#include "arch/device/device.hpp"
#include "arch/host/port_array.hpp"
#include "arch/image/image.hpp"
#include "compiler/graph/graph.hpp"
#include "compiler/plan/plan.hpp"

namespace aie4ml::compiler {

// Writes image, device, manifest, plan.json, plan.txt, plan.svg and the Vitis project. All or nothing; the
// same design gives the same bytes. With `inputs`, an array for every graph input by index into Image::ports,
// also their words on PLIOs and those that should come out. Throws InputError if the directory holds
// something else or cannot be written, and for arrays that do not fit.
void write_design(const std::filesystem::path& directory, const Graph& graph, const Plan& plan,
                  const arch::Image& image, const arch::Device& device, const arch::PortArrays& inputs = {});

// What was known at each stage, for a look into the compiler: graph and plan as text and JSON, the plan's
// picture, for every kind of kernel its vector program and schedule, the image as in the firmware, and the
// assembly of every core tile. Each throws InputError if the directory cannot be written.
void dump_graph(const std::filesystem::path& directory, const Graph& graph);
void dump_plan(const std::filesystem::path& directory, const Plan& plan, const arch::Device& device);
void dump_image(const std::filesystem::path& directory, const arch::Image& image, const arch::Device& device);

// The image as image.json has it.
std::string image_json(const arch::Image& image);

}  // namespace aie4ml::compiler
