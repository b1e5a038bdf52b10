// Moves a plan's data through its descriptors and switches, without time: what arrives in the tiles and at
// the outputs is decided by addresses and orders alone. Interprets the image, written from the words of
// arch/image/dma.hpp and kernels/dense/dense.hpp; knows nothing of how the compiler made it.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "arch/image/image.hpp"
#include "compiler/plan/plan.hpp"
#include "tests/unit/compiler/plan_fixture.hpp"

namespace aie4ml::tests {

// Words that a descriptor visits; -1 stands for a padding word.
std::vector<std::int64_t> walk(const arch::BufferDescriptor& descriptor);

class Dataflow {
 public:
  Dataflow(const arch::Image& image, const compiler::Plan& plan, const arch::Device& device);

  // One graph iteration. Iterations use ping and pong halves in turn.
  Matrix run(const Matrix& input);

 private:
  using Words = std::vector<std::uint32_t>;
  struct Channel {
    const arch::TileImage* tile{};
    std::vector<const arch::BufferDescriptor*> chain;  // ping and pong
  };

  Channel channel(arch::TileCoord tile, arch::ChannelId id) const;
  std::vector<arch::BufferDescriptor> half_of(const Channel& channel) const;
  Words send(const Channel& from);
  void receive(const Channel& to, const Words& words);
  // Receivers reached from a source over the configured switches: {tile, master port}.
  std::vector<compiler::StreamEnd> trace(const compiler::StreamEnd& source) const;
  void forward(const compiler::StreamEnd& source, const Words& words);
  void feed(const Matrix& input);
  void compute(const compiler::LayerPlan& layer);
  std::int64_t element(arch::TileCoord tile, std::int64_t address, bool is_signed) const;

  const arch::Image& image_;
  const compiler::Plan& plan_;
  const arch::Device& device_;
  std::map<arch::TileCoord, std::vector<std::uint8_t>> memory_;
  std::map<compiler::StreamEnd, Words> at_plio_;
  std::size_t half_{};
};

}  // namespace aie4ml::tests
