// Strict mode: what a bundle may not do, and what is said when it does.
#include <algorithm>

#include <fmt/format.h>

#include "arch/isa/assembly.hpp"
#include "sim/core/core_engine_impl.hpp"

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
    case CoreFaultKind::interaction:
      return "forbidden combination of interactions";
    case CoreFaultKind::operand:
      return "impossible operand value";
  }
  return "?";
}

std::string CoreEngine::Impl::bundle_text(std::int32_t bundle) const {
  if (bundle < 0 || bundle >= static_cast<std::int32_t>(program.bundles.size()))
    return fmt::format("bundle {}", bundle);
  return fmt::format("bundle {} '{}'", bundle,
                     arch::to_assembly(program.bundles[static_cast<std::size_t>(bundle)], program));
}

void CoreEngine::Impl::fail(CoreFaultKind kind, std::int32_t bundle, const std::string& message) {
  if (fault) return;  // the first one counts
  fault = CoreFault{kind, cycle_, bundle, fmt::format("{}: {}", bundle_text(bundle), message)};
}

bool CoreEngine::Impl::check_reads(const DecodedBundle& bundle) {
  const ReadCheck* const last = code_.reads.data() + bundle.last_read;
  for (const ReadCheck* read = code_.reads.data() + bundle.first_read; read != last; ++read) {
    if (!scoreboard_.settled(read->place, cycle_ + read->delay, read->bypass)) {
      fail_in_flight(*read);
      return false;
    }
  }
  return true;
}

void CoreEngine::Impl::mark_writes(const DecodedBundle& bundle) {
  const WriteMark* const last = code_.writes.data() + bundle.last_write;
  for (const WriteMark* write = code_.writes.data() + bundle.first_write; write != last; ++write) {
    const std::int32_t other = scoreboard_.mark(write->place, cycle_ + write->def, write->bypass, pc);
    if (other >= 0) {
      fail(CoreFaultKind::write_conflict, pc,
           fmt::format("writes {} in the same cycle {} as {}", arch::to_string(write->reg),
                       cycle_ + write->def, bundle_text(other)));
    }
  }
}

void CoreEngine::Impl::fail_in_flight(const ReadCheck& read) {
  fail(CoreFaultKind::read_in_flight, pc,
       fmt::format("reads {} in cycle {}, but the write of {} can be seen from cycle {} on",
                   arch::to_string(read.reg), cycle_ + read.delay,
                   bundle_text(scoreboard_.writer(read.place)), scoreboard_.arrival(read.place)));
}

void CoreEngine::Impl::fail_arrival(const ArrivingWrite& first, const ArrivingWrite& second) {
  fail(CoreFaultKind::write_conflict, second.bundle,
       fmt::format("its result and that of {} reach one register in the same cycle {}",
                   bundle_text(first.bundle), cycle_));
}

}  // namespace aie4ml::sim
