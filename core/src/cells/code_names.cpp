// The stable names of why a cell is invalid: stored in sync_errors and shown to people.
#include <cstdlib>

#include "listing_sync/cells.h"

namespace listing_sync {

std::string_view cell_code_name(CellCode code) {
  switch (code) {
    case CellCode::none:
      return "none";
    case CellCode::error_cell:
      return "error_cell";
    case CellCode::blank_not_allowed:
      return "blank_not_allowed";
    case CellCode::not_text:
      return "not_text";
    case CellCode::not_a_number:
      return "not_a_number";
    case CellCode::not_an_integer:
      return "not_an_integer";
    case CellCode::out_of_range:
      return "out_of_range";
    case CellCode::ambiguous_range:
      return "ambiguous_range";
    case CellCode::unexpected_unit:
      return "unexpected_unit";
    case CellCode::not_a_date:
      return "not_a_date";
    case CellCode::ambiguous_date:
      return "ambiguous_date";
    case CellCode::impossible_date:
      return "impossible_date";
    case CellCode::not_a_boolean:
      return "not_a_boolean";
    case CellCode::not_in_values:
      return "not_in_values";
    case CellCode::not_a_url:
      return "not_a_url";
    case CellCode::not_an_email:
      return "not_an_email";
    case CellCode::not_a_phone:
      return "not_a_phone";
    case CellCode::too_long:
      return "too_long";
    case CellCode::pattern_mismatch:
      return "pattern_mismatch";
  }
  std::abort();  // not a CellCode
}

}  // namespace listing_sync
