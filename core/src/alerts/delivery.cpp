// The document a receiver gets. It leaves the house: camelCase, as in the API.
#include "alerts/delivery.h"

#include <algorithm>

#include "json/json_fields.h"

namespace listing_sync {

using nlohmann::json;

std::string delivery_body(std::string_view source, const json& delivery) {
  const std::string id = std::to_string(number_field(delivery, "id")) + '-' +
                         std::to_string(number_field(delivery, "event_number"));
  return dump({{"id", id},
               {"event", member(delivery, "event")},
               {"source", source},
               {"rule", member(delivery, "rule")},
               {"severity", member(delivery, "severity")},
               {"summary", member(delivery, "summary")},
               {"facts", member(delivery, "facts")},
               {"openedAt", member(delivery, "opened_at")},
               {"at", member(delivery, "at")},
               {"reminders", number_field(delivery, "reminders")}});
}

std::string test_body(std::string_view source, std::string_view instance) {
  return dump({{"id", "test-" + std::string(instance)},
               {"event", "test"},
               {"source", source},
               {"rule", "test"},
               {"severity", "warning"},
               {"summary", "This is a test: alerts of " + std::string(source) + " arrive here."},
               {"facts", json::object()},
               {"openedAt", nullptr},
               {"at", nullptr},
               {"reminders", 0}});
}

std::uint64_t redeliver_in_ms(std::uint64_t attempt, std::uint64_t floor_ms) {
  constexpr std::uint64_t kMinuteMs = 60'000, kMinutesMax = 60, kDayMs = 86'400'000;
  const std::uint64_t minutes =
      std::min(kMinutesMax, std::uint64_t{1} << std::min<std::uint64_t>(attempt, 6));
  return std::max(minutes * kMinuteMs, std::min(floor_ms, kDayMs));
}

}  // namespace listing_sync
