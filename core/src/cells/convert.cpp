// The order of steps that every cell takes, whatever its type: treat_as_blank, error cell, blank,
// conversion. What a type makes of a cell is its own file's.
#include <algorithm>
#include <cstdlib>

#include "cells/conversions.h"

namespace listing_sync {
namespace {

bool is_treated_as_blank(const Column& column, const Content& content, CellScratch& scratch) {
  if (column.treat_as_blank.empty()) return false;
  // A number's text form may need a buffer, a string's text may already live in scratch.text.
  const std::string_view label = folded_label(text_form(content, scratch.digits), scratch.folded);
  return std::find(column.treat_as_blank.begin(), column.treat_as_blank.end(), label) !=
         column.treat_as_blank.end();
}

bool is_absent(const Cell& cell) {
  return cell.kind == CellKind::missing || cell.kind == CellKind::null ||
         (cell.kind == CellKind::string && cell.text.empty());
}

Content content_of(const Cell& cell, CellScratch& scratch) {
  const bool is_string = cell.kind == CellKind::string;
  return {cell.kind, cell.verbatim, is_string ? clean_text(cell, scratch.text) : cell.text};
}

CellResult blank_result(BlankPolicy policy) {
  switch (policy) {
    case BlankPolicy::clear:
      return {CellAction::clear, CellCode::none};
    case BlankPolicy::keep:
      return {CellAction::keep, CellCode::none};
    case BlankPolicy::error:
      break;
  }
  return {CellAction::invalid, CellCode::blank_not_allowed};
}

CellResult error_cell_result(ErrorCellPolicy policy) {
  switch (policy) {
    case ErrorCellPolicy::keep:
      return {CellAction::keep_error_cell, CellCode::none};
    case ErrorCellPolicy::clear:
      return {CellAction::clear, CellCode::none};
    case ErrorCellPolicy::error:
      break;
  }
  return {CellAction::invalid, CellCode::error_cell};
}

CellCode convert_content(const Column& column, const Content& content, CellScratch& scratch,
                         std::string& out) {
  switch (column.type) {
    case ColumnType::text:
      return convert_text(column, content, scratch, out);
    case ColumnType::integer:
    case ColumnType::number:
      return convert_number(column, content, scratch, out);
    case ColumnType::date:
      return convert_date(column, content, scratch, out);
    case ColumnType::datetime:
      return convert_datetime(column, content, scratch, out);
    case ColumnType::year_month:
      return convert_year_month(column, content, scratch, out);
    case ColumnType::boolean:
      return convert_boolean(column, content, scratch, out);
    case ColumnType::enumeration:
      return convert_enumeration(column, content, scratch, out);
    case ColumnType::url:
      return convert_url(column, content, scratch, out);
    case ColumnType::email:
      return convert_email(column, content, scratch, out);
    case ColumnType::phone:
      return convert_phone(column, content, scratch, out);
  }
  std::abort();  // not a ColumnType
}

}  // namespace

bool is_blank(const Column& column, const Cell& cell, CellScratch& scratch) {
  if (is_absent(cell)) return true;
  if (cell.lone_surrogate) return false;
  const Content content = content_of(cell, scratch);
  return content.text.empty() || is_treated_as_blank(column, content, scratch);
}

CellResult convert_cell(const Column& column, const Cell& cell, CellScratch& scratch,
                        std::string& out) {
  if (is_absent(cell)) return blank_result(column.blank);
  if (cell.lone_surrogate) return {CellAction::invalid, CellCode::not_text};
  const Content content = content_of(cell, scratch);
  if (content.text.empty() || is_treated_as_blank(column, content, scratch))
    return blank_result(column.blank);
  if (content.kind == CellKind::string && is_error_text(content.text))
    return error_cell_result(column.error_cell);
  const CellCode code = convert_content(column, content, scratch, out);
  return {code == CellCode::none ? CellAction::write : CellAction::invalid, code};
}

}  // namespace listing_sync
