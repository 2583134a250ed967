// Names and offsets of time zones.
#include "mapping/time_zone.h"

namespace listing_sync::mapping {
namespace {

constexpr std::int32_t kTokyoMinutes = 9 * 60;
constexpr std::int32_t kOffsetMax = 14 * 60;  // Kiribati, the farthest on Earth

std::optional<std::int32_t> two_digits(std::string_view text, std::int32_t max) {
  const auto digit = [&](std::size_t i) -> std::int32_t { return text[i] - '0'; };
  if (digit(0) < 0 || digit(0) > 9 || digit(1) < 0 || digit(1) > 9) return std::nullopt;
  const std::int32_t value = digit(0) * 10 + digit(1);
  return value <= max ? std::optional(value) : std::nullopt;
}

}  // namespace

std::optional<std::int32_t> utc_offset_minutes(std::string_view time_zone) {
  if (time_zone == "UTC") return 0;
  if (time_zone == "Asia/Tokyo" || time_zone == "Japan") return kTokyoMinutes;
  if (time_zone.size() != 6 || time_zone[3] != ':') return std::nullopt;
  const char sign = time_zone[0];
  if (sign != '+' && sign != '-') return std::nullopt;
  const auto hours = two_digits(time_zone.substr(1, 2), 14);
  const auto minutes = two_digits(time_zone.substr(4, 2), 59);
  if (!hours || !minutes) return std::nullopt;
  const std::int32_t offset = *hours * 60 + *minutes;
  if (offset > kOffsetMax) return std::nullopt;
  return sign == '-' ? -offset : offset;
}

}  // namespace listing_sync::mapping
