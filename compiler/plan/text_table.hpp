// Aligned columns for people.
#pragma once

#include <string>
#include <vector>

namespace aie4ml::compiler {

class TextTable {
 public:
  enum class Align { left, right };
  struct Column {
    std::string title;
    Align align{Align::left};
  };
  explicit TextTable(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // As many cells as columns.
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  // Title line and rows, each ending with a line break, two blanks between columns.
  [[nodiscard]] std::string str() const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace aie4ml::compiler
