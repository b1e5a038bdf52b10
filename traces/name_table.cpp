#include "traces/name_table.hpp"

#include <cstdlib>

namespace aie4ml::traces {

NameId NameTable::intern(std::string_view text) {
  if (const auto found = ids_.find(text); found != ids_.end()) return found->second;
  const auto id = static_cast<NameId>(texts_.size());
  ids_.emplace(texts_.emplace_back(text), id);
  return id;
}

const std::string& NameTable::text(NameId id) const {
  if (id >= texts_.size()) std::abort();
  return texts_[id];
}

}  // namespace aie4ml::traces
