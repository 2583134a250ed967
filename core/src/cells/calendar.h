// The Gregorian calendar as arithmetic on day numbers (day 0 is 1970-01-01); no clock, no time
// zone.
#pragma once

#include <cstdint>
#include <string>

namespace listing_sync {

struct CivilDate {
  std::int32_t year = 0;
  std::int32_t month = 0;
  std::int32_t day = 0;
};

struct ClockTime {
  std::int32_t hour = 0;
  std::int32_t minute = 0;
  std::int32_t second = 0;
};

/// The day number of a date that exists, and back.
[[nodiscard]] std::int32_t days_from_civil(const CivilDate& date);
[[nodiscard]] CivilDate civil_from_days(std::int32_t days);

[[nodiscard]] std::int32_t days_in_month(std::int32_t year, std::int32_t month);
/// Whether month and day exist in that year.
[[nodiscard]] bool exists(const CivilDate& date);
/// 0 for Sunday to 6 for Saturday.
[[nodiscard]] std::int32_t weekday(const CivilDate& date);

/// Each appends digits padded with zeros: YYYY-MM, YYYY-MM-DD, hh:mm:ss, +hh:mm.
void append_year_month(std::string& out, const CivilDate& date);
void append_date(std::string& out, const CivilDate& date);
void append_time(std::string& out, const ClockTime& time);
void append_offset(std::string& out, std::int32_t utc_offset_minutes);

}  // namespace listing_sync
