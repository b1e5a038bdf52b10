#include "compiler/plan/transfers.hpp"

#include <fmt/format.h>

#include "arch/error.hpp"
#include "compiler/plan/edges.hpp"

namespace aie4ml::compiler {
namespace {

constexpr int kWordBytes = 4;
using arch::BdDimension;

// A box of words to be walked, before locks and ids.
struct Walk {
  std::int32_t address_words{};  // relative to the start of the buffer
  std::vector<BdDimension> dimensions;
  std::uint8_t zero_blocks{};  // appended to dimension 2
};

// Columns of a buffer made of blocks, [rows / m][columns / n][m][n]: a tile's lhs and output.
struct BlockedBuffer {
  int rows{}, columns{};
  int block_rows{}, block_columns{};
  int element_bytes{};
  [[nodiscard]] int block_words() const { return block_rows * block_columns * element_bytes / kWordBytes; }

  [[nodiscard]] Walk walk(int first_column, int column_count) const {
    const int per_row = columns / block_columns;
    const int blocks = column_count / block_columns;
    Walk result;
    result.address_words = first_column / block_columns * block_words();
    if (blocks == per_row) {
      result.dimensions = {{rows / block_rows * per_row * block_words(), 1}};  // all of it
    } else {
      result.dimensions = {
          {block_words(), 1}, {blocks, block_words()}, {rows / block_rows, per_row * block_words()}};
    }
    return result;
  }
};

// The edge's row-major buffer in the memory tile.
struct RowMajorBuffer {
  int rows_stored{}, pitch{}, element_bytes{};
  [[nodiscard]] int words(int columns) const { return columns * element_bytes / kWordBytes; }

  // In the order of a PLIO stream.
  [[nodiscard]] Walk rows(Interval columns, int count) const {
    Walk result;
    result.address_words = words(columns.begin);
    if (columns.size() == pitch) {
      result.dimensions = {{words(pitch) * count, 1}};
    } else {
      result.dimensions = {{words(columns.size()), 1}, {count, words(pitch)}};
    }
    return result;
  }
  // In the order of a tile's blocks.
  [[nodiscard]] Walk blocks(Interval columns, int block_rows, int block_columns, int zero_columns) const {
    Walk result;
    result.address_words = words(columns.begin);
    result.dimensions = {{words(block_columns), 1},
                         {block_rows, words(pitch)},
                         {columns.size() / block_columns, words(block_columns)},
                         {rows_stored / block_rows, block_rows * words(pitch)}};
    result.zero_blocks = static_cast<std::uint8_t>(zero_columns / block_columns);
    return result;
  }
};

arch::BufferDescriptor descriptor(const Walk& walk, const PlacedBuffer& buffer) {
  arch::BufferDescriptor bd;
  bd.address_words = buffer.address / kWordBytes + walk.address_words;
  bd.length_words = 1;
  for (const BdDimension& dimension : walk.dimensions) bd.length_words *= dimension.size;
  if (walk.dimensions.size() > 1) bd.dimensions = walk.dimensions;
  bd.padding.after[2] = walk.zero_blocks;
  return bd;
}

arch::LockAccess one(arch::LockId lock) {
  return {arch::LockAccess::Where::own, lock, 1, false};
}

class Builder {
 public:
  Builder(const Edge& edge, const std::vector<LayerPlan>& layers, BdAllocator& bds)
      : edge_(edge), layers_(layers), bds_(bds), memory_{edge.rows_stored, edge.pitch, edge.element_bytes} {}

  std::vector<DmaChain> build() {
    for (int w = 0; w < static_cast<int>(edge_.writers.size()); ++w) build_writer(w);
    for (int r = 0; r < static_cast<int>(edge_.readers.size()); ++r) build_reader(r);
    return std::move(chains_);
  }

 private:
  using Locks = std::pair<arch::LockId, arch::LockId>;  // acquired, released

  // regions of ping, regions of pong, and round again. bd(half, region) makes one descriptor.
  template <class MakeBd>
  void add_chain(std::string name, arch::TileCoord tile, arch::ChannelId channel, int layer,
                 const std::vector<int>& regions, MakeBd make_bd) {
    DmaChain chain{std::move(name), tile, channel, layer, {}};
    for (std::size_t half = 0; half < 2; ++half) {
      for (std::size_t i = 0; i < regions.size(); ++i) {
        arch::BufferDescriptor bd = make_bd(half, edge_.regions[static_cast<std::size_t>(regions[i])]);
        bd.id = bds_.take(tile, channel, chain.name);
        chain.descriptors.push_back(std::move(bd));
      }
    }
    for (std::size_t i = 0; i < chain.descriptors.size(); ++i) {
      chain.descriptors[i].next = chain.descriptors[(i + 1) % chain.descriptors.size()].id;
    }
    chains_.push_back(std::move(chain));
  }

  // The memory tile's side: every region has its own lock pair.
  void add_memory_chain(const std::string& name, const Endpoint& end, const std::vector<int>& regions,
                        bool writes, const kernels::DenseTile* kernel) {
    add_chain(name, edge_.tile, end.channel, end.layer >= 0 ? end.layer : other_layer(), regions,
              [&](std::size_t half, const Region& region) {
                auto bd = descriptor(memory_walk(region, writes, kernel), edge_.buffer[half]);
                bd.acquire = one(writes ? region.empty : region.full);
                bd.release = one(writes ? region.full : region.empty);
                return bd;
              });
  }

  [[nodiscard]] Walk memory_walk(const Region& region, bool writes, const kernels::DenseTile* kernel) const {
    const Interval columns = writes ? region.written : region.read;
    if (kernel == nullptr) return memory_.rows(columns, edge_.rows);
    const int block_columns = writes ? kernel->mmul.n : kernel->mmul.k;
    return memory_.blocks(columns, kernel->mmul.m, block_columns, writes ? 0 : region.zero_columns);
  }

  // A tile's side: the kernel's lock pair covers all regions of a half, so the first acquires, the last
  // releases.
  void add_tile_chain(const std::string& name, arch::TileCoord tile, arch::ChannelId channel, int layer,
                      const std::vector<int>& regions, const std::array<PlacedBuffer, 2>& buffers,
                      const BlockedBuffer& shape, int first_column, Locks locks) {
    const bool reads_edge = channel.direction == arch::DmaDirection::s2mm;
    const Region* const first = &edge_.regions[static_cast<std::size_t>(regions.front())];
    const Region* const last = &edge_.regions[static_cast<std::size_t>(regions.back())];
    add_chain(name, tile, channel, layer, regions, [&](std::size_t half, const Region& region) {
      const Interval columns = reads_edge ? region.read : region.written;
      const int count = columns.size() + (reads_edge ? region.zero_columns : 0);
      auto bd = descriptor(shape.walk(columns.begin - first_column, count), buffers[half]);
      if (&region == first) bd.acquire = one(locks.first);
      if (&region == last) bd.release = one(locks.second);
      return bd;
    });
  }

  void build_writer(int index) {
    const Endpoint& end = edge_.writers[static_cast<std::size_t>(index)];
    const std::vector<int> regions = regions_of_writer(edge_, index);
    if (end.layer < 0) {
      add_memory_chain(fmt::format("{} from PLIO {}", edge_.name, index), end, regions, true, nullptr);
      return;
    }
    const LayerPlan& layer = layers_[static_cast<std::size_t>(end.layer)];
    const TilePlan& tile = layer.at(end.index, layer.cas_len - 1);
    const kernels::DenseTile& kernel = tile.kernel;
    const BlockedBuffer shape{kernel.rows, kernel.n, kernel.mmul.m, kernel.mmul.n, edge_.element_bytes};
    const std::string name = fmt::format("{}.out[{}]", layer.name, end.index);
    add_tile_chain(name, tile.tile, kTileOutChannel, end.layer, regions, tile.out.value(), shape,
                   tile.n.begin, {tile.locks.out_full, tile.locks.out_empty});
    add_memory_chain(name + " store", end, regions, true, &kernel);
  }

  void build_reader(int index) {
    const Endpoint& end = edge_.readers[static_cast<std::size_t>(index)];
    const std::vector<int> regions = regions_of_reader(edge_, index);
    if (end.layer < 0) {
      add_memory_chain(fmt::format("{} to PLIO {}", edge_.name, index), end, regions, false, nullptr);
      return;
    }
    const LayerPlan& layer = layers_[static_cast<std::size_t>(end.layer)];
    const kernels::DenseTile& kernel = layer.at(0, end.index).kernel;
    add_memory_chain(fmt::format("{}.in[{}] load", layer.name, end.index), end, regions, false, &kernel);
    const BlockedBuffer shape{kernel.rows, kernel.k, kernel.mmul.m, kernel.mmul.k, edge_.element_bytes};
    for (int chain = 0; chain < layer.cas_num; ++chain) {
      const TilePlan& tile = layer.at(chain, end.index);
      add_tile_chain(fmt::format("{}.in[{}]", layer.name, end.index), tile.tile, kTileLhsChannel, end.layer,
                     regions, tile.lhs, shape, tile.k.begin, {tile.locks.lhs_empty, tile.locks.lhs_full});
    }
  }

  // A PLIO's words are moved for the layer at the other end.
  [[nodiscard]] int other_layer() const { return edge_.consumer >= 0 ? edge_.consumer : edge_.producer; }

  const Edge& edge_;
  const std::vector<LayerPlan>& layers_;
  BdAllocator& bds_;
  RowMajorBuffer memory_;
  std::vector<DmaChain> chains_;
};

}  // namespace

arch::BdId BdAllocator::take(arch::TileCoord tile, arch::ChannelId channel, const std::string& who) {
  const arch::DmaFacts& dma = device_.dma(device_.kind(tile));
  std::set<arch::BdId>& taken = taken_[tile];
  for (int id = 0; id < dma.bds; ++id) {
    const arch::BdId bd(static_cast<std::uint8_t>(id));
    if (dma.bd_allowed(channel, bd) && taken.insert(bd).second) return bd;
  }
  throw arch::InputError(
      fmt::format("stream '{}'", who),
      fmt::format("{} has no buffer descriptor left of {}", device_.tile_name(tile), dma.bds),
      "cut neighbouring layers alike: cas_num of the producer equal to cas_len of the consumer, or 1");
}

std::vector<DmaChain> edge_transfers(const Edge& edge, const std::vector<LayerPlan>& layers,
                                     BdAllocator& bds) {
  return Builder(edge, layers, bds).build();
}

}  // namespace aie4ml::compiler
