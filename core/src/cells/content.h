// What the conversions of all types see of a cell, and what they share in reading and writing it.
#pragma once

#include <string>
#include <string_view>

#include "listing_sync/cells.h"

namespace listing_sync {

/// A cell that is neither blank nor an error cell. A string's text is trimmed and free of NUL; it
/// may live in CellScratch::text, a folded text in CellScratch::folded, digits in
/// CellScratch::digits: a conversion uses each for that purpose only.
struct Content {
  CellKind kind = CellKind::string;
  bool verbatim = false;  ///< `text` is also its JSON form
  std::string_view text;
};

/// The cell's text trimmed and without NUL; `buffer` is used only where there is a NUL in it.
[[nodiscard]] std::string_view clean_text(const Cell& cell, std::string& buffer);

/// `text` width-folded; `buffer` is used only where there is something to fold.
[[nodiscard]] std::string_view folded_text(std::string_view text, std::string& buffer);

/// fold_header(text); `buffer` is used only where that is not `text` itself.
[[nodiscard]] std::string_view folded_label(std::string_view text, std::string& buffer);

/// How a text shows a cell that is none: TRUE or FALSE, or a number's digits as sent, the exponent
/// expanded below 1e21. A string is its own text.
[[nodiscard]] std::string_view text_form(const Content& content, std::string& buffer);

/// `#REF!` … `Loading...`, exactly.
[[nodiscard]] bool is_error_text(std::string_view trimmed);

/// Applies max_length and pattern to the value as the database will hold it.
[[nodiscard]] CellCode check_value(const Column& column, std::string_view value);

/// Checks `value` and appends it as a JSON string; nothing is appended where a check fails.
[[nodiscard]] CellCode write_string(const Column& column, std::string_view value, bool verbatim,
                                    std::string& out);

/// Checks `literal` (a number, true, false) and appends it as it stands.
[[nodiscard]] CellCode write_literal(const Column& column, std::string_view literal,
                                     std::string& out);

}  // namespace listing_sync
