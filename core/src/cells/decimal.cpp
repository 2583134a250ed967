// Arithmetic on decimal digit strings, one pass each.
#include "cells/decimal.h"

#include <algorithm>
#include <cstddef>

namespace listing_sync {
namespace {

constexpr std::int64_t kExponentSaturated = 10'000'000'000;  // far beyond any digit string's length

bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

std::int64_t size_of(std::string_view text) { return static_cast<std::int64_t>(text.size()); }

/// Takes the run of digits that begins `rest`.
std::string_view take_digits(std::string_view& rest) {
  std::size_t size = 0;
  while (size < rest.size() && is_digit(rest[size])) ++size;
  const std::string_view digits = rest.substr(0, size);
  rest.remove_prefix(size);
  return digits;
}

bool take(std::string_view& rest, char byte) {
  if (rest.empty() || rest.front() != byte) return false;
  rest.remove_prefix(1);
  return true;
}

/// The parts of a JSON number, as written.
struct Parts {
  bool negative = false;
  std::string_view whole, fraction;
  bool has_exponent = false;
  std::int64_t exponent = 0;  // saturated
};

bool split_exponent(std::string_view rest, Parts& parts) {
  parts.has_exponent = true;
  const bool negative = take(rest, '-');
  if (!negative) take(rest, '+');
  const std::string_view digits = take_digits(rest);
  for (const char digit : digits)
    parts.exponent = std::min(parts.exponent * 10 + (digit - '0'), kExponentSaturated);
  if (negative) parts.exponent = -parts.exponent;
  return !digits.empty() && rest.empty();
}

/// Splits per RFC 8259 section 6; false where `text` is no such number.
bool split(std::string_view text, Parts& parts) {
  parts.negative = take(text, '-');
  parts.whole = take_digits(text);
  if (parts.whole.empty() || (parts.whole.size() > 1 && parts.whole.front() == '0')) return false;
  if (take(text, '.')) {
    parts.fraction = take_digits(text);
    if (parts.fraction.empty()) return false;
  }
  if (text.empty()) return true;
  return (take(text, 'e') || take(text, 'E')) && split_exponent(text, parts);
}

/// Where the first digit stands: the number is at least 10^(magnitude-1) and less than
/// 10^magnitude.
std::int64_t magnitude(const Decimal& value) { return size_of(value.digits) + value.exponent; }

bool is_zero(const Decimal& value) { return value.digits == "0"; }

/// Adds one to the last digit.
void increment(std::string& digits) {
  for (std::size_t at = digits.size(); at-- > 0;) {
    if (digits[at] != '9') {
      ++digits[at];
      return;
    }
    digits[at] = '0';
  }
  digits.insert(digits.begin(), '1');
}

void append_zeros(std::string& out, std::int64_t count) {
  out.append(static_cast<std::size_t>(count), '0');
}

/// Puts the point into the digits that stand in `text` from `from` on, behind the first
/// `whole_size` of them (which may be negative or beyond the last).
void place_point(std::string& text, std::size_t from, std::int64_t whole_size) {
  const std::int64_t size = static_cast<std::int64_t>(text.size() - from);
  if (whole_size <= 0) {
    text.insert(from, static_cast<std::size_t>(2 - whole_size), '0');
    text[from + 1] = '.';
  } else if (whole_size < size) {
    text.insert(from + static_cast<std::size_t>(whole_size), 1, '.');
  } else {
    append_zeros(text, whole_size - size);
  }
}

}  // namespace

NumberForm parse_json_number(std::string_view text, Decimal& value) {
  Parts parts;
  if (!split(text, parts)) return NumberForm::malformed;
  value.negative = parts.negative;
  value.digits.assign(parts.whole).append(parts.fraction);
  value.exponent = parts.exponent - size_of(parts.fraction);
  normalize(value);
  const bool is_far = parts.exponent > kExponentMax || parts.exponent < -kExponentMax;
  return is_far && !is_zero(value) ? NumberForm::far : NumberForm::normal;
}

void normalize(Decimal& value) {
  const std::size_t last = value.digits.find_last_not_of('0');
  if (last == std::string::npos) {
    value.digits.assign(1, '0');
    value.exponent = 0;
    value.negative = false;
    return;
  }
  value.exponent += size_of(value.digits) - 1 - static_cast<std::int64_t>(last);
  value.digits.resize(last + 1);
  value.digits.erase(0, value.digits.find_first_not_of('0'));
}

bool is_whole(const Decimal& value) { return value.exponent >= 0; }

void round_half_up(Decimal& value, std::int64_t scale) {
  const std::int64_t dropped = -value.exponent - scale;
  if (dropped <= 0) return;
  const std::int64_t kept = size_of(value.digits) - dropped;
  const bool up = kept >= 0 && value.digits[static_cast<std::size_t>(kept)] >= '5';
  value.digits.resize(static_cast<std::size_t>(std::max<std::int64_t>(kept, 0)));
  value.exponent = -scale;
  if (up) increment(value.digits);
  normalize(value);
}

int compare(const Decimal& a, const Decimal& b) {
  if (a.negative != b.negative) return a.negative ? -1 : 1;
  const int sign = a.negative ? -1 : 1;
  if (is_zero(a) || is_zero(b))
    return sign * (static_cast<int>(is_zero(b)) - static_cast<int>(is_zero(a)));
  if (magnitude(a) != magnitude(b)) return magnitude(a) < magnitude(b) ? -sign : sign;
  return sign * a.digits.compare(b.digits);  // no trailing zeros: digit order is number order
}

bool exceeds_int64(const Decimal& value) {
  constexpr std::string_view kMax = "9223372036854775807";
  if (magnitude(value) != size_of(kMax)) return magnitude(value) > size_of(kMax);
  return value.digits.compare(kMax) > 0;
}

std::int32_t small_whole_part(const Decimal& value) {
  if (value.negative || magnitude(value) > 9) return -1;
  std::int32_t whole = 0;
  for (std::int64_t at = 0; at < magnitude(value); ++at) {
    const bool is_sent = at < size_of(value.digits);
    whole = whole * 10 + (is_sent ? value.digits[static_cast<std::size_t>(at)] - '0' : 0);
  }
  return whole;
}

void drop_whole_part(Decimal& value) {
  const std::int64_t whole_size =
      std::clamp<std::int64_t>(magnitude(value), 0, size_of(value.digits));
  value.digits.erase(0, static_cast<std::size_t>(whole_size));
  value.negative = false;
  normalize(value);
}

void multiply(Decimal& value, std::uint32_t factor) {
  std::uint32_t carry = 0;
  for (std::size_t at = value.digits.size(); at-- > 0;) {
    const std::uint32_t product =
        static_cast<std::uint32_t>(value.digits[at] - '0') * factor + carry;
    value.digits[at] = static_cast<char>('0' + product % 10);
    carry = product / 10;
  }
  for (; carry != 0; carry /= 10)
    value.digits.insert(value.digits.begin(), static_cast<char>('0' + carry % 10));
  normalize(value);
}

void divide(Decimal& value, std::uint32_t divisor, std::int64_t places) {
  const std::int64_t missing = value.exponent + places;
  if (missing > 0) {
    append_zeros(value.digits, missing);
    value.exponent -= missing;
  }
  std::uint32_t remainder = 0;
  for (char& digit : value.digits) {
    const std::uint32_t part = remainder * 10 + static_cast<std::uint32_t>(digit - '0');
    digit = static_cast<char>('0' + part / divisor);
    remainder = part % divisor;
  }
  normalize(value);
}

void append_plain(std::string& out, const Decimal& value) {
  if (value.negative) out += '-';
  const std::size_t from = out.size();
  out += value.digits;
  place_point(out, from, magnitude(value));
}

std::string_view expand_exponent(std::string_view number, std::string& buffer) {
  constexpr std::int64_t kMagnitudeMax = 21;  // 1e21 itself is one more
  Parts parts;
  if (!split(number, parts) || !parts.has_exponent) return number;
  Decimal value(buffer);
  if (parse_json_number(number, value) == NumberForm::far) return number;
  if (is_zero(value)) return "0";
  if (magnitude(value) > kMagnitudeMax) return number;
  const std::int64_t whole_size = magnitude(value);
  // The digits as sent, not in normal form: 1.50E1 is 15.0.
  buffer.assign(parts.whole).append(parts.fraction);
  buffer.erase(0, buffer.find_first_not_of('0'));
  place_point(buffer, 0, whole_size);
  if (parts.negative) buffer.insert(buffer.begin(), '-');
  return buffer;
}

}  // namespace listing_sync
