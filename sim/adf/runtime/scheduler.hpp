// Processes of a Kahn network in one thread: each goes on as far as it can, and is woken when a channel it
// may wait for has changed. The order is that of waking, the same in every run.
#pragma once

#include <deque>

namespace aie4ml::adf {

class Process {
 public:
  Process() = default;
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  virtual ~Process() = default;
  virtual void advance() = 0;  // as far as it goes without waiting

 private:
  friend class Scheduler;
  bool queued_{};
};

class Scheduler {
 public:
  void wake(Process* process) {
    if (process->queued_) return;
    process->queued_ = true;
    ready_.push_back(process);
  }
  // Until nobody can go on.
  void run() {
    while (!ready_.empty()) {
      Process* process = ready_.front();
      ready_.pop_front();
      process->queued_ = false;
      process->advance();
    }
  }

 private:
  std::deque<Process*> ready_;
};

}  // namespace aie4ml::adf
