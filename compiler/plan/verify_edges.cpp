// Edges: memory tiles, buffers, locks, and that every column passes from exactly one writer to exactly one
// reader.
#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "compiler/plan/verify_plan.hpp"

namespace aie4ml::compiler {
namespace {

// What edges take of one memory tile.
struct MemoryTileUse {
  std::vector<std::pair<PlacedBuffer, std::string>> buffers;  // with the tensor's name
  std::map<arch::LockId, std::string> locks;
  std::map<arch::ChannelId, std::string> channels;
};

class EdgeCheck {
 public:
  EdgeCheck(const Edge& edge, const Plan& plan, const arch::Device& device, arch::Problems& problems)
      : edge_(edge), plan_(plan), device_(device), problems_(problems) {}

  void run(std::map<arch::TileCoord, MemoryTileUse>& use) {
    if (!device_.contains(edge_.tile) || device_.kind(edge_.tile) != arch::TileKind::memory) {
      report(fmt::format("{} is no memory tile", device_.tile_name(edge_.tile)));
      return;
    }
    if (!check_indices()) return;
    check_regions();
    check_cover();
    take(use[edge_.tile]);
  }

 private:
  void report(std::string what) {
    problems_.push_back({fmt::format("tensor '{}'", edge_.name), std::move(what), ""});
  }

  bool check_indices() {
    const auto bad = [&](const Endpoint& end, bool writes) {
      switch (end.kind) {
        case Endpoint::Kind::plio:
          return end.index < 0 || end.index >= std::ssize(plan_.plios);
        case Endpoint::Kind::relay:
          return end.index < 0 || end.index >= std::ssize(plan_.edges);
        case Endpoint::Kind::layer:
          break;
      }
      if (end.index < 0 || end.index >= std::ssize(plan_.layers)) return true;
      const LayerPlan& layer = plan_.layers[static_cast<std::size_t>(end.index)];
      if (!writes && (end.operand < 0 || end.operand >= std::ssize(layer.inputs))) return true;
      return end.slice < 0 || end.slice >= std::ssize(port(end, writes).slices);
    };
    if (edge_.writers.empty() || edge_.readers.empty() ||
        std::any_of(edge_.writers.begin(), edge_.writers.end(),
                    [&](const Endpoint& e) { return bad(e, true); }) ||
        std::any_of(edge_.readers.begin(), edge_.readers.end(),
                    [&](const Endpoint& e) { return bad(e, false); })) {
      report("has an end that does not exist");
      return false;
    }
    for (const Region& region : edge_.regions) {
      if (region.writer < 0 || region.writer >= std::ssize(edge_.writers) || region.reader < -1 ||
          region.reader >= std::ssize(edge_.readers)) {
        report("has a region without writer or reader");
        return false;
      }
    }
    return true;
  }

  [[nodiscard]] const LayerPort& port(const Endpoint& end, bool writes) const {
    const LayerPlan& layer = plan_.layers[static_cast<std::size_t>(end.index)];
    return writes ? layer.output : layer.inputs[static_cast<std::size_t>(end.operand)];
  }

  void check_regions() {
    for (const Region& region : edge_.regions) {
      const std::string name = text(region.written);
      if (region.written.rows.size() < 1 || region.written.cols.size() < 1) report(name + " is empty");
      if (region.reader < 0) {
        const std::int64_t bytes = region.written.elements() * edge_.element_bytes;
        if (!edge_.dump || edge_.dump->size < bytes) report(name + " has no room to be dropped in");
        continue;
      }
      if (region.read.rows.size() < 1 || region.read.cols.size() < 1 || region.zero_cols < 0) {
        report(name + " gives its reader nothing");
      }
      if (!edge_.stored.contains(region.written) || !edge_.stored.contains(region.read)) {
        report(name + " leaves the buffer");
      }
      // What is read is what was written, but for padding.
      if (data(region.written) != data(region.read)) {
        report(fmt::format("{} is read as {}", name, text(region.read)));
      }
    }
  }

  // Nothing is written or read twice, and every stream carries exactly its slice.
  void check_cover() {
    for (std::size_t i = 0; i < edge_.regions.size(); ++i) {
      for (std::size_t k = i + 1; k < edge_.regions.size(); ++k) {
        const Region& a = edge_.regions[i];
        const Region& b = edge_.regions[k];
        if (a.reader < 0 || b.reader < 0) continue;
        if (meet(a.written, b.written)) report(text(a.written) + " is written twice");
        if (meet(a.read, b.read)) report(text(a.read) + " is read twice");
      }
    }
    for (std::size_t w = 0; w < edge_.writers.size(); ++w) {
      std::int64_t elements = 0;
      for (const Region& region : edge_.regions) {
        if (region.writer == static_cast<int>(w)) elements += region.written.elements();
      }
      check_stream(edge_.writers[w], true, elements, w);
    }
    for (std::size_t r = 0; r < edge_.readers.size(); ++r) {
      std::int64_t elements = 0;
      for (const Region& region : edge_.regions) {
        if (region.reader != static_cast<int>(r)) continue;
        elements += region.read.elements() + std::int64_t{region.read.rows.size()} * region.zero_cols;
        check_inside(edge_.readers[r], region);
      }
      check_stream(edge_.readers[r], false, elements, r);
    }
  }
  void check_stream(const Endpoint& end, bool writes, std::int64_t elements, std::size_t index) {
    std::int64_t wanted = elements;
    if (end.kind == Endpoint::Kind::layer) {
      wanted = port(end, writes).slices[static_cast<std::size_t>(end.slice)].slice.elements();
    } else if (end.kind == Endpoint::Kind::plio) {
      wanted = 0;
      for (const arch::PlioSlice& slice : plan_.plios[static_cast<std::size_t>(end.index)].slices) {
        wanted += std::int64_t{slice.rows_on_stream} * slice.cols_on_stream;
      }
    }
    if (elements == wanted) return;
    report(fmt::format("{} {} carries {} elements of {}", writes ? "writer" : "reader", index, elements,
                       wanted));
  }
  void check_inside(const Endpoint& end, const Region& region) {
    if (end.kind != Endpoint::Kind::layer) return;
    const Slice& box = port(end, false).slices[static_cast<std::size_t>(end.slice)].slice;
    Slice read = region.read;
    read.cols.end += region.zero_cols;
    if (!(edge_.transposed ? box.transposed() : box).contains(read)) {
      report(text(region.read) + " is not what its reader takes");
    }
  }

  [[nodiscard]] Slice data(const Slice& slice) const {
    const Slice& all = edge_.tensor_slice;
    return {{std::max(slice.rows.begin, all.rows.begin), std::min(slice.rows.end, all.rows.end)},
            {std::max(slice.cols.begin, all.cols.begin), std::min(slice.cols.end, all.cols.end)}};
  }
  static bool meet(const Slice& a, const Slice& b) {
    return a.rows.begin < b.rows.end && b.rows.begin < a.rows.end && a.cols.begin < b.cols.end &&
           b.cols.begin < a.cols.end;
  }
  static std::string text(const Slice& slice) {
    return fmt::format("region rows {}..{}, columns {}..{}", slice.rows.begin, slice.rows.end,
                       slice.cols.begin, slice.cols.end);
  }

  void take(MemoryTileUse& use) {
    const auto clash = [&](const std::string& what, const std::string& other) {
      report(
          fmt::format("{} of {} is used by tensor '{}' as well", what, device_.tile_name(edge_.tile), other));
    };
    std::vector<PlacedBuffer> buffers(edge_.buffer.begin(), edge_.buffer.end());
    if (edge_.dump) buffers.push_back(*edge_.dump);
    for (const PlacedBuffer& buffer : edge_.buffer) {
      if (buffer.size < edge_.stored.elements() * edge_.element_bytes) {
        report(fmt::format("'{}' is too small", buffer.name));
      }
    }
    for (const PlacedBuffer& buffer : buffers) {
      if (buffer.address < 0 || buffer.address % 4 != 0 || buffer.end() > device_.memory_tile.size.value) {
        report(fmt::format("'{}' lies outside the memory tile", buffer.name));
      }
      for (const auto& [other, tensor] : use.buffers) {
        if (buffer.address < other.end() && other.address < buffer.end()) clash("memory", tensor);
      }
      use.buffers.emplace_back(buffer, edge_.name);
    }
    const auto take_lock = [&](arch::LockId lock) {
      if (lock.value >= device_.locks.of(arch::TileKind::memory))
        report(fmt::format("lock {} does not exist", lock.value));
      const auto [user, fresh] = use.locks.emplace(lock, edge_.name);
      if (!fresh) clash(fmt::format("lock {}", lock.value), user->second);
    };
    for (const Region& region : edge_.regions) {
      if (region.reader < 0) continue;
      take_lock(region.empty);
      take_lock(region.full);
    }
    if (edge_.gathered) std::for_each(edge_.gathered->begin(), edge_.gathered->end(), take_lock);
    take_channels(use, edge_.writers, arch::DmaDirection::s2mm);
    take_channels(use, edge_.readers, arch::DmaDirection::mm2s);
  }

  void take_channels(MemoryTileUse& use, const std::vector<Endpoint>& ends, arch::DmaDirection direction) {
    for (const Endpoint& end : ends) {
      if (end.channel.direction != direction ||
          end.channel.index >= device_.memory_tile_dma.channels(direction)) {
        report(fmt::format("{} does not exist or has the wrong direction", arch::to_string(end.channel)));
      }
      const auto [user, fresh] = use.channels.emplace(end.channel, edge_.name);
      if (!fresh)
        report(fmt::format("{} is used by tensor '{}' as well", arch::to_string(end.channel), user->second));
    }
  }

  const Edge& edge_;
  const Plan& plan_;
  const arch::Device& device_;
  arch::Problems& problems_;
};

// The edges of an operand (or of a graph output) together bring all of it, each element once.
void verify_operands(const Plan& plan, arch::Problems& problems) {
  struct Sum {
    const Edge* edge{};
    std::int64_t elements{};
  };
  std::map<std::pair<std::int32_t, std::int32_t>, Sum> sums;
  for (const Edge& edge : plan.edges) {
    if (edge.relay_to) continue;
    Sum& sum = sums[{edge.consumer, edge.operand}];
    sum.edge = &edge;
    for (const Region& region : edge.regions) {
      if (region.reader < 0) continue;
      const Slice& all = edge.tensor_slice;
      const std::int64_t rows = std::min(region.read.rows.end, all.rows.end) - region.read.rows.begin;
      const std::int64_t cols = std::min(region.read.cols.end, all.cols.end) - region.read.cols.begin;
      if (rows > 0 && cols > 0) sum.elements += rows * cols;
    }
  }
  for (const auto& [operand, sum] : sums) {
    const std::int64_t all = sum.edge->tensor_slice.elements();
    if (sum.elements == all) continue;
    problems.push_back({fmt::format("tensor '{}'", sum.edge->name),
                        fmt::format("{} of {} elements reach their readers", sum.elements, all), ""});
  }
}

}  // namespace

void verify_edges(const Plan& plan, const arch::Device& device, arch::Problems& problems) {
  std::map<arch::TileCoord, MemoryTileUse> use;
  for (const Edge& edge : plan.edges) EdgeCheck(edge, plan, device, problems).run(use);
  verify_operands(plan, problems);
}

}  // namespace aie4ml::compiler
