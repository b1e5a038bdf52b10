// A shared buffer: its inputs write their tilings into a copy of the buffer, its outputs read theirs once all
// have.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/adf/runtime/access_plan.hpp"
#include "sim/adf/runtime/channel.hpp"
#include "sim/adf/runtime/design.hpp"

namespace aie4ml::adf {

class MemoryProcess : public Process {
 public:
  // Of a buffer that passed all checks.
  explicit MemoryProcess(const SharedBufferRecord& record);

  void connect_input(std::size_t index, Channel& channel);   // takes a reader's place there
  void connect_output(std::size_t index, Channel& channel);  // is its writer
  void advance() override;

  // "in[1] has 128 of 1024 bytes of its fill 3": the inputs that fills wait for; empty: none.
  [[nodiscard]] std::string missing() const;

 private:
  struct Input {
    AccessPlan plan;
    std::vector<std::uint8_t> sequence;
    Channel* channel{};
    std::size_t reader{};
    std::size_t have{};
    std::uint64_t fills{};
  };
  struct Output {
    AccessPlan plan;
    std::vector<std::uint8_t> sequence;
    Channel* channel{};
    std::size_t sent;
    std::uint64_t drains{};
  };
  [[nodiscard]] std::uint8_t* copy_for(std::uint64_t fill);
  [[nodiscard]] std::uint64_t slowest_input() const;
  [[nodiscard]] std::uint64_t slowest_output() const;
  bool write(Input& input);
  bool read(Output& output);

  const SharedBufferRecord& record_;
  std::vector<std::vector<std::uint8_t>> copies_;
  std::uint64_t begun_{};  // fills that a copy was made ready for
  std::vector<Input> inputs_;
  std::vector<Output> outputs_;
};

}  // namespace aie4ml::adf
