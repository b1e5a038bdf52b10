// Interned text: the first text gets id 0, the next new one 1, and so on. What Recorder::intern() is made of.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

#include "traces/event.hpp"

namespace aie4ml::traces {

class NameTable {
 public:
  NameId intern(std::string_view text);
  // The id must come from intern(); aborts otherwise.
  [[nodiscard]] const std::string& text(NameId id) const;

 private:
  std::deque<std::string> texts_;  // does not move its elements: ids_ points into them
  std::unordered_map<std::string_view, NameId> ids_;
};

}  // namespace aie4ml::traces
