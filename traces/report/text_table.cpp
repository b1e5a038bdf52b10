#include "traces/report/text_table.hpp"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

namespace aie4ml::traces {

TextTable::TextTable(std::vector<Column> columns) : columns_(std::move(columns)) {}

void TextTable::add_row(std::vector<std::string> cells) {
  if (cells.size() != columns_.size()) std::abort();
  rows_.push_back(std::move(cells));
}

std::string TextTable::print() const {
  std::vector<std::string> titles;
  for (const Column& column : columns_) titles.push_back(column.title);

  std::vector<std::size_t> widths(columns_.size());
  const auto widen = [&widths](const std::vector<std::string>& row) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  };
  widen(titles);
  for (const auto& row : rows_) widen(row);

  std::string text;
  const auto print_row = [&](const std::vector<std::string>& row) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += columns_[i].align == Align::left ? fmt::format("  {:<{}}", row[i], widths[i])
                                               : fmt::format("  {:>{}}", row[i], widths[i]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  };
  print_row(titles);
  for (const auto& row : rows_) print_row(row);
  return text;
}

}  // namespace aie4ml::traces
