#include "compiler/plan/transfers.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "arch/error.hpp"
#include "compiler/plan/chain_builder.hpp"
#include "compiler/plan/edges.hpp"
#include "compiler/plan/walks.hpp"

namespace aie4ml::compiler {
namespace {

constexpr int kWordBytes = 4;

Slice relative(const Slice& slice, const Slice& to) {
  return {{slice.rows.begin - to.rows.begin, slice.rows.end - to.rows.begin},
          {slice.cols.begin - to.cols.begin, slice.cols.end - to.cols.begin}};
}

// What a region brings to the tiles that read it, in rows and columns of their operand.
Slice wanted_by_tile(const Edge& edge, const Region& region) {
  Slice slice = edge.transposed ? region.read.transposed() : region.read;
  slice.cols.end += region.zero_cols;
  return slice;
}

void require_words(const Slice& slice, const LayerPort& port, const std::string& layer,
                   const std::string& tensor) {
  for (const Slice& part : descriptor_parts(slice, port.format)) {
    if (on_words(part, port.format, port.element_bytes)) continue;
    throw arch::InputError(
        fmt::format("tensor '{}'", tensor),
        fmt::format("layer '{}' has a boundary of its data inside a 32-bit word, the DMA moves whole words",
                    layer),
        fmt::format("cut and join tensors at multiples of {} elements", kWordBytes / port.element_bytes));
  }
}

class EdgeBuilder {
 public:
  EdgeBuilder(const Edge& edge, const arch::Device& device, BdAllocator& bds, Plan& plan)
      : edge_(edge), device_(device), bds_(bds), plan_(plan) {}

  void build() {
    for (std::size_t w = 0; w < edge_.writers.size(); ++w) build_writer(static_cast<int>(w));
    for (std::size_t r = 0; r < edge_.readers.size(); ++r) build_reader(static_cast<int>(r));
  }

 private:
  [[nodiscard]] const LayerPlan& layer(const Endpoint& end) const {
    return plan_.layers[static_cast<std::size_t>(end.index)];
  }
  [[nodiscard]] std::string name(const Endpoint& end, int index) const {
    switch (end.kind) {
      case Endpoint::Kind::plio:
        return fmt::format("{} PLIO {}", edge_.name, index);
      case Endpoint::Kind::relay:
        return fmt::format("{} relay {}", edge_.name, index);
      case Endpoint::Kind::layer:
        break;
    }
    return fmt::format("{} {}[{}]", edge_.name, layer(end).name, end.slice);
  }

  // The memory tile's side. For what nobody reads there are no locks: it is overwritten.
  void build_writer(int index) {
    const Endpoint& end = edge_.writers[static_cast<std::size_t>(index)];
    ChainBuilder builder(name(end, index) + " store", edge_.tile, end.channel, layer_of(edge_, end),
                         edge_.folded, bds_);
    const bool from_layer = end.kind == Endpoint::Kind::layer;
    for (std::size_t half = 0; half < builder.passes(); ++half) {
      for (const int i : regions_of_writer(edge_, index)) {
        const Region& region = edge_.regions[static_cast<std::size_t>(i)];
        if (region.reader < 0) {
          Walk walk;
          walk.dimensions = {
              {static_cast<std::int32_t>(region.written.elements() * edge_.element_bytes / kWordBytes), 1}};
          builder.add_run({descriptor(walk, edge_.dump.value())}, std::nullopt, std::nullopt);
          continue;
        }
        std::vector<arch::BufferDescriptor> run;
        if (from_layer) {
          const LayerPort& port = layer(end).output;
          const Slice& box = port.slices[static_cast<std::size_t>(end.slice)].slice;
          const Slice here{{end.row, end.row + box.rows.size()}, {end.col, end.col + box.cols.size()}};
          run = in_blocks(region.written, here, port, false, 0, half);
        } else {
          run = {row_major(region.written, half)};
        }
        for (arch::BufferDescriptor& bd : run) builder.fold(bd, edge_.buffer);
        builder.add_run(std::move(run), region.empty, region.full);
      }
    }
    plan_.dma.push_back(builder.finish());
  }

  void build_reader(int index) {
    const Endpoint& end = edge_.readers[static_cast<std::size_t>(index)];
    ChainBuilder builder(name(end, index) + " load", edge_.tile, end.channel, layer_of(edge_, end),
                         edge_.folded, bds_);
    const std::vector<int> regions = regions_of_reader(edge_, index);
    for (std::size_t half = 0; half < builder.passes(); ++half) {
      for (const int i : regions) {
        const Region& region = edge_.regions[static_cast<std::size_t>(i)];
        std::vector<arch::BufferDescriptor> run;
        if (end.kind == Endpoint::Kind::layer) {
          const LayerPort& port = layer(end).inputs[static_cast<std::size_t>(end.operand)];
          const Slice& box = port.slices[static_cast<std::size_t>(end.slice)].slice;
          run = in_blocks(region.read, edge_.transposed ? box.transposed() : box, port, true,
                          region.zero_cols, half);
        } else {
          run = {row_major(region.read, half)};
        }
        for (arch::BufferDescriptor& bd : run) builder.fold(bd, edge_.buffer);
        builder.add_run(std::move(run), region.full, region.empty);
      }
    }
    plan_.dma.push_back(builder.finish());
    if (end.kind == Endpoint::Kind::layer) build_tiles(end, regions);
  }

  void build_tiles(const Endpoint& end, const std::vector<int>& regions) {
    const LayerPlan& to = layer(end);
    const auto operand = static_cast<std::size_t>(end.operand);
    const LayerPort& port = to.inputs[operand];
    const PortSlice& target = port.slices[static_cast<std::size_t>(end.slice)];
    std::vector<Slice> slices;
    for (const int i : regions) {
      const Region& region = edge_.regions[static_cast<std::size_t>(i)];
      slices.push_back(relative(wanted_by_tile(edge_, region), target.slice));
      require_words(slices.back(), port, to.name, edge_.name);
    }
    for (const std::int32_t t : target.tiles) {
      const TilePlan& tile = to.tiles[static_cast<std::size_t>(t)];
      const BufferLocks& locks = tile.input_locks[operand];
      ChainBuilder builder(
          fmt::format("{}.in{}[{}]", to.name, to.inputs.size() > 1 ? fmt::to_string(operand) : "", end.slice),
          tile.tile, tile_input_channel(end.operand), end.index, tile.folded, bds_);
      plan_.dma.push_back(tile_chain(std::move(builder), tile.inputs[operand], slices,
                                     target.slice.cols.size(), port, locks.empty, locks.full,
                                     device_.tile_dma));
    }
  }

  // `slice` of the stored matrix in the order of the blocks of `box`.
  [[nodiscard]] std::vector<arch::BufferDescriptor> in_blocks(const Slice& slice, const Slice& box,
                                                              const LayerPort& port, bool may_transpose,
                                                              std::int32_t zero_cols,
                                                              std::size_t half) const {
    std::vector<arch::BufferDescriptor> run;
    const Slice stored = relative(slice, box);
    const bool transposed = may_transpose && edge_.transposed;
    for (const Slice& part : descriptor_parts(transposed ? stored.transposed() : stored, port.format)) {
      const Slice in_memory = transposed ? part.transposed() : part;
      const Corner corner{in_memory.rows.begin + box.rows.begin - edge_.stored.rows.begin,
                          in_memory.cols.begin + box.cols.begin - edge_.stored.cols.begin};
      run.push_back(descriptor(memory_walk(part, corner, edge_.pitch(), port.format, edge_.element_bytes,
                                           zero_cols, max_wrap(device_.memory_tile_dma)),
                               edge_.buffer[half]));
    }
    return run;
  }

  [[nodiscard]] arch::BufferDescriptor row_major(const Slice& slice, std::size_t half) const {
    return descriptor(row_walk(relative(slice, edge_.stored), edge_.pitch(), edge_.element_bytes,
                               max_wrap(device_.memory_tile_dma)),
                      edge_.buffer[half]);
  }

  const Edge& edge_;
  const arch::Device& device_;
  BdAllocator& bds_;
  Plan& plan_;
};

}  // namespace

DmaChain tile_chain(ChainBuilder builder, const DoubleBuffer& buffers, const std::vector<Slice>& slices,
                    std::int32_t cols, const LayerPort& port, arch::LockId acquire, arch::LockId release,
                    const arch::DmaFacts& dma) {
  for (std::size_t half = 0; half < builder.passes(); ++half) {
    std::vector<arch::BufferDescriptor> run;
    for (const Slice& slice : slices) {
      for (const Slice& part : descriptor_parts(slice, port.format)) {
        run.push_back(
            descriptor(tile_walk(part, cols, port.format, port.element_bytes, max_wrap(dma)), buffers[half]));
        builder.fold(run.back(), buffers);
      }
    }
    builder.add_run(std::move(run), acquire, release);
  }
  return builder.finish();
}

std::vector<Slice> pieces_in_tile(const Source& source) {
  std::vector<Slice> slices;
  for (const Slice& piece : source.pieces) slices.push_back(relative(piece, source.box));
  return slices;
}

arch::ChannelId tile_input_channel(std::int32_t operand) {
  return {arch::DmaDirection::s2mm, static_cast<std::uint8_t>(operand)};
}

std::size_t count_source_descriptors(const Source& source, const LayerPort& port) {
  std::size_t count = 0;
  for (const Slice& piece : source.pieces) {
    count += descriptor_parts(relative(piece, source.box), port.format).size();
  }
  return count;
}

std::size_t count_reader_descriptors(const Edge& edge, int reader, const LayerPort& port) {
  const Endpoint& end = edge.readers[static_cast<std::size_t>(reader)];
  std::size_t count = 0;
  for (const int i : regions_of_reader(edge, reader)) {
    const Slice slice = wanted_by_tile(edge, edge.regions[static_cast<std::size_t>(i)]);
    count +=
        descriptor_parts(relative(slice, port.slices[static_cast<std::size_t>(end.slice)].slice), port.format)
            .size();
  }
  return count;
}

EdgeDescriptors count_edge_descriptors(const Edge& edge, const Plan& plan) {
  EdgeDescriptors counts;
  for (std::size_t w = 0; w < edge.writers.size(); ++w) {
    const Endpoint& end = edge.writers[w];
    int& count = counts.writers.emplace_back(0);
    for (const int i : regions_of_writer(edge, static_cast<int>(w))) {
      const Region& region = edge.regions[static_cast<std::size_t>(i)];
      if (region.reader < 0 || end.kind != Endpoint::Kind::layer) {
        ++count;
        continue;
      }
      const LayerPort& port = plan.layers[static_cast<std::size_t>(end.index)].output;
      const Slice here{{region.written.rows.begin - end.row, region.written.rows.end - end.row},
                       {region.written.cols.begin - end.col, region.written.cols.end - end.col}};
      count += static_cast<int>(descriptor_parts(here, port.format).size());
    }
  }
  for (std::size_t r = 0; r < edge.readers.size(); ++r) {
    const Endpoint& end = edge.readers[r];
    if (end.kind != Endpoint::Kind::layer) {
      counts.readers.push_back(static_cast<int>(regions_of_reader(edge, static_cast<int>(r)).size()));
      continue;
    }
    const LayerPort& port =
        plan.layers[static_cast<std::size_t>(end.index)].inputs[static_cast<std::size_t>(end.operand)];
    counts.readers.push_back(static_cast<int>(count_reader_descriptors(edge, static_cast<int>(r), port)));
  }
  return counts;
}

void add_source_transfers(const Source& source, const arch::Device& device, BdAllocator& bds, Plan& plan) {
  if (source.kind != Endpoint::Kind::layer) return;
  const LayerPlan& layer = plan.layers[static_cast<std::size_t>(source.index)];
  const PortSlice& from = layer.output.slices[static_cast<std::size_t>(source.slice)];
  const TilePlan& tile = layer.tiles[static_cast<std::size_t>(from.tiles.front())];
  const std::vector<Slice> slices = pieces_in_tile(source);
  for (const Slice& slice : slices) require_words(slice, layer.output, layer.name, layer.name + ".out");
  ChainBuilder builder(fmt::format("{}.out[{}]", layer.name, source.slice), tile.tile, kTileOutChannel,
                       source.index, tile.folded, bds);
  plan.dma.push_back(tile_chain(std::move(builder), tile.out.value(), slices, source.box.cols.size(),
                                layer.output, tile.out_locks.full, tile.out_locks.empty, device.tile_dma));
}

void add_edge_transfers(const Edge& edge, const arch::Device& device, BdAllocator& bds, Plan& plan) {
  EdgeBuilder(edge, device, bds, plan).build();
}

}  // namespace aie4ml::compiler
