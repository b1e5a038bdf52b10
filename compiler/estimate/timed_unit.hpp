// What acts in a design, as the times of what it does: DMA channels, cores, PLIOs. A unit does a list of
// steps for ever, in order, and waits where a lock, a word or room is missing; no unit can take from another
// what it waits for (token_network.hpp says why), so that it does not matter who is asked to go on first.
//
// The waits and latencies are those that docs/timing_model.md lists, with the numbers of the device; the
// simulated machine has code of its own for them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "arch/device/device.hpp"
#include "arch/device/plio_clock.hpp"
#include "arch/image/image.hpp"
#include "compiler/estimate/timed_stream.hpp"

namespace aie4ml::compiler {

class TimedUnit {
 public:
  explicit TimedUnit(std::string name) : name_(std::move(name)) {}
  TimedUnit(const TimedUnit&) = delete;
  TimedUnit& operator=(const TimedUnit&) = delete;
  virtual ~TimedUnit() = default;

  // Goes on as far as is known; false: not at all.
  virtual bool advance() = 0;

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] Time time() const { return time_; }
  // Of the cycles up to time(): in which it waited for others.
  [[nodiscard]] Time waited() const { return waited_; }

 protected:
  // Somebody else lets it go on no sooner than `cycle`.
  void wait_until(Time cycle) {
    if (cycle <= time_) return;
    waited_ += cycle - time_;
    time_ = cycle;
  }
  Time time_{}, waited_{};

 private:
  std::string name_;
};

// Locks of a descriptor, and its words.
struct TimedDescriptor {
  TimedLock* acquire{};
  int acquire_amount{1};
  TimedLock* release{};
  int release_amount{1};
  int words{};
  int words_per_access{1};
};

// What both directions of a DMA channel have in common.
class TimedChannel : public TimedUnit {
 public:
  TimedChannel(std::string name, std::vector<TimedDescriptor> descriptors, const arch::Device& device,
               arch::TileKind kind);

 protected:
  [[nodiscard]] const TimedDescriptor& descriptor() const { return descriptors_[at_]; }
  // Has the lock and is ready for the first word.
  bool begin();
  // After the last word, which left the channel's end of memory at `last`.
  void end(Time last, Time released);

  const arch::DmaFacts& facts_;
  Time access_cycles_;  // of a memory tile
  bool begun_{};
  Time gap_{};  // before the first word of a descriptor

 private:
  std::vector<TimedDescriptor> descriptors_;
  Time lock_service_;
  std::size_t at_{};
  bool chained_{};
  Time requested_{};
};

class TimedMm2s final : public TimedChannel {
 public:
  TimedMm2s(std::string name, std::vector<TimedDescriptor> descriptors, const arch::Device& device,
            arch::TileKind kind, TimedStream& stream)
      : TimedChannel(std::move(name), std::move(descriptors), device, kind), stream_(stream) {}
  bool advance() override;

 private:
  TimedStream& stream_;
  std::int64_t fetched_{};  // words, of all descriptors
  int left_{};              // words of the descriptor at hand
};

class TimedS2mm final : public TimedChannel {
 public:
  TimedS2mm(std::string name, std::vector<TimedDescriptor> descriptors, const arch::Device& device,
            arch::TileKind kind, TimedStream& stream, std::size_t branch)
      : TimedChannel(std::move(name), std::move(descriptors), device, kind),
        stream_(stream),
        branch_(branch) {}
  bool advance() override;

 private:
  TimedStream& stream_;
  std::size_t branch_;
  int left_{};
  int lane_{};  // words taken in this cycle
  Time last_{};
};

// What a core does between two waits: bundles, then an operation that may wait.
struct TimedOperation {
  enum class Kind : std::uint8_t { acquire, release, read, write };
  Kind kind{};
  Time bundles{};   // before it, since the operation before; -1: in the same bundle
  int lock_role{};  // which lock of the tile, see TimedProgram
};

// One round of a core's program, ping and pong; the same for all tiles with one kernel.
struct TimedProgram {
  std::vector<TimedOperation> operations;
  Time first_bundles{};  // executed once, before the first operation
  Time last_bundles{};   // of a round, behind its last operation
  std::size_t calls{2};  // in a round
};

class TimedCore final : public TimedUnit {
 public:
  // locks: by role. cascades: null where there is none.
  TimedCore(std::string name, const TimedProgram& program, std::vector<TimedLock*> locks,
            TimedStream* cascade_in, TimedStream* cascade_out, const arch::Device& device);
  bool advance() override;

  // Of the first call: it has all its locks; it gave back the last one. kUnknown: not yet.
  [[nodiscard]] Time first_start() const { return first_start_; }
  [[nodiscard]] Time first_end() const { return first_end_; }

 private:
  bool perform(const TimedOperation& operation);
  void note_first_call();

  const TimedProgram& program_;
  std::vector<TimedLock*> locks_;
  TimedStream* in_;
  TimedStream* out_;
  Time lock_cycles_;
  Time lock_service_;
  std::size_t at_{};
  bool issued_{};  // the bundles before the operation at hand are counted
  bool sent_{};    // the word at hand only waits for room
  Time first_start_{kUnknown}, first_end_{kUnknown};
};

// Where the host hands over words. It has data, or takes them, whenever the array does.
class TimedHostEnd : public TimedUnit {
 public:
  TimedHostEnd(std::string name, std::int64_t words_per_iteration, TimedStream& stream)
      : TimedUnit(std::move(name)), stream_(stream), words_(words_per_iteration) {}
  void set_iterations(int iterations) { iterations_ = iterations; }
  [[nodiscard]] const std::vector<Time>& first_beats() const { return first_beats_; }  // by iteration
  [[nodiscard]] const std::vector<Time>& last_beats() const { return last_beats_; }

 protected:
  [[nodiscard]] bool done() const { return static_cast<int>(last_beats_.size()) >= iterations_; }
  // Of the iteration at hand, no more than `most`.
  [[nodiscard]] std::int64_t next_words(std::int64_t most) const {
    return std::min(most, words_ - in_iteration_);
  }
  [[nodiscard]] bool begins_iteration() const { return in_iteration_ == 0; }
  void count_words(std::int64_t words, Time cycle);

  TimedStream& stream_;
  std::int64_t moved_{};

 private:
  std::int64_t words_;
  std::int64_t in_iteration_{};
  int iterations_{};
  std::vector<Time> first_beats_, last_beats_;
};

// The end of a stream in the programmable logic.
class TimedPlio : public TimedHostEnd {
 public:
  TimedPlio(std::string name, const arch::PlioChannel& plio, std::int64_t words_per_iteration,
            const arch::Device& device, TimedStream& stream);

 protected:
  [[nodiscard]] std::int64_t beat_words() const { return next_words(beat_words_); }
  // The beat on the first edge that is not before `cycle`; returns its cycle.
  Time beat(Time cycle);

  const arch::ShimFacts& shim_;

 private:
  arch::PlioClock clock_;
  std::int64_t beat_words_;
  std::int64_t edge_{};
};

class TimedSource final : public TimedPlio {
 public:
  using TimedPlio::TimedPlio;
  bool advance() override;
};

class TimedSink final : public TimedPlio {
 public:
  TimedSink(std::string name, const arch::PlioChannel& plio, std::int64_t words_per_iteration,
            const arch::Device& device, TimedStream& stream, std::size_t branch)
      : TimedPlio(std::move(name), plio, words_per_iteration, device, stream), branch_(branch) {}
  bool advance() override;

 private:
  std::size_t branch_;
};

}  // namespace aie4ml::compiler
