// A table for a terminal: columns aligned as said, two spaces between them.
#pragma once

#include <string>
#include <vector>

namespace aie4ml::traces {

class TextTable {
 public:
  enum class Align : bool { left, right };
  struct Column {
    std::string title;
    Align align{Align::right};
  };

  explicit TextTable(std::vector<Column> columns);
  // As many cells as there are columns.
  void add_row(std::vector<std::string> cells);
  [[nodiscard]] bool empty() const { return rows_.empty(); }
  // Title line and rows, each indented by two spaces and ended by a newline, without trailing spaces.
  [[nodiscard]] std::string print() const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace aie4ml::traces
