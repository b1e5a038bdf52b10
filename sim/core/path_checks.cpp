// What strict mode does not let pass on a path, in words.
#include <fmt/format.h>

#include "arch/isa/assembly.hpp"
#include "sim/core/path_graph.hpp"

namespace aie4ml::sim {

std::string_view to_string(CoreFaultKind kind) {
  switch (kind) {
    case CoreFaultKind::read_in_flight:
      return "read under a write in flight";
    case CoreFaultKind::write_conflict:
      return "two writes of one register";
    case CoreFaultKind::unaligned:
      return "unaligned access";
    case CoreFaultKind::address:
      return "address outside the reachable memories";
    case CoreFaultKind::unwritten:
      return "read of memory never written";
    case CoreFaultKind::program_counter:
      return "program counter outside the program";
    case CoreFaultKind::branch_in_delay_slot:
      return "branch in a delay slot";
    case CoreFaultKind::loop_setup:
      return "loop end too close to the set-up of the loop";
    case CoreFaultKind::part_store:
      return "memory access during a part-word store";
    case CoreFaultKind::interaction:
      return "forbidden combination of interactions";
    case CoreFaultKind::operand:
      return "impossible operand value";
  }
  return "?";
}

std::string bundle_text(const arch::Program& program, std::int32_t bundle) {
  if (bundle < 0 || bundle >= static_cast<std::int32_t>(program.bundles.size()))
    return fmt::format("bundle {}", bundle);
  return fmt::format("bundle {} '{}'", bundle,
                     arch::to_assembly(program.bundles[static_cast<std::size_t>(bundle)], program));
}

void PathGraph::check_arrivals(PathNode& node) const {
  struct Write {
    const RegisterWrite* write;
    std::int32_t bundle;
  };
  std::vector<Write> now;
  for (int distance = depth_; distance >= 1; --distance) {
    const DecodedBundle* bundle = issued(node, distance);
    if (bundle == nullptr) continue;
    for (const RegisterWrite& write : bundle->writes) {
      if (write.def != distance) continue;
      for (const Write& other : now) {
        if (!other.write->place.overlaps(write.place) || node.arrival_problem) continue;
        const std::int32_t younger = bundle_at(node, distance);
        node.arrival_problem = {
            CoreFaultKind::write_conflict, younger,
            fmt::format("{}: its write of {} arrives in the same cycle as that of {} by {}",
                        bundle_text(program_, younger), arch::to_string(write.reg),
                        arch::to_string(other.write->reg), bundle_text(program_, other.bundle))};
      }
      now.push_back({&write, bundle_at(node, distance)});
    }
  }
}

// Between its read and its write a part-word store must have the memory to itself (LV2).
void PathGraph::check_part_stores(PathNode& node) const {
  for (int distance = depth_; distance >= 1; --distance) {
    const DecodedBundle* bundle = issued(node, distance);
    if (bundle == nullptr) continue;
    for (std::size_t i = 0; i < bundle->ops.size(); ++i) {
      const MicroOp& op = bundle->ops[i];
      if (op.kind != MicroKind::store_part || distance < op.read_delay || distance > op.mem_delay) continue;
      for (const auto* list : {&node.loads, &node.stores, &node.part_reads, &node.part_writes}) {
        for (const PathNode::Access& access : *list) {
          if (access.self.distance == distance && access.self.op == i) continue;
          if (node.arrival_problem) return;
          const std::int32_t other = bundle_at(node, access.self.distance);
          node.arrival_problem = {
              CoreFaultKind::part_store, other,
              fmt::format("{}: accesses memory between the read and the write of {}",
                          bundle_text(program_, other), bundle_text(program_, bundle_at(node, distance)))};
        }
      }
    }
  }
}

void PathGraph::check_issue(PathNode& node) const {
  const DecodedBundle& bundle = *issued(node, 0);
  const auto object = [&](CoreFaultKind kind, const std::string& what) {
    if (!node.issue_problem) {
      node.issue_problem = {kind, node.bundle,
                            fmt::format("{}: {}", bundle_text(program_, node.bundle), what)};
    }
  };
  if (bundle.branches) {
    for (int distance = 1; distance <= device_.core.timing.branch_delay_slots; ++distance) {
      const DecodedBundle* earlier = issued(node, distance);
      if (earlier != nullptr && earlier->branches) {
        object(
            CoreFaultKind::branch_in_delay_slot,
            fmt::format("a branch in a delay slot of {}", bundle_text(program_, bundle_at(node, distance))));
      }
    }
  }
  if (bundle.forbidden_together) {
    object(CoreFaultKind::interaction,
           "a cascade or stream access beside a lock operation or the end of the program");
  }
  for (const RegisterRead& read : bundle.reads) {
    if (!read.old_value_meant) check_read(node, read);
  }
}

void PathGraph::check_read(PathNode& node, const RegisterRead& read) const {
  for (int distance = 1; distance <= depth_ && !node.issue_problem; ++distance) {
    const DecodedBundle* bundle = issued(node, distance);
    if (bundle == nullptr) continue;
    for (const RegisterWrite& write : bundle->writes) {
      if (!write.place.overlaps(read.place)) continue;
      const bool forwarded = read.bypass != arch::Bypass::none && read.bypass == write.bypass;
      const int early = write.def - distance - (forwarded ? 1 : 0) - read.delay;
      if (early <= 0) continue;
      node.issue_problem = {
          CoreFaultKind::read_in_flight, node.bundle,
          fmt::format("{}: reads {} {} cycle{} before the write by {} can be seen",
                      bundle_text(program_, node.bundle), arch::to_string(read.reg), early,
                      early == 1 ? "" : "s", bundle_text(program_, bundle_at(node, distance)))};
      return;
    }
  }
}

}  // namespace aie4ml::sim
