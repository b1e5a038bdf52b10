#include "arch/isa/registers.hpp"

#include <array>
#include <charconv>
#include <cstdlib>

namespace aie4ml::arch {
namespace {

struct ClassInfo {
  RegClass cls;
  std::string_view name;
  int count;     // most of any generation; what a device has is in its facts
  bool indexed;  // false: there is one, its name has no number
  RegFile file;
  int unit_bytes;  // size of one register in its file
};

constexpr std::size_t kClassCount = kRegClassCount;

using enum RegClass;
// In the order of the enumerators. The counts of vector and accumulator registers fill their files.
constexpr std::array<ClassInfo, kClassCount> kClasses = {{
    {none, "none", 0, false, RegFile::scalar, 4},
    {r, "r", 32, true, RegFile::scalar, 4},
    {l, "l", 8, true, RegFile::scalar, 8},
    {p, "p", 8, true, RegFile::scalar, 4},
    {m, "m", 8, true, RegFile::scalar, 4},
    {dn, "dn", 8, true, RegFile::scalar, 4},
    {dj, "dj", 8, true, RegFile::scalar, 4},
    {dc, "dc", 8, true, RegFile::scalar, 4},
    {s, "s", 4, true, RegFile::scalar, 4},
    {w, "w", kVectorFileBytes / 32, true, RegFile::vector, 32},
    {x, "x", kVectorFileBytes / 64, true, RegFile::vector, 64},
    {y, "y", kVectorFileBytes / 128, true, RegFile::vector, 128},
    {am, "am", kAccumulatorFileBytes / 32, true, RegFile::accumulator, 32},
    {bm, "bm", kAccumulatorFileBytes / 64, true, RegFile::accumulator, 64},
    {cm, "cm", kAccumulatorFileBytes / 128, true, RegFile::accumulator, 128},
    {dm, "dm", kAccumulatorFileBytes / 256, true, RegFile::accumulator, 256},
    {lc, "lc", 1, false, RegFile::scalar, 4},
    {ls, "ls", 1, false, RegFile::scalar, 4},
    {le, "le", 1, false, RegFile::scalar, 4},
    {lr, "lr", 1, false, RegFile::scalar, 4},
    {sp, "sp", 1, false, RegFile::scalar, 4},
    {crrnd, "crrnd", 1, false, RegFile::scalar, 4},
    {crsat, "crsat", 1, false, RegFile::scalar, 4},
    {srsrs, "srsrs", 1, false, RegFile::scalar, 4},
    {srups, "srups", 1, false, RegFile::scalar, 4},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kClassCount; ++i) {
    if (static_cast<std::size_t>(kClasses[i].cls) != i) return false;
  }
  return true;
}
static_assert(in_order());

// Place of the first register of each class in its file, in bytes.
constexpr std::array<int, kClassCount> first_bytes() {
  std::array<int, kClassCount> bases{};
  int next = 0;
  for (std::size_t i = 0; i < kClassCount; ++i) {
    if (kClasses[i].file != RegFile::scalar || kClasses[i].cls == l) continue;
    bases[i] = next;
    next += kClasses[i].unit_bytes * kClasses[i].count;
  }
  constexpr int kPairedScalars = 16;  // r16 and up
  bases[static_cast<std::size_t>(l)] = bases[static_cast<std::size_t>(r)] + 4 * kPairedScalars;
  return bases;
}
constexpr std::array<int, kClassCount> kFirstBytes = first_bytes();
static_assert(kFirstBytes[kClassCount - 1] + 4 <= 4 * kScalarFileUnits);

const ClassInfo& class_info(RegClass cls) {
  return kClasses.at(static_cast<std::size_t>(cls));
}

}  // namespace

RegSpan span_of(Reg reg) {
  const ClassInfo& info = class_info(reg.cls);
  if (reg.index >= info.count) std::abort();
  const int first = kFirstBytes[static_cast<std::size_t>(reg.cls)];
  return {info.file, static_cast<std::uint16_t>(first + reg.index * info.unit_bytes),
          static_cast<std::uint16_t>(info.unit_bytes)};
}

bool overlap(Reg a, Reg b) {
  if (!a.valid() || !b.valid()) return false;
  const RegSpan sa = span_of(a);
  const RegSpan sb = span_of(b);
  return sa.file == sb.file && sa.offset_bytes < sb.offset_bytes + sb.size_bytes &&
         sb.offset_bytes < sa.offset_bytes + sa.size_bytes;
}

int register_count(RegClass cls) {
  return class_info(cls).count;
}

std::string_view to_string(RegClass cls) {
  return class_info(cls).name;
}

std::string to_string(Reg reg) {
  const ClassInfo& info = class_info(reg.cls);
  std::string name(info.name);
  if (info.indexed) name += std::to_string(static_cast<int>(reg.index));
  return name;
}

std::optional<Reg> parse_reg(std::string_view text) {
  const std::size_t digits = text.find_first_of("0123456789");
  const std::string_view name = text.substr(0, digits);
  for (const ClassInfo& info : kClasses) {
    if (info.count == 0 || info.name != name) continue;
    if (digits == std::string_view::npos) {
      return info.indexed ? std::nullopt : std::optional(Reg{info.cls, 0});
    }
    const std::string_view number = text.substr(digits);
    int index = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), index);
    // "r01" is no name of r1: names are unique, so that a listing can be compared as text.
    const bool canonical = number == "0" || number.front() != '0';
    if (!info.indexed || error != std::errc() || end != number.data() + number.size() || !canonical ||
        index >= info.count) {
      return std::nullopt;
    }
    return Reg{info.cls, static_cast<std::uint8_t>(index)};
  }
  return std::nullopt;
}

}  // namespace aie4ml::arch
