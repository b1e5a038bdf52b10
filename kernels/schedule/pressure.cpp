#include "kernels/schedule/pressure.hpp"

#include <algorithm>
#include <utility>

#include "kernels/schedule/register_allocator.hpp"

namespace aie4ml::kernels {

Pressure::Pressure(const std::vector<std::vector<Use>>& uses, const std::vector<VirtualReg>& registers,
                   std::map<arch::RegClass, int> capacity)
    : capacity_(std::move(capacity)), uses_(uses) {
  std::map<int, int> index;
  for (std::size_t op = 0; op < uses.size(); ++op) {
    for (Use& use : uses_[op]) {
      const VirtualReg& reg = registers[static_cast<std::size_t>(use.reg)];
      const auto [at, added] = index.try_emplace(use.reg, static_cast<int>(values_.size()));
      if (added) values_.push_back({RegisterAllocator::file_of(reg.cls), reg.units, op, 0, false, 0});
      use.reg = at->second;
      ++values_[static_cast<std::size_t>(use.reg)].users_left;
    }
  }
}

bool Pressure::fits(std::size_t op, int cycle) const {
  return std::all_of(uses_[op].begin(), uses_[op].end(), [&](const Use& use) {
    const Value& wanted = values_[static_cast<std::size_t>(use.reg)];
    if (wanted.started) return true;
    int taken = wanted.units;
    for (const Value& other : values_) {
      if (other.file != wanted.file || &other == &wanted) continue;
      const bool held = other.started && (other.users_left > 0 || other.last >= cycle + use.first);
      if (held || (!other.started && other.first_user < op)) taken += other.units;
    }
    return taken <= capacity_.at(wanted.file);
  });
}

void Pressure::place(std::size_t op, int cycle) {
  for (const Use& use : uses_[op]) {
    Value& value = values_[static_cast<std::size_t>(use.reg)];
    value.last = value.started ? std::max(value.last, cycle + use.last) : cycle + use.last;
    value.started = true;
    --value.users_left;
  }
}

}  // namespace aie4ml::kernels
