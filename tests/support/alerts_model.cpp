// One caller at a time; what an older event number says changes nothing.
#include "support/alerts_model.h"

#include <algorithm>
#include <vector>

#include "support/database_answers.h"

namespace listing_sync::testing {
namespace {

constexpr std::uint64_t kClaimMs = 120'000;

std::string time_or_null(std::uint64_t ms) { return ms == 0 ? "null" : std::to_string(ms); }

std::string stored_document(const StoredAlert& alert) {
  ObjectText out;
  out.number("id", alert.id).text("rule", alert.rule).text("status", alert.status);
  out.number("event_number", alert.event_number).number("reminders", alert.reminders);
  out.json("remind_at_ms", time_or_null(alert.remind_at_ms)).text("delivery", alert.delivery);
  const std::uint64_t deliver_at_ms = std::max(alert.deliver_at_ms, alert.claimed_until_ms);
  return out.json("deliver_at_ms", time_or_null(deliver_at_ms)).done();
}

std::string delivery_document(const StoredAlert& alert) {
  ObjectText out;
  out.number("id", alert.id).number("event_number", alert.event_number);
  out.text("event", alert.event).number("attempt", alert.attempts).text("rule", alert.rule);
  out.text("severity", alert.severity).text("summary", alert.summary).json("facts", alert.facts);
  out.number("reminders", alert.reminders).json("opened_at", time_json(alert.opened_at_ms));
  return out.json("at", time_json(alert.event_at_ms)).done();
}

}  // namespace

bool AlertsModel::answers(std::string_view function) {
  return function == "sync_watch" || function == "sync_record_alerts" ||
         function == "sync_record_deliveries";
}

Outcome AlertsModel::call(std::string_view function, const Json& arguments, std::uint64_t now_ms) {
  now_ms_ = now_ms;
  if (function == "sync_watch") return watch();
  return function == "sync_record_alerts" ? record(arguments) : record_deliveries(arguments);
}

const StoredAlert* AlertsModel::open(std::string_view rule) const {
  const auto found = std::find_if(alerts.begin(), alerts.end(), [&](const StoredAlert& alert) {
    return alert.open() && alert.rule == rule;
  });
  return found == alerts.end() ? nullptr : &*found;
}

Outcome AlertsModel::watch() const {
  std::vector<std::string> documents;
  for (const StoredAlert& alert : alerts)
    if (alert.open() || alert.pending()) documents.push_back(stored_document(alert));
  ObjectText out;
  out.text("outcome", "found").number("now", now_ms_).json("alerts", array(documents));
  const std::string members = facts.substr(1, facts.size() - 2);
  if (!members.empty()) out.members(members);
  return answered(out);
}

Outcome AlertsModel::record(const Json& in) {
  std::vector<std::string> applied;
  for (const Json& change : in["p_changes"].items()) {
    const bool opens = change["do"].view() == "opened";
    const std::uint64_t id = opens ? open_alert(change) : change_alert(change);
    if (id == 0) continue;
    ObjectText one;
    one.number("id", id).text("do", change["do"].view()).text("rule", change["rule"].view());
    applied.push_back(one.done());
  }
  for (StoredAlert& alert : alerts)
    if (alert.pending() && !in["p_deliver"].flag()) alert.delivery = "none";
  ObjectText out;
  out.number("now", now_ms_).json("applied", array(applied));
  return answered(out.json("deliveries", claim(in["p_limit"].number())));
}

std::uint64_t AlertsModel::open_alert(const Json& change) {
  if (open(change["rule"].view()) != nullptr) return 0;
  StoredAlert alert;
  alert.id = ++last_id_;
  alert.rule = change["rule"].text();
  alert.severity = change["severity"].text();
  alert.summary = change["summary"].text();
  alert.facts = change["facts"].raw();
  alert.opened_at_ms = alert.event_at_ms = alert.deliver_at_ms = now_ms_;
  alert.remind_at_ms = now_ms_ + change["remind_in_ms"].number();
  alerts.push_back(alert);
  return alert.id;
}

std::uint64_t AlertsModel::change_alert(const Json& change) {
  for (StoredAlert& alert : alerts) {
    if (alert.id != change["id"].number() || !alert.open() ||
        alert.event_number != change["event_number"].number())
      continue;
    alert.event = change["do"].text();
    ++alert.event_number;
    alert.event_at_ms = alert.deliver_at_ms = now_ms_;
    alert.delivery = "pending";
    alert.attempts = 0;
    alert.last_error.clear();
    if (change.has("summary")) alert.summary = change["summary"].text();
    if (change.has("facts")) alert.facts = change["facts"].raw();
    const bool reminded = alert.event == "reminded";
    if (reminded) ++alert.reminders;
    if (!reminded) alert.status = "resolved";
    if (!reminded) alert.resolved_at_ms = now_ms_;
    alert.remind_at_ms = reminded ? now_ms_ + change["remind_in_ms"].number() : 0;
    return alert.id;
  }
  return 0;
}

std::string AlertsModel::claim(std::uint64_t limit) {
  std::vector<StoredAlert*> due;
  for (StoredAlert& alert : alerts)
    if (alert.pending() && std::max(alert.deliver_at_ms, alert.claimed_until_ms) <= now_ms_)
      due.push_back(&alert);
  std::stable_sort(due.begin(), due.end(), [](const StoredAlert* a, const StoredAlert* b) {
    return a->event_at_ms < b->event_at_ms;
  });
  if (due.size() > limit) due.resize(static_cast<std::size_t>(limit));
  std::vector<std::string> documents;
  for (StoredAlert* alert : due) {
    ++alert->attempts;
    alert->claimed_until_ms = now_ms_ + kClaimMs;
    documents.push_back(delivery_document(*alert));
  }
  return array(documents);
}

Outcome AlertsModel::record_deliveries(const Json& in) {
  std::uint64_t recorded = 0;
  for (const Json& result : in["p_results"].items())
    for (StoredAlert& alert : alerts) {
      const bool theirs = alert.id == result["id"].number() && alert.pending() &&
                          alert.event_number == result["event_number"].number();
      const bool counts =
          result["outcome"].view() == "delivered" || alert.attempts == result["attempt"].number();
      if (!theirs || !counts) continue;
      settle(alert, result);
      ++recorded;
    }
  ObjectText out;
  return answered(out.number("now", now_ms_).number("recorded", recorded));
}

void AlertsModel::settle(StoredAlert& alert, const Json& result) const {
  const std::string outcome = result["outcome"].text();
  alert.claimed_until_ms = 0;
  alert.deliver_at_ms = now_ms_ + result["retry_in_ms"].number();
  if (outcome == "failed") alert.last_error = result["error"].text();
  if (outcome == "untried") --alert.attempts;
  if (outcome != "delivered") return;
  alert.delivery = "delivered";
  alert.delivered_at_ms = now_ms_;
  alert.last_error.clear();
  if (alert.open())
    alert.remind_at_ms = std::max(alert.remind_at_ms, now_ms_ + result["remind_in_ms"].number());
}

}  // namespace listing_sync::testing
