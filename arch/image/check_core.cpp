#include <algorithm>

#include "arch/image/image_check.hpp"

namespace aie4ml::arch {
namespace {

bool uses(const Program& program, Opcode op) {
  return std::any_of(program.bundles.begin(), program.bundles.end(), [&](const Bundle& bundle) {
    return std::any_of(bundle.ops.begin(), bundle.ops.end(),
                       [&](const Instruction& i) { return i.op == op; });
  });
}

// A lock of a neighbour exists only where there is a neighbouring core tile.
void check_locks_in_reach(const TileCheck& check) {
  const Device& device = check.device;
  for (std::size_t b = 0; b < check.tile.program->bundles.size(); ++b) {
    for (const Instruction& op : check.tile.program->bundles[b].ops) {
      if (op.op != Opcode::acq && op.op != Opcode::rel) continue;
      for (int w = 0; w < kMemoryWindowCount; ++w) {
        const int base = device.locks.core_window_base[static_cast<std::size_t>(w)];
        const bool inside = op.imm >= base && op.imm < base + device.locks.of(TileKind::core);
        if (inside && !device.window_tile(check.tile.tile, static_cast<MemoryWindow>(w))) {
          check.report(fmt::format("program.bundles[{}]", b),
                       "lock {} is of a neighbour that is no core tile", op.imm);
        }
      }
    }
  }
}

// The neighbour at the other end of a cascade must be set to the same direction.
void check_cascade_end(const TileCheck& check, bool in) {
  const CascadeDirection direction = in ? check.tile.cascade_in : check.tile.cascade_out;
  if (direction == CascadeDirection::none) return;
  const std::string part = in ? "cascade_in" : "cascade_out";
  if (check.kind() != TileKind::core) {
    check.report(part, "only core tiles have a cascade");
    return;
  }
  const bool horizontal = direction == CascadeDirection::horizontal;
  PortSide side = horizontal ? PortSide::west : PortSide::north;
  if (!in) side = opposite(side);
  const auto neighbour = check.device.neighbour(check.tile.tile, side);
  if (!neighbour || check.device.kind(*neighbour) != TileKind::core) {
    check.report(part, "there is no core tile on that side");
    return;
  }
  const TileImage* other = check.image.find(*neighbour);
  const CascadeDirection there = other == nullptr ? CascadeDirection::none
                                 : in             ? other->cascade_out
                                                  : other->cascade_in;
  if (there != direction) {
    check.report(part, "{} at the other end is not set to the same direction",
                 check.device.tile_name(*neighbour));
  }
}

}  // namespace

void check_core(const TileCheck& check) {
  check_cascade_end(check, true);
  check_cascade_end(check, false);
  if (!check.tile.program) return;
  if (check.kind() != TileKind::core) {
    check.report("program", "only core tiles run programs");
    return;
  }
  const Program& program = *check.tile.program;
  for (const Problem& problem : program.validate(check.device)) {
    check.problems.push_back({fmt::format("{}.program.{}", check.where, problem.where),
                              check.device.tile_name(check.tile.tile) + ": " + problem.what, problem.remedy});
  }
  for (std::size_t i = 0; i < program.regions.size(); ++i) {
    if (!check.is_layer(program.regions[i].layer)) {
      check.report(fmt::format("program.regions[{}].layer", i), "there is no layer {}",
                   program.regions[i].layer);
    }
  }
  check_locks_in_reach(check);
  if (uses(program, Opcode::vmov_scd) && check.tile.cascade_in == CascadeDirection::none) {
    check.report("cascade_in", "the program reads a cascade that is not connected");
  }
  if (uses(program, Opcode::vmov_mcd) && check.tile.cascade_out == CascadeDirection::none) {
    check.report("cascade_out", "the program writes a cascade that is not connected");
  }
  const auto is_core = [](StreamPort port) { return port.side == PortSide::core; };
  const auto any = [](const auto& ports, const auto& meets) {
    return std::any_of(ports.begin(), ports.end(), meets);
  };
  const TileImage& tile = check.tile;
  const bool comes = any(tile.connections, [&](const auto& c) { return is_core(c.master); }) ||
                     any(tile.packet_masters, [&](const auto& p) { return is_core(p.master); });
  const bool goes = any(tile.connections, [&](const auto& c) { return is_core(c.slave); }) ||
                    any(tile.packet_slaves, [&](const auto& p) { return is_core(p.slave); });
  if (uses(program, Opcode::mov_ss) && !comes) {
    check.report("connections", "the program reads a stream, and none leads to the core");
  }
  if ((uses(program, Opcode::mov_ms) || uses(program, Opcode::mov_ms_tlast)) && !goes) {
    check.report("connections", "the program writes a stream, and none begins at the core");
  }
}

}  // namespace aie4ml::arch
