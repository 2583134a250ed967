#include "cell_support.h"

#include <doctest/doctest.h>

#include <vector>

#include "cells/decimal.h"
#include "listing_sync/mapping.h"
#include "listing_sync/sheet.h"

namespace listing_sync::testing {
namespace {

constexpr std::string_view kWrite = "write ";

std::string describe(const CellResult& result, std::string_view written) {
  switch (result.action) {
    case CellAction::write:
      return std::string(kWrite).append(written);
    case CellAction::clear:
      return "clear";
    case CellAction::keep:
      return "keep";
    case CellAction::keep_error_cell:
      return "keep error_cell";
    case CellAction::invalid:
      break;
  }
  return "invalid " + std::string(cell_code_name(result.code));
}

bool is_same_number(std::string_view a, std::string_view b) {
  std::string a_digits, b_digits;
  Decimal left(a_digits), right(b_digits);
  return parse_json_number(a, left) == NumberForm::normal &&
         parse_json_number(b, right) == NumberForm::normal && compare(left, right) == 0;
}

}  // namespace

OwnedCell::OwnedCell(std::string_view json) {
  answer_.append(R"({"values":[[)").append(json).append("]]}");
  SheetReader reader(answer_);
  std::vector<Cell> cells;
  REQUIRE(reader.next_range());
  REQUIRE(reader.next_row(cells));
  REQUIRE_MESSAGE(cells.size() == 1, json);
  cell_ = cells.front();
  text_ = cell_.text;  // the reader's arena ends with the reader
  cell_.text = text_;
  REQUIRE_FALSE(reader.next_row(cells));
  REQUIRE_FALSE(reader.next_range());
  REQUIRE_MESSAGE(!reader.fault(), json);
}

Column column_of(std::string_view type, std::string_view policy, std::string_view time_zone) {
  Result<Column> column = parse_column(type, policy, time_zone);
  if (!column.ok())
    FAIL(type, " ", policy, ": ", column.fault().where, ": ", column.fault().message);
  return std::move(column).value();
}

std::string convert(const Column& column, std::string_view cell_json) {
  const OwnedCell owned(cell_json);
  constexpr std::string_view kBefore = "{\"before\":";
  CellScratch scratch;
  std::string out(kBefore);
  const CellResult result = convert_cell(column, owned.cell(), scratch, out);
  REQUIRE(out.compare(0, kBefore.size(), kBefore) == 0);
  const std::string written = out.substr(kBefore.size());
  CHECK_MESSAGE((result.action == CellAction::write) == !written.empty(), cell_json);
  CHECK_MESSAGE((result.action == CellAction::invalid) == (result.code != CellCode::none),
                cell_json);
  return describe(result, written);
}

std::string convert(std::string_view type, std::string_view policy, std::string_view cell_json,
                    std::string_view time_zone) {
  return convert(column_of(type, policy, time_zone), cell_json);
}

bool is_same_outcome(std::string_view expected, std::string_view got) {
  const bool both_write =
      expected.substr(0, kWrite.size()) == kWrite && got.substr(0, kWrite.size()) == kWrite;
  if (!both_write) return expected == got;
  const OwnedCell left(expected.substr(kWrite.size())), right(got.substr(kWrite.size()));
  if (left.cell().kind != right.cell().kind) return false;
  return left.cell().kind == CellKind::number ? is_same_number(left.cell().text, right.cell().text)
                                              : left.cell().text == right.cell().text;
}

}  // namespace listing_sync::testing
