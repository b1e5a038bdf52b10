#include "traces/event.hpp"

#include <cstdlib>

namespace aie4ml::traces {

std::string_view to_string(StallReason reason) {
  switch (reason) {
    case StallReason::none:
      return "none";
    case StallReason::lock:
      return "lock";
    case StallReason::stream:
      return "stream";
    case StallReason::cascade:
      return "cascade";
    case StallReason::bank:
      return "bank";
    case StallReason::idle:
      return "idle";
  }
  std::abort();
}

}  // namespace aie4ml::traces
