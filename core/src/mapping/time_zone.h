// Time zones a mapping may name: those without daylight saving time, which need no database.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace listing_sync::mapping {

/// Minutes east of UTC for "UTC", "Asia/Tokyo", "Japan" and fixed offsets from "-14:00" to
/// "+14:00"; nullopt for anything else.
[[nodiscard]] std::optional<std::int32_t> utc_offset_minutes(std::string_view time_zone);

}  // namespace listing_sync::mapping
