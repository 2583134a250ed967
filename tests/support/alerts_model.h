// sync_watch, sync_record_alerts and sync_record_deliveries over one source in memory, as migration
// 20260101121030 has them. The facts are what a test says they are; tests/sql/alert-*.test.js hold
// the real functions to the same promises.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "support/http.h"
#include "support/json.h"

namespace listing_sync::testing {

struct StoredAlert {
  std::uint64_t id = 0;
  std::string rule, severity, summary, facts = "{}", status = "open";
  std::string event = "opened", delivery = "pending", last_error;
  std::uint64_t event_number = 1, reminders = 0, attempts = 0;
  std::uint64_t opened_at_ms = 0, resolved_at_ms = 0, event_at_ms = 0, remind_at_ms = 0;
  std::uint64_t deliver_at_ms = 0, claimed_until_ms = 0, delivered_at_ms = 0;
  [[nodiscard]] bool open() const { return status == "open"; }
  [[nodiscard]] bool pending() const { return delivery == "pending"; }
};

class AlertsModel {
 public:
  std::string facts = "{}";  ///< what sync_watch finds beside `alerts` and `now`: an object
  std::deque<StoredAlert> alerts;

  [[nodiscard]] static bool answers(std::string_view function);
  Outcome call(std::string_view function, const Json& arguments, std::uint64_t now_ms);
  /// The open alert of a rule, or null.
  [[nodiscard]] const StoredAlert* open(std::string_view rule) const;

 private:
  [[nodiscard]] Outcome watch() const;
  Outcome record(const Json& in);
  Outcome record_deliveries(const Json& in);
  std::uint64_t open_alert(const Json& change);
  std::uint64_t change_alert(const Json& change);
  std::string claim(std::uint64_t limit);
  void settle(StoredAlert& alert, const Json& result) const;

  std::uint64_t now_ms_ = 0, last_id_ = 0;
};

}  // namespace listing_sync::testing
