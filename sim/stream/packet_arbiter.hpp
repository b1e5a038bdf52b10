// Whose packet goes next through an arbiter of a stream switch (AM020-2): in turns among those that want, or
// in a fixed order that was set (deterministic merge). No time in it: called once for every packet, with the
// set of those whose header is there.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace aie4ml::sim {

class PacketArbiter {
 public:
  // Slaves are counted as the caller likes, as long as that follows from the image alone; at most 64.
  using Slaves = std::uint64_t;  // bit: slave
  struct Position {
    int slave{};
    int packets{};
  };

  explicit PacketArbiter(int slaves) : slaves_(slaves), latest_(slaves - 1) {}
  PacketArbiter(int slaves, std::vector<Position> order) : slaves_(slaves), order_(std::move(order)) {}

  // Takes turns: the next one after the latest winner. In a fixed order: the one whose turn it is, if it
  // wants.
  [[nodiscard]] std::optional<int> next(Slaves wanting) const {
    if (!order_.empty()) {
      const int slave = order_[position_].slave;
      return (wanting >> slave & 1U) != 0 ? std::optional<int>(slave) : std::nullopt;
    }
    for (int i = 1; i <= slaves_; ++i) {
      const int slave = (latest_ + i) % slaves_;
      if ((wanting >> slave & 1U) != 0) return slave;
    }
    return std::nullopt;
  }

  // The slave, which next() named, got the arbiter for a packet.
  void won(int slave) {
    latest_ = slave;
    if (order_.empty() || ++packets_ < order_[position_].packets) return;
    packets_ = 0;
    position_ = (position_ + 1) % order_.size();
  }

 private:
  int slaves_;
  int latest_{};  // winner
  std::vector<Position> order_;
  std::size_t position_{};
  int packets_{};  // that came from order_[position_]
};

}  // namespace aie4ml::sim
