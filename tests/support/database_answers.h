// The form of the database model's answers: refusals as PostgREST reports them,
// times as documents carry them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "support/http.h"
#include "support/json.h"

namespace listing_sync::testing {

inline constexpr std::uint64_t kMinuteMs = 60'000, kHourMs = 3'600'000, kDayMs = 86'400'000;

/// An answer of status 200.
[[nodiscard]] Outcome answered(ObjectText document);
/// A refusal: PTxyz with its stable word.
[[nodiscard]] Outcome refusal(std::uint16_t status, std::string_view word,
                              std::string_view message);
[[nodiscard]] Outcome bad_request(std::string_view message);

/// 2026-11-23T10:00:00.123Z as JSON; null for 0.
[[nodiscard]] std::string time_json(std::uint64_t ms);
/// The same to the microsecond.
[[nodiscard]] std::string microtime_json(std::uint64_t ms);
/// Reads either form; parts of a millisecond are dropped.
[[nodiscard]] std::uint64_t time_of(std::string_view text);

/// Numbers as 8 bytes each, little-endian, in base64.
class Base64 {
 public:
  void add(std::int64_t number);
  [[nodiscard]] std::string done();

 private:
  void flush();
  std::string text_;
  std::uint32_t group_ = 0;
  unsigned bytes_ = 0;
};

}  // namespace listing_sync::testing
