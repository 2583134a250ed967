// What holds for cells of every type: order of the steps, blank, error cells, codes.
#include <doctest/doctest.h>

#include <set>
#include <string>

#include "cell_support.h"

using namespace listing_sync;  // NOLINT(google-build-using-namespace)
using testing::column_of;
using testing::convert;
using testing::OwnedCell;

namespace {

constexpr std::string_view kTypes[] = {"text",     "integer",    "number",  "date",
                                       "datetime", "year_month", "boolean", "enum",
                                       "url",      "email",      "phone"};

std::string policy_of(std::string_view type, const std::string& more = "") {
  const std::string values = type == "enum" ? R"("values":{"a":"b"})" : "";
  return "{" + values + (!values.empty() && !more.empty() ? "," : "") + more + "}";
}

std::string convert_as(std::string_view type, const std::string& more, std::string_view cell) {
  return convert(type, policy_of(type, more), cell, "+09:00");
}

}  // namespace

TEST_CASE("a blank cell is cleared, kept or refused in a column of any type") {
  for (const std::string_view type : kTypes) {
    CAPTURE(type);
    for (const std::string_view cell : {R"("")", R"("　 ")", "null", R"("\u0000")"}) {
      CHECK(convert_as(type, "", cell) == "clear");
      CHECK(convert_as(type, R"("blank":"keep")", cell) == "keep");
      CHECK(convert_as(type, R"("blank":"error")", cell) == "invalid blank_not_allowed");
      CHECK(convert_as(type, R"("required":true)", cell) == "invalid blank_not_allowed");
    }
  }
}

TEST_CASE("a missing cell is blank") {
  CellScratch scratch;
  std::string out;
  const Column column = column_of("number");
  CHECK(is_blank(column, Cell{}, scratch));
  CHECK(convert_cell(column, Cell{}, scratch, out).action == CellAction::clear);
  CHECK(out.empty());
}

TEST_CASE("an error cell is kept, cleared or refused in a column of any type") {
  for (const std::string_view type : kTypes) {
    CAPTURE(type);
    CHECK(convert_as(type, "", R"(" #DIV/0! ")") == "keep error_cell");
    CHECK(convert_as(type, R"("error_cell":"clear")", R"("#N/A")") == "clear");
    CHECK(convert_as(type, R"("error_cell":"error")", R"("Loading...")") == "invalid error_cell");
    CHECK(convert_as(type, R"("treat_as_blank":["＃N/A"])", R"("#N/A")") == "clear");
  }
}

TEST_CASE("is_blank sees what convert_cell treats as blank") {
  CellScratch scratch;
  const Column column = column_of("text", R"({"treat_as_blank":["-","なし","0"]})");
  for (const std::string_view cell : {R"("－")", R"(" なし ")", "0", "null", R"("\u200b")"})
    CHECK(is_blank(column, OwnedCell(cell).cell(), scratch));
  for (const std::string_view cell : {R"("--")", "1", "false", R"("#N/A")", R"("\ud800")"})
    CHECK_FALSE(is_blank(column, OwnedCell(cell).cell(), scratch));
}

TEST_CASE("is_error_cell sees texts only") {
  CHECK(is_error_cell(OwnedCell(R"("　#SPILL!")").cell()));
  CHECK(is_error_cell(OwnedCell(R"("Loading...\u0000")").cell()));
  for (const std::string_view cell :
       {R"("#spill!")", R"("")", "1", "true", "null", R"("#REF!\ud800")"})
    CHECK_FALSE(is_error_cell(OwnedCell(cell).cell()));
  CHECK_FALSE(is_error_cell(Cell{}));
}

TEST_CASE("no state passes from one cell to the next") {
  // Long values first, so that a forgotten clear() would show.
  const Column number =
      column_of("number", R"({"unit":"m2","scale":1,"min":-1000000,"max":1000000})");
  const Column date = column_of("date");
  const Column phone = column_of("phone");
  CellScratch scratch;
  const auto run = [&scratch](const Column& column, std::string_view json) {
    std::string out;
    (void)convert_cell(column, OwnedCell(json).cell(), scratch, out);
    return out;
  };
  for (int i = 0; i < 2; ++i) {
    CHECK(run(number, R"("▲１２３，４５６．７８坪")") == "-408121.6");
    CHECK(run(date, R"("令和元年５月１日（水）")") == R"("2019-05-01")");
    CHECK(run(phone, R"("０９０ー１２３４ー５６７８")") == R"("090-1234-5678")");
    CHECK(run(number, "0.04") == "0");
    CHECK(run(date, "1") == R"("1899-12-31")");
    CHECK(run(phone, "975361234") == R"("0975361234")");
    CHECK(run(number, "12e999999") == "");
  }
}

TEST_CASE("every code has a stable name of its own") {
  std::set<std::string_view> names;
  for (int code = 0; code <= static_cast<int>(CellCode::pattern_mismatch); ++code)
    names.insert(cell_code_name(static_cast<CellCode>(code)));
  CHECK(names.size() == static_cast<std::size_t>(CellCode::pattern_mismatch) + 1);
  CHECK(cell_code_name(CellCode::blank_not_allowed) == "blank_not_allowed");
}
