// The Retry-After header.
#include <algorithm>
#include <array>
#include <cstddef>

#include "listing_sync/policy.h"

namespace listing_sync {
namespace {

constexpr std::uint64_t kSecondsMax = 1'000'000'000'000;  // as good as never, and safe to multiply

std::optional<std::uint64_t> digits(std::string_view text) {
  if (text.empty()) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = std::min(kSecondsMax, value * 10 + static_cast<std::uint64_t>(c - '0'));
  }
  return value;
}

// Days since 1970-01-01 of a civil date (Hinnant, "chrono-Compatible Low-Level Date Algorithms").
std::uint64_t days(std::uint64_t year, std::uint64_t month, std::uint64_t day) {
  const std::uint64_t y = month <= 2 ? year - 1 : year;
  const std::uint64_t era = y / 400;
  const std::uint64_t year_of_era = y - era * 400;
  const std::uint64_t day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
  const std::uint64_t day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

// IMF-fixdate only ("Sun, 06 Nov 1994 08:49:37 GMT"): what every server in use sends.
std::optional<std::uint64_t> http_date_s(std::string_view text) {
  constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  if (text.size() != 29 || text.substr(25) != " GMT") return std::nullopt;
  const auto day = digits(text.substr(5, 2)), year = digits(text.substr(12, 4)),
             hour = digits(text.substr(17, 2)), minute = digits(text.substr(20, 2)),
             second = digits(text.substr(23, 2));
  if (!day || !year || !hour || !minute || !second || *year < 1970) return std::nullopt;
  if (*day < 1 || *day > 31 || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  for (std::size_t month = 0; month < kMonths.size(); ++month)
    if (text.substr(8, 3) == kMonths[month])
      return days(*year, month + 1, *day) * 86'400 + *hour * 3600 + *minute * 60 + *second;
  return std::nullopt;
}

}  // namespace

std::optional<std::uint64_t> retry_after_ms(std::string_view retry_after, std::string_view date) {
  if (const auto seconds = digits(retry_after)) return *seconds * 1000;
  const auto due = http_date_s(retry_after), now = http_date_s(date);
  if (!due || !now) return std::nullopt;
  return *due > *now ? (*due - *now) * 1000 : 0;
}

}  // namespace listing_sync
