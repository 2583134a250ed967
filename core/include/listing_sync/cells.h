// One cell -> what is to be written: the rules of tests/vectors/RULES.md. Never store a guess.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "listing_sync/mapping.h"
#include "listing_sync/sheet.h"

namespace listing_sync {

enum class CellAction : std::uint8_t {
  write,            ///< a JSON value was appended
  clear,            ///< null is to be stored
  keep,             ///< nothing is to be said of this column (blank under blank=keep)
  keep_error_cell,  ///< the same, and the cell is held for review
  invalid           ///< see code
};

/// Why a cell is invalid. Names (cell_code_name) are stable: they are stored and shown.
enum class CellCode : std::uint8_t {
  none,
  error_cell,
  blank_not_allowed,
  not_text,
  not_a_number,
  not_an_integer,
  out_of_range,
  ambiguous_range,
  unexpected_unit,
  not_a_date,
  ambiguous_date,
  impossible_date,
  not_a_boolean,
  not_in_values,
  not_a_url,
  not_an_email,
  not_a_phone,
  too_long,
  pattern_mismatch
};
[[nodiscard]] std::string_view cell_code_name(CellCode code);

struct CellResult {
  CellAction action = CellAction::clear;
  CellCode code = CellCode::none;  ///< set for invalid
};

/// Buffers reused from cell to cell; no state passes from one call to the next.
struct CellScratch {
  std::string folded, digits, text;
};

/// Converts one cell under its column's policies, in the order treat_as_blank, error cell, blank,
/// conversion, scale/min/max/max_length, pattern. On `write` exactly one JSON value is appended to
/// `out`; otherwise `out` is unchanged. A datetime serial is rounded to the nearest second.
[[nodiscard]] CellResult convert_cell(const Column& column, const Cell& cell, CellScratch& scratch,
                                      std::string& out);

/// True for a cell that is blank for `column`: missing, null, white space, or in treat_as_blank.
/// (Used for `fallback`.)
[[nodiscard]] bool is_blank(const Column& column, const Cell& cell, CellScratch& scratch);
/// True for `#REF!` … `Loading...` after trimming.
[[nodiscard]] bool is_error_cell(const Cell& cell);

/// A key cell as keys are compared and stored: trimmed, width-folded, a number by its digits.
/// Replaces `key`; empty where the cell is blank. False where it is no text (lone surrogate) or an
/// error cell.
[[nodiscard]] bool normalize_key(const Cell& cell, std::string& key);

}  // namespace listing_sync
