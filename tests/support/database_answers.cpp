// The form of the database model's answers.
#include "support/database_answers.h"

#include <array>
#include <cstdio>

namespace listing_sync::testing {
namespace {

struct Date {
  std::int64_t year;
  unsigned month, day;
};

// Howard Hinnant, chrono-compatible low-level date algorithms: days since 1970-01-01.
Date date_of(std::uint64_t days) {
  const std::uint64_t z = days + 719'468;
  const std::uint64_t era = z / 146'097, of_era = z % 146'097;
  const std::uint64_t years = (of_era - of_era / 1'460 + of_era / 36'524 - of_era / 146'096) / 365;
  const std::uint64_t of_year = of_era - (365 * years + years / 4 - years / 100);
  const std::uint64_t shifted = (5 * of_year + 2) / 153;
  const auto day = static_cast<unsigned>(of_year - (153 * shifted + 2) / 5 + 1);
  const auto month = static_cast<unsigned>(shifted < 10 ? shifted + 3 : shifted - 9);
  return {static_cast<std::int64_t>(years + era * 400) + (month <= 2 ? 1 : 0), month, day};
}

std::uint64_t days_of(std::uint64_t year, std::uint64_t month, std::uint64_t day) {
  year -= month <= 2 ? 1 : 0;
  const std::uint64_t era = year / 400, of_era = year % 400;
  const std::uint64_t of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  return era * 146'097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719'468;
}

std::string time_text(std::uint64_t ms, const char* end) {
  if (ms == 0) return "null";
  const Date date = date_of(ms / kDayMs);
  const auto within = static_cast<unsigned>(ms % kDayMs);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "\"%04lld-%02u-%02uT%02u:%02u:%02u.%03u%s\"",
                static_cast<long long>(date.year), date.month, date.day, within / 3'600'000,
                within / 60'000 % 60, within / 1000 % 60, within % 1000, end);
  return text.data();
}

}  // namespace

Outcome answered(ObjectText document) { return {200, document.done(), "", "{}"}; }

Outcome refusal(std::uint16_t status, std::string_view word, std::string_view message) {
  ObjectText body;
  body.text("code", "PT" + std::to_string(status)).text("details", word).json("hint", "null");
  return {status, body.text("message", message).done(), "", "{}"};
}

Outcome bad_request(std::string_view message) { return refusal(400, "bad_request", message); }

std::string time_json(std::uint64_t ms) { return time_text(ms, "Z"); }
std::string microtime_json(std::uint64_t ms) { return time_text(ms, "000Z"); }

std::uint64_t time_of(std::string_view text) {
  const auto field = [&](std::size_t at, std::size_t size) {
    std::uint64_t number = 0;
    for (const char c : text.substr(at, size))
      number = number * 10 + static_cast<unsigned>(c - '0');
    return number;
  };
  if (text.size() < 23) return 0;
  return days_of(field(0, 4), field(5, 2), field(8, 2)) * kDayMs + field(11, 2) * kHourMs +
         field(14, 2) * kMinuteMs + field(17, 2) * 1000 + field(20, 3);
}

void Base64::add(std::int64_t number) {
  for (unsigned i = 0; i < 8; ++i) {
    group_ = group_ << 8 | (static_cast<std::uint64_t>(number) >> (8 * i) & 0xFF);
    if (++bytes_ == 3) flush();
  }
}

void Base64::flush() {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  group_ <<= 8 * (3 - bytes_);
  for (unsigned i = 0; i < 4; ++i)
    text_ += i <= bytes_ ? kDigits[group_ >> (18 - 6 * i) & 63] : '=';
  group_ = 0;
  bytes_ = 0;
}

std::string Base64::done() {
  if (bytes_ > 0) flush();
  return std::move(text_);
}

}  // namespace listing_sync::testing
