// A DMA channel from memory to stream.
#pragma once

#include "sim/module/dma_channel.hpp"

namespace aie4ml::sim {

class Mm2sChannel final : public DmaChannel {
 public:
  using DmaChannel::DmaChannel;

 private:
  void transfer(ResolvedDescriptor& descriptor) override;
  StreamWord take_header() override;
  // Sends the header of a packet; the data follows.
  void send_header(const arch::BdPacket& packet);
  // First cycle in which the channel has room for `words` more on their way to the stream.
  std::int64_t wait_room(int words);
  // Blocks until the bank is ours; returns the cycle.
  std::int64_t access(BankMask bank, std::int64_t cycle);
  void bank_granted(BankMask banks, std::int64_t cycle) override;

  std::int64_t pushed_{};       // words, headers included
  std::int64_t gap_{};          // cycles between the next word and the one before it, at least
  std::int64_t next_access_{};  // first cycle in which the channel could access memory again
  std::int64_t pace_{};         // when the next access is due for the stream not to run dry
  // Of the descriptor at hand.
  BankModule* bank_module_{};
  int slot_{};
  // Of the access under way.
  BankMask bank_{};
  std::int64_t granted_at_{-1};
  sc_core::sc_event granted_;
};

}  // namespace aie4ml::sim
