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
    check_cover("K", layer_.k, layer_.k_slice, layer_.cas_len);
    check_cover("N", layer_.n, layer_.n_slice, layer_.cas_num);
    if (layer_.rows_padded < layer_.rows) report("", "computes fewer rows than it has");
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
    const auto& kernel = tile.kernel;
    if (kernel.k != layer_.k_slice || kernel.n != layer_.n_slice || kernel.rows != layer_.rows_padded) {
      report(part, "has a kernel of another size than its slice");
    }
    if (tile.k != Interval{tile.position * layer_.k_slice, (tile.position + 1) * layer_.k_slice} ||
        tile.n != Interval{tile.chain * layer_.n_slice, (tile.chain + 1) * layer_.n_slice}) {
      report(part, "has the wrong slice");
    }
    const bool starts = tile.position == 0;
    const bool ends = tile.position == layer_.cas_len - 1;
    using enum kernels::CascadeRole;
    const auto role = starts && ends ? single : starts ? first : ends ? last : middle;
    if (kernel.role != role)
      report(part, fmt::format("is {} instead of {}", to_string(kernel.role), to_string(role)));
    if (ends != tile.out.has_value()) report(part, "has an output buffer, or has none, against its role");
    if (kernel.bias != tile.bias.has_value())
      report(part, "has a bias buffer, or has none, against its kernel");
    for (const arch::Problem& problem : kernels::check(kernel, device_)) {
      report(part, fmt::format("kernel: {}: {}", problem.where, problem.what));
    }
  }

  void check_memory(const TilePlan& tile, const std::string& part) {
    const auto& kernel = tile.kernel;
    const auto need = [&](const PlacedBuffer& buffer, std::int64_t bytes) {
      if (buffer.size < bytes)
        report(part, fmt::format("'{}' has {} of {} bytes", buffer.name, buffer.size, bytes));
    };
    const std::int64_t rows = kernel.rows;
    for (const PlacedBuffer& buffer : tile.lhs) need(buffer, rows * kernel.k * arch::bytes(kernel.lhs));
    need(tile.weights, std::int64_t{kernel.k} * kernel.n * arch::bytes(kernel.weights));
    need(tile.stack, device_.core.default_stack.value);
    if (tile.bias) need(*tile.bias, kernel.n * std::int64_t{4});
    if (tile.out) {
      for (const PlacedBuffer& buffer : *tile.out) need(buffer, rows * kernel.n * arch::bytes(kernel.out));
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
    const TileLocks& locks = tile.locks;
    const std::set<arch::LockId> distinct{locks.lhs_empty, locks.lhs_full, locks.out_empty, locks.out_full};
    if (distinct.size() != 4) report(part, "uses a lock for two purposes");
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

void verify_plios(const Plan& plan, const arch::Device& device, arch::Problems& problems) {
  std::set<std::tuple<arch::PlioChannel::Direction, int, int>> taken;
  std::set<std::string> names;
  for (const PlioPlan& plio : plan.plios) {
    const arch::PlioChannel& channel = plio.channel;
    const auto report = [&](std::string what) {
      problems.push_back({fmt::format("PLIO '{}'", channel.name), std::move(what), ""});
    };
    if (!names.insert(channel.name).second) report("has the name of another one");
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
    if (plio.slice.cols < 1 || plio.slice.cols_on_stream < plio.slice.cols)
      report("does not carry its slice");
  }
}

arch::Problems verify_plan(const Plan& plan, const arch::Device& device) {
  arch::Problems problems;
  verify_layers(plan, device, problems);
  verify_edges(plan, device, problems);
  // Transfers are followed into buffers, which must make sense first.
  if (problems.empty()) verify_transfers(plan, device, problems);
  verify_plios(plan, device, problems);
  return problems;
}

}  // namespace aie4ml::compiler
