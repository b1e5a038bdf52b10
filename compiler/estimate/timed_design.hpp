// A routed plan in time: its DMA channels, cores and PLIOs with the streams, cascades and locks between them.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "arch/device/device.hpp"
#include "compiler/estimate/timed_unit.hpp"
#include "compiler/plan/plan.hpp"

namespace aie4ml::compiler {

class TimedDesign {
 public:
  TimedDesign(const Plan& plan, const arch::Device& device);

  // Until all outputs of so many iterations have left, counted from the start.
  void run(int iterations);

  // In the order of the plan.
  [[nodiscard]] const std::vector<TimedHostEnd*>& inputs() const { return inputs_; }
  [[nodiscard]] const std::vector<TimedHostEnd*>& outputs() const { return outputs_; }
  [[nodiscard]] const std::vector<TimedCore*>& cores(std::size_t layer) const { return cores_[layer]; }
  // All of them, with whose they are: index of the layer, -1: none's.
  struct Owned {
    const TimedUnit* unit{};
    int layer{-1};
  };
  [[nodiscard]] std::vector<Owned> units() const;

 private:
  using Lock = std::pair<arch::TileCoord, arch::LockId>;
  struct Receiver {
    TimedStream* stream{};
    std::size_t branch{};
  };

  void add_streams();
  void add_host_ends();
  TimedHostEnd& add_host_end(const PlioPlan& end, const Net& net);
  void add_channels();
  void add_cores();
  template <class Unit, class... Arguments>
  Unit& add(int layer, Arguments&&... arguments);
  // Units at both ends of a stream or lock go on when the other one did.
  void join(const void* meeting, std::size_t unit);
  void find_neighbours();
  TimedStream& add_stream(const Net& net, const Route& route);
  [[nodiscard]] StreamEnd host_port(const PlioPlan& end) const;
  [[nodiscard]] std::int64_t stored_at(const StreamEnd& sink) const;
  [[nodiscard]] TimedLock* lock(arch::TileCoord tile, const arch::LockAccess& access);
  [[nodiscard]] TimedDescriptor timed(const DmaChain& chain, const arch::BufferDescriptor& bd);

  const Plan& plan_;
  const arch::Device& device_;
  std::deque<TimedStream> streams_;
  std::map<Lock, TimedLock> locks_;
  std::map<StreamEnd, TimedStream*> sources_;
  std::map<StreamEnd, Receiver> sinks_;
  std::deque<TimedProgram> programs_;
  std::vector<std::unique_ptr<TimedUnit>> units_;
  std::vector<int> layer_of_;  // of units_
  std::map<const void*, std::vector<std::size_t>> meetings_;
  std::vector<std::vector<std::size_t>> neighbours_;  // of units_
  std::vector<TimedHostEnd*> inputs_, outputs_;
  std::vector<std::vector<TimedCore*>> cores_;  // by layer
};

}  // namespace aie4ml::compiler
