#include "kernels/schedule/register_allocator.hpp"

#include <algorithm>

#include "arch/isa/instruction_check.hpp"

namespace aie4ml::kernels {
namespace {

// What the calling convention leaves to a kernel (kernels/code/kernel_code.hpp).
constexpr int kKernelPointers = 6;
constexpr int kKernelScalars = 16;

bool meet(Interval a, Interval b) {
  return a.first <= b.last && b.first <= a.last;
}

}  // namespace

arch::RegClass RegisterAllocator::file_of(arch::RegClass cls) {
  switch (arch::span_of({cls, 0}).file) {
    case arch::RegFile::vector:
      return arch::RegClass::w;
    case arch::RegFile::accumulator:
      return arch::RegClass::am;
    case arch::RegFile::scalar:
      break;
  }
  return cls;
}

int RegisterAllocator::units_in(arch::RegClass file) const {
  const int count = arch::register_count(*device_, file);
  if (file == arch::RegClass::p) return std::min(count, kKernelPointers);
  if (file == arch::RegClass::r) return std::min(count, kKernelScalars);
  return count;
}

int RegisterAllocator::free_units(arch::RegClass file) const {
  const auto units = files_.find(file);
  if (units == files_.end()) return units_in(file);
  const auto taken = std::count_if(units->second.begin(), units->second.end(),
                                   [](const std::vector<Interval>& unit) { return !unit.empty(); });
  return units_in(file) - static_cast<int>(taken);
}

Interval RegisterAllocator::held(const Access& access) {
  // A write that can be forwarded is seen a cycle before it arrives, and still arrives.
  const int early = access.write && access.bypass != arch::Bypass::none ? 1 : 0;
  return {access.cycle - early, access.cycle};
}

std::optional<int> RegisterAllocator::take(const VirtualReg& reg, Interval interval) {
  const arch::RegClass file = file_of(reg.cls);
  auto& units = files_[file];
  units.resize(static_cast<std::size_t>(units_in(file)));
  const int begin = std::max(reg.fixed, 0);
  const int end = reg.fixed >= 0 ? reg.fixed + 1 : static_cast<int>(units.size()) - reg.units + 1;
  for (int first = begin; first < end; first += reg.units) {
    const auto from = units.begin() + first;
    const bool free = std::all_of(from, from + reg.units, [&](const std::vector<Interval>& unit) {
      return std::none_of(unit.begin(), unit.end(), [&](Interval other) { return meet(other, interval); });
    });
    if (!free) continue;
    std::for_each(from, from + reg.units, [&](std::vector<Interval>& unit) { unit.push_back(interval); });
    return first;
  }
  return std::nullopt;
}

}  // namespace aie4ml::kernels
