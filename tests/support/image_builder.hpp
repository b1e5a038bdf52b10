// Small images for tests, built in C++: cores are assembly text, routes and ports are one call each.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "arch/device/device.hpp"
#include "arch/image/image.hpp"

namespace aie4ml::test {

class ImageBuilder {
 public:
  explicit ImageBuilder(const arch::Device& device) : device_(device) {}

  // The image; ports and tiles in order.
  [[nodiscard]] arch::Image build() const;

  // Tile of the core grid, of the memory tiles, row 0 at the bottom; made when first asked for.
  arch::TileImage& core(int col, int row);
  arch::TileImage& memory_tile(int col, int row);
  arch::TileImage& at(arch::TileCoord tile);

  void program(arch::TileImage& tile, const std::string& assembly);
  void lock(arch::TileImage& tile, int lock, int value, const std::string& name);

  // A linear descriptor of `words` from `address` (words), with what is needed of the rest.
  struct Bd {
    int id{};
    int address{};
    int words{};
    int next{-1};
    int acquire{-1}, acquire_value{1};  // lock; -1: none
    int release{-1}, release_value{1};
    std::vector<arch::BdDimension> dimensions{};
  };
  arch::BufferDescriptor& bd(arch::TileImage& tile, const Bd& bd);
  void task(arch::TileImage& tile, arch::DmaDirection direction, int channel, int first_bd, int repeat = 1);

  // PLIO in column `col` at South port `index`, and a straight route to or from a DMA channel above it, on
  // vertical ports `lane`. Returns the PLIO's index.
  int input(const std::string& name, int col, int index, arch::TileCoord to, int channel, int lane);
  int output(const std::string& name, int col, int index, arch::TileCoord from, int channel, int lane);
  // The same with a channel of the shim's NoC DMA and its GMIO, whose index among the GMIOs is returned.
  int gmio_input(const std::string& name, int col, int shim_channel, arch::TileCoord to, int channel,
                 int lane);
  int gmio_output(const std::string& name, int col, int shim_channel, arch::TileCoord from, int channel,
                  int lane);
  // From an MM2S to an S2MM channel above or below in the same column.
  void vertical(arch::TileCoord from, int mm2s, arch::TileCoord to, int s2mm, int lane);
  void connect(arch::TileCoord tile, arch::StreamPort slave, arch::StreamPort master);
  int plio(const std::string& name, arch::PlioChannel::Direction direction, int col, int index);
  int gmio(const std::string& name, arch::PlioChannel::Direction direction, int col, int shim_channel);
  // Of PLIOs made from here on.
  void plio_shape(int width_bits, double mhz) {
    width_bits_ = width_bits;
    mhz_ = mhz;
  }

  // Graph port of int32 values on one PLIO: `words` an iteration.
  void words_port(int plio, int words);
  // The same on a GMIO. After all PLIOs were made.
  void gmio_words_port(int gmio, int words);

 private:
  void route_in(int south, arch::TileCoord to, int channel, int lane);
  void route_out(int south, arch::TileCoord from, int channel, int lane);
  void port_at(std::int32_t end, const std::string& name, arch::PlioChannel::Direction direction, int words);

  const arch::Device& device_;
  arch::Image image_;
  int width_bits_{128};
  double mhz_{312.5};
};

}  // namespace aie4ml::test
