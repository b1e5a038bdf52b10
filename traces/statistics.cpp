#include "traces/statistics.hpp"

#include <cstdlib>

namespace aie4ml::traces {

std::string_view to_string(PathKind kind) {
  switch (kind) {
    case PathKind::plio:
      return "plio";
    case PathKind::stream:
      return "stream";
    case PathKind::dma:
      return "dma";
    case PathKind::lock:
      return "lock";
    case PathKind::core:
      return "core";
    case PathKind::cascade:
      return "cascade";
    case PathKind::bank:
      return "bank";
  }
  std::abort();
}

}  // namespace aie4ml::traces
