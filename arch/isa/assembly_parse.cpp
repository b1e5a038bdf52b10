#include <algorithm>
#include <charconv>
#include <map>

#include <fmt/format.h>

#include "arch/isa/assembly.hpp"
#include "arch/isa/opcode_table.hpp"

namespace aie4ml::arch {
namespace {

constexpr std::string_view kSpace = " \t\r";

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

// The text up to the separator; the rest, without the separator, stays in `text`.
std::string_view take_until(std::string_view& text, char separator) {
  const std::size_t end = text.find(separator);
  const std::string_view taken = text.substr(0, end);
  text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  return taken;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const bool last = text.find(separator) == std::string_view::npos;
    parts.push_back(trim(take_until(text, separator)));
    if (last) return parts;
  }
}

template <class Int>
std::optional<Int> number(std::string_view text, int base = 10) {
  Int value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

class Parser {
 public:
  explicit Parser(const std::string& where) : where_(where) {}

  Program parse(std::string_view text) {
    while (!text.empty()) {
      ++line_;
      parse_line(take_until(text, '\n'));
    }
    resolve();
    return std::move(program_);
  }

 private:
  struct Fixup {
    std::size_t bundle, op;
    std::string label;
    int line;
  };

  [[noreturn]] void fail(const std::string& what, const std::string& remedy = "") const {
    throw InputError(fmt::format("{}: line {}", where_, line_), what, remedy);
  }

  void parse_line(std::string_view line) {
    line = trim(line.substr(0, line.find("//")));
    if (line.empty()) return;
    if (line.back() == ':') {
      parse_label(trim(line.substr(0, line.size() - 1)));
      return;
    }
    program_.bundles.emplace_back();
    if (line == "nop") return;
    for (const std::string_view op : split(line, ';')) {
      const Instruction instruction = parse_instruction(op);
      program_.bundles.back().ops.push_back(instruction);
    }
  }

  void parse_label(std::string_view name) {
    if (!is_label_name(name)) fail(fmt::format("'{}' is no label name", name), kLabelRemedy);
    const auto bundle = static_cast<std::int32_t>(program_.bundles.size());
    if (!labels_.emplace(name, bundle).second) fail(fmt::format("label '{}' is defined twice", name));
    program_.labels.push_back({std::string(name), bundle});
  }

  Instruction parse_instruction(std::string_view text) {
    if (text.empty()) fail("an operation is missing beside ';'");
    const std::size_t space = text.find_first_of(kSpace);
    const std::string_view word = text.substr(0, space);
    Instruction instruction;
    const OpInfo& op = parse_mnemonic(word, instruction);
    if (op.op == Opcode::nop) fail("'nop' stands alone in a bundle", "leave the slot out");
    std::vector<std::string_view> parts;
    if (space != std::string_view::npos) parts = split(text.substr(space), ',');
    parse_operands(op, join_brackets(parts), instruction);
    return instruction;
  }

  // "[p0, #32]" has been split at its comma.
  std::vector<std::string> join_brackets(const std::vector<std::string_view>& parts) const {
    std::vector<std::string> joined;
    bool open = false;
    for (const std::string_view part : parts) {
      if (open) {
        joined.back().append(",").append(part);
      } else {
        joined.emplace_back(part);
      }
      if (!part.empty() && part.front() == '[') open = true;
      if (!part.empty() && part.back() == ']') open = false;
    }
    if (open) fail("']' is missing");
    return joined;
  }

  // Mnemonics contain dots themselves: the longest that matches, the rest is the shape and the types.
  const OpInfo& parse_mnemonic(std::string_view word, Instruction& instruction) const {
    std::string_view name = word;
    const OpInfo* op = find_mnemonic(name);
    while (op == nullptr) {
      const std::size_t dot = name.rfind('.');
      if (dot == std::string_view::npos) fail(fmt::format("unknown operation '{}'", word));
      name = name.substr(0, dot);
      op = find_mnemonic(name);
    }
    std::vector<std::string_view> suffixes;
    if (name.size() < word.size()) suffixes = split(word.substr(name.size() + 1), '.');
    const std::size_t type_count = op->types == TypeSuffix::two ? 2 : op->types == TypeSuffix::one ? 1 : 0;
    if (suffixes.size() != type_count + (op->shaped ? 1 : 0)) {
      fail(fmt::format("'{}': {} takes {}{} element type(s)", word, op->mnemonic,
                       op->shaped ? "a shape and " : "", type_count));
    }
    instruction.op = op->op;
    if (op->shaped) instruction.shape = parse_shape(suffixes.front());
    for (std::size_t i = 0; i < type_count; ++i) {
      const auto type = element_type_from_suffix(suffixes[suffixes.size() - type_count + i]);
      if (!type)
        fail(fmt::format("'{}': unknown element type", word), "use s8, u8, s16, u16, s32, s64, bf16, f32");
      ((i == 0) == op->accumulator_type_first ? instruction.type_b : instruction.type_a) = *type;
    }
    return *op;
  }

  MmulShape parse_shape(std::string_view text) const {
    const std::vector<std::string_view> sizes = split(text, 'x');
    MmulShape shape;
    std::uint8_t* const fields[] = {&shape.m, &shape.k, &shape.n};
    for (std::size_t i = 0; i < 3; ++i) {
      const auto size = i < sizes.size() ? number<std::uint8_t>(sizes[i]) : std::nullopt;
      if (!size || sizes.size() != 3) fail(fmt::format("'{}' is no shape", text), "write it as 4x8x8");
      *fields[i] = *size;
    }
    return shape;
  }

  void parse_operands(const OpInfo& op, const std::vector<std::string>& parts, Instruction& instruction) {
    std::size_t part = 0;
    std::size_t reg = 0;
    for (std::size_t i = 0; i < op.operand_count; ++i) {
      const OperandSpec& spec = op.operands[i];
      if (part == parts.size()) fail(fmt::format("{}: operand {} is missing", op.mnemonic, i + 1));
      const std::string_view text = parts[part++];
      if (spec.is_register()) {
        parse_register(op, spec, text, reg++, instruction);
      } else if (spec.is_memory()) {
        // What steps the pointer is a part of its own: "[p0], #32". Sources of stores are no such part.
        const bool step = part < parts.size() && is_step(parts[part]);
        instruction.mem = parse_memory(text, step ? std::string_view(parts[part]) : std::string_view());
        if (step) ++part;
        if (spec.role == OperandRole::pointer && instruction.mem.mode == AddressMode::offset) {
          fail(fmt::format("{}: a step is missing", op.mnemonic), "write it as [p0], #32 or [p0], m1");
        }
      } else if (targets_bundle(instruction)) {
        instruction.imm = parse_target(text);
      } else {
        instruction.imm = parse_imm(text);
      }
    }
    if (part != parts.size()) fail(fmt::format("{}: '{}' is one operand too many", op.mnemonic, parts[part]));
  }

  void parse_register(const OpInfo& op, const OperandSpec& spec, std::string_view text, std::size_t index,
                      Instruction& instruction) const {
    const bool old = !text.empty() && text.back() == '~';
    if (old) text.remove_suffix(1);
    const auto reg = parse_reg(text);
    if (!reg) fail(fmt::format("{}: '{}' is no register", op.mnemonic, text));
    if (!spec.allows(reg->cls)) fail(fmt::format("{}: {} is not of the right class here", op.mnemonic, text));
    if (old && spec.role == OperandRole::dst) {
      fail(fmt::format("{}: '~' behind {}, which is written", op.mnemonic, text),
           "'~' is for operands that are read");
    }
    instruction.regs.at(index) = *reg;
    if (old) instruction.reads_old = static_cast<std::uint8_t>(instruction.reads_old | 1U << index);
  }

  static bool is_step(std::string_view text) {
    if (text.empty()) return false;
    const auto reg = parse_reg(text);
    if (reg) return reg->cls == RegClass::m;
    return text.front() == '#' || dimension(text).second != AddressMode::none;
  }

  // "d2" or "d2.3d"
  static std::pair<std::uint8_t, AddressMode> dimension(std::string_view text) {
    const bool three = text.ends_with(".3d");
    if (three) text.remove_suffix(3);
    if (text.size() != 2 || text[0] != 'd' || text[1] < '0' || text[1] > '7') return {0, AddressMode::none};
    return {static_cast<std::uint8_t>(text[1] - '0'), three ? AddressMode::post_3d : AddressMode::post_2d};
  }

  MemOperand parse_memory(std::string_view text, std::string_view step) const {
    if (text.size() < 2 || text.front() != '[' || text.back() != ']') {
      fail(fmt::format("'{}' is no memory operand", text),
           "write it as [p0], [p0, #32], [p0], #32 or [p0], m1");
    }
    std::string_view inside = text.substr(1, text.size() - 2);
    MemOperand mem;
    const std::string_view base = trim(take_until(inside, ','));
    const auto reg = parse_reg(base);
    if (!reg || reg->cls != RegClass::p) fail(fmt::format("'{}' is no pointer register", base));
    mem.base = *reg;
    mem.mode = AddressMode::offset;
    inside = trim(inside);
    if (!inside.empty()) mem.imm = parse_imm(inside);
    if (step.empty()) return mem;
    if (!inside.empty()) fail(fmt::format("'{}' has both an offset and a step", text));
    if (step.front() == '#') {
      mem.mode = AddressMode::post_imm;
      mem.imm = parse_imm(step);
    } else if (const auto modifier = parse_reg(step)) {
      mem.mode = AddressMode::post_mod;
      mem.modifier = *modifier;
    } else {
      const auto [set, mode] = dimension(step);
      mem.mode = mode;
      mem.modifier = {RegClass::dn, set};
    }
    return mem;
  }

  std::int32_t parse_imm(std::string_view text) const {
    if (text.size() < 2 || text.front() != '#')
      fail(fmt::format("'{}' is no immediate", text), "write it as #5");
    const std::string_view digits = text.substr(1);
    std::optional<std::int32_t> value;
    if (digits.starts_with("0x")) {
      // Hexadecimal gives the bit pattern.
      if (const auto pattern = number<std::uint32_t>(digits.substr(2), 16))
        value = static_cast<std::int32_t>(*pattern);
    } else {
      value = number<std::int32_t>(digits);
    }
    if (!value) fail(fmt::format("'{}' is no 32-bit integer", text));
    return *value;
  }

  std::int32_t parse_target(std::string_view text) {
    if (text.starts_with('@')) {
      const auto bundle = number<std::int32_t>(text.substr(1));
      if (!bundle) fail(fmt::format("'{}' is no bundle", text));
      return *bundle;
    }
    if (!is_label_name(text)) fail(fmt::format("'{}' is no label name", text), kLabelRemedy);
    fixups_.push_back(
        {program_.bundles.size() - 1, program_.bundles.back().ops.size(), std::string(text), line_});
    return 0;
  }

  void resolve() {
    for (const Fixup& fixup : fixups_) {
      const auto label = labels_.find(fixup.label);
      line_ = fixup.line;
      if (label == labels_.end()) fail(fmt::format("label '{}' is not defined", fixup.label));
      program_.bundles[fixup.bundle].ops[fixup.op].imm = label->second;
    }
  }

  static constexpr const char* kLabelRemedy = "use letters, digits, '_', '.' and '$', and no digit first";

  const std::string& where_;
  Program program_;
  std::map<std::string, std::int32_t, std::less<>> labels_;
  std::vector<Fixup> fixups_;
  int line_{};
};

}  // namespace

bool is_label_name(std::string_view name) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_.$";
  constexpr std::string_view kDigits = "0123456789";
  return !name.empty() && kLetters.find(name.front()) != std::string_view::npos &&
         std::all_of(name.begin(), name.end(), [&](char c) {
           return kLetters.find(c) != std::string_view::npos || kDigits.find(c) != std::string_view::npos;
         });
}

Program parse_assembly(std::string_view text, const std::string& where) {
  return Parser(where).parse(text);
}

}  // namespace aie4ml::arch
