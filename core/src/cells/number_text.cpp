// The grammar of typed numbers (RULES.md, Numbers):
//
//   text      = [約 blanks] [minus] [¥] [minus] amount [blanks unit] [blanks (税込)]
//   amount    = part 億 [part 万] [part 千] [part] | …      falling order, each at most once
//   part      = digits in groups of three or none [. digits]
//
// What does not match is told apart as range, unit or no number at all.
#include "cells/number_text.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>

#include "cells/cursor.h"

namespace listing_sync {
namespace {

enum class Mark : std::uint8_t { none, yen, m2, tsubo };

struct UnitName {
  std::string_view name;
  Mark mark;
};
constexpr UnitName kUnits[] = {{"円", Mark::yen},  {"¥", Mark::yen}, {"㎡", Mark::m2},
                               {"m²", Mark::m2},   {"m2", Mark::m2}, {"平米", Mark::m2},
                               {"坪", Mark::tsubo}};
constexpr std::string_view kOtherCurrencies[] = {"$", "€", "£", "₩", "¢"};
constexpr std::string_view kMinus[] = {"-", "−", "▲", "△"};

constexpr std::string_view kRangeWords[] = {"台", "前後", "程度", "以上", "以下", "~", "〜"};
constexpr std::string_view kHyphens[] = {"-", "−", "‐", "‑", "–", "—", "―"};
constexpr std::string_view kLongVowel = "ー";  // a hyphen to many typists, a letter in メートル

/// What follows a number without being its unit. (For the code alone: both are invalid.)
constexpr std::string_view kRemarks[] = {
    "ほど", "くらい", "ぐらい", "未満", "超", "以内", "弱", "強", "から", "まで", "より",
    "税込", "税抜",   "税別",   "【",   "「", "『",   "〔", "※",  "、",   "。",   "・"};
/// Parts of numbers where the grammar has no place for them.
constexpr std::string_view kNumberWords[] = {"兆", "億", "万", "千", "百", "十"};

struct Multiplier {
  std::string_view name;
  std::int64_t power;
};
constexpr Multiplier kMultipliers[] = {{"億", 8}, {"万", 4}, {"千", 3}};

template <class Words>
bool contains_any(std::string_view text, const Words& words) {
  return std::any_of(std::begin(words), std::end(words), [text](std::string_view word) {
    return text.find(word) != std::string_view::npos;
  });
}

template <class Words>
bool skip_any(Cursor& at, const Words& words) {
  return std::any_of(std::begin(words), std::end(words),
                     [&at](std::string_view word) { return at.skip(word); });
}

// --- The amount ------------------------------------------------------------------------------

/// One run of digits with its fraction, as written.
struct Part {
  std::string_view whole;  ///< may hold commas
  std::string_view fraction;
  std::int64_t whole_size = 0;  ///< its digits, commas not counted
};

/// The digits and commas that stand here, if they are digits in groups of three or none.
bool take_groups(Cursor& at, Part& part) {
  const std::string_view from = at.rest;
  const std::string_view first = at.take_digits();
  part.whole_size = static_cast<std::int64_t>(first.size());
  if (first.empty()) return false;
  if (at.rest.substr(0, 1) == ",") {
    // A grouped number does not begin with 0: "0,123" may be a decimal comma.
    if (first.size() > 3 || first.front() == '0') return false;
    while (at.skip(",")) {
      if (at.take_digits().size() != 3) return false;
      part.whole_size += 3;
    }
  }
  part.whole = from.substr(0, from.size() - at.rest.size());
  return true;
}

bool take_part(Cursor& at, Part& part) {
  part = Part{};
  if (!take_groups(at, part)) return false;
  if (!at.skip(".")) return true;
  part.fraction = at.take_digits();
  return !part.fraction.empty();
}

/// The power of ten of the 億, 万 or 千 that stands here; 0 where none does.
std::int64_t take_multiplier(Cursor& at) {
  for (const Multiplier& multiplier : kMultipliers)
    if (at.skip(multiplier.name)) return multiplier.power;
  return 0;
}

/// Collects parts in falling order. Each fills the places its forerunner left open, so the digits
/// of the sum are the parts' digits side by side.
class Amount {
 public:
  explicit Amount(Decimal& value) : value_(value) { value_.digits.clear(); }

  /// False where the part does not fit below the one before it.
  bool add(const Part& part, std::int64_t power) {
    if (open_places_ >= 0 && !pad(part, power)) return false;
    std::copy_if(part.whole.begin(), part.whole.end(), std::back_inserter(value_.digits),
                 [](char byte) { return byte != ','; });
    value_.digits.append(part.fraction);
    value_.exponent = power - static_cast<std::int64_t>(part.fraction.size());
    open_places_ = power;
    return true;
  }
  /// Ones that do not fill their place, as in 3万5: often meant as 3万5千, so a unit must follow.
  [[nodiscard]] bool has_loose_end() const { return has_loose_end_; }

 private:
  bool pad(const Part& part, std::int64_t power) {
    const std::int64_t spare = open_places_ - power - part.whole_size;
    // Only the last part may have a fraction (then open places and exponent differ).
    if (power >= open_places_ || spare < 0 || value_.exponent != open_places_) return false;
    has_loose_end_ = power == 0 && spare > 0;
    value_.digits.append(static_cast<std::size_t>(spare), '0');
    return true;
  }

  Decimal& value_;
  std::int64_t open_places_ = -1;  ///< power of the last part; -1 before the first
  bool has_loose_end_ = false;
};

enum class AmountForm : std::uint8_t { none, whole, loose };

AmountForm take_amount(Cursor& at, Decimal& value) {
  Amount amount(value);
  Part part;
  do {
    if (!take_part(at, part)) return AmountForm::none;
    const std::int64_t power = take_multiplier(at);
    if (!amount.add(part, power)) return AmountForm::none;
    if (power == 0) break;
  } while (at.at_digit());
  normalize(value);
  return amount.has_loose_end() ? AmountForm::loose : AmountForm::whole;
}

// --- What follows it -------------------------------------------------------------------------

Mark take_unit(Cursor& at) {
  for (const UnitName& unit : kUnits)
    if (at.skip(unit.name)) return unit.mark;
  return Mark::none;
}

/// 1e5, 1E-5, 0x1F: notations of machines. `rest` stands behind the digits `amount`.
bool is_machine_notation(std::string_view amount, Cursor rest) {
  if (rest.skip("e") || rest.skip("E")) {
    if (!rest.skip("+")) skip_any(rest, kMinus);
    return rest.at_digit();
  }
  return amount == "0" && (rest.skip("x") || rest.skip("X")) && !rest.at_end();
}

bool has_long_vowel_before_digit(std::string_view text) {
  for (std::size_t at = text.find(kLongVowel); at != std::string_view::npos;
       at = text.find(kLongVowel, at + kLongVowel.size()))
    if (Cursor{text.substr(at + kLongVowel.size())}.at_digit()) return true;
  return false;
}

/// Whether what follows an amount makes it one end of a range.
bool is_range(Cursor rest) {
  if (contains_any(rest.rest, kRangeWords) || contains_any(rest.rest, kHyphens) ||
      has_long_vowel_before_digit(rest.rest))
    return true;
  take_unit(rest);
  return rest.skip(kLongVowel);
}

/// Whether `text` reads like the name of a unit (階, LDK, km2, %) rather than a remark.
bool is_unit_like(std::string_view text) {
  constexpr std::string_view kNoUnit = "0123456789 \t\r\n()[]{}<>!\"#&'*+,.:;=?@\\^_`|~";
  const bool is_power = text.size() >= 2 && (text.back() == '2' || text.back() == '3') &&
                        (text[text.size() - 2] == 'm' || text[text.size() - 2] == 'M');
  if (is_power) text.remove_suffix(1);
  if (text.find_first_of(kNoUnit) != std::string_view::npos) return false;
  if (text.front() == '/' || text.back() == '/') return false;
  Cursor at{text};
  return !skip_any(at, kNumberWords) && !contains_any(text, kRemarks);
}

/// A price with its tax is the price that was asked for; the remark is no part of the value.
std::string_view without_tax_remark(std::string_view tail) {
  constexpr std::string_view kRemark = "(税込)";
  if (tail.size() < kRemark.size() || tail.substr(tail.size() - kRemark.size()) != kRemark)
    return tail;
  tail.remove_suffix(kRemark.size());
  while (const std::size_t size = trailing_white_space(tail)) tail.remove_suffix(size);
  return tail;
}

/// Reads `tail`, all that follows the amount, as the name of a unit.
CellCode read_unit(std::string_view tail, Mark& mark) {
  Cursor at{tail};
  at.skip_white_space();
  const std::string_view name = at.rest;
  mark = take_unit(at);
  if (mark != Mark::none && at.at_end()) return CellCode::none;
  if (is_range(Cursor{tail})) return CellCode::ambiguous_range;
  return is_unit_like(name) ? CellCode::unexpected_unit : CellCode::not_a_number;
}

bool belongs_to(Mark mark, Unit unit) {
  if (mark == Mark::none) return true;
  return mark == Mark::yen ? unit == Unit::yen : unit == Unit::m2;
}

/// 1 坪 is 400/121 m2 (Measurement Act: 尺 = 10/33 m, 坪 = 36 square 尺).
void tsubo_to_m2(Decimal& value) {
  constexpr std::int64_t kPlaces = 4;
  multiply(value, 400);
  divide(value, 121, kPlaces + 1);  // what is cut off behind the fifth cannot turn the rounding
  round_half_up(value, kPlaces);
}

/// What stands before the amount.
struct Prefix {
  bool negative = false;
  bool yen = false;
  bool other_currency = false;
};

Prefix take_prefix(Cursor& at) {
  Prefix prefix;
  if (at.skip("約")) at.skip_white_space();
  prefix.negative = skip_any(at, kMinus);
  prefix.yen = at.skip("¥");
  prefix.other_currency = !prefix.yen && skip_any(at, kOtherCurrencies);
  if (!prefix.negative) prefix.negative = skip_any(at, kMinus);
  return prefix;
}

}  // namespace

CellCode parse_number_text(std::string_view text, Unit unit, Decimal& value) {
  Cursor at{text};
  const Prefix prefix = take_prefix(at);
  const std::string_view from = at.rest;
  const AmountForm form = take_amount(at, value);
  if (form == AmountForm::none) return CellCode::not_a_number;
  if (is_machine_notation(from.substr(0, from.size() - at.rest.size()), at))
    return CellCode::not_a_number;
  value.negative = prefix.negative && value.digits != "0";

  const std::string_view tail = without_tax_remark(at.rest);
  Mark mark = Mark::none;
  if (!tail.empty()) {
    const CellCode code = read_unit(tail, mark);
    if (code != CellCode::none) return code;
    if (prefix.yen) return CellCode::unexpected_unit;  // named twice
  }
  if (prefix.yen) mark = Mark::yen;
  if (prefix.other_currency || !belongs_to(mark, unit)) return CellCode::unexpected_unit;
  if (form == AmountForm::loose && mark == Mark::none) return CellCode::not_a_number;
  if (mark == Mark::tsubo) tsubo_to_m2(value);
  return CellCode::none;
}

}  // namespace listing_sync
