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
    const auto bad = [&](const Endpoint& end) {
      return end.layer < 0 ? end.index < 0 || end.index >= std::ssize(plan_.plios)
                           : end.layer >= std::ssize(plan_.layers);
    };
    if (edge_.writers.empty() || edge_.readers.empty() ||
        std::any_of(edge_.writers.begin(), edge_.writers.end(), bad) ||
        std::any_of(edge_.readers.begin(), edge_.readers.end(), bad)) {
      report("has an end that does not exist");
      return false;
    }
    for (const Region& region : edge_.regions) {
      if (region.writer < 0 || region.writer >= std::ssize(edge_.writers) || region.reader < 0 ||
          region.reader >= std::ssize(edge_.readers)) {
        report("has a region without writer or reader");
        return false;
      }
    }
    return true;
  }

  void check_regions() {
    for (const Region& region : edge_.regions) {
      const Interval& writer = edge_.writers[static_cast<std::size_t>(region.writer)].columns;
      const Interval& reader = edge_.readers[static_cast<std::size_t>(region.reader)].columns;
      const std::string name = fmt::format("region {}..{}", region.read.begin, region.read.end);
      if (region.written.begin < writer.begin || region.written.end > writer.end ||
          region.written.size() < 1) {
        report(name + " is not what its writer brings");
      }
      if (region.read.begin < reader.begin || region.read.end + region.zero_columns > reader.end ||
          region.read.size() < 1 || region.zero_columns < 0) {
        report(name + " is not what its reader takes");
      }
      if (region.read.end > edge_.pitch || region.written.end > edge_.pitch)
        report(name + " leaves the buffer's rows");
    }
  }

  // Counts, for every column of the tensor, the regions that write it and that read it.
  void check_cover() {
    for (int column = 0; column < edge_.cols; ++column) {
      const auto holds = [column](const Interval& i) { return i.begin <= column && column < i.end; };
      const auto written = std::count_if(edge_.regions.begin(), edge_.regions.end(),
                                         [&](const Region& r) { return holds(r.written); });
      const auto read = std::count_if(edge_.regions.begin(), edge_.regions.end(),
                                      [&](const Region& r) { return holds(r.read); });
      if (written == 1 && read == 1) continue;
      report(fmt::format("column {} is written by {} regions and read by {}", column, written, read));
      return;
    }
    // Every stream is the regions of its end, one behind the other.
    for (std::size_t w = 0; w < edge_.writers.size(); ++w) {
      int columns = 0;
      for (const Region& region : edge_.regions) {
        if (region.writer == static_cast<int>(w)) columns += region.written.size();
      }
      if (columns != edge_.writers[w].columns.size())
        report(fmt::format("writer {} does not write all it brings", w));
    }
    for (std::size_t r = 0; r < edge_.readers.size(); ++r) {
      int columns = 0;
      for (const Region& region : edge_.regions) {
        if (region.reader == static_cast<int>(r)) columns += region.read.size() + region.zero_columns;
      }
      if (columns != edge_.readers[r].columns.size())
        report(fmt::format("reader {} does not get all it reads", r));
    }
  }

  void take(MemoryTileUse& use) {
    const auto clash = [&](const std::string& what, const std::string& other) {
      report(
          fmt::format("{} of {} is used by tensor '{}' as well", what, device_.tile_name(edge_.tile), other));
    };
    for (const PlacedBuffer& buffer : edge_.buffer) {
      if (buffer.address < 0 || buffer.address % 4 != 0 || buffer.end() > device_.memory_tile.size.value) {
        report(fmt::format("'{}' lies outside the memory tile", buffer.name));
      }
      if (buffer.size < std::int64_t{edge_.rows_stored} * edge_.pitch * edge_.element_bytes) {
        report(fmt::format("'{}' is too small", buffer.name));
      }
      for (const auto& [other, tensor] : use.buffers) {
        if (buffer.address < other.end() && other.address < buffer.end()) clash("memory", tensor);
      }
      use.buffers.emplace_back(buffer, edge_.name);
    }
    for (const Region& region : edge_.regions) {
      for (const arch::LockId lock : {region.empty, region.full}) {
        if (lock.value >= device_.locks.of(arch::TileKind::memory))
          report(fmt::format("lock {} does not exist", lock.value));
        const auto [user, fresh] = use.locks.emplace(lock, edge_.name);
        if (!fresh) clash(fmt::format("lock {}", lock.value), user->second);
      }
    }
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

}  // namespace

void verify_edges(const Plan& plan, const arch::Device& device, arch::Problems& problems) {
  std::map<arch::TileCoord, MemoryTileUse> use;
  for (const Edge& edge : plan.edges) EdgeCheck(edge, plan, device, problems).run(use);
}

}  // namespace aie4ml::compiler
