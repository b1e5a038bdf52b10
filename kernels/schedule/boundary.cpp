#include "kernels/schedule/boundary.hpp"

#include <algorithm>

#include <climits>

namespace aie4ml::kernels {

void Boundary::advance(const std::vector<Event>& events, int length) {
  for (Event& event : past_) event.cycle -= length;
  for (const Event& event : events) {
    if (event.cycle - length >= -reach_) past_.push_back({event.op, event.accesses, event.cycle - length});
  }
  std::erase_if(past_, [this](const Event& e) { return e.cycle < -reach_; });
}

int Boundary::gap_to(const std::vector<Event>& next) const {
  int gap = 0;
  for (const Event& before : past_) {
    for (const Event& after : next) {
      const int least = distance(*before.op, before.accesses, *after.op, after.accesses, *timing_);
      if (least != INT_MIN) gap = std::max(gap, before.cycle + least - after.cycle);
    }
  }
  return gap;
}

int Boundary::slack_to(const std::vector<Event>& next) const {
  int slack = reach_;
  for (const Event& before : past_) {
    for (const Event& after : next) {
      const int least = distance(*before.op, before.accesses, *after.op, after.accesses, *timing_);
      if (least != INT_MIN) slack = std::min(slack, after.cycle - before.cycle - least);
    }
  }
  return std::max(0, slack);
}

std::vector<Boundary::Event> Boundary::beginning(const std::vector<Event>& events) const {
  std::vector<Event> early;
  std::copy_if(events.begin(), events.end(), std::back_inserter(early),
               [this](const Event& e) { return e.cycle < reach_; });
  return early;
}

}  // namespace aie4ml::kernels
