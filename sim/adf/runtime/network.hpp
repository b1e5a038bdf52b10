// The running graph: processes and channels built from what was said, once it passed all checks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sim/adf/runtime/kernel_process.hpp"
#include "sim/adf/runtime/memory_process.hpp"
#include "sim/adf/runtime/plio_process.hpp"
#include "sim/adf/runtime/scheduler.hpp"
#include "sim/adf/runtime/wiring.hpp"

namespace aie4ml::adf {

class Network {
 public:
  // Checks the nodes and ends the program with the first problem.
  explicit Network(Nodes nodes);

  // Negative: until the inputs end. Returns when all iterations are done or an update() is needed first; ends
  // the program if nothing can go on.
  void run(std::int64_t iterations);
  void wait();  // the same, but does not return before all is done
  void end();   // and completes the files

  // `port` is a port of the graph.
  void update(PortRecord* port, Element element, const std::uint8_t* values, std::size_t count, Where where);
  void read(PortRecord* port, Element element, std::uint8_t* values, std::size_t count, Where where);

  [[nodiscard]] const std::deque<KernelProcess>& kernels() const { return kernels_; }

 private:
  void build(const Wire& wire);
  // The kernels' arguments behind a port of the graph: one port may feed several. Ends the program if there
  // are none, or other values are meant.
  [[nodiscard]] std::vector<const ParameterWire*> parameters(PortRecord* port, Element element,
                                                             std::size_t count, Where where) const;
  void go_on();
  [[nodiscard]] bool all_done() const;
  [[nodiscard]] bool waits_for_update() const;
  [[nodiscard]] bool input_ended() const;
  [[noreturn]] void fail_stuck() const;
  [[nodiscard]] std::string describe_wait(const KernelProcess& kernel) const;

  Nodes nodes_;
  Wiring wiring_;
  Scheduler scheduler_;
  std::deque<Channel> channels_;
  std::deque<KernelProcess> kernels_;
  std::deque<MemoryProcess> memories_;
  std::deque<PlioSource> sources_;
  std::deque<PlioSink> sinks_;
  std::map<const KernelRecord*, KernelProcess*> process_of_;
  std::map<const SharedBufferRecord*, MemoryProcess*> memory_of_;
  std::map<const PlioRecord*, PlioSource*> source_of_;
  bool endless_{};
};

}  // namespace aie4ml::adf
