// The Retry-After header: seconds, or one of the three forms of an HTTP date (RFC 9110, 5.6.7).
#include <algorithm>
#include <array>
#include <cstddef>

#include "cells/calendar.h"
#include "listing_sync/policy.h"

namespace listing_sync {
namespace {

constexpr std::uint64_t kSecondsMax = 1'000'000'000'000;  // as good as never, and safe to multiply
constexpr std::int32_t kYearsAhead = 50;                  // where a two-digit year means the past

// An instant as it is written; `year` counts whole centuries only where the form has them.
struct Stamp {
  CivilDate date;
  ClockTime time;
  std::int32_t weekday = 0;
  bool two_digits = false;
};

// Reads on from where it stands; after a false it is of no more use. Letters are case-sensitive.
class Words {
 public:
  explicit Words(std::string_view text) : rest_(text) {}
  [[nodiscard]] bool at_end() const { return rest_.empty(); }

  bool text(std::string_view wanted) {
    if (rest_.substr(0, wanted.size()) != wanted) return false;
    rest_.remove_prefix(wanted.size());
    return true;
  }

  bool digits(std::size_t count, std::int32_t& value) {
    if (rest_.size() < count) return false;
    value = 0;
    for (const char c : rest_.substr(0, count)) {
      if (c < '0' || c > '9') return false;
      value = value * 10 + (c - '0');
    }
    rest_.remove_prefix(count);
    return true;
  }

  // `index` of the name, of which the first `letters` letters are written.
  template <std::size_t kCount>
  bool name(const std::array<std::string_view, kCount>& names, std::size_t letters,
            std::int32_t& index) {
    for (std::size_t i = 0; i < kCount; ++i) {
      if (!text(names[i].substr(0, letters))) continue;
      index = static_cast<std::int32_t>(i);
      return true;
    }
    return false;
  }

 private:
  std::string_view rest_;
};

constexpr std::array<std::string_view, 7> kDays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                   "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::size_t kShort = 3, kWhole = std::string_view::npos;

bool read_month(Words& in, Stamp& stamp) {
  if (!in.name(kMonths, kShort, stamp.date.month)) return false;
  ++stamp.date.month;
  return true;
}

bool read_time(Words& in, Stamp& stamp) {
  return in.digits(2, stamp.time.hour) && in.text(":") && in.digits(2, stamp.time.minute) &&
         in.text(":") && in.digits(2, stamp.time.second);
}

// Sun, 06 Nov 1994 08:49:37 GMT
bool read_fixdate(Words in, Stamp& stamp) {
  return in.name(kDays, kShort, stamp.weekday) && in.text(", ") && in.digits(2, stamp.date.day) &&
         in.text(" ") && read_month(in, stamp) && in.text(" ") && in.digits(4, stamp.date.year) &&
         in.text(" ") && read_time(in, stamp) && in.text(" GMT") && in.at_end();
}

// Sunday, 06-Nov-94 08:49:37 GMT
bool read_rfc850(Words in, Stamp& stamp) {
  stamp.two_digits = true;
  return in.name(kDays, kWhole, stamp.weekday) && in.text(", ") && in.digits(2, stamp.date.day) &&
         in.text("-") && read_month(in, stamp) && in.text("-") && in.digits(2, stamp.date.year) &&
         in.text(" ") && read_time(in, stamp) && in.text(" GMT") && in.at_end();
}

// Sun Nov  6 08:49:37 1994
bool read_asctime(Words in, Stamp& stamp) {
  if (!in.name(kDays, kShort, stamp.weekday) || !in.text(" ") || !read_month(in, stamp) ||
      !in.text(" "))
    return false;
  const std::size_t day_digits = in.text(" ") ? 1 : 2;
  return in.digits(day_digits, stamp.date.day) && in.text(" ") && read_time(in, stamp) &&
         in.text(" ") && in.digits(4, stamp.date.year) && in.at_end();
}

std::optional<Stamp> read_stamp(std::string_view text) {
  for (const auto read : {read_fixdate, read_rfc850, read_asctime})
    if (Stamp stamp; read(Words(text), stamp)) return stamp;
  return std::nullopt;
}

// A two-digit year is the latest one that is not more than 50 years after `now`.
void give_century(Stamp& stamp, const Stamp& now) {
  const std::int32_t latest = now.date.year + kYearsAhead;
  const std::int32_t below = ((latest - stamp.date.year) % 100 + 100) % 100;
  const auto moment = [](const Stamp& of) {
    return std::array{of.date.month, of.date.day, of.time.hour, of.time.minute, of.time.second};
  };
  const bool beyond = below == 0 && moment(stamp) > moment(now);
  stamp.date.year = latest - below - (beyond ? 100 : 0);
  stamp.two_digits = false;
}

// Seconds since 1970; nullopt where there is no such moment, or its weekday is another one: what
// contradicts itself is not guessed at. 23:59:60 is a leap second.
std::optional<std::int64_t> instant_s(const Stamp& stamp) {
  const auto& [hour, minute, second] = stamp.time;
  const bool leap_second = hour == 23 && minute == 59 && second == 60;
  if (hour > 23 || minute > 59 || (second > 59 && !leap_second)) return std::nullopt;
  if (!exists(stamp.date) || weekday(stamp.date) != stamp.weekday) return std::nullopt;
  const std::int64_t minutes = std::int64_t{hour} * 60 + minute;
  return std::int64_t{days_from_civil(stamp.date)} * 86'400 + minutes * 60 + second;
}

std::optional<std::uint64_t> delay_seconds(std::string_view text) {
  if (text.empty()) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = std::min(kSecondsMax, value * 10 + static_cast<std::uint64_t>(c - '0'));
  }
  return value;
}

}  // namespace

std::optional<std::uint64_t> retry_after_ms(std::string_view retry_after, std::string_view date) {
  if (const auto seconds = delay_seconds(retry_after)) return *seconds * 1000;
  std::optional<Stamp> due = read_stamp(retry_after), now = read_stamp(date);
  if (!due || !now) return std::nullopt;
  // Without a whole year on either side any century does: only the difference counts.
  constexpr Stamp kThisCentury{{2019, 12, 31}, {}, 0, false};
  if (now->two_digits) give_century(*now, due->two_digits ? kThisCentury : *due);
  if (due->two_digits) give_century(*due, *now);
  const auto due_s = instant_s(*due), now_s = instant_s(*now);
  if (!due_s || !now_s) return std::nullopt;
  return *due_s > *now_s ? static_cast<std::uint64_t>(*due_s - *now_s) * 1000 : 0;
}

}  // namespace listing_sync
