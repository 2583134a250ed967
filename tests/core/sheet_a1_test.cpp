// A1 notation: resolved ranges, column letters, quoted tab names.
#include <doctest/doctest.h>

#include <string>

#include "listing_sync/sheet.h"

using namespace listing_sync;

namespace {

std::string grid(const char* range) {
  const auto parsed = parse_grid_range(range);
  if (!parsed) return "none";
  return "rows " + std::to_string(parsed->row_first) + '-' + std::to_string(parsed->row_last) +
         " columns " + std::to_string(parsed->column_first) + '-' +
         std::to_string(parsed->column_last);
}

}  // namespace

TEST_CASE("a resolved range is rows and columns") {
  CHECK(grid("'物件 一覧'!A1:FZ1000") == "rows 1-1000 columns 1-182");
  CHECK(grid("Sheet1!B2:C9") == "rows 2-9 columns 2-3");
  CHECK(grid("物件!AA10:ZZZ10000000") == "rows 10-10000000 columns 27-18278");
  CHECK(grid("A1:B2") == "rows 1-2 columns 1-2");
}

TEST_CASE("a range of one cell is named by the cell") {
  CHECK(grid("Sheet1!C7") == "rows 7-7 columns 3-3");
  CHECK(grid("'a'!C7") == "rows 7-7 columns 3-3");
}

TEST_CASE("a quoted tab name may hold anything, quotes doubled") {
  CHECK(grid("'it''s'!A1:B2") == "rows 1-2 columns 1-2");
  CHECK(grid("''''!A1:B2") == "rows 1-2 columns 1-2");
  CHECK(grid("'a!Z9:Z9'!A1:B2") == "rows 1-2 columns 1-2");
  CHECK(grid("'A1:B2'!C3") == "rows 3-3 columns 3-3");
}

TEST_CASE("what is no resolved range is none") {
  for (const char* const range : {"",
                                  "!",
                                  "Sheet1",
                                  "Sheet1!",
                                  "Sheet1!A",
                                  "Sheet1!1",
                                  "Sheet1!A:B",
                                  "Sheet1!1:2",
                                  "Sheet1!A1:",
                                  "Sheet1!:B2",
                                  "Sheet1!A1:B",
                                  "Sheet1!A1:B2:C3",
                                  "Sheet1!A0:B2",
                                  "Sheet1!A01:B2",
                                  "Sheet1!B1:A2",
                                  "Sheet1!A2:B1",
                                  "Sheet1!AAAA1:AAAA2",
                                  "Sheet1!a1:b2",
                                  "Sheet1!A1x",
                                  "Sheet1!A1:B123456789",
                                  "Sheet1!A-1:B2",
                                  "Sheet1!$A$1:$B$2",
                                  "'open!A1:B2",
                                  "'a'A1:B2",
                                  "'a''!A1:B2",
                                  "'a'",
                                  "'",
                                  "#REF!"}) {
    CHECK_MESSAGE(grid(range) == "none", range);
  }
}

TEST_CASE("columns are lettered as Sheets letters them") {
  CHECK(column_letters(0) == "A");
  CHECK(column_letters(25) == "Z");
  CHECK(column_letters(26) == "AA");
  CHECK(column_letters(51) == "AZ");
  CHECK(column_letters(52) == "BA");
  CHECK(column_letters(181) == "FZ");
  CHECK(column_letters(701) == "ZZ");
  CHECK(column_letters(702) == "AAA");
  CHECK(column_letters(18'277) == "ZZZ");
  CHECK(column_letters(4'294'967'295U) == "MWLQKWV");
}

TEST_CASE("letters of every column read back as that column") {
  for (std::uint32_t index = 0; index < 18'278; ++index) {
    const auto parsed = parse_grid_range(column_letters(index) + "1");
    REQUIRE(parsed);
    REQUIRE(parsed->column_first == index + 1);
  }
}

TEST_CASE("a tab's name is quoted, its quotes doubled, and reads back") {
  CHECK(quote_tab("物件 一覧") == "'物件 一覧'");
  CHECK(quote_tab("it's") == "'it''s'");
  CHECK(quote_tab("") == "''");
  for (const char* const tab : {"物件 一覧", "it's", "'", "''", "a!B2", "!"}) {
    CHECK_MESSAGE(parse_grid_range(quote_tab(tab) + "!A1:B2"), tab);
  }
}
