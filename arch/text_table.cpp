#include "arch/text_table.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace aie4ml::arch {
namespace {

// Characters, not bytes: tables may hold an arrow or a micro sign.
std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

}  // namespace

TextTable::TextTable(std::vector<Column> columns) : columns_(std::move(columns)) {}

void TextTable::add_row(std::vector<std::string> cells) {
  if (cells.size() != columns_.size()) std::abort();
  rows_.push_back(std::move(cells));
}

std::string TextTable::print(std::string_view indent) const {
  std::vector<std::size_t> widths;
  for (const Column& column : columns_) widths.push_back(width(column.title));
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width(row[i]));
  }
  std::string text;
  const auto print_line = [&](const auto& cell_of) {
    std::string line(indent);
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const std::string& cell = cell_of(i);
      const std::string blanks(widths[i] - width(cell), ' ');
      if (i > 0) line += "  ";
      line += columns_[i].align == Align::right ? blanks + cell : cell + blanks;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  };
  print_line([&](std::size_t i) -> const std::string& { return columns_[i].title; });
  for (const auto& row : rows_) print_line([&](std::size_t i) -> const std::string& { return row[i]; });
  return text;
}

}  // namespace aie4ml::arch
