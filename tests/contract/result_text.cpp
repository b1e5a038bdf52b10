#include "tests/contract/result_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace aie4ml::sim {

std::string text_of(const Fault& fault) {
  return fmt::format("fault {} at {}: {}\n  {}\n", to_string(fault.kind), fault.cycle.value, fault.message,
                     fmt::join(fault.waits, "\n  "));
}

std::string text_of(const MachineResult& result) {
  const traces::RunStatistics& s = result.statistics;
  std::string text = fmt::format("{} cycles, {} iterations\n", s.total_cycles, s.iterations);
  if (result.fault) text += text_of(*result.fault);
  for (const auto& warning : result.warnings) text += warning + "\n";
  for (const auto& c : s.cores) {
    text += fmt::format("core {},{} layer {} bundles {} macs {} cycles {} calls {} in {} overflow {}\n",
                        c.tile.col, c.tile.row, c.layer, c.bundles, c.vector_macs, fmt::join(c.cycles, " "),
                        c.kernel_calls, c.kernel_cycles, c.srs_overflow);
  }
  for (const auto& c : s.channels) {
    text += fmt::format("channel {},{} {} words {} bds {} tokens {} cycles {}\n", c.tile.col, c.tile.row,
                        to_string(c.channel), c.words, c.descriptors, c.tokens, fmt::join(c.cycles, " "));
  }
  for (const auto& r : s.routes) {
    text += fmt::format("route {} in {} out {} receivers {} hops {} waits {} {}\n", r.name, r.words_in,
                        r.words_out, r.receivers, r.hops, r.source_wait_cycles, r.receiver_wait_cycles);
  }
  for (const auto& b : s.banks) {
    text += fmt::format("bank {},{} {} accesses {} conflicts {}\n", b.tile.col, b.tile.row, b.bank,
                        b.accesses, b.conflicts);
  }
  for (const auto& p : s.plios) {
    text += fmt::format("plio {} words {} first {} last {} waits {}\n", p.name, p.words,
                        fmt::join(p.first_beat, " "), fmt::join(p.last_beat, " "), p.wait_cycles);
  }
  for (const auto& p : s.critical_path) {
    text += fmt::format("path {}..{} {} layer {} {}: {}\n", p.begin, p.end, to_string(p.kind), p.layer,
                        p.unit, p.what);
  }
  for (const auto& l : result.locks)
    text += fmt::format("lock {},{} {}: {}\n", l.tile.col, l.tile.row, l.lock.value, l.value);
  for (const auto& words : result.plio_outputs) text += fmt::format("words {}\n", fmt::join(words, " "));
  return text;
}

}  // namespace aie4ml::sim
