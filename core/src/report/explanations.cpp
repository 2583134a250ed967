// The sentences.
#include "report/explanations.h"

#include <array>
#include <string_view>

namespace listing_sync {
namespace {

struct Explanation {
  std::string_view code, text;
};

constexpr std::array kExplanations = {
    Explanation{"error_cell", "the cell shows an error or is still being calculated"},
    Explanation{"blank_not_allowed", "the cell must not be blank"},
    Explanation{"not_text", "the cell holds characters that are no text"},
    Explanation{"not_a_number", "the cell is no number that can be read with certainty"},
    Explanation{"not_an_integer", "the cell must be a whole number"},
    Explanation{"out_of_range", "the number is outside the allowed range"},
    Explanation{"ambiguous_range", "the cell gives a range or an approximation, not one number"},
    Explanation{"unexpected_unit", "the cell has a unit that does not belong there"},
    Explanation{"not_a_date", "the cell is no date"},
    Explanation{"ambiguous_date", "a part of the date is missing or in doubt"},
    Explanation{"impossible_date", "there is no such day in the calendar"},
    Explanation{"not_a_boolean", "the cell is neither yes nor no"},
    Explanation{"not_in_values", "the cell is none of the accepted labels"},
    Explanation{"not_a_url", "the cell is no http(s) address"},
    Explanation{"not_an_email", "the cell is no e-mail address"},
    Explanation{"not_a_phone", "the cell is no telephone number"},
    Explanation{"too_long", "the text is longer than allowed"},
    Explanation{"pattern_mismatch", "the text does not have the required form"},
    Explanation{"refused_by_trigger", "a trigger of the table left the row out"},
};

}  // namespace

std::string explain_code(const std::string& code) {
  for (const Explanation& explanation : kExplanations)
    if (explanation.code == code) return std::string(explanation.text);
  return code;
}

}  // namespace listing_sync
