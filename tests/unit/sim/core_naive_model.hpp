// The core once more, as plainly as it can be said: lists of things that happen at a cycle, looked through
// every cycle, no decoding ahead. Covers what core_random_test.cpp generates. Shares only the tables of
// operations and registers, and SRS/UPS, with the engine.
#pragma once

#include <algorithm>
#include <cstring>
#include <functional>
#include <vector>

#include "arch/isa/opcode_table.hpp"
#include "arch/numeric/rounding.hpp"
#include "tests/unit/sim/core_bench_fixture.hpp"

namespace aie4ml::sim::testing {

class NaiveCore {
 public:
  using Bytes = std::vector<std::uint8_t>;

  NaiveCore(const arch::Device& device, const arch::Program& program) : device_(device), program_(program) {}

  Bytes memory = Bytes(65536);  // at 0x70000

  Bytes get(arch::Reg r) const {
    const arch::RegSpan span = arch::span_of(r);
    const Bytes& file = files_[static_cast<std::size_t>(span.file)];
    return {file.begin() + span.offset_bytes, file.begin() + span.offset_bytes + span.size_bytes};
  }
  void put(arch::Reg r, const Bytes& value) {
    std::copy(
        value.begin(), value.end(),
        files_[static_cast<std::size_t>(arch::span_of(r).file)].begin() + arch::span_of(r).offset_bytes);
  }
  std::int32_t scalar(arch::Reg r) const { return lanes_of<std::int32_t>(get(r)).at(0); }
  void set(arch::Reg r, std::int32_t value) { put(r, bytes_of(std::vector<std::int32_t>{value})); }

  void run() {
    while (true) {
      due(loads_);
      due(stores_);
      commit();
      due(late_);
      const arch::Bundle& bundle = program_.bundles.at(static_cast<std::size_t>(pc_));
      for (const arch::Instruction& op : bundle.ops) {
        if (op.op == arch::Opcode::done) {
          drain();
          return;
        }
        issue(op);
      }
      for (const auto& write : end_of_bundle_) write();
      end_of_bundle_.clear();
      const arch::Reg lc{arch::RegClass::lc, 0};
      if (pc_ == scalar({arch::RegClass::le, 0}) && scalar(lc) > 0) {
        set(lc, scalar(lc) - 1);
        pc_ = scalar(lc) > 0 ? scalar({arch::RegClass::ls, 0}) : pc_ + 1;
      } else {
        ++pc_;
      }
      ++cycle_;
    }
  }

 private:
  struct Event {
    std::int64_t cycle;
    std::function<void()> action;
  };
  struct Result {
    std::int64_t visible;
    arch::Bypass network;
    arch::Reg reg;
    Bytes value;
    std::int64_t issued;
  };

  void due(std::vector<Event>& events) {
    const std::vector<Event> all = std::move(events);
    events.clear();
    for (const Event& event : all) {
      if (event.cycle == cycle_) {
        event.action();
      } else {
        events.push_back(event);
      }
    }
  }
  void commit() {
    std::vector<Result> now, later;
    for (Result& result : results_) (result.visible == cycle_ ? now : later).push_back(std::move(result));
    results_ = std::move(later);
    std::stable_sort(now.begin(), now.end(),
                     [](const Result& a, const Result& b) { return a.issued < b.issued; });
    for (const Result& result : now) put(result.reg, result.value);
  }
  void drain() {
    for (int i = 0; i < 20; ++i) {
      ++cycle_;
      due(loads_);
      due(stores_);
      commit();
      due(late_);
    }
  }

  // The register as a reader on this network sees it now.
  Bytes read(arch::Reg r, arch::Bypass network) const {
    Bytes value = get(r);
    if (network == arch::Bypass::none) return value;
    const arch::RegSpan span = arch::span_of(r);
    for (const Result& result : results_) {
      if (result.visible != cycle_ + 1 || result.network != network) continue;
      const arch::RegSpan from = arch::span_of(result.reg);
      if (from.file != span.file) continue;
      for (int i = 0; i < from.size_bytes; ++i) {
        const int at = from.offset_bytes + i - span.offset_bytes;
        if (at >= 0 && at < span.size_bytes)
          value[static_cast<std::size_t>(at)] = result.value[static_cast<std::size_t>(i)];
      }
    }
    return value;
  }

  std::int32_t address(const arch::MemOperand& mem) {
    const std::int32_t pointer = scalar(mem.base);
    if (mem.mode == arch::AddressMode::offset) return pointer + mem.imm;
    end_of_bundle_.emplace_back([this, mem, pointer] { set(mem.base, (pointer + mem.imm) & 0xfffff); });
    return pointer;
  }

  void issue(const arch::Instruction& in) {
    using arch::Opcode;
    const arch::OperandTiming time = device_.core.timing[arch::timing_class(in)];
    const std::int64_t issued = cycle_;
    const auto result = [this, in, time, issued](const Bytes& value) {
      results_.push_back({issued + time.def, time.bypass, in.regs[0], value, issued});
    };
    const auto source = [&](std::size_t i) {
      return read(in.regs[i], time.bypass == arch::Bypass::mov ? time.bypass : arch::Bypass::none);
    };
    switch (in.op) {
      case Opcode::movxm:
      case Opcode::addi: {
        const std::int32_t value = in.op == Opcode::movxm ? in.imm : scalar(in.regs[1]) + in.imm;
        end_of_bundle_.emplace_back([this, in, value] { set(in.regs[0], value); });
        return;
      }
      case Opcode::mul:
        result(bytes_of(std::vector<std::int32_t>{scalar(in.regs[1]) * scalar(in.regs[2])}));
        return;
      case Opcode::lda:
      case Opcode::vlda:
      case Opcode::vlda_am:
      case Opcode::vldb: {
        const std::int32_t at = address(in.mem) - 0x70000;
        const int size = arch::access_bytes(in);
        loads_.push_back({cycle_ + time.mem - 1, [=, this] {
                            result({memory.begin() + at, memory.begin() + at + size});
                          }});
        return;
      }
      case Opcode::vst:
        store(in, time, source(0));
        return;
      case Opcode::vst_srs:
        store(in, time, srs(in, 0, 1));
        return;
      case Opcode::vsrs:
        result(srs(in, 1, 2));
        return;
      case Opcode::vups: {
        std::vector<std::int32_t> lanes;
        for (const std::int8_t lane : lanes_of<std::int8_t>(get(in.regs[1]))) {
          lanes.push_back(static_cast<std::int32_t>(arch::ups(lane, scalar(in.regs[2]), 32).value));
        }
        result(bytes_of(lanes));
        return;
      }
      case Opcode::vmov:
        result(source(1));
        return;
      case Opcode::vadd: {
        const Bytes a = source(1), b = source(2);
        Bytes sum;
        for (std::size_t i = 0; i < a.size(); ++i) sum.push_back(static_cast<std::uint8_t>(a[i] + b[i]));
        result(sum);
        return;
      }
      case Opcode::vacc_clr:
        result(Bytes(arch::span_of(in.regs[0]).size_bytes));
        return;
      case Opcode::vmul:
        result(product(Bytes(128), get(in.regs[1]), get(in.regs[2]), 1));
        return;
      case Opcode::vmac:
      case Opcode::vmsc: {
        const Bytes a = get(in.regs[2]), b = get(in.regs[3]);
        late_.push_back({cycle_ + time.acc_use - 1, [=, this] {
                           result(
                               product(read(in.regs[1], time.bypass), a, b, in.op == Opcode::vmac ? 1 : -1));
                         }});
        return;
      }
      case Opcode::vacc_add:
        late_.push_back({cycle_ + time.acc_use - 1, [=, this] {
                           const auto a = lanes_of<std::uint32_t>(get(in.regs[1]));
                           auto sum = lanes_of<std::uint32_t>(get(in.regs[2]));
                           for (std::size_t i = 0; i < a.size(); ++i) sum[i] += a[i];
                           result(bytes_of(sum));
                         }});
        return;
      default:
        std::abort();
    }
  }

  void store(const arch::Instruction& in, const arch::OperandTiming& time, const Bytes& data) {
    const std::int32_t at = address(in.mem) - 0x70000;
    stores_.push_back(
        {cycle_ + time.mem - 1, [=, this] { std::copy(data.begin(), data.end(), memory.begin() + at); }});
  }

  Bytes srs(const arch::Instruction& in, std::size_t acc, std::size_t shift) const {
    Bytes out;
    for (const std::int32_t lane : lanes_of<std::int32_t>(get(in.regs[acc]))) {
      out.push_back(
          static_cast<std::uint8_t>(arch::srs(lane, scalar(in.regs[shift]), arch::RoundingMode::floor,
                                              arch::SaturationMode::none, arch::ElementType::int8)
                                        .value));
    }
    return out;
  }

  static Bytes product(const Bytes& acc, const Bytes& a_bytes, const Bytes& b_bytes, int sign) {
    auto lanes = lanes_of<std::int32_t>(acc);
    const auto a = lanes_of<std::int8_t>(a_bytes);
    const auto b = lanes_of<std::int8_t>(b_bytes);
    for (std::size_t row = 0; row < 4; ++row) {
      for (std::size_t col = 0; col < 8; ++col) {
        std::int64_t sum = 0;
        for (std::size_t k = 0; k < 8; ++k) sum += std::int64_t{a[8 * row + k]} * b[8 * k + col];
        lanes[8 * row + col] = static_cast<std::int32_t>(lanes[8 * row + col] + sign * sum);
      }
    }
    return bytes_of(lanes);
  }

  const arch::Device& device_;
  const arch::Program& program_;
  std::array<Bytes, 3> files_{Bytes(std::size_t{4} * arch::kScalarFileUnits), Bytes(arch::kVectorFileBytes),
                              Bytes(arch::kAccumulatorFileBytes)};
  std::int64_t cycle_{};
  std::int32_t pc_{};
  std::vector<Event> loads_, stores_, late_;
  std::vector<Result> results_;
  std::vector<std::function<void()>> end_of_bundle_;
};

}  // namespace aie4ml::sim::testing
