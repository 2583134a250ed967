// Exact decimal numbers as digit strings: no double comes near a price. Only what cells need.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace listing_sync {

/// A number: digits × 10^exponent. Normal form (normalize): no leading or trailing zeros in
/// `digits`; zero is "0" with exponent 0 and no sign. `digits` is borrowed so that its capacity is
/// reused from cell to cell.
struct Decimal {
  explicit Decimal(std::string& buffer) : digits(buffer) { digits.clear(); }
  std::string& digits;
  std::int64_t exponent = 0;
  bool negative = false;
};

enum class NumberForm : std::uint8_t {
  normal,
  far,       ///< its exponent is beyond ±kExponentMax: comparable, but not to be written out
  malformed  ///< not a number of RFC 8259
};

/// A double ends at e308. Anything further was not sent by Sheets and would cost memory to expand.
inline constexpr std::int64_t kExponentMax = 1000;

/// Reads a JSON number into normal form. An exponent of any length costs nothing.
[[nodiscard]] NumberForm parse_json_number(std::string_view text, Decimal& value);

void normalize(Decimal& value);
/// No fraction; `value` must be in normal form, as for all that follow, which keep it so.
[[nodiscard]] bool is_whole(const Decimal& value);
/// Rounds to `scale` decimals, a half away from zero (as PostgreSQL's numeric does).
void round_half_up(Decimal& value, std::int64_t scale);
/// Negative, zero or positive as `a` is less than, equal to or greater than `b`.
[[nodiscard]] int compare(const Decimal& a, const Decimal& b);
/// Beyond ±(2^63 - 1), the integers of a bigint column (its one further negative value aside).
[[nodiscard]] bool exceeds_int64(const Decimal& value);
/// The whole part where it is less than 10^9 and not negative, else -1.
[[nodiscard]] std::int32_t small_whole_part(const Decimal& value);
/// Leaves the fraction, without a sign.
void drop_whole_part(Decimal& value);
/// value × factor; the product of a digit and `factor` must fit 32 bits.
void multiply(Decimal& value, std::uint32_t factor);
/// value / divisor, truncated to at least `places` decimals.
void divide(Decimal& value, std::uint32_t divisor, std::int64_t places);
/// Appends a plain JSON number: sign, digits, point, no exponent.
void append_plain(std::string& out, const Decimal& value);

/// A JSON number's digits as sent, with its exponent expanded where the number is below 1e21 and
/// not `far`; else `number` itself. `buffer` is used only where there is an exponent to expand.
[[nodiscard]] std::string_view expand_exponent(std::string_view number, std::string& buffer);

}  // namespace listing_sync
