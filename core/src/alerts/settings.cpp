// Settings of the alert rules and their defaults.
#include "alerts/settings.h"

#include "json/json_fields.h"

namespace listing_sync {
namespace {

constexpr std::uint64_t kSilentIntervals = 12;

}  // namespace

AlertSettings read_alert_settings(const nlohmann::json& given, std::uint64_t interval_ms) {
  AlertSettings settings;
  if (interval_ms != 0) settings.interval_ms = interval_ms;
  settings.deliver = flag_field(given, "deliver");
  settings.silent_ms = number_field(given, "silent_ms", kSilentIntervals * settings.interval_ms);
  settings.failures = number_field(given, "failures", settings.failures);
  settings.error_percent = number_field(given, "error_percent", settings.error_percent);
  settings.held = number_field(given, "held", settings.held);
  settings.change_percent = number_field(given, "change_percent", settings.change_percent);
  settings.missing_percent = number_field(given, "missing_percent", settings.missing_percent);
  return settings;
}

}  // namespace listing_sync
