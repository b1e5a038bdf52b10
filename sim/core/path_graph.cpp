#include "sim/core/path_graph.hpp"

#include <algorithm>
#include <utility>

namespace aie4ml::sim {

PathGraph::PathGraph(const arch::Device& device, const arch::Program& program, const DecodedProgram& code)
    : device_(device),
      program_(program),
      code_(code),
      depth_(std::max(code.longest_delay, device.core.timing.branch_delay_slots)) {}

PathNode& PathGraph::start(std::int32_t bundle) {
  Key key(static_cast<std::size_t>(depth_) + 1, -1);
  key[0] = bundle;
  return find(key);
}

PathNode& PathGraph::add_successor(PathNode& node, std::int32_t bundle) {
  Key key{bundle, node.bundle};
  key.insert(key.end(), node.before.begin(), node.before.end() - 1);
  PathNode& found = find(key);
  for (PathNode::Next& next : node.next) {
    if (next.node == nullptr) {
      next = {bundle, &found};
      break;
    }
  }
  return found;
}

PathNode& PathGraph::without_bundle(const PathNode& node) {
  Key key{-1};
  key.insert(key.end(), node.before.begin(), node.before.end());
  return find(key);
}

PathNode& PathGraph::find(const Key& key) {
  std::unique_ptr<PathNode>& node = nodes_[key];
  if (!node) {
    node = std::make_unique<PathNode>();
    node->bundle = key[0];
    node->before.assign(key.begin() + 1, key.end());
    build(*node);
  }
  return *node;
}

std::int32_t PathGraph::bundle_at(const PathNode& node, int distance) const {
  return distance == 0 ? node.bundle : node.before[static_cast<std::size_t>(distance) - 1];
}

const DecodedBundle* PathGraph::issued(const PathNode& node, int distance) const {
  const std::int32_t bundle = bundle_at(node, distance);
  if (bundle < 0 || bundle >= static_cast<std::int32_t>(code_.bundles.size())) return nullptr;
  return &code_.bundles[static_cast<std::size_t>(bundle)];
}

void PathGraph::build(PathNode& node) const {
  // Older first: of two results for one register the younger wins.
  for (int distance = depth_; distance >= 1; --distance) {
    const DecodedBundle* bundle = issued(node, distance);
    if (bundle == nullptr) continue;
    for (std::size_t i = 0; i < bundle->ops.size(); ++i) {
      add_in_flight(node, {static_cast<std::uint8_t>(distance), static_cast<std::uint8_t>(i)},
                    bundle->ops[i]);
    }
  }
  sort_arrivals(node);
  node.unusual_arrivals = !node.arrivals.empty();
  node.unusual_reads = !node.late_sums.empty() || !node.late_shifts.empty();
  check_arrivals(node);
  if (node.accesses) check_part_stores(node);
  const DecodedBundle* bundle = issued(node, 0);
  node.special = bundle == nullptr;
  if (bundle != nullptr) {
    for (const MicroOp& op : bundle->ops) add_issue(node, op);
    node.region = bundle->region;
    node.sets_loop = bundle->sets_loop;
    check_issue(node);
    node.special = bundle->needs_outside || node.issue_problem;
  }
}

void PathGraph::add_in_flight(PathNode& node, InFlight who, const MicroOp& op) const {
  const int distance = who.distance;
  if (std::max({op.def, op.mem_delay, op.acc_delay}) >= distance) node.in_flight = true;
  if (op.mem_delay == distance || op.read_delay == distance) {
    const bool part = op.kind == MicroKind::store_part;
    (part               ? (op.mem_delay == distance ? node.part_writes : node.part_reads)
     : is_load(op.kind) ? node.loads
                        : node.stores)
        .push_back({&op, who});
    const bool is_short = op.kind == MicroKind::load_scalar && op.access_bytes < 4;
    if (is_short) node.short_loads.push_back({&op, who});
    node.accesses = true;
    node.unusual |= part || is_short;
  }
  if (op.kind == MicroKind::load_shifted && op.acc_delay == distance) node.late_shifts.push_back({&op, who});
  // A scalar with def 1 was written when its bundle had issued.
  if (op.dst.valid() && op.def == distance && !written_at_issue(op)) {
    node.arrivals.push_back({who, op.dst.offset, op.dst.size});
  }
  if (reads_late(op.kind) && op.acc_delay == distance) add_late(node, who, op);
}

void PathGraph::sort_arrivals(PathNode& node) {
  for (std::size_t i = 0; i < node.arrivals.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      const RegisterPlace a{node.arrivals[i].offset, node.arrivals[i].size};
      if (a.overlaps({node.arrivals[k].offset, node.arrivals[k].size})) return;
    }
  }
  std::vector<PathNode::Arrival> others;
  for (const PathNode::Arrival& arrival : node.arrivals) {
    (arrival.size == 32    ? node.arrivals_32
     : arrival.size == 128 ? node.arrivals_128
                           : others)
        .push_back(arrival);
  }
  node.arrivals = std::move(others);
}

void PathGraph::add_late(PathNode& node, InFlight who, const MicroOp& op) const {
  PathNode::Late late{&op, who, source(node, op.acc0, forwarding(op, arch::Bypass::vec)), {}};
  if (op.acc1.valid()) late.acc1 = source(node, op.acc1, forwarding(op, arch::Bypass::vec));
  (op.kind == MicroKind::add_late ? node.late_sums : node.late_products).push_back(late);
}

// Whether a factor register is written between the issue of a multiply-accumulate and its late read.
bool PathGraph::factors_change(const PathNode& node, const MicroOp& op) const {
  if (code_.shortest_vector_def + 1 <= op.acc_delay) return true;  // by bundles to come, perhaps
  for (int distance = 0; distance <= depth_; ++distance) {
    const DecodedBundle* bundle = issued(node, distance);
    if (bundle == nullptr) continue;
    for (const MicroOp& other : bundle->ops) {
      const int arrives_in = other.def - distance;
      if (arrives_in >= 1 && arrives_in <= op.acc_delay &&
          (other.dst.overlaps(op.src0) || other.dst.overlaps(op.src1))) {
        return true;
      }
    }
  }
  return false;
}

Source PathGraph::source(PathNode& node, RegisterPlace place, arch::Bypass reader) const {
  const Source in_registers{Source::Where::registers, {}, place.offset};
  if (reader == arch::Bypass::none) return in_registers;
  Merge merge{place, {}};
  for (int distance = depth_; distance >= 1; --distance) {
    const DecodedBundle* bundle = issued(node, distance);
    if (bundle == nullptr) continue;
    for (std::size_t i = 0; i < bundle->ops.size(); ++i) {
      const MicroOp& op = bundle->ops[i];
      // It would arrive in the next cycle.
      if (op.bypass != reader || op.def != distance + 1 || !op.dst.overlaps(place)) continue;
      const InFlight producer{distance, i};
      const int lead = op.dst.offset - place.offset;
      if (lead <= 0 && lead + op.dst.size >= place.size) {
        return {Source::Where::result, producer, static_cast<std::uint16_t>(-lead)};
      }
      const int to = std::max(lead, 0);
      const int end = std::min<int>(lead + op.dst.size, place.size);
      merge.pieces.push_back({producer, static_cast<std::uint16_t>(to - lead), static_cast<std::uint16_t>(to),
                              static_cast<std::uint16_t>(end - to)});
    }
  }
  if (merge.pieces.empty()) return in_registers;
  node.merges.push_back(std::move(merge));
  return {Source::Where::merged, {}, static_cast<std::uint16_t>(node.merges.size() - 1)};
}

void PathGraph::add_issue(PathNode& node, const MicroOp& op) const {
  PathNode::Issue issue{&op, false, {}, {}, {}};
  switch (op.kind) {
    case MicroKind::lanes:
    case MicroKind::shuffle:
    case MicroKind::multiply:
    case MicroKind::store_vector:
    case MicroKind::multiply_late:
      if (op.src0.valid()) issue.src0 = source(node, op.src0, forwarding(op, arch::Bypass::mov));
      if (op.src1.valid()) issue.src1 = source(node, op.src1, forwarding(op, arch::Bypass::mov));
      if (op.src2.valid()) issue.src2 = source(node, op.src2, forwarding(op, arch::Bypass::mov));
      break;
    case MicroKind::shifted:
    case MicroKind::store_shifted:
    case MicroKind::cascade_write:
      issue.src0 = op.acc0.valid() ? source(node, op.acc0, forwarding(op, arch::Bypass::vec))
                                   : source(node, op.src0, forwarding(op, arch::Bypass::mov));
      break;
    default:
      break;
  }
  if (op.kind == MicroKind::multiply_late) {
    issue.keep_factors = factors_change(node, op) || issue.src0.where != Source::Where::registers ||
                         issue.src1.where != Source::Where::registers;
  }
  node.issue.push_back(issue);
  node.defers |= op.defer || op.kind == MicroKind::shifted || op.kind == MicroKind::store_shifted;
}

}  // namespace aie4ml::sim
