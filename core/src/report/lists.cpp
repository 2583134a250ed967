// Lists. The API alone is camelCase, as specified.
#include "report/lists.h"

#include <string>
#include <utility>

#include "json/json_fields.h"
#include "report/explanations.h"
#include "report/run_document.h"

namespace listing_sync {
namespace {

using nlohmann::json;

// Each entry of a stored list through `document`; an absent list is an empty one.
template <typename Document>
json each(const json& facts, const char* name, Document document) {
  json list = json::array();
  if (const json& stored = member(facts, name); stored.is_array())
    for (const json& entry : stored) list.push_back(document(entry));
  return list;
}

json history_entry(const json& run) {
  json entry = run_document(run);
  entry.update({{"forced", flag_field(run, "forced")},
                {"errorsTotal", number_field(run, "errors_count")},
                {"invocations", number_field(run, "invocations")}});
  return entry;
}

json error_entry(const json& held) {
  const std::string code = text_field(held, "code");
  const std::string message = text_field(held, "message");
  return {{"id", member(held, "id")},
          {"propertyNumber", member(held, "key")},
          {"row", member(held, "row")},
          {"column", member(held, "column")},
          {"kind", member(held, "kind")},
          {"code", code},
          {"error", message.empty() ? explain_code(code) : message},
          {"value", member(held, "value")},
          {"syncId", member(held, "sync_id")},
          {"firstSeen", member(held, "first_seen")},
          {"lastSeen", member(held, "last_seen")},
          {"seenCount", number_field(held, "seen_count")},
          {"ignoredAt", member(held, "ignored_at")},
          {"resolvedAt", member(held, "resolved_at")},
          {"resolvedBy", member(held, "resolved_by")}};
}

json alert_entry(const json& alert) {
  return {{"id", member(alert, "id")},
          {"rule", member(alert, "rule")},
          {"severity", member(alert, "severity")},
          {"status", member(alert, "status")},
          {"openedAt", member(alert, "opened_at")},
          {"resolvedAt", member(alert, "resolved_at")},
          {"remindedAt", member(alert, "reminded_at")},
          {"reminders", number_field(alert, "reminders")},
          {"summary", member(alert, "summary")},
          {"facts", member(alert, "facts")},
          {"delivery", member(alert, "delivery")},
          {"attempts", number_field(alert, "attempts")},
          {"lastError", member(alert, "last_error")}};
}

}  // namespace

json history_document(const json& facts) {
  return {{"runs", each(facts, "runs", history_entry)},
          {"nextBefore", member(facts, "next_before")}};
}

json errors_document(const json& facts) {
  return {{"errors", each(facts, "errors", error_entry)},
          {"nextAfter", member(facts, "next_after")},
          {"openCount", number_field(facts, "open_count")},
          {"ignoredCount", number_field(facts, "ignored_count")},
          {"groups", member(facts, "groups")}};
}

json alerts_document(const json& facts) { return {{"alerts", each(facts, "alerts", alert_entry)}}; }

}  // namespace listing_sync
