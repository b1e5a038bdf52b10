#include "arch/text_table.hpp"

#include <gtest/gtest.h>

namespace aie4ml::arch {
namespace {

using Align = TextTable::Align;

TEST(TextTable, AlignsColumns) {
  TextTable table({{"name"}, {"n", Align::right}, {"note"}});
  EXPECT_TRUE(table.empty());
  table.add_row({"a", "1", "x"});
  table.add_row({"longer", "1000", ""});
  EXPECT_FALSE(table.empty());
  EXPECT_EQ(table.print("  "),
            "  name       n  note\n"
            "  a          1  x\n"
            "  longer  1000\n");
}

TEST(TextTable, CountsCharactersNotBytes) {
  TextTable table({{"t", Align::right}, {"unit"}});
  table.add_row({"\u00b5s", "x"});
  table.add_row({"abc", "y"});
  EXPECT_EQ(table.print(),
            "  t  unit\n"
            " \u00b5s  x\n"
            "abc  y\n");
}

TEST(TextTableDeathTest, RefusesRowsOfAnotherWidth) {
  TextTable table({{"a"}, {"b"}});
  EXPECT_DEATH(table.add_row({"1"}), "");
}

}  // namespace
}  // namespace aie4ml::arch
