// A core with its four memories, a program in assembly, and somebody who serves what it asks for.
#pragma once

#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "arch/device/device_loader.hpp"
#include "arch/isa/assembly.hpp"
#include "sim/core/core_engine.hpp"

namespace aie4ml::sim::testing {

inline const arch::Device& ve2802() {
  static const arch::Device device = arch::load_device("ve2802");
  return device;
}

inline arch::Reg reg(const std::string& name) {
  return arch::parse_reg(name).value();
}

inline std::string nops(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += "nop\n";
  return text;
}

inline std::vector<std::uint8_t> random_bytes(std::size_t count, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<std::uint8_t> bytes(count);
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random());
  return bytes;
}

template <class T>
std::vector<T> lanes_of(const std::vector<std::uint8_t>& bytes) {
  std::vector<T> lanes(bytes.size() / sizeof(T));
  std::memcpy(lanes.data(), bytes.data(), lanes.size() * sizeof(T));
  return lanes;
}
template <class T>
std::vector<std::uint8_t> bytes_of(const std::vector<T>& lanes) {
  std::vector<std::uint8_t> bytes(lanes.size() * sizeof(T));
  std::memcpy(bytes.data(), lanes.data(), bytes.size());
  return bytes;
}

class CoreBench {
 public:
  explicit CoreBench(const std::string& text, CoreOptions options = {}, const arch::Device& device = ve2802())
      : program(arch::parse_assembly(text, "test")) {
    for (std::unique_ptr<TileMemory>& memory : memories) {
      memory = std::make_unique<TileMemory>(device, arch::TileKind::core);
    }
    engine = std::make_unique<CoreEngine>(
        device, program,
        CoreMemories{memories[0].get(), memories[1].get(), memories[2].get(), memories[3].get()}, options);
  }

  TileMemory& own() { return *memories[static_cast<std::size_t>(arch::MemoryWindow::own)]; }
  TileMemory& memory(arch::MemoryWindow window) { return *memories[static_cast<std::size_t>(window)]; }

  // Random bytes in every vector and accumulator register, the same for the same seed.
  void fill_registers(std::uint32_t seed) {
    for (const arch::RegClass cls : {arch::RegClass::w, arch::RegClass::am}) {
      const int count = cls == arch::RegClass::w ? 24 : 36;
      for (int i = 0; i < count; ++i) {
        engine->set_register_bytes({cls, static_cast<std::uint8_t>(i)},
                                   random_bytes(32, seed + 100U * static_cast<std::uint32_t>(i) +
                                                        (cls == arch::RegClass::w ? 0U : 1U)));
      }
    }
  }
  void fill_memory(std::uint32_t seed) {
    own().write(0, random_bytes(static_cast<std::size_t>(own().size_bytes()), seed));
  }

  // Serves every request at once and runs until the last store has landed. Returns the cycles until `done`
  // issued, or until the fault.
  std::int64_t finish(std::int64_t limit = 1'000'000) {
    std::int64_t cycles = 0;
    while (true) {
      const RunResult result = engine->run(limit);
      cycles += done_cycle < 0 ? result.cycles : 0;
      stalls += result.own_bank_stalls;
      if (result.stop != Stop::interaction) {
        last_stop = result.stop;
        return cycles;
      }
      const Interaction asked = engine->interaction();
      if (asked.lock) locks.push_back(*asked.lock);
      CascadeWord out{};
      std::optional<StreamWord> word;
      if (asked.stream_read) word = stream_in.at(stream_reads++);
      engine->issue(asked.cascade_read ? &cascade_in : nullptr, asked.cascade_write ? &out : nullptr, word);
      if (asked.stream_write) stream_out.push_back(*asked.stream_write);
      if (asked.cascade_write) cascade_out.push_back(out);
      if (asked.done) done_cycle = cycles;
      ++cycles;
    }
  }

  std::int32_t scalar(const std::string& name) const { return engine->scalar(reg(name)); }
  void set(const std::string& name, std::int32_t value) { engine->set_scalar(reg(name), value); }
  std::vector<std::uint8_t> bytes(const std::string& name) const { return engine->register_bytes(reg(name)); }

  arch::Program program;
  std::array<std::unique_ptr<TileMemory>, arch::kMemoryWindowCount> memories;
  std::unique_ptr<CoreEngine> engine;
  CascadeWord cascade_in{};
  std::vector<CascadeWord> cascade_out;
  std::vector<StreamWord> stream_in, stream_out;
  std::size_t stream_reads{};
  std::vector<LockRequest> locks;
  std::int64_t stalls{};
  std::int64_t done_cycle{-1};
  Stop last_stop{};
};

}  // namespace aie4ml::sim::testing
