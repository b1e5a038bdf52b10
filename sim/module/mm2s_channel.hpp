// A DMA channel from memory to stream.
#pragma once

#include <array>
#include <span>

#include "sim/dma/bd_walker.hpp"
#include "sim/module/dma_channel.hpp"

namespace aie4ml::sim {

class Mm2sChannel : public DmaChannel {
 public:
  using DmaChannel::DmaChannel;

 protected:
  // Words that can be on their way to the stream, from memory or in the channel.
  [[nodiscard]] virtual std::int64_t held_words() const;
  // First cycle in which the channel can fetch `words` more and has room for them; what it waited is told.
  std::int64_t when_room(int words);
  // Before the first word of a descriptor: says when words may leave, and sends the header of a packet.
  void begin(const ResolvedDescriptor& descriptor);
  // Words of one access, fetched in `cycle` and at the switch from `ready` on.
  void send(std::span<const StreamWord> words, std::int64_t ready);
  void send(StreamWord word, std::int64_t ready) { send({&word, 1}, ready); }
  void fetched(int words, std::int64_t cycle);
  // After the last access: gives the lock back in `last_access` and asks for the successor's.
  void end(const ResolvedDescriptor& descriptor, std::int64_t last_access);

  std::int64_t next_access_{};  // first cycle in which the channel could access memory again
  std::int64_t pace_{};         // when the next access is due for the stream not to run dry

 private:
  void transfer(ResolvedDescriptor& descriptor) override;
  StreamWord take_header() override;
  // Blocks until the bank is ours and has given the group's words to fetched_; returns the cycle.
  std::int64_t access(const WordGroup& group, BankMask bank, std::int64_t cycle);
  void fetch(const WordGroup& group);
  void bank_granted(BankMask banks, std::int64_t cycle) override;

  std::int64_t pushed_{};  // words, headers included
  std::int64_t gap_{};     // cycles between the next word and the one before it, at least
  // Of the descriptor at hand.
  BankModule* bank_module_{};
  arch::TileCoord memory_tile_{};
  int slot_{};
  // Of the access under way.
  const WordGroup* group_{};
  BankMask bank_{};
  std::array<StreamWord, WordGroup::kMaxWords> fetched_{};
  std::int64_t granted_at_{-1};
  sc_core::sc_event granted_;
};

}  // namespace aie4ml::sim
