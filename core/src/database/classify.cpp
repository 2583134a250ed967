// The error table of PostgREST and Sheets answers, and of the webhook's.
#include "listing_sync/classify.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "json/json_fields.h"

namespace listing_sync {
namespace {

constexpr Target kDb = Target::database;
constexpr Target kSheets = Target::sheets;
constexpr Target kAlerts = Target::alerts;

// First match wins. `code` is what the body says; "" matches a body without one (HTML, empty).
constexpr std::array kRules = {
    // No response at all: the outcome is unknown, so the same bytes are sent again.
    ClassifyRule{kDb, 0, 0, "timeout", Action::retry_same, "the database did not answer in time"},
    ClassifyRule{kDb, 0, 0, "network", Action::retry_same, "the database could not be reached"},
    ClassifyRule{kDb, 0, 0, "cut_off", Action::retry_same, "the answer ended in the middle"},
    ClassifyRule{kDb, 0, 0, "too_large", Action::stop,
                 "the database's answer is larger than allowed"},
    ClassifyRule{kSheets, 0, 0, "timeout", Action::retry_same,
                 "Google Sheets did not answer in time"},
    ClassifyRule{kSheets, 0, 0, "network", Action::retry_same,
                 "Google Sheets could not be reached"},
    ClassifyRule{kSheets, 0, 0, "cut_off", Action::retry_same, "the answer ended in the middle"},
    ClassifyRule{kSheets, 0, 0, "too_large", Action::cut_smaller,
                 "the page is larger than allowed"},
    ClassifyRule{kSheets, 0, 0, "credentials", Action::stop,
                 "Google did not accept the service account: check GOOGLE_SERVICE_ACCOUNT_JSON"},
    // Every answer of the sync functions is one JSON object. Anything else under a 2xx is a page of
    // something in between, or the first half of an answer: the outcome is unknown.
    ClassifyRule{kDb, 200, 299, "unreadable_answer", Action::retry_same,
                 "the answer is no JSON object: check SUPABASE_URL"},
    // PostgreSQL and PostgREST codes, whatever the status.
    ClassifyRule{kDb, 1, 599, "57014", Action::cut_smaller, "the statement timeout was exceeded"},
    ClassifyRule{kDb, 1, 599, "PGRST003", Action::cut_smaller,
                 "no database connection was free in time"},
    ClassifyRule{kDb, 1, 599, "PT413", Action::cut_smaller, "the batch is too large"},
    ClassifyRule{kDb, 1, 599, "PT503", Action::retry_same,
                 "the database is busy with a conflicting lock"},
    ClassifyRule{kDb, 1, 599, "PT4*", Action::stop, "the database refused the call"},
    ClassifyRule{kDb, 1, 599, "PGRST000", Action::retry_same,
                 "PostgREST cannot reach the database"},
    ClassifyRule{kDb, 1, 599, "PGRST001", Action::retry_same,
                 "PostgREST cannot reach the database"},
    ClassifyRule{kDb, 1, 599, "PGRST002", Action::retry_same, "PostgREST has no schema cache yet"},
    ClassifyRule{kDb, 1, 599, "PGRST202", Action::stop,
                 "the sync functions are missing: apply the migrations in infra/supabase"},
    ClassifyRule{kDb, 1, 599, "PGRST30*", Action::stop,
                 "the key is invalid: check SUPABASE_SERVICE_ROLE_KEY"},
    ClassifyRule{kDb, 1, 599, "PGRST*", Action::stop, "PostgREST refused the call"},
    ClassifyRule{kDb, 1, 599, "08*", Action::retry_same, "the connection to PostgreSQL broke"},
    ClassifyRule{kDb, 1, 599, "40*", Action::retry_same, "a concurrent transaction was in the way"},
    ClassifyRule{kDb, 1, 599, "55P03", Action::retry_same, "a lock was not available"},
    ClassifyRule{kDb, 1, 599, "53*", Action::retry_same, "PostgreSQL is short of resources"},
    ClassifyRule{kDb, 1, 599, "57P*", Action::retry_same, "PostgreSQL is starting or stopping"},
    ClassifyRule{kDb, 1, 599, "22*", Action::isolate, "a value was refused"},
    ClassifyRule{kDb, 1, 599, "23*", Action::isolate, "a constraint was violated"},
    ClassifyRule{kDb, 1, 599, "44*", Action::isolate, "a view's check option was violated"},
    ClassifyRule{kDb, 1, 599, "P0001", Action::isolate, "a trigger refused a row"},
    ClassifyRule{kDb, 1, 599, "42501", Action::stop,
                 "permission denied: SUPABASE_SERVICE_ROLE_KEY must be the service key"},
    ClassifyRule{kDb, 1, 599, "25P03", Action::retry_same, "the transaction was idle for too long"},
    ClassifyRule{kDb, 1, 599, "25P04", Action::cut_smaller, "the transaction timeout was exceeded"},
    ClassifyRule{kDb, 1, 599, "25006", Action::stop,
                 "the database is read-only: is its disk full?"},
    ClassifyRule{kDb, 1, 599, "no_sqlstate", Action::retry_same,
                 "the connection to PostgreSQL was lost in mid-query"},
    // No code in the body: the status alone.
    ClassifyRule{kDb, 401, 401, "", Action::stop,
                 "the key is invalid: check SUPABASE_SERVICE_ROLE_KEY"},
    ClassifyRule{kDb, 403, 403, "", Action::stop,
                 "access was refused: check SUPABASE_SERVICE_ROLE_KEY"},
    ClassifyRule{kDb, 404, 404, "{}", Action::retry_same,
                 "PostgREST is reloading its schema cache"},
    ClassifyRule{kDb, 408, 408, "", Action::retry_same, "the gateway gave up waiting"},
    ClassifyRule{kDb, 413, 413, "", Action::cut_smaller, "the body is too large for the gateway"},
    ClassifyRule{kDb, 429, 429, "", Action::retry_same, "too many requests"},
    ClassifyRule{kDb, 500, 500, "", Action::retry_same, "the gateway failed"},
    ClassifyRule{kDb, 502, 504, "", Action::retry_same, "the gateway lost the database"},
    ClassifyRule{kDb, 520, 530, "", Action::retry_same, "the edge network lost the database"},
    // Google: decided by the HTTP status, which mirrors the canonical code (AIP-193).
    ClassifyRule{kSheets, 400, 499, "RESOURCE_EXHAUSTED", Action::retry_same,
                 "the read quota is used up"},
    ClassifyRule{kSheets, 401, 401, "*", Action::renew, "the access token has expired"},
    ClassifyRule{kSheets, 403, 403, "*", Action::stop,
                 "share the spreadsheet with the service account's address (viewer is enough)"},
    ClassifyRule{kSheets, 404, 404, "*", Action::stop,
                 "the spreadsheet does not exist: check SYNC_SPREADSHEET_ID"},
    ClassifyRule{kSheets, 400, 400, "*", Action::stop, "check the tab's name in the mapping"},
    ClassifyRule{kSheets, 408, 408, "*", Action::retry_same, "Google Sheets gave up waiting"},
    ClassifyRule{kSheets, 429, 429, "*", Action::retry_same, "the read quota is used up"},
    ClassifyRule{kSheets, 500, 599, "*", Action::retry_same, "Google Sheets is not well"},
    // The webhook for alerts: by its status alone.
    ClassifyRule{kAlerts, 0, 0, "timeout", Action::retry_same,
                 "the webhook did not answer in time"},
    ClassifyRule{kAlerts, 0, 0, "network", Action::retry_same, "the webhook could not be reached"},
    ClassifyRule{kAlerts, 0, 0, "cut_off", Action::retry_same,
                 "the webhook's answer ended in the middle"},
    ClassifyRule{kAlerts, 0, 0, "too_large", Action::stop,
                 "the webhook's answer is larger than allowed"},
    ClassifyRule{kAlerts, 300, 399, "", Action::stop,
                 "the webhook redirects, which is not followed: check SYNC_ALERT_WEBHOOK_URL"},
    ClassifyRule{kAlerts, 401, 403, "", Action::stop,
                 "the webhook refuses access: check SYNC_ALERT_WEBHOOK_URL and its secret"},
    ClassifyRule{kAlerts, 404, 404, "", Action::stop,
                 "there is no webhook at this address: check SYNC_ALERT_WEBHOOK_URL"},
    ClassifyRule{kAlerts, 408, 408, "", Action::retry_same, "the webhook gave up waiting"},
    ClassifyRule{kAlerts, 410, 410, "", Action::stop,
                 "the webhook was removed: make a new one and set SYNC_ALERT_WEBHOOK_URL"},
    ClassifyRule{kAlerts, 425, 425, "", Action::retry_same, "the webhook asks for another try"},
    ClassifyRule{kAlerts, 429, 429, "", Action::retry_same, "the webhook has too many requests"},
    ClassifyRule{kAlerts, 400, 499, "", Action::stop,
                 "the webhook refused the message: is SYNC_ALERT_FORMAT right?"},
    ClassifyRule{kAlerts, 500, 599, "", Action::retry_same, "the webhook is not well"},
};

bool matches_code(std::string_view rule, std::string_view code) {
  if (!rule.empty() && rule.back() == '*')
    return code.substr(0, rule.size() - 1) == rule.substr(0, rule.size() - 1);
  return rule == code;
}

// PGRST001 is a client error of PostgREST's own connection: it may come in mid-query.
constexpr std::array<std::string_view, 10> kOpen = {
    "timeout", "network", "cut_off",  "http_*",      "08*",
    "40003",   "57P*",    "PGRST001", "no_sqlstate", "unreadable_answer"};
constexpr std::array<std::string_view, 4> kAway = {"PGRST000", "PGRST002", "53*", "{}"};

template <std::size_t kSize>
bool matches_any(const std::array<std::string_view, kSize>& rules, std::string_view code) {
  return std::any_of(rules.begin(), rules.end(),
                     [&](std::string_view rule) { return matches_code(rule, code); });
}

struct Said {
  std::string code, message;
};

// A code is shown, counted and sent to webhooks as a stable word: what is none is no code.
std::string code_field(const nlohmann::json& document, const char* name) {
  constexpr std::size_t kCodeBytesMax = 64;
  std::string code = text_field(document, name);
  const bool is_word = std::all_of(code.begin(), code.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
  });
  return is_word && code.size() <= kCodeBytesMax ? code : "";
}

// What the body says of itself. Only small bodies are looked into: an error document is small.
Said read_body(Target target, std::string_view body) {
  if (target == Target::alerts || body.size() > 65'536) return {};
  const auto document = parse_document(body);
  if (document.is_discarded() || !document.is_object()) return {};
  if (document.empty()) return {"{}", ""};
  if (target == Target::database) {
    // The sync functions put their stable word into `details`.
    const std::string details = text_field(document, "details");
    std::string message = text_field(document, "message");
    if (!details.empty()) message += message.empty() ? details : " (" + details + ")";
    // A backend that died leaves libpq's own error, which has no SQLSTATE: the code is empty.
    const nlohmann::json& said = member(document, "code");
    const bool nameless = said.is_string() && said.get_ref<const std::string&>().empty();
    return {nameless ? "no_sqlstate" : code_field(document, "code"), message};
  }
  const nlohmann::json& error = member(document, "error");
  return {code_field(error, "status"), text_field(error, "message")};
}

bool success(std::uint16_t status) { return status >= 200 && status < 300; }

}  // namespace

std::string_view target_name(Target target) {
  constexpr std::array<std::string_view, 3> kNames = {"sheets", "database", "alerts"};
  return kNames[static_cast<std::size_t>(target)];
}

std::string_view action_name(Action action) {
  constexpr std::array<std::string_view, 6> kNames = {"proceed", "retry_same", "cut_smaller",
                                                      "isolate", "renew",      "stop"};
  return kNames[static_cast<std::size_t>(action)];
}

std::span<const ClassifyRule> classify_rules() { return kRules; }

bool leaves_outcome_open(std::string_view code) {
  // Refused at the gate.
  if (code == "http_404" || code == "http_413" || code == "http_429") return false;
  return matches_any(kOpen, code);
}

bool target_is_away(std::string_view code) {
  return code == "budget_spent" ? false : matches_any(kOpen, code) || matches_any(kAway, code);
}

Verdict classify(Target target, const Answer& answer) {
  Said said;
  if (success(answer.status)) {
    if (target != Target::database || parse_document(answer.body).is_object())
      return {Action::proceed, "", ""};
    said.code = "unreadable_answer";
  } else {
    said = answer.status == 0 ? Said{std::string(answer.why), std::string(answer.message)}
                              : read_body(target, answer.body);
    // The host's sentence may name the address, which is a secret.
    if (target == Target::alerts) said.message.clear();
  }
  if (said.code == "{}" && answer.status != 404) said.code.clear();
  for (const ClassifyRule& rule : kRules) {
    if (rule.target != target || answer.status < rule.status_first ||
        answer.status > rule.status_last || !matches_code(rule.code, said.code))
      continue;
    std::string message(rule.advice);
    if (!said.message.empty()) message += ": " + said.message;
    if (said.code.empty() || said.code == "{}") said.code = "http_" + std::to_string(answer.status);
    return {rule.action, said.code, message};
  }
  std::string message = "an answer nobody expected from the " + std::string(target_name(target)) +
                        " (HTTP status " + std::to_string(answer.status) + ")";
  if (!said.message.empty()) message += ": " + said.message;
  const bool nameless = said.code.empty() || said.code == "{}";
  return {Action::stop, nameless ? "http_" + std::to_string(answer.status) : said.code, message};
}

}  // namespace listing_sync
