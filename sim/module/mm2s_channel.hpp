// A DMA channel from memory to stream.
#pragma once

#include <array>
#include <optional>
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
  // Until it is known when there is room for `words` more.
  void wait_room(int words);
  // First cycle in which the channel can fetch `words` more and has room for them; what it waited is told.
  std::int64_t when_room(int words);
  // Before the first word of a descriptor: says when words may leave, and sends the header of a packet.
  void begin(const ResolvedDescriptor& descriptor);
  // A word that is at the switch from `ready` on. Words gather until send_gathered(): what the route knows of
  // them comes then.
  void gather(StreamWord word, std::int64_t ready);
  void send_gathered();
  void send(StreamWord word, std::int64_t ready) {
    gather(word, ready);
    send_gathered();
  }
  void fetched(int words, std::int64_t cycle);
  // After the last access: gives the lock back in `last_access` and asks for the successor's.
  void end(const ResolvedDescriptor& descriptor, std::int64_t last_access);

  std::int64_t next_access_{};  // first cycle in which the channel could access memory again
  std::int64_t pace_{};         // when the next access is due for the stream not to run dry

 private:
  void transfer(ResolvedDescriptor& descriptor) override;
  StreamWord take_header() override;
  // Moves words of the descriptor as far as it is known when; in the channel's thread, or on behalf of
  // whoever made a bank free, while the thread waits for it.
  Need advance();
  Need move_groups();
  void access();
  void finish_access();
  // The word that must have left before `words` more are fetched; negative: none.
  [[nodiscard]] std::int64_t must_have_left(int words) const { return pushed_ + words - 1 - held_words(); }
  void wait_bank();
  void fetch(const WordGroup& group);
  void read_words(std::int32_t first, std::span<std::uint32_t> words);
  void bank_granted(BankMask banks, std::int64_t cycle) override;
  [[nodiscard]] std::int64_t next_access() const override { return std::max(time_, next_access_); }

  static constexpr std::size_t kGathered = 32;
  std::array<StreamWord, kGathered> gathered_{};
  std::array<std::int64_t, kGathered> gathered_ready_{};
  std::size_t gathered_count_{};
  std::int64_t pushed_{};  // words, headers and those that gather included
  std::int64_t gap_{};     // cycles between the next word and the one before it, at least
  // Of the descriptor at hand.
  BankModule* bank_module_{};
  arch::TileCoord memory_tile_{};
  int slot_{};
  bool tlast_{};
  std::optional<BdWalker> walker_;
  // Of the access under way; no words: none.
  WordGroup group_;
  BankMask bank_{};
  std::int64_t wanted_{};        // its cycle, should the bank be free
  std::int64_t granted_at_{-1};  // its cycle; -1: not known yet
  std::array<StreamWord, WordGroup::kMaxWords> fetched_{};

  bool advancing_{};
  Need need_{};
  sc_core::sc_event moved_;  // it is no bank any more that the thread needs
};

}  // namespace aie4ml::sim
