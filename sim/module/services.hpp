// What the modules get from the array they are part of.
#pragma once

#include <string>

#include "arch/device/device.hpp"
#include "arch/image/image.hpp"
#include "sim/core/tape_policy.hpp"
#include "sim/machine/fault.hpp"
#include "sim/machine/sharing.hpp"
#include "sim/memory/tile_memory.hpp"
#include "sim/module/bank_module.hpp"
#include "sim/module/lock_module.hpp"
#include "sim/observe/unit_log.hpp"

namespace aie4ml::sim {

struct ModuleOptions {
  bool strict{true};
  bool run_ahead{true};
  TapePolicy tapes{};
  traces::Recorder* recorder{nullptr};
};

class Services {
 public:
  Services() = default;
  Services(const Services&) = delete;
  Services& operator=(const Services&) = delete;
  virtual ~Services() = default;

  [[nodiscard]] virtual const arch::Device& device() const = 0;
  [[nodiscard]] virtual const arch::Image& image() const = 0;
  [[nodiscard]] virtual const Sharing& sharing() const = 0;
  [[nodiscard]] virtual const ModuleOptions& options() const = 0;

  // The tile must have a memory or locks, as any of core and memory tiles has.
  virtual BankModule& banks(arch::TileCoord tile) = 0;
  virtual LockModule& locks(arch::TileCoord tile) = 0;

  // Banks of `memory` that anybody but `core` may touch before `core` does something with a lock.
  [[nodiscard]] virtual BankMask contended_banks(arch::TileCoord memory, UnitId core) const = 0;

  // First cycle that is not simulated, as far as is known now; it may move. What cores do in it or after it
  // would be in the counts of those that ran ahead only.
  [[nodiscard]] virtual std::int64_t stop_cycle() const = 0;
  // The first beat of an iteration on a PLIO, or its first burst that is in external memory.
  virtual void first_beat(const Place& beat) = 0;
  // All words of an output left.
  virtual void output_complete() = 0;

  // The unit stops for good; the run ends with the earliest fault, of equal ones the one of the first unit.
  virtual void report(Fault::Kind kind, UnitId unit, std::int64_t cycle, const std::string& message) = 0;
  virtual void warn(const std::string& message) = 0;
};

}  // namespace aie4ml::sim
