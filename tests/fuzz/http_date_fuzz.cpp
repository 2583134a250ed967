// libFuzzer target: any two lines as Retry-After and Date, against the C library as the oracle:
// what it reads leniently must be what it writes, or it is no HTTP date. Then the bytes as two
// moments, written in all three forms.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>

#include "fuzz/promises.h"
#include "listing_sync/policy.h"

namespace {

using listing_sync::retry_after_ms;
using listing_sync::fuzz::promise;

constexpr const char* kDays[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                 "Thursday", "Friday", "Saturday"};
constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

enum Form { kFixdate, kRfc850, kAsctime, kAsctimeZero, kForms };
constexpr const char* kLenient[] = {"%a, %d %b %Y %H:%M:%S GMT", "%a, %d-%b-%y %H:%M:%S GMT",
                                    "%a %b %d %H:%M:%S %Y", "%a %b %d %H:%M:%S %Y"};

std::string written(const std::tm& at, Form form) {
  std::array<char, 96> text{};
  const char* const month = kMonths[at.tm_mon];
  const char* const day = kDays[at.tm_wday];
  const int year = at.tm_year + 1900;
  int size = 0;
  if (form == kFixdate)
    size = std::snprintf(text.data(), text.size(), "%.3s, %02d %s %04d %02d:%02d:%02d GMT", day,
                         at.tm_mday, month, year, at.tm_hour, at.tm_min, at.tm_sec);
  else if (form == kRfc850)
    size = std::snprintf(text.data(), text.size(), "%s, %02d-%s-%02d %02d:%02d:%02d GMT", day,
                         at.tm_mday, month, ((year % 100) + 100) % 100, at.tm_hour, at.tm_min,
                         at.tm_sec);
  else
    size = std::snprintf(
        text.data(), text.size(),
        form == kAsctime ? "%.3s %s %2d %02d:%02d:%02d %04d" : "%.3s %s %02d %02d:%02d:%02d %04d",
        day, month, at.tm_mday, at.tm_hour, at.tm_min, at.tm_sec, year);
  return {text.data(), static_cast<std::size_t>(size)};
}

std::tm moment(std::time_t seconds) {
  std::tm at{};
  gmtime_r(&seconds, &at);
  return at;
}

/// A date as the oracle reads it: four digits of the year, or two that await a century.
struct Read {
  std::tm at{};
  std::string text;
  Form form = kFixdate;
  bool leap_second = false;
};

/// The moment, if the text is exactly how it is written.
std::optional<std::time_t> seconds_of(const Read& read) {
  std::tm at = read.at;
  const std::time_t seconds = timegm(&at);
  if (written(moment(seconds), read.form) != read.text) return std::nullopt;
  return seconds + (read.leap_second ? 1 : 0);
}

std::optional<Read> read_date(std::string text) {
  Read read;
  const std::size_t leap = text.find("23:59:60");
  read.leap_second = leap != std::string::npos;
  if (read.leap_second) text.replace(leap, 8, "23:59:59");
  for (const Form form : {kFixdate, kRfc850, kAsctime, kAsctimeZero}) {
    read.at = std::tm{};
    if (strptime(text.c_str(), kLenient[form], &read.at) == nullptr) continue;
    read.form = form;
    read.text = text;
    if (form == kRfc850 || seconds_of(read)) return read;
  }
  return std::nullopt;
}

/// RFC 9110, 5.6.7, literally: of the years that end so, the latest not over 50 years after `now`.
void give_century(Read& read, const Read& now) {
  const auto key = [](const Read& of, int year) {
    return std::array<int, 6>{year,          of.at.tm_mon, of.at.tm_mday,
                              of.at.tm_hour, of.at.tm_min, of.at.tm_sec + of.leap_second};
  };
  const int ending = ((read.at.tm_year % 100) + 100) % 100;  // 1900 + tm_year ends like tm_year
  int year = now.at.tm_year + 200;
  while (((year % 100) + 100) % 100 != ending || key(read, year) > key(now, now.at.tm_year + 50))
    --year;
  read.at.tm_year = year;
}

std::optional<std::uint64_t> oracle_of_dates(const std::string& due_text,
                                             const std::string& now_text) {
  std::optional<Read> due = read_date(due_text), now = read_date(now_text);
  if (!due || !now) return std::nullopt;
  Read of_2019;
  of_2019.at.tm_year = 119;
  of_2019.at.tm_mon = 11;
  of_2019.at.tm_mday = 31;
  if (now->form == kRfc850) give_century(*now, due->form == kRfc850 ? of_2019 : *due);
  if (due->form == kRfc850) give_century(*due, *now);
  const auto due_s = seconds_of(*due), now_s = seconds_of(*now);
  if (!due_s || !now_s) return std::nullopt;
  return *due_s > *now_s ? static_cast<std::uint64_t>(*due_s - *now_s) * 1000 : 0;
}

std::optional<std::uint64_t> oracle(const std::string& retry_after, const std::string& date) {
  if (retry_after.empty()) return std::nullopt;
  if (retry_after.find_first_not_of("0123456789") != std::string::npos)
    return oracle_of_dates(retry_after, date);
  const std::size_t first = retry_after.find_first_not_of('0');
  const std::string digits = first == std::string::npos ? "0" : retry_after.substr(first);
  constexpr std::uint64_t kMost = 1'000'000'000'000;
  return digits.size() > 12 ? kMost * 1000 : std::stoull(digits) * 1000;
}

void check_lines(std::string_view input) {
  const std::size_t end = input.find('\n');
  const std::string retry_after(input.substr(0, end));
  const std::string date(end == std::string_view::npos ? "" : input.substr(end + 1));
  const auto wait_ms = retry_after_ms(retry_after, date);
  promise(wait_ms == oracle(retry_after, date), "Retry-After means what the oracle says", input);
}

/// Four bytes that reach from 1970 past 2600.
std::time_t seconds_at(std::string_view input, std::size_t from) {
  std::time_t value = 0;
  for (std::size_t i = from; i < from + 4 && i < input.size(); ++i)
    value = value * 256 + static_cast<unsigned char>(input[i]);
  return value * 5;
}

void check_moments(std::time_t now, std::time_t due) {
  const std::tm now_at = moment(now), due_at = moment(due);
  const auto wait_ms = due > now ? static_cast<std::uint64_t>(due - now) * 1000 : 0;
  const bool near = due <= now + 50LL * 365 * 86'400 && due >= now - 49LL * 365 * 86'400;
  for (int of_now = 0; of_now < kForms; ++of_now)
    for (int of_due = 0; of_due < kForms; ++of_due) {
      if (of_now == kRfc850 || (of_due == kRfc850 && !near)) continue;
      const std::string due_text = written(due_at, static_cast<Form>(of_due));
      promise(retry_after_ms(due_text, written(now_at, static_cast<Form>(of_now))) == wait_ms,
              "what is written is read again", due_text);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(bytes), size);
  check_lines(input);
  check_moments(seconds_at(input, 0), seconds_at(input, 4));
  return 0;
}
