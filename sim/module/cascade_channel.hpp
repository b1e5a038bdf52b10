// A cascade link with the cores at its ends: lets each wait until what it asks about is known.
#pragma once

#include <systemc>

#include "sim/cascade/cascade_link.hpp"
#include "sim/machine/unit_table.hpp"
#include "sim/observe/unit_log.hpp"

namespace aie4ml::sim {

class CascadeChannel {
 public:
  CascadeChannel(int index, UnitId writer, UnitId reader, CascadeLink link)
      : index_(index), writer_(writer), reader_(reader), link_(std::move(link)) {}

  [[nodiscard]] UnitId writer() const { return writer_; }
  [[nodiscard]] UnitId reader() const { return reader_; }

  // Of the writer's thread: first cycle with space for the next word. `from`: since when it waits, should it
  // have to.
  std::int64_t wait_space(UnitLog& log, std::int64_t from) {
    const WaitScope scope(
        log, {.reason = traces::StallReason::cascade, .what = WaitCause::What::cascade_room, .link = index_},
        from);
    while (!link_.space()) sc_core::wait(popped_);
    return *link_.space();
  }
  // Why the next word could not be written before.
  [[nodiscard]] Ending why_space() const {
    const CascadeEvent& why = link_.why_space();
    return {{reader_, why.tag, why.cycle}, *link_.space(), 0};
  }
  void push(const CascadeWord& word, std::int64_t cycle, const UnitLog& by) {
    link_.push(word, cycle, by.step());
    pushed_.notify();
  }

  // Of the reader's thread: first cycle in which the next word can be read.
  std::int64_t wait_available(UnitLog& log, std::int64_t from) {
    const WaitScope scope(
        log, {.reason = traces::StallReason::cascade, .what = WaitCause::What::cascade_word, .link = index_},
        from);
    while (!link_.available()) sc_core::wait(pushed_);
    return *link_.available();
  }
  // Why the next word could not be read before.
  [[nodiscard]] Ending why_available() const {
    const CascadeEvent& why = link_.why_available();
    return {{writer_, why.tag, why.cycle}, *link_.available(), *link_.available() - why.cycle};
  }
  [[nodiscard]] const CascadeWord& front() const { return link_.front(); }
  void pop(std::int64_t cycle, const UnitLog& by) {
    link_.pop(cycle, by.step());
    popped_.notify();
  }

 private:
  int index_;
  UnitId writer_, reader_;
  CascadeLink link_;
  sc_core::sc_event pushed_, popped_;
};

}  // namespace aie4ml::sim
