// One case per fault. What is said here of a real service is in FACTS: PostgREST "Errors", Google
// "Usage limits", RFC 9110.
#include "sim/network.h"

#include <array>
#include <cstdio>
#include <string>

#include "sim/columns.h"
#include "support/json.h"

namespace listing_sync::sim {
namespace {

using testing::no_response;
using testing::Outcome;
using testing::quoted;

constexpr const char* kHtml = "<html><body><h1>Sorry</h1></body></html>";

Outcome postgrest(std::uint16_t status, const std::string& code, const std::string& details) {
  return {status,
          "{\"code\":" + quoted(code) + ",\"details\":" + quoted(details) +
              ",\"hint\":null,\"message\":\"refused\"}",
          "", "{}"};
}

Outcome google(std::uint16_t status, const char* word, std::string headers = "{}") {
  return {status,
          "{\"error\":{\"code\":" + std::to_string(status) + ",\"message\":\"no\",\"status\":\"" +
              word + "\"}}",
          "", std::move(headers)};
}

// Virtual time is 0 at midnight of 2026-11-23, a Monday.
std::string http_date(std::uint64_t now_ms) {
  constexpr std::array kDays = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  const std::uint64_t s = now_ms / 1000, day = s / 86'400;
  char text[32];
  std::snprintf(text, sizeof text, "%s, %02u Nov 2026 %02u:%02u:%02u GMT", kDays[day % 7],
                static_cast<unsigned>(23 + day), static_cast<unsigned>(s / 3600 % 24),
                static_cast<unsigned>(s / 60 % 60), static_cast<unsigned>(s % 60));
  return text;
}

std::string retry_after(const std::string& value, std::uint64_t now_ms) {
  return "{\"retry-after\":" + quoted(value) + ",\"date\":" + quoted(http_date(now_ms)) + "}";
}

// Header row and key column alone are never too large.
bool asks_for_few(std::string_view path) {
  const std::string_view last =
      path.substr(path.rfind('!') == path.npos ? path.rfind("%21") : path.rfind('!'));
  const bool names_rows = last.find_first_of("0123456789", 3) < last.find("%3A");
  const std::size_t header = path.find("&ranges=");
  return !names_rows || path.find("&ranges=", header + 1) == path.npos;
}

}  // namespace

Network::Network(const Settings& settings, std::uint64_t seed)
    : settings_(settings), dice_(seed, "network") {}

Passage Network::undisturbed() {
  Passage passage;
  passage.after_ms = dice_.between(1, settings_.latency_ms);
  passage.answer_after_ms = dice_.between(1, settings_.latency_ms);
  return passage;
}

std::optional<Fault> Network::draw(FaultGroup group) {
  if (!dice_.chance(settings_.request_rate)) return std::nullopt;
  std::uint64_t weights = 0;
  for (const FaultKind& kind : fault_kinds())
    if (kind.group == group) weights += kind.weight;
  std::uint64_t drawn = dice_.below(weights);
  for (const FaultKind& kind : fault_kinds()) {
    if (kind.group != group) continue;
    if (drawn < kind.weight) return kind.fault;
    drawn -= kind.weight;
  }
  return std::nullopt;
}

Passage Network::lost(const Outage& outage) {
  Passage passage = undisturbed();
  passage.arrives = false;
  if (outage.way == 0) passage.instead = no_response("network");
  if (outage.way == 1) passage.answers = false;
  if (outage.way == 2) passage.instead = Outcome{503, kHtml, "", "{}"};
  return passage;
}

Passage Network::sheets(std::uint64_t now_ms, std::uint64_t timeout_ms, std::string_view path,
                        bool renewed) {
  Passage passage = undisturbed();
  const std::optional<Fault> fault = draw(FaultGroup::sheets);
  if (sheets_outage.covers(now_ms)) {
    passage = lost(sheets_outage);
    passage.fault = Fault::sheets_outage;
  } else if (fault && !calm_ && settings_.faults.has(*fault) &&
             !(renewed && *fault == Fault::sheets_401) &&
             !(asks_for_few(path) && *fault == Fault::sheets_too_large)) {
    passage.fault = *fault;
    spoil_sheets(passage, *fault, now_ms, timeout_ms);
  }
  return passage;
}

void Network::spoil_sheets(Passage& passage, Fault fault, std::uint64_t now_ms,
                           std::uint64_t timeout_ms) {
  const std::uint64_t seconds = dice_.chance(200) ? dice_.between(60, 600) : dice_.between(1, 40);
  const std::uint64_t answered_ms = now_ms + passage.answer_after_ms;
  passage.arrives = false;
  switch (fault) {
    case Fault::quota_429:
      passage.instead = google(429, "RESOURCE_EXHAUSTED");
      return;
    case Fault::quota_429_seconds:
      passage.hint_ms = seconds * 1000;
      passage.instead =
          google(429, "RESOURCE_EXHAUSTED", retry_after(std::to_string(seconds), answered_ms));
      return;
    case Fault::quota_429_date:
      passage.hint_ms = seconds * 1000;
      passage.instead = google(429, "RESOURCE_EXHAUSTED",
                               retry_after(http_date(answered_ms + seconds * 1000), answered_ms));
      return;
    case Fault::sheets_5xx:
      passage.instead = google(dice_.chance(500) ? 503 : 500, "UNAVAILABLE");
      return;
    case Fault::sheets_html_200:
      passage.instead = Outcome{200, kHtml, "", "{}"};
      return;
    case Fault::sheets_html_5xx:
      passage.instead = Outcome{502, kHtml, "", "{}"};
      return;
    case Fault::sheets_truncated:
      passage.arrives = passage.truncated = true;
      return;
    case Fault::sheets_empty_object:
      passage.instead = Outcome{200, "{}", "", "{}"};
      return;
    case Fault::sheets_401:
      passage.instead = google(401, "UNAUTHENTICATED");
      return;
    case Fault::sheets_403:
      passage.instead = google(403, "PERMISSION_DENIED");
      return;
    case Fault::sheets_timeout:
      passage.answers = false;
      return;
    case Fault::sheets_cut_off:
      passage.arrives = true;
      passage.instead = no_response("cut_off");
      return;
    case Fault::sheets_network:
      passage.instead = no_response("network");
      return;
    case Fault::sheets_too_large:
      passage.arrives = true;
      passage.instead = no_response("too_large");
      return;
    case Fault::sheets_slow:
      passage.arrives = true;
      passage.answer_after_ms = dice_.between(1, timeout_ms + timeout_ms / 4);
      return;
    default:
      passage.instead = no_response("credentials");
  }
}

Passage Network::database(std::uint64_t now_ms, std::uint64_t timeout_ms,
                          std::string_view function) {
  Passage passage = undisturbed();
  const std::optional<Fault> fault = draw(FaultGroup::database);
  if (database_outage.covers(now_ms)) {
    passage = lost(database_outage);
    passage.fault = Fault::db_outage;
  } else if (fault && !calm_ && settings_.faults.has(*fault)) {
    passage.fault = *fault;
    spoil_database(passage, *fault, timeout_ms, function);
  }
  return passage;
}

void Network::spoil_database(Passage& passage, Fault fault, std::uint64_t timeout_ms,
                             std::string_view function) {
  const bool carried_out = dice_.chance(500);
  const std::uint64_t late_ms = timeout_ms + dice_.between(1, dice_.chance(300) ? 200'000 : 20'000);
  passage.arrives = false;
  switch (fault) {
    case Fault::db_conflict:
      passage.instead = postgrest(503, "PT503", "lock_not_available");
      return;
    case Fault::db_pgrst000:
      passage.instead = postgrest(503, "PGRST000", "");
      return;
    case Fault::db_pgrst001:  // in the middle of a query: nobody knows
      passage.arrives = carried_out;
      passage.instead = postgrest(503, "PGRST001", "");
      return;
    case Fault::db_pgrst002:
      passage.instead = postgrest(503, "PGRST002", "");
      return;
    case Fault::db_pgrst003:
      passage.instead = postgrest(504, "PGRST003", "");
      return;
    case Fault::db_schema_cache:
      passage.instead = Outcome{404, "{}", "", "{}"};
      return;
    case Fault::db_html_52x:
      passage.arrives = carried_out;
      passage.instead =
          Outcome{static_cast<std::uint16_t>(dice_.between(520, 530)), kHtml, "", "{}"};
      return;
    case Fault::db_gateway_502:
      passage.arrives = carried_out;
      passage.instead =
          Outcome{static_cast<std::uint16_t>(dice_.between(502, 504)), kHtml, "", "{}"};
      return;
    case Fault::db_429:
      passage.hint_ms = dice_.between(1, 20) * 1000;
      passage.instead =
          Outcome{429, "{\"message\":\"slow down\"}", "",
                  "{\"retry-after\":\"" + std::to_string(passage.hint_ms / 1000) + "\"}"};
      return;
    case Fault::db_lost_backend:  // it died in COMMIT: no SQLSTATE, and nobody knows
      passage.arrives = carried_out;
      passage.instead = Outcome{
          400, R"({"code":"","details":null,"hint":null,"message":"connection lost"})", "", "{}"};
      return;
    case Fault::db_row_refused:  // by what only shows at the end of the transaction
      if (function != "sync_commit") break;
      passage.instead = postgrest(409, "23505", "");
      return;
    case Fault::db_statement_timeout:
      passage.instead = postgrest(500, "57014", "");
      return;
    case Fault::db_too_large:
      if (function != "sync_commit") break;  // only a commit is ever large
      passage.instead = Outcome{413, kHtml, "", "{}"};
      return;
    case Fault::db_network:
      passage.instead = no_response("network");
      return;
    case Fault::db_answer_lost:
      passage.arrives = true;
      passage.answers = dice_.chance(700);
      passage.instead = no_response(carried_out ? "network" : "cut_off");
      return;
    case Fault::db_answer_truncated:
      passage.arrives = passage.truncated = true;
      return;
    case Fault::db_late:  // a zombie: carried out when nobody waits for it any more
      passage.arrives = true;
      passage.after_ms = late_ms;
      return;
    case Fault::db_twice:
      passage.arrives = true;
      passage.again_after_ms = passage.after_ms + (carried_out ? dice_.between(1, 500) : late_ms);
      return;
    default:  // db_slow
      passage.arrives = true;
      passage.answer_after_ms = dice_.between(1, timeout_ms + timeout_ms / 4);
      return;
  }
  passage.arrives = true;
  passage.fault = Fault::count_;
}

}  // namespace listing_sync::sim
