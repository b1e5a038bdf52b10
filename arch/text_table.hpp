// A table for a terminal: columns aligned as said, two blanks between them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace aie4ml::arch {

class TextTable {
 public:
  enum class Align : bool { left, right };
  struct Column {
    std::string title;
    Align align{Align::left};
  };

  explicit TextTable(std::vector<Column> columns);
  // As many cells as there are columns.
  void add_row(std::vector<std::string> cells);
  [[nodiscard]] bool empty() const { return rows_.empty(); }
  // Title line and rows, each begun by `indent` and ended by a newline, without trailing blanks.
  [[nodiscard]] std::string print(std::string_view indent = "") const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace aie4ml::arch
