#include "tests/support/dense_array.hpp"

#include <algorithm>
#include <random>

#include "compiler/codegen/core_program.hpp"
#include "compiler/plan/tile_memory.hpp"
#include "tests/support/image_builder.hpp"

namespace aie4ml::test {

using namespace arch;

namespace {

constexpr int kHalves = 2;
constexpr int kLane = 0;     // of the streams from tile to tile, and of the first tile's input
constexpr int kOutLane = 1;  // of the last tile's output
constexpr compiler::BufferLocks kInputLocks{LockId(0), LockId(1)};
constexpr compiler::BufferLocks kOutLocks{LockId(2), LockId(3)};

std::vector<std::uint8_t> random_bytes(std::int64_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(count));
  std::generate(bytes.begin(), bytes.end(), [&random] { return static_cast<std::uint8_t>(random() >> 24); });
  return bytes;
}

StreamPort port(PortSide side, int index) {
  return {side, static_cast<std::uint8_t>(index)};
}

PortSide towards(TileCoord from, TileCoord to) {
  if (from.col != to.col) return from.col < to.col ? PortSide::east : PortSide::west;
  return from.row < to.row ? PortSide::north : PortSide::south;
}

class Writer {
 public:
  Writer(const Device& device, const DenseArray& array)
      : device_(device),
        array_(array),
        kernel_(dense_array_tile(array)),
        code_(kernels::dense_code(kernel_, device)),
        memory_(compiler::lay_out(kernel_, device).value()) {
    const int rows = device.grid.core_rows;
    const int columns = (array.tiles + rows - 1) / rows;
    // Columns of the array's middle have PLIOs.
    const auto& plio = device.grid.plio_columns;
    const int first = columns <= static_cast<int>(plio.size()) ? plio.front() : 0;
    for (int i = 0; i < array.tiles; ++i) {
      const int row = i / rows % 2 == 0 ? i % rows : rows - 1 - i % rows;  // up and down in turns
      tiles_.push_back(device.core_tile(first + i / rows, row));
    }
  }

  Image write() {
    for (int i = 0; i < array_.tiles; ++i) add_tile(i);
    for (int i = 0; i + 1 < array_.tiles; ++i) connect_to_next(i);
    const int words = static_cast<int>(kernels::lhs_bytes(kernel_) / 4);
    builder_.plio_shape(64, 2 * device_.clock.pl_mhz);  // a word a cycle
    builder_.words_port(input(), words);
    builder_.words_port(output(), words);
    Image image = builder_.build();
    image.debug.layers = {{"dense", "dense", "one layer a tile",
                           std::int64_t{array_.tiles} * kernel_.rows * kernel_.k * kernel_.n, tiles_}};
    return image;
  }

 private:
  void add_tile(int i) {
    TileImage& tile = builder_.at(tiles_[static_cast<std::size_t>(i)]);
    compiler::TilePlan plan;
    plan.tile = tile.tile;
    plan.kernel = kernel_;
    plan.inputs = memory_.inputs;
    plan.input_locks = {kInputLocks};
    plan.out_locks = kOutLocks;
    plan.weights = memory_.weights;
    plan.stack = memory_.stack;
    plan.out = memory_.out;
    tile.program = compiler::core_program(plan, code_, 0, device_);
    tile.memory.push_back({memory_.weights->address, dense_array_weights(array_, i), -1});
    for (int half = 0; half < kHalves; ++half) {
      const auto at = static_cast<std::size_t>(half);
      tile.memory.push_back({memory_.inputs[0][at].address, dense_array_lhs(array_, i, half), -1});
      const int words = memory_.inputs[0][at].size / 4;
      builder_.bd(tile, {.id = half,
                         .address = memory_.inputs[0][at].address / 4,
                         .words = words,
                         .next = half == 0 ? 1 : -1,
                         .acquire = kInputLocks.empty.value,
                         .release = kInputLocks.full.value});
      builder_.bd(tile, {.id = kHalves + half,
                         .address = (*memory_.out)[at].address / 4,
                         .words = words,
                         .next = half == 0 ? kHalves + 1 : -1,
                         .acquire = kOutLocks.full.value,
                         .release = kOutLocks.empty.value});
    }
    builder_.task(tile, DmaDirection::s2mm, 0, 0, array_.frames / kHalves);
    builder_.task(tile, DmaDirection::mm2s, 0, kHalves, array_.frames / kHalves);
    builder_.lock(tile, kInputLocks.empty.value, 0, "in empty");
    builder_.lock(tile, kInputLocks.full.value, kHalves, "in full");
    builder_.lock(tile, kOutLocks.empty.value, kHalves, "out empty");
    builder_.lock(tile, kOutLocks.full.value, 0, "out full");
  }

  void connect_to_next(int i) {
    const TileCoord from = tiles_[static_cast<std::size_t>(i)];
    const TileCoord to = tiles_[static_cast<std::size_t>(i) + 1];
    const PortSide side = towards(from, to);
    builder_.connect(from, port(PortSide::dma, 0), port(side, kLane));
    builder_.connect(to, port(opposite(side), kLane), port(PortSide::dma, 0));
  }

  // The column with PLIOs that is next to the tile's.
  [[nodiscard]] std::int16_t plio_column(TileCoord tile) const {
    const auto& columns = device_.grid.plio_columns;
    return static_cast<std::int16_t>(std::clamp<int>(tile.col, columns.front(), columns.back()));
  }

  int input() {
    const TileCoord tile = tiles_.front();
    const std::int16_t col = plio_column(tile);
    StreamPort from = port(PortSide::south, 0);
    TileCoord at = device_.shim_tile(col);
    while (at != tile) {
      const TileCoord next =
          at.col != tile.col
              ? TileCoord{static_cast<std::int16_t>(at.col + (at.col < tile.col ? 1 : -1)), at.row}
              : TileCoord{at.col, static_cast<std::int16_t>(at.row + 1)};
      const PortSide side = towards(at, next);
      builder_.connect(at, from, port(side, kLane));
      from = port(opposite(side), kLane);
      at = next;
    }
    builder_.connect(at, from, port(PortSide::dma, 0));
    return builder_.plio("x", PlioChannel::Direction::input, col, 0);
  }

  int output() {
    const std::int16_t col = plio_column(tiles_.back());
    StreamPort from = port(PortSide::dma, 0);
    TileCoord at = tiles_.back();
    const TileCoord end = device_.shim_tile(col);
    while (at != end) {
      const TileCoord next =
          at.row > 0 ? TileCoord{at.col, static_cast<std::int16_t>(at.row - 1)}
                     : TileCoord{static_cast<std::int16_t>(at.col + (at.col < col ? 1 : -1)), at.row};
      const PortSide side = towards(at, next);
      builder_.connect(at, from, port(side, kOutLane));
      from = port(opposite(side), kOutLane);
      at = next;
    }
    builder_.connect(at, from, port(PortSide::south, 0));
    return builder_.plio("y", PlioChannel::Direction::output, col, 0);
  }

  const Device& device_;
  DenseArray array_;
  kernels::DenseTile kernel_;
  kernels::KernelCode code_;
  compiler::TileMemory memory_;
  std::vector<TileCoord> tiles_;
  ImageBuilder builder_{device_};
};

}  // namespace

kernels::DenseTile dense_array_tile(const DenseArray& array) {
  // Sums of 128 products of uniformly distributed codes scatter by 62 000: shifted by 10 they fill the
  // output's range and rarely leave it.
  return {.rows = array.rows, .k = array.features, .n = array.features, .shift = 10};
}

std::vector<std::uint8_t> dense_array_weights(const DenseArray& array, int tile) {
  return random_bytes(kernels::weights_bytes(dense_array_tile(array)), static_cast<unsigned>(3 * tile));
}

std::vector<std::uint8_t> dense_array_lhs(const DenseArray& array, int tile, int half) {
  return random_bytes(kernels::lhs_bytes(dense_array_tile(array)),
                      static_cast<unsigned>(3 * tile + 1 + half));
}

Image dense_array(const Device& device, const DenseArray& array) {
  return Writer(device, array).write();
}

}  // namespace aie4ml::test
