#include "compiler/plan/verify_plan.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

namespace aie4ml::compiler {
namespace {

class LayerCheck {
 public:
  LayerCheck(const LayerPlan& layer, const arch::Device& device, arch::Problems& problems)
      : layer_(layer), device_(device), problems_(problems) {}

  void run(std::map<arch::TileCoord, std::string>& users) {
    if (layer_.cas_len < 1 || layer_.cas_num < 1 ||
        std::ssize(layer_.tiles) != std::int64_t{layer_.cas_len} * layer_.cas_num) {
      report("",
             fmt::format("has {} tiles for {} x {}", layer_.tiles.size(), layer_.cas_len, layer_.cas_num));
      return;
    }
    if (layer_.op == "dense") check_cover("K", layer_.k, layer_.k_slice, layer_.cas_len);
    if (layer_.outer) {
      check_cover("rows", layer_.rows, layer_.rows_slice, layer_.cas_num);
      check_cover("N", layer_.n, layer_.n_slice, 1);
    } else {
      check_cover("rows", layer_.rows, layer_.rows_slice, 1);
      check_cover("N", layer_.n, layer_.n_slice, layer_.cas_num);
    }
    for (std::size_t i = 0; i < layer_.tiles.size(); ++i) check_tile(i, users);
  }

 private:
  void report(const std::string& part, std::string what) {
    problems_.push_back({fmt::format("layer '{}'{}", layer_.name, part), std::move(what), ""});
  }

  void check_cover(const char* what, int size, int slice, int count) {
    if (slice < 1 || std::int64_t{slice} * count < size) {
      report("", fmt::format("{} slices of {} do not cover {} = {}", count, slice, what, size));
    } else if (std::int64_t{slice} * (count - 1) >= size) {
      report("",
             fmt::format("the last of {} slices of {} holds nothing of {} = {}", count, slice, what, size));
    }
  }

  void check_tile(std::size_t index, std::map<arch::TileCoord, std::string>& users) {
    const TilePlan& tile = layer_.tiles[index];
    const auto position = static_cast<int>(index) % layer_.cas_len;
    const auto chain = static_cast<int>(index) / layer_.cas_len;
    const std::string part = fmt::format(" {}", device_.tile_name(tile.tile));
    if (!device_.contains(tile.tile) || device_.kind(tile.tile) != arch::TileKind::core) {
      report(part, "is no core tile");
      return;
    }
    if (const auto [user, fresh] = users.emplace(tile.tile, layer_.name); !fresh) {
      report(part, fmt::format("is used by layer '{}' as well", user->second));
    }
    // The cascade runs to the tile on the east: positions side by side in one row.
    if (tile.tile.col != layer_.col + position || device_.core_grid_row(tile.tile) != layer_.row + chain) {
      report(part, fmt::format("is not in its place: chain {}, position {}", chain, position));
    }
    if (tile.position != position || tile.chain != chain) report(part, "has the wrong chain or position");
    check_kernel(tile, part);
    check_memory(tile, part);
    check_locks(tile, part);
  }

  void check_kernel(const TilePlan& tile, const std::string& part) {
    const int n_index = layer_.outer ? 0 : tile.chain;
    if (tile.n != Interval{n_index * layer_.n_slice, (n_index + 1) * layer_.n_slice}) {
      report(part, "has the wrong slice of N");
    }
    const bool ends = tile.position == layer_.cas_len - 1;
    if (ends != tile.out.has_value()) report(part, "has an output buffer, or has none, against its role");
    std::visit(
        [&](const auto& kernel) {
          check_sizes(tile, kernel, part);
          for (const arch::Problem& problem : kernels::check(kernel, device_)) {
            report(part, fmt::format("kernel: {}: {}", problem.where, problem.what));
          }
        },
        tile.kernel);
  }

  void check_sizes(const TilePlan& tile, const kernels::DenseTile& kernel, const std::string& part) {
    if (kernel.k != layer_.k_slice || kernel.n != layer_.n_slice || kernel.rows != layer_.rows_slice) {
      report(part, "has a kernel of another size than its slice");
    }
    if (tile.k != Interval{tile.position * layer_.k_slice, (tile.position + 1) * layer_.k_slice}) {
      report(part, "has the wrong slice of K");
    }
    const bool starts = tile.position == 0;
    const bool ends = tile.position == layer_.cas_len - 1;
    using enum kernels::CascadeRole;
    const auto role = starts && ends ? single : starts ? first : ends ? last : middle;
    if (kernel.role != role)
      report(part, fmt::format("is {} instead of {}", to_string(kernel.role), to_string(role)));
    if (kernel.bias != tile.bias.has_value())
      report(part, "has a bias buffer, or has none, against its kernel");
    if (!tile.weights) report(part, "has no weights buffer");
  }
  void check_sizes(const TilePlan& tile, const kernels::ElementwiseTile& kernel, const std::string& part) {
    if (layer_.cas_len != 1) report(part, "is in a cascade");
    if (kernel.columns != layer_.n_slice || kernel.rows != layer_.rows_slice) {
      report(part, "has a kernel of another size than its slice");
    }
    if (tile.weights || tile.bias) report(part, "has parameters");
  }

  void check_memory(const TilePlan& tile, const std::string& part) {
    const auto need = [&](const PlacedBuffer& buffer, std::int64_t bytes) {
      if (buffer.size < bytes)
        report(part, fmt::format("'{}' has {} of {} bytes", buffer.name, buffer.size, bytes));
    };
    const auto need_halves = [&](const DoubleBuffer& buffers, std::int64_t bytes) {
      for (const PlacedBuffer& buffer : buffers) need(buffer, bytes);
    };
    need(tile.stack, device_.core.default_stack.value);
    if (const auto* kernel = std::get_if<kernels::DenseTile>(&tile.kernel)) {
      const std::int64_t rows = kernel->rows;
      if (tile.inputs.size() != 1) report(part, "has not one operand");
      for (const DoubleBuffer& input : tile.inputs)
        need_halves(input, rows * kernel->k * arch::bytes(kernel->lhs));
      if (tile.weights)
        need(*tile.weights, std::int64_t{kernel->k} * kernel->n * arch::bytes(kernel->weights));
      if (tile.bias) need(*tile.bias, kernels::bias_copies(*kernel) * kernel->n * std::int64_t{4});
      if (tile.out) need_halves(*tile.out, rows * kernel->n * arch::bytes(kernel->out));
    } else if (const auto* add = std::get_if<kernels::ElementwiseTile>(&tile.kernel)) {
      const std::int64_t bytes = std::int64_t{add->rows} * add->columns * arch::bytes(add->type);
      const std::size_t operands = add->op == kernels::ElementwiseOp::add ? 2 : 1;
      if (tile.inputs.size() != operands) report(part, fmt::format("has not {} operand(s)", operands));
      for (const DoubleBuffer& input : tile.inputs) need_halves(input, bytes);
      if (tile.out) need_halves(*tile.out, bytes);
    }
    const std::int64_t bank = device_.data_memory.bank_size().value;
    const int vector_bytes = std::max(device_.core.load_bits, device_.core.store_bits) / 8;
    std::int64_t end = 0;
    for (const PlacedBuffer& buffer : tile.buffers()) {
      if (buffer.address < 0 || buffer.end() > device_.data_memory.size.value) {
        report(part, fmt::format("'{}' lies outside the data memory", buffer.name));
      }
      if (buffer.address % vector_bytes != 0) report(part, fmt::format("'{}' is not aligned", buffer.name));
      if (buffer.address / bank != (buffer.end() - 1) / bank) {
        report(part, fmt::format("'{}' crosses a bank boundary", buffer.name));
      }
      if (buffer.address < end) report(part, fmt::format("'{}' overlaps the buffer below it", buffer.name));
      end = std::max<std::int64_t>(end, buffer.end());
    }
  }

  void check_locks(const TilePlan& tile, const std::string& part) {
    if (tile.input_locks.size() != tile.inputs.size()) report(part, "has operands without locks");
    std::set<arch::LockId> distinct{tile.out_locks.empty, tile.out_locks.full};
    for (const BufferLocks& locks : tile.input_locks) distinct.insert({locks.empty, locks.full});
    if (distinct.size() != 2 + 2 * tile.input_locks.size()) report(part, "uses a lock for two purposes");
    if (distinct.rbegin()->value >= device_.locks.of(arch::TileKind::core)) {
      report(part, fmt::format("uses lock {} of {}", distinct.rbegin()->value,
                               device_.locks.of(arch::TileKind::core)));
    }
  }

  const LayerPlan& layer_;
  const arch::Device& device_;
  arch::Problems& problems_;
};

}  // namespace

void verify_layers(const Plan& plan, const arch::Device& device, arch::Problems& problems) {
  std::map<arch::TileCoord, std::string> users;
  for (const LayerPlan& layer : plan.layers) LayerCheck(layer, device, problems).run(users);
}

// What a GMIO needs of its shim: a DMA there, a channel of the right direction with the South port that the
// device gives to it, and a descriptor that no other one has.
void verify_gmio(const PlioPlan& gmio, const arch::Device& device, const auto& report,
                 std::set<std::tuple<int, arch::ChannelId>>& channels,
                 std::set<std::pair<int, arch::BdId>>& bds) {
  const arch::PlioChannel& end = gmio.channel;
  const arch::ChannelId id = gmio.noc->channel;
  const bool input = end.direction == arch::PlioChannel::Direction::input;
  if (!device.is_noc_column(end.column)) report(fmt::format("column {} has no NoC DMA", end.column));
  if ((id.direction == arch::DmaDirection::mm2s) != input) report("is moved in the wrong direction");
  const std::vector<int>& ports = input ? device.shim.dma_slave_ports : device.shim.dma_master_ports;
  if (id.index >= device.shim.dma.channels(id.direction) || id.index >= ports.size()) {
    report(fmt::format("there is no {}", arch::to_string(id)));
  } else if (ports[id.index] != end.index) {
    report(fmt::format("{} does not lead to South {}", arch::to_string(id), end.index));
  }
  if (!channels.emplace(end.column, id).second) {
    report(fmt::format("{} of column {} is used twice", arch::to_string(id), end.column));
  }
  if (!device.shim.dma.bd_allowed(id, gmio.noc->bd)) {
    report(fmt::format("BD {} is none of {}", gmio.noc->bd.value, arch::to_string(id)));
  }
  if (!bds.emplace(end.column, gmio.noc->bd).second) {
    report(fmt::format("BD {} of column {} is used twice", gmio.noc->bd.value, end.column));
  }
}

void verify_plios(const Plan& plan, const arch::Device& device, arch::Problems& problems) {
  std::set<std::tuple<arch::PlioChannel::Direction, int, int>> taken;
  std::set<std::tuple<int, arch::ChannelId>> noc_channels;
  std::set<std::pair<int, arch::BdId>> noc_bds;
  std::set<std::string> names;
  for (const PlioPlan& plio : plan.plios) {
    const arch::PlioChannel& channel = plio.channel;
    const auto report = [&](std::string what) {
      problems.push_back({fmt::format("{} '{}'", plan.host_end(), channel.name), std::move(what), ""});
    };
    if (!names.insert(channel.name).second) report("has the name of another one");
    if (plio.slices.empty()) report("carries nothing");
    for (const arch::PlioSlice& slice : plio.slices) {
      if (slice.cols < 1 || slice.cols_on_stream < slice.cols || slice.rows_on_stream < slice.rows) {
        report("does not carry its slice");
      }
    }
    if (plio.noc.has_value() != plan.plios.front().noc.has_value())
      report("is of another kind than the first");
    if (plio.noc) {
      verify_gmio(plio, device, report, noc_channels, noc_bds);
      continue;
    }
    if (!device.is_plio_column(channel.column)) report(fmt::format("column {} has no PLIOs", channel.column));
    const auto& widths = device.shim.plio_bits;
    if (std::find(widths.begin(), widths.end(), channel.width_bits) == widths.end()) {
      report(fmt::format("cannot be {} bit wide", channel.width_bits));
    }
    if (channel.pl_clock_mhz > device.clock.aie_mhz * device.clock.pl_max_aie_ratio)
      report("has too fast a clock");
    const bool input = channel.direction == arch::PlioChannel::Direction::input;
    const int channels = input ? device.shim.to_array_channels : device.shim.from_array_channels;
    const int joined = std::max(1, channel.width_bits / device.shim.plio_channel_bits);
    if (channel.index % joined != 0)
      report(fmt::format("index {} does not start a group of {}", channel.index, joined));
    for (int i = channel.index; i < channel.index + joined; ++i) {
      if (i >= channels) report(fmt::format("channel {} of {} does not exist", i, channels));
      if (!taken.emplace(channel.direction, channel.column, i).second) {
        report(fmt::format("channel {} of column {} is used twice", i, channel.column));
      }
    }
  }
}

arch::Problems verify_plan(const Plan& plan, const arch::Device& device) {
  arch::Problems problems;
  verify_layers(plan, device, problems);
  verify_edges(plan, device, problems);
  // Transfers are followed into buffers, which must make sense first.
  if (problems.empty()) verify_transfers(plan, device, problems);
  if (problems.empty()) verify_direct(plan, device, problems);
  verify_plios(plan, device, problems);
  return problems;
}

}  // namespace aie4ml::compiler
