// DMA channels of a shim's NoC interface: external memory instead of banks, in bursts. The host starts a
// channel's tasks once an iteration, on the next part of the buffer.
//
// APPROX: the host starts the tasks of the next iteration as soon as those of this one are done.
#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "sim/module/external_memory.hpp"
#include "sim/module/gmio.hpp"
#include "sim/module/mm2s_channel.hpp"
#include "sim/module/s2mm_channel.hpp"

namespace aie4ml::sim {

class ShimMm2sChannel final : public Mm2sChannel {
 public:
  ShimMm2sChannel(const sc_core::sc_module_name& name, Services& services, UnitLog& log,
                  const arch::TileImage& tile, const arch::DmaChannelConfig& config, int iterations,
                  StreamChannel* stream, ExternalMemory& memory, Gmio& gmio);

 private:
  void transfer(ResolvedDescriptor& descriptor) override;
  [[nodiscard]] std::int64_t held_words() const override;
  void round_done() override;

  ExternalMemory& memory_;
  Gmio& gmio_;
  BurstTicket ticket_;
};

class ShimS2mmChannel final : public S2mmChannel {
 public:
  ShimS2mmChannel(const sc_core::sc_module_name& name, Services& services, UnitLog& log,
                  const arch::TileImage& tile, const arch::DmaChannelConfig& config, int iterations,
                  StreamChannel* stream, int receiver, ExternalMemory& memory, Gmio& gmio);

 private:
  void transfer(ResolvedDescriptor& descriptor) override;
  void round_done() override;
  // Sends the burst on its way to memory; waits first if too many are.
  void write(int words);
  void finish_oldest();

  ExternalMemory& memory_;
  Gmio& gmio_;
  std::vector<std::unique_ptr<BurstTicket>> tickets_;  // in turns
  struct Write {
    BurstTicket* ticket{};
    int words{};
    std::int32_t step{};  // of the log when it was asked for
  };
  std::deque<Write> on_their_way_;
  std::size_t next_ticket_{};
  std::int64_t written_{};  // cycle of the latest write that is done
};

}  // namespace aie4ml::sim
