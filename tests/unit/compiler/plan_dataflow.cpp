#include "tests/unit/compiler/plan_dataflow.hpp"

#include <algorithm>
#include <stdexcept>

namespace aie4ml::tests {
namespace {

using arch::DmaDirection;
using arch::PortSide;
using compiler::LayerPlan;
using compiler::StreamEnd;
using compiler::TilePlan;

void walk_dimension(const arch::BufferDescriptor& bd, std::size_t d, std::int64_t address, bool padding,
                    std::vector<std::int64_t>& words) {
  if (d == 0) {
    words.push_back(padding ? -1 : address);
    return;
  }
  const std::size_t dim = d - 1;
  const std::int64_t before = dim < 3 ? bd.padding.before[dim] : 0;
  const std::int64_t after = dim < 3 ? bd.padding.after[dim] : 0;
  const arch::BdDimension size = dim < bd.dimensions.size() ? bd.dimensions[dim] : arch::BdDimension{1, 0};
  for (std::int64_t i = -before; i < size.size + after; ++i) {
    const bool outside = i < 0 || i >= size.size;
    walk_dimension(bd, dim, address + i * size.stride_words, padding || outside, words);
  }
}

}  // namespace

std::vector<std::int64_t> walk(const arch::BufferDescriptor& bd) {
  std::vector<std::int64_t> words;
  if (bd.dimensions.empty()) {
    for (int i = 0; i < bd.length_words; ++i) words.push_back(bd.address_words + i);
  } else {
    walk_dimension(bd, 4, bd.address_words, false, words);
  }
  return words;
}

Dataflow::Dataflow(const arch::Image& image, const compiler::Plan& plan, const arch::Device& device)
    : image_(image), plan_(plan), device_(device) {
  for (const arch::TileImage& tile : image.tiles) {
    auto& bytes = memory_[tile.tile];
    bytes.resize(static_cast<std::size_t>(device.memory_size(device.kind(tile.tile)).value));
    for (const arch::MemorySegment& segment : tile.memory) {
      std::copy(segment.data.begin(), segment.data.end(), bytes.begin() + segment.address);
    }
  }
}

Dataflow::Channel Dataflow::channel(arch::TileCoord coord, arch::ChannelId id) const {
  Channel found;
  found.tile = image_.find(coord);
  const auto config = std::find_if(found.tile->channels.begin(), found.tile->channels.end(),
                                   [&](const arch::DmaChannelConfig& c) { return c.channel == id; });
  if (config == found.tile->channels.end()) throw std::runtime_error("channel is not set up");
  arch::BdId next = config->tasks.front().first;
  do {
    const auto bd = std::find_if(found.tile->descriptors.begin(), found.tile->descriptors.end(),
                                 [&](const arch::BufferDescriptor& d) { return d.id == next; });
    found.chain.push_back(&*bd);
    next = bd->next.value();
  } while (next != config->tasks.front().first);
  return found;
}

// The descriptors of this iteration's half: half of the chain, or all of it with their iterations advanced.
std::vector<arch::BufferDescriptor> Dataflow::half_of(const Channel& channel) const {
  std::vector<arch::BufferDescriptor> half;
  // What is dropped always goes to the same place, whether or not the chain is folded.
  const bool folded = std::any_of(channel.chain.begin(), channel.chain.end(),
                                  [](const arch::BufferDescriptor* bd) { return bd->iteration.wrap > 1; });
  const std::size_t count = folded ? channel.chain.size() : channel.chain.size() / 2;
  for (std::size_t i = 0; i < count; ++i) {
    half.push_back(*channel.chain[folded ? i : half_ * count + i]);
    if (folded)
      half.back().address_words += static_cast<std::int32_t>(half_) * half.back().iteration.stride_words;
  }
  return half;
}

Dataflow::Words Dataflow::send(const Channel& from) {
  Words words;
  const auto& bytes = memory_.at(from.tile->tile);
  for (const arch::BufferDescriptor& bd : half_of(from)) {
    for (const std::int64_t address : walk(bd)) {
      std::uint32_t word = 0;
      for (std::size_t b = 0; address >= 0 && b < 4; ++b) {
        word |= static_cast<std::uint32_t>(bytes.at(static_cast<std::size_t>(address) * 4 + b)) << 8 * b;
      }
      words.push_back(word);
    }
  }
  return words;
}

void Dataflow::receive(const Channel& to, const Words& words) {
  auto& bytes = memory_.at(to.tile->tile);
  std::size_t at = 0;
  for (const arch::BufferDescriptor& bd : half_of(to)) {
    for (const std::int64_t address : walk(bd)) {
      const std::uint32_t word = words.at(at++);
      for (std::size_t b = 0; b < 4; ++b) {
        bytes.at(static_cast<std::size_t>(address) * 4 + b) = static_cast<std::uint8_t>(word >> 8 * b);
      }
    }
  }
  if (at != words.size()) throw std::runtime_error("more words sent than received");
}

std::vector<StreamEnd> Dataflow::trace(const StreamEnd& source) const {
  std::vector<StreamEnd> ends;
  std::vector<StreamEnd> open{source};
  while (!open.empty()) {
    const StreamEnd slave = open.back();
    open.pop_back();
    for (const arch::CircuitConnection& c : image_.find(slave.tile)->connections) {
      if (c.slave != slave.port) continue;
      const bool to_pl = device_.kind(slave.tile) == arch::TileKind::shim && c.master.side == PortSide::south;
      if (c.master.side == PortSide::dma || to_pl) {
        ends.push_back({slave.tile, c.master});
      } else {
        open.push_back({device_.neighbour(slave.tile, c.master.side).value(),
                        {arch::opposite(c.master.side), c.master.index}});
      }
    }
  }
  return ends;
}

void Dataflow::forward(const StreamEnd& source, const Words& words) {
  for (const StreamEnd& end : trace(source)) {
    if (end.port.side == PortSide::dma) {
      receive(channel(end.tile, {DmaDirection::s2mm, end.port.index}), words);
    } else {
      at_plio_[end] = words;
    }
  }
}

std::int64_t Dataflow::element(arch::TileCoord tile, std::int64_t address, bool is_signed) const {
  const std::uint8_t byte = memory_.at(tile).at(static_cast<std::size_t>(address));
  return is_signed ? static_cast<std::int8_t>(byte) : byte;
}

void Dataflow::feed(const Matrix& input) {
  for (const arch::GraphPort& port : image_.ports) {
    if (port.direction != arch::PlioChannel::Direction::input) continue;
    std::map<std::int32_t, Words> streams;  // a PLIO's slices one behind the other
    for (const arch::PlioSlice& slice : port.slices) {
      Words& words = streams[slice.plio];
      const auto cols = static_cast<std::size_t>(port.shape.back());
      for (int r = 0; r < slice.rows_on_stream; ++r) {
        for (int c = 0; c < slice.cols_on_stream; ++c) {
          const bool inside = r < slice.rows && c < slice.cols;
          const auto index =
              static_cast<std::size_t>(slice.row + r) * cols + static_cast<std::size_t>(slice.col + c);
          const std::uint32_t byte = inside ? static_cast<std::uint8_t>(input.at(index)) : 0;
          if (c % 4 == 0) words.push_back(0);
          words.back() |= byte << (8 * (c % 4));
        }
      }
    }
    for (const auto& [index, words] : streams) {
      const arch::PlioChannel& plio = image_.plios.at(static_cast<std::size_t>(index));
      forward({device_.shim_tile(plio.column), {PortSide::south, plio.index}}, words);
    }
  }
}

// Blocks as in kernels/dense/dense.hpp.
void Dataflow::compute(const LayerPlan& layer) {
  for (int chain = 0; chain < layer.cas_num; ++chain) {
    const kernels::DenseTile& last = layer.at(chain, layer.cas_len - 1).dense();
    std::vector<std::int64_t> sums(static_cast<std::size_t>(last.rows) * static_cast<std::size_t>(last.n));
    const auto block_index = [](int row, int col, int cols, int block_rows, int block_cols) {
      const int block = row / block_rows * (cols / block_cols) + col / block_cols;
      return (block * block_rows + row % block_rows) * block_cols + col % block_cols;
    };
    for (int position = 0; position < layer.cas_len; ++position) {
      const TilePlan& tile = layer.at(chain, position);
      const kernels::DenseTile& kernel = tile.dense();
      const auto [m, k, n] = kernel.mmul;
      for (int row = 0; row < kernel.rows; ++row) {
        for (int i = 0; i < kernel.k; ++i) {
          const auto x =
              element(tile.tile, tile.inputs[0][half_].address + block_index(row, i, kernel.k, m, k),
                      arch::is_signed(kernel.lhs));
          if (x == 0) continue;
          for (int col = 0; col < kernel.n; ++col) {
            const auto w =
                element(tile.tile, tile.weights->address + block_index(i, col, kernel.n, k, n), true);
            sums[static_cast<std::size_t>(row * kernel.n + col)] += x * w;
          }
        }
      }
    }
    const TilePlan& tile = layer.at(chain, layer.cas_len - 1);
    for (int row = 0; row < last.rows; ++row) {
      for (int col = 0; col < last.n; ++col) {
        std::int64_t sum = sums[static_cast<std::size_t>(row * last.n + col)];
        if (tile.bias) {
          // The buffer holds accumulators of m x n lanes, one for every block of columns.
          const int lane =
              (col / last.mmul.n * last.mmul.m + row % last.mmul.m) * last.mmul.n + col % last.mmul.n;
          std::uint32_t word = 0;
          for (int b = 0; b < 4; ++b) {
            word |= static_cast<std::uint32_t>(
                        memory_.at(tile.tile).at(static_cast<std::size_t>(tile.bias->address + 4 * lane + b)))
                    << 8 * b;
          }
          sum += static_cast<std::int32_t>(word);
        }
        std::int64_t code = requantize(sum, last.shift, arch::is_signed(last.out));
        if (last.relu) code = std::max<std::int64_t>(code, 0);
        const int at = block_index(row, col, last.n, last.mmul.m, last.mmul.n);
        memory_.at(tile.tile).at(static_cast<std::size_t>((*tile.out)[half_].address + at)) =
            static_cast<std::uint8_t>(code);
      }
    }
  }
}

Matrix Dataflow::run(const Matrix& input) {
  feed(input);
  for (std::size_t i = 0; i < plan_.layers.size(); ++i) {
    const auto send_all = [&](arch::TileCoord tile, arch::ChannelId id) {
      forward({tile, {PortSide::dma, id.index}}, send(channel(tile, id)));
    };
    for (const compiler::Edge& edge : plan_.edges) {
      if (edge.consumer != static_cast<int>(i)) continue;
      for (const compiler::Endpoint& reader : edge.readers) send_all(edge.tile, reader.channel);
    }
    compute(plan_.layers[i]);
    for (const TilePlan& tile : plan_.layers[i].tiles) {
      if (tile.out) send_all(tile.tile, {DmaDirection::mm2s, 0});
    }
  }
  for (const compiler::Edge& edge : plan_.edges) {
    if (edge.consumer >= 0) continue;
    for (const compiler::Endpoint& reader : edge.readers) {
      forward({edge.tile, {PortSide::dma, reader.channel.index}}, send(channel(edge.tile, reader.channel)));
    }
  }
  Matrix output;
  for (const arch::GraphPort& port : image_.ports) {
    if (port.direction != arch::PlioChannel::Direction::output) continue;
    const auto cols = static_cast<std::size_t>(port.shape.back());
    std::size_t count = 1;
    for (const std::int64_t axis : port.shape) count *= static_cast<std::size_t>(axis);
    output.assign(count, 1 << 20);  // no code: what no slice covers would be seen
    for (const arch::PlioSlice& slice : port.slices) {
      const arch::PlioChannel& plio = image_.plios.at(static_cast<std::size_t>(slice.plio));
      const Words& words = at_plio_.at({device_.shim_tile(plio.column), {PortSide::south, plio.index}});
      for (int r = 0; r < slice.rows; ++r) {
        for (int c = 0; c < slice.cols; ++c) {
          const int byte = r * slice.cols_on_stream + c;
          const auto value =
              static_cast<std::uint8_t>(words.at(static_cast<std::size_t>(byte / 4)) >> 8 * (byte % 4));
          output[static_cast<std::size_t>(slice.row + r) * cols + static_cast<std::size_t>(slice.col + c)] =
              arch::is_signed(port.type) ? static_cast<std::int8_t>(value) : value;
        }
      }
    }
  }
  half_ = 1 - half_;
  return output;
}

}  // namespace aie4ml::tests
