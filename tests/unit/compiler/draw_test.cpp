// plan.svg: what is on the sheet, held against the plan by Python's XML parser and against text that lies on
// text.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "arch/device/device_loader.hpp"
#include "compiler/draw/palette.hpp"
#include "compiler/draw/plan_svg.hpp"
#include "compiler/draw/svg_writer.hpp"

namespace aie4ml::compiler {
namespace {

using arch::DmaDirection;
using arch::PortSide;
using arch::StreamPort;
using arch::TileCoord;
using testing::HasSubstr;

struct Rectangle {
  std::string name;
  int k{}, n{}, cas_len{}, cas_num{}, col{}, row{};
};

int count(const std::string& text, const std::string& part) {
  int found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++found;
  return found;
}

// A chain of layers, drawn by hand: sizes hang together, addresses do not matter to a picture.
class HandPlan {
 public:
  HandPlan(std::string model, const arch::Device& device, const std::vector<Rectangle>& layers)
      : device_(device) {
    plan_.model = std::move(model);
    plan_.device = device.name;
    for (const Rectangle& layer : layers) add_layer(layer);
    for (std::size_t i = 0; i <= layers.size(); ++i) add_edge(static_cast<int>(i));
  }
  Plan plan() const { return plan_; }

 private:
  void add_layer(const Rectangle& from) {
    LayerPlan layer;
    layer.name = from.name;
    layer.op = "dense";
    layer.rows = layer.rows_slice = kRows;
    layer.k = from.k, layer.n = from.n, layer.cas_len = from.cas_len, layer.cas_num = from.cas_num;
    layer.k_slice = from.k / from.cas_len, layer.n_slice = from.n / from.cas_num;
    layer.col = from.col, layer.row = from.row;
    for (int chain = 0; chain < from.cas_num; ++chain) {
      for (int position = 0; position < from.cas_len; ++position) {
        TilePlan tile;
        tile.tile = device_.core_tile(from.col + position, from.row + chain);
        tile.chain = chain, tile.position = position;
        tile.k = {position * layer.k_slice, (position + 1) * layer.k_slice};
        tile.n = {chain * layer.n_slice, (chain + 1) * layer.n_slice};
        const bool first = position == 0, last = position + 1 == from.cas_len;
        kernels::DenseTile kernel;
        kernel.role = first && last ? kernels::CascadeRole::single
                      : first       ? kernels::CascadeRole::first
                      : last        ? kernels::CascadeRole::last
                                    : kernels::CascadeRole::middle;
        tile.kernel = kernel;
        tile.inputs.emplace_back();
        tile.inputs[0][0].size = tile.inputs[0][1].size = kRows * layer.k_slice;
        tile.weights = PlacedBuffer{"weights", 0, layer.k_slice * layer.n_slice};
        tile.stack.size = 1024;
        if (last) {
          tile.bias = PlacedBuffer{"bias", 0, 4 * layer.n_slice};
          tile.out.emplace();
          (*tile.out)[0].size = (*tile.out)[1].size = kRows * layer.n_slice;
        }
        layer.tiles.push_back(tile);
      }
    }
    for (int position = 0; position < from.cas_len; ++position) {
      layer.kernel_cycles.emplace_back(kRows * layer.k_slice * layer.n_slice / 256 + 40 + position);
    }
    plan_.layers.push_back(layer);
  }

  // The tensor before layer `consumer`, in the memory tile below the left end of the consumer.
  void add_edge(int consumer) {
    const int count = static_cast<int>(plan_.layers.size());
    const LayerPlan* from = consumer > 0 ? &plan_.layers[static_cast<std::size_t>(consumer - 1)] : nullptr;
    const LayerPlan* to = consumer < count ? &plan_.layers[static_cast<std::size_t>(consumer)] : nullptr;
    Edge edge;
    edge.tensor = consumer;
    edge.name = !from ? "x" : !to ? "y" : from->name + "_out";
    edge.consumer = to ? consumer : -1;
    edge.writers.emplace_back();
    edge.writers[0].kind = from ? compiler::Endpoint::Kind::layer : compiler::Endpoint::Kind::plio;
    edge.writers[0].index = std::max(consumer - 1, 0);
    edge.tensor_slice = edge.stored = {{0, kRows}, {0, from ? from->n : to->k}};
    edge.tile =
        device_.memory_tile_at(to ? to->col : from->col + from->cas_len - 1, (to ? to->row : from->row) / 4);
    edge.buffer[0].size = edge.buffer[1].size = static_cast<std::int32_t>(edge.stored.elements());
    const int ordinal = edges_at_[edge.tile]++;
    const int words = static_cast<int>(edge.stored.elements()) / 4;
    if (from) {
      for (int chain = 0; chain < from->cas_num; ++chain) {
        route(fmt::format("{}.out[{}]", from->name, chain), consumer - 1,
              {from->at(chain, from->cas_len - 1).tile, {PortSide::dma, 0}},
              {{edge.tile, port(PortSide::dma, ordinal * 2 + chain)}}, words / from->cas_num);
      }
    } else {
      route("x", -1, {shim(edge.tile.col, true), {PortSide::south, 0}}, {{edge.tile, {PortSide::dma, 0}}},
            words);
    }
    if (to) {
      for (int position = 0; position < to->cas_len; ++position) {
        std::vector<StreamEnd> sinks;
        for (int chain = 0; chain < to->cas_num; ++chain) {
          sinks.push_back({to->at(chain, position).tile, {PortSide::dma, 0}});
        }
        route(fmt::format("{}.in[{}]", to->name, position), consumer,
              {edge.tile, port(PortSide::dma, ordinal * 2 + position)}, sinks, words / to->cas_len);
      }
    } else {
      route("y", -1, {edge.tile, {PortSide::dma, 5}}, {{shim(edge.tile.col, false), {PortSide::south, 2}}},
            words);
    }
    plan_.edges.push_back(edge);
  }

  TileCoord shim(int col, bool input) {
    PlioPlan plio;
    plio.channel = {input ? "ifm_c0" : "ofm_c0",
                    input ? arch::PlioChannel::Direction::input : arch::PlioChannel::Direction::output,
                    static_cast<std::int16_t>(col),
                    static_cast<std::uint8_t>(input ? 0 : 2),
                    128,
                    312.5};
    plio.slices.push_back({0, 0, kRows, kRows, 0, 64, 64});
    plan_.plios.push_back(plio);
    return device_.shim_tile(col);
  }

  static StreamPort port(PortSide side, int index) { return {side, static_cast<std::uint8_t>(index % 6)}; }

  // First along the row, then along the column; sinks of one net in one column share the way.
  void route(const std::string& name, int layer, StreamEnd from, const std::vector<StreamEnd>& sinks,
             int words) {
    plan_.nets.push_back({name, layer, from, sinks, words});
    Route& route = plan_.routes.emplace_back();
    std::map<std::pair<TileCoord, PortSide>, StreamPort> masters;  // already driven by this net
    for (const StreamEnd& sink : sinks) {
      TileCoord at = from.tile;
      StreamPort slave = from.port;
      while (at != sink.tile) {
        const PortSide side = at.col < sink.tile.col   ? PortSide::east
                              : at.col > sink.tile.col ? PortSide::west
                              : at.row < sink.tile.row ? PortSide::north
                                                       : PortSide::south;
        const auto [driven, fresh] = masters.try_emplace({at, side});
        if (fresh) {
          driven->second = port(side, used_[{at, side}]++ % (side == PortSide::north ? 6 : 4));
          route.push_back({at, {slave, driven->second}});
        }
        slave = {arch::opposite(side), driven->second.index};
        at = *device_.neighbour(at, side);
      }
      route.push_back({at, {slave, sink.port}});
    }
  }

  static constexpr int kRows = 32;
  const arch::Device& device_;
  Plan plan_;
  std::map<TileCoord, int> edges_at_;
  std::map<std::pair<TileCoord, PortSide>, int> used_;
};

Plan three_layers(const arch::Device& device) {
  return HandPlan("jet_tagger", device,
                  {{"fc1", 64, 96, 2, 2, 8, 0},
                   {"fc2", 96, 128, 3, 2, 11, 0},
                   {"dense_out", 128, 32, 1, 1, 15, 0}})
      .plan();
}

// 38 x 8 tiles: nine layers of 4 x 8, one of 2 x 8.
Plan full_array(const arch::Device& device) {
  std::vector<Rectangle> layers;
  for (int i = 0; i < 9; ++i)
    layers.push_back({fmt::format("block{}/dense/MatMul", i), 512, 512, 4, 8, 4 * i, 0});
  layers.push_back({"head", 512, 512, 2, 8, 36, 0});
  return HandPlan("wide_mixer", device, layers).plan();
}

std::filesystem::path write(const std::string& name, const std::string& svg) {
  const auto directory = std::filesystem::path(AIE4ML_BINARY_DIR) / "drawn";
  std::filesystem::create_directories(directory);
  std::ofstream(directory / name) << svg;
  return directory / name;
}

// check_svg.py: well-formed, version 1.1, no scripts, all text inside the sheet and none on other text.
void expect_clean(const std::string& name, const std::string& svg) {
  const auto file = write(name, svg);
  const auto checker = std::filesystem::path(AIE4ML_SOURCE_DIR) / "tests/unit/compiler/check_svg.py";
  EXPECT_EQ(
      std::system(fmt::format("{} -B '{}' '{}'", AIE4ML_PYTHON, checker.string(), file.string()).c_str()), 0);
}

class PlanSvg : public testing::Test {
 protected:
  const arch::Device device_{arch::load_device("ve2802")};
};

TEST_F(PlanSvg, ThreeLayersAreClean) {
  expect_clean("three_layers.svg", plan_svg(three_layers(device_), device_));
}

TEST_F(PlanSvg, FullArrayIsClean) {
  expect_clean("full_array.svg", plan_svg(full_array(device_), device_));
}

TEST_F(PlanSvg, ManySmallLayersAreClean) {
  std::vector<Rectangle> layers;
  for (int i = 0; i < 24; ++i) {
    layers.push_back({fmt::format("dense_{}", i), 64, 64, i % 3 + 1, 1 + i % 2, 3 * (i % 12), 2 * (i / 12)});
  }
  expect_clean("many_layers.svg", plan_svg(HandPlan("deep", device_, layers).plan(), device_));
}

TEST_F(PlanSvg, SmallDeviceIsClean) {
  const arch::Device small = arch::load_device("ve2302");
  const Plan plan = HandPlan("small", small, {{"a", 64, 64, 1, 2, 3, 0}, {"b", 64, 64, 2, 2, 5, 0}}).plan();
  expect_clean("small_device.svg", plan_svg(plan, small));
}

TEST_F(PlanSvg, OneTileIsClean) {
  expect_clean("one_tile.svg",
               plan_svg(HandPlan("one", device_, {{"fc", 64, 64, 1, 1, 7, 0}}).plan(), device_));
}

TEST_F(PlanSvg, PlanWithoutLayersShowsTheDevice) {
  Plan plan;
  plan.model = "empty";
  expect_clean("empty.svg", plan_svg(plan, device_));
}

TEST_F(PlanSvg, PlanBeforeRoutingIsDrawnWithoutWires) {
  Plan plan = three_layers(device_);
  plan.routes.clear();
  const std::string svg = plan_svg(plan, device_);
  expect_clean("before_routing.svg", svg);
  EXPECT_EQ(count(svg, "<path"), 0);
}

TEST_F(PlanSvg, SaysWhatThePlanSays) {
  const std::string svg = plan_svg(three_layers(device_), device_);
  EXPECT_GT(count(svg, ">11 of 304<"), 0);  // 2x2 + 3x2 + 1 of 38x8
  EXPECT_GT(count(svg, ">3 of 76<"), 0);    // below each layer, y with the last input; 38x2
  EXPECT_GT(count(svg, ">1 in, 1 out<"), 0);
  EXPECT_GT(count(svg, ">96 \u2192 128<"), 0);
  EXPECT_GT(count(svg, ">3 \u00d7 2<"), 0);
  EXPECT_GT(count(svg, "tile (12,1): fc2, chain 1, position 1 (middle)"), 0);
  EXPECT_GT(count(svg, "fc1.in[1]: 256 words per iteration, 2 sinks"), 0);  // 32 rows x 32 columns / 4
  EXPECT_GT(count(svg, ">fc1_out<"), 0);
  EXPECT_GT(count(svg, ">ifm_c0<"), 0);
  EXPECT_EQ(count(svg, "<title>cascade of "), 2 * 1 + 2 * 2);
  EXPECT_EQ(count(svg, "<path"), 1 + 2 + 2 + 3 + 2 + 1 + 1 + 1);  // x, in and out of each layer, y
}

TEST_F(PlanSvg, SameBytesAgain) {
  EXPECT_EQ(plan_svg(full_array(device_), device_), plan_svg(full_array(device_), device_));
}

TEST_F(PlanSvg, NamesCannotBreakTheDocument) {
  Plan plan = three_layers(device_);
  plan.model = "a<b>&\"c\"\x01\xff";
  plan.layers[0].name = "</text><script>";
  plan.edges[0].name = "]]>&amp;";
  plan.plios[0].channel.name = "'\"";
  plan.nets[0].name = "<title>";
  const std::string svg = plan_svg(plan, device_);
  expect_clean("names.svg", svg);
  EXPECT_EQ(count(svg, "<script"), 0);
}

TEST(SvgWriter, EscapesAndReplacesWhatXmlCannotHold) {
  EXPECT_EQ(xml_escape("<&>\"'"), "&lt;&amp;&gt;&quot;&#39;");
  EXPECT_EQ(xml_escape("\u00fc\u2192\U0001F600"), "\u00fc\u2192\U0001F600");
  EXPECT_EQ(xml_escape(std::string("a\0b", 3)), "a\uFFFDb");
  EXPECT_EQ(xml_escape("\xC3"), "\uFFFD");                      // cut off
  EXPECT_EQ(xml_escape("\xC0\xAF"), "\uFFFD\uFFFD");            // overlong
  EXPECT_EQ(xml_escape("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD");  // surrogate
  EXPECT_EQ(xml_escape("\xEF\xBF\xBF"), "\uFFFD\uFFFD\uFFFD");  // U+FFFF
}

TEST(SvgWriter, CutsTextBetweenCharacters) {
  EXPECT_EQ(fit_text("dense", 10, 1000), "dense");
  EXPECT_EQ(fit_text("dense", 10, 1), "");
  const std::string umlauts = "\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc";
  for (double width = 0; width < 80; width += 1) {
    const std::string cut = fit_text(umlauts, 10, width);
    EXPECT_EQ(xml_escape(cut), cut) << width;
    EXPECT_LE(text_width(cut, 10), width);
  }
}

TEST(SvgWriter, NumbersAreShortAndNeverMinusZero) {
  SvgWriter svg;
  svg.rect({-0.001, 1.5, 100, 0.126}, {});
  EXPECT_THAT(svg.document(10, 10, ""), HasSubstr(R"(<rect x="0" y="1.5" width="100" height="0.13")"));
}

TEST(Palette, NeighboursDiffer) {
  for (int layer = 0; layer < 20; ++layer)
    EXPECT_NE(layer_colour(layer).hex(), layer_colour(layer + 1).hex());
  EXPECT_EQ(layer_colour(0).hex(), "#0072b2");  // Okabe and Ito's blue
}

}  // namespace
}  // namespace aie4ml::compiler
