// The error table: every rule of it is reached, and every status with every kind of body gets an
// answer that never loops.
#include "listing_sync/classify.h"

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/answer_samples.h"
#include "listing_sync/policy.h"
#include "support/json.h"

namespace listing_sync {
namespace {

using testing::quoted;

Verdict database(std::uint16_t status, std::string_view body) {
  return classify(Target::database, {status, "", "", body});
}

Verdict sheets(std::uint16_t status, std::string_view body) {
  return classify(Target::sheets, {status, "", "", body});
}

Verdict meet(const ClassifyRule& rule) {
  const Sample sample = sample_of(rule);
  return classify(rule.target, {sample.status, sample.why, "", sample.body});
}

TEST_CASE("every rule of the table is reached by what it describes") {
  CHECK(classify_rules().size() > 40);
  for (const ClassifyRule& rule : classify_rules()) {
    CAPTURE(std::string(rule.code));
    CAPTURE(rule.status_first);
    const Verdict verdict = meet(rule);
    CHECK(verdict.action == rule.action);
    CHECK(verdict.message.rfind(rule.advice, 0) == 0);
    CHECK_FALSE(verdict.code.empty());
  }
}

// ---- the table, said once more by what PostgREST and Google answer

struct Case {
  const char* code;
  std::uint16_t status;
  Action action;
  bool open;  ///< whether it may have been carried out
};

TEST_CASE("PostgREST's and PostgreSQL's codes mean what their sources say") {
  // Status as PostgREST's Error.hs maps it; open where the connection was lost in mid-query.
  for (const Case& given : std::vector<Case>{
           {"PGRST000", 503, Action::retry_same, false},   // no connection could be made
           {"PGRST001", 503, Action::retry_same, true},    // the connection broke in mid-query
           {"PGRST002", 503, Action::retry_same, false},   // no schema cache: nothing was called
           {"PGRST003", 504, Action::cut_smaller, false},  // no connection was free
           {"PGRST100", 400, Action::stop, false},
           {"PGRST102", 400, Action::stop, false},
           {"PGRST106", 406, Action::stop, false},
           {"PGRST116", 406, Action::stop, false},
           {"PGRST202", 404, Action::stop, false},
           {"PGRST203", 300, Action::stop, false},
           {"PGRST205", 404, Action::stop, false},
           {"PGRST300", 500, Action::stop, false},
           {"PGRST301", 401, Action::stop, false},
           {"PGRST302", 401, Action::stop, false},
           {"PGRST303", 401, Action::stop, false},
           {"PGRSTX00", 500, Action::stop, false},
           {"08000", 503, Action::retry_same, true},
           {"08003", 503, Action::retry_same, true},
           {"08006", 503, Action::retry_same, true},
           {"08007", 503, Action::retry_same, true},
           {"08P01", 503, Action::retry_same, true},
           {"0A000", 400, Action::stop, false},
           {"21000", 500, Action::stop, false},
           {"22001", 400, Action::isolate, false},
           {"22003", 400, Action::isolate, false},
           {"22P02", 400, Action::isolate, false},
           {"22P05", 400, Action::isolate, false},
           {"23502", 400, Action::isolate, false},
           {"23503", 409, Action::isolate, false},
           {"23505", 409, Action::isolate, false},
           {"23514", 400, Action::isolate, false},
           {"25006", 405, Action::stop, false},
           {"25P02", 500, Action::stop, false},
           {"25P03", 500, Action::retry_same, false},   // idle in transaction: rolled back
           {"25P04", 500, Action::cut_smaller, false},  // transaction_timeout: rolled back
           {"28P01", 403, Action::stop, false},
           {"40001", 500, Action::retry_same, false},
           {"40003", 500, Action::retry_same, true},  // statement completion unknown
           {"40P01", 500, Action::retry_same, false},
           {"42501", 403, Action::stop, false},
           {"42703", 400, Action::stop, false},
           {"42883", 404, Action::stop, false},
           {"42P01", 404, Action::stop, false},
           {"44000", 400, Action::isolate, false},
           {"53100", 503, Action::retry_same, false},
           {"53200", 503, Action::retry_same, false},
           {"53300", 503, Action::retry_same, false},
           {"53400", 500, Action::retry_same, false},
           {"54000", 500, Action::stop, false},
           {"55000", 500, Action::stop, false},
           {"55P03", 500, Action::retry_same, false},
           {"57014", 500, Action::cut_smaller, false},
           {"57P01", 503, Action::retry_same, true},
           {"57P02", 500, Action::retry_same, true},
           {"57P03", 500, Action::retry_same, true},
           {"57P05", 500, Action::retry_same, true},
           {"58030", 500, Action::stop, false},
           {"P0001", 400, Action::isolate, false},
           {"P0002", 500, Action::stop, false},
           {"PT400", 400, Action::stop, false},
           {"PT404", 404, Action::stop, false},
           {"PT409", 409, Action::stop, false},
           {"PT413", 413, Action::cut_smaller, false},
           {"PT503", 503, Action::retry_same, false},
           {"XX000", 500, Action::stop, false},
           {"XX001", 500, Action::stop, false}}) {
    CAPTURE(std::string(given.code));
    const Verdict verdict =
        database(given.status, "{\"code\":" + quoted(given.code) + ",\"message\":\"m\"}");
    CHECK(verdict.action == given.action);
    CHECK(verdict.code == given.code);
    CHECK(leaves_outcome_open(given.code) == given.open);
  }
}

TEST_CASE("a backend that died while it committed has no SQLSTATE: the outcome is open") {
  // What PostgREST makes of it, as measured: libpq's own errors carry no code.
  const Verdict verdict = database(400, R"({"code":"","details":null,"hint":null,"message":""})");
  CHECK(verdict.action == Action::retry_same);
  CHECK(leaves_outcome_open(verdict.code));
  CHECK(database(400, "<html>").action == Action::stop);
  CHECK(database(400, "{}").action == Action::stop);
  CHECK(database(400, R"({"message":"bad"})").action == Action::stop);
}

TEST_CASE("Google's statuses mean what its documentation says") {
  struct Google {
    std::uint16_t status;
    const char* name;
    Action action;
  };
  for (const Google& given : std::vector<Google>{{400, "INVALID_ARGUMENT", Action::stop},
                                                 {401, "UNAUTHENTICATED", Action::renew},
                                                 {403, "PERMISSION_DENIED", Action::stop},
                                                 {403, "RESOURCE_EXHAUSTED", Action::retry_same},
                                                 {404, "NOT_FOUND", Action::stop},
                                                 {408, "DEADLINE_EXCEEDED", Action::retry_same},
                                                 {409, "ABORTED", Action::stop},
                                                 {429, "RESOURCE_EXHAUSTED", Action::retry_same},
                                                 {499, "CANCELLED", Action::stop},
                                                 {500, "INTERNAL", Action::retry_same},
                                                 {501, "UNIMPLEMENTED", Action::retry_same},
                                                 {503, "UNAVAILABLE", Action::retry_same},
                                                 {504, "DEADLINE_EXCEEDED", Action::retry_same}}) {
    CAPTURE(given.status);
    const Verdict verdict =
        sheets(given.status, R"({"error":{"status":)" + quoted(given.name) + "}}");
    CHECK(verdict.action == given.action);
    CHECK(verdict.code == given.name);
  }
}

// ---- total

std::vector<std::string> bodies() {
  const std::string deep(30'000, '[');
  std::vector<std::string> bodies = {
      "",
      "{}",
      "[]",
      "[{\"code\":\"57014\"}]",
      "null",
      "7",
      "\"text\"",
      "{\"code\":null}",
      "{\"code\":7}",
      "{\"code\":\"\"}",
      "{\"code\":\"XX000\",\"message\":\"m\",\"details\":\"d\"}",
      "{\"code\":\"XX000\",\"message\":7,\"details\":{\"a\":[]}}",
      "<!doctype html><title>502</title>",
      "{\"outcome\":\"comm",
      "{\"code\":\"57014\"",
      "\xFF\xFE",
      "{\"code\":\"\xFF\"}",
      R"({"error":7})",
      R"({"error":{"status":9,"message":[]}})",
      deep + std::string(30'000, ']'),
      "{\"a\":" + deep,
      "{\"code\":\"57014\",\"pad\":\"" + std::string(70'000, 'x') + "\"}"};
  for (const ClassifyRule& rule : classify_rules()) bodies.push_back(sample_of(rule).body);
  return bodies;
}

TEST_CASE("every status with every body gets a verdict with a code and a sentence") {
  for (const Target target : {Target::sheets, Target::database, Target::alerts})
    for (const std::string& body : bodies())
      for (std::uint16_t status = 0; status < 600; ++status) {
        const Verdict verdict = classify(target, {status, "", "", body});
        const bool told = !verdict.code.empty() && !verdict.message.empty();
        const bool believed = verdict.action == Action::proceed && status / 100 == 2;
        if (told || believed) continue;
        CAPTURE(status);
        CAPTURE(body.substr(0, 80));
        CHECK(false);
      }
  constexpr std::uint16_t kBeyond[] = {600, 999, 1000, 65'535};
  for (const std::uint16_t status : kBeyond) {
    CHECK(database(status, "").action == Action::stop);
    CHECK(database(status, R"({"code":"57014"})").action == Action::stop);
    CHECK(sheets(status, "").action == Action::stop);
  }
}

/// Whether a rule is for such a code, as the header says: exactly, or as a class.
bool is_listed(std::string_view code) {
  for (const ClassifyRule& rule : classify_rules()) {
    if (rule.target != Target::database || rule.status_last == 0 || rule.code.empty()) continue;
    const std::string_view listed = rule.code.substr(0, rule.code.size() - 1);
    if (rule.code == code || (rule.code.back() == '*' && code.substr(0, listed.size()) == listed))
      return true;
  }
  return false;
}

TEST_CASE("a code that is not in the table means stop, under every status") {
  Random random{11};
  constexpr std::string_view kLetters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  int unknown = 0;
  for (int i = 0; i < 3000; ++i) {
    std::string code(5, '0');
    for (char& letter : code) letter = kLetters[static_cast<std::size_t>(random.up_to(35))];
    if (is_listed(code)) continue;
    ++unknown;
    const auto status = static_cast<std::uint16_t>(300 + random.up_to(299));
    const Verdict verdict = database(status, "{\"code\":" + quoted(code) + "}");
    CAPTURE(code);
    CHECK(verdict.action == Action::stop);
    CHECK(verdict.code == code);
    CHECK_FALSE(leaves_outcome_open(code));
  }
  CHECK(unknown > 2000);
}

// ---- what decides

TEST_CASE("a 2xx of the database is believed only where the body is one JSON object") {
  CHECK(database(200, R"({"outcome":"idle"})").action == Action::proceed);
  CHECK(database(204, "{}").action == Action::proceed);
  for (const char* body : {"", "<html>", "{\"outcome\":\"id", "[]", "null"}) {
    CHECK(database(200, body).action == Action::retry_same);
    CHECK(database(200, body).code == "unreadable_answer");
  }
  CHECK(sheets(200, "anything: the reader looks closer").action == Action::proceed);
}

TEST_CASE("codes decide, never the status or the message") {
  for (std::uint16_t status = 300; status < 600; ++status) {
    CHECK(database(status, R"({"code":"57014"})").action == Action::cut_smaller);
    CHECK(database(status, R"({"code":"42501"})").action == Action::stop);
    CHECK(database(status, R"({"code":"23505"})").action == Action::isolate);
    CHECK(database(status, R"({"code":"08006"})").action == Action::retry_same);
  }
  const Verdict misleading =
      database(400, R"({"code":"42P01","message":"timeout, please retry the network"})");
  CHECK(misleading.action == Action::stop);
}

TEST_CASE("unknown means stop") {
  CHECK(database(500, R"({"code":"XX000"})").action == Action::stop);
  CHECK(database(418, "").action == Action::stop);
  CHECK(database(301, "").action == Action::stop);
  CHECK(sheets(418, "").action == Action::stop);
  CHECK(classify(Target::database, {0, "gremlins", "", ""}).action == Action::stop);
  CHECK(classify(Target::database, {0, "", "", ""}).action == Action::stop);
}

TEST_CASE("what the database says of itself is passed on, with the stable word of our functions") {
  const Verdict verdict =
      database(409, R"({"code":"PT409","message":"batch 3","details":"batch_reused"})");
  CHECK(verdict.code == "PT409");
  CHECK(verdict.message == "the database refused the call: batch 3 (batch_reused)");
  CHECK(database(400, R"({"code":"PT400","details":"bad_request"})").message ==
        "the database refused the call: bad_request");
}

TEST_CASE("no answer at all: the host's sentence is passed on") {
  const Verdict verdict = classify(Target::sheets, {0, "credentials", "invalid_grant", ""});
  CHECK(verdict.action == Action::stop);
  CHECK(verdict.message.find("invalid_grant") != std::string::npos);
}

TEST_CASE("404 with {} is the schema cache reloading; a 404 page is not") {
  CHECK(database(404, "{}").action == Action::retry_same);
  CHECK(database(404, "<html>").action == Action::stop);
  CHECK(database(404, R"({"code":"PGRST202"})").action == Action::stop);
}

TEST_CASE("a body without a code is judged by its status, and named after it") {
  CHECK(database(502, "<html>").action == Action::retry_same);
  CHECK(database(502, "<html>").code == "http_502");
  CHECK(database(413, "<html>").action == Action::cut_smaller);
  CHECK(database(429, "").action == Action::retry_same);
  CHECK(database(522, "<html>").action == Action::retry_same);
  CHECK(database(401, "{}").action == Action::stop);
}

TEST_CASE("what is no word is no code, whoever says it") {
  const std::string longest(64, 'A');
  for (const std::string& code :
       {std::string("<!channel>"), std::string("A B"), std::string("a\\u202eb"), longest + "A"}) {
    CAPTURE(code);
    const std::string google = R"({"error":{"code":403,"status":")" + code + R"(","message":"m"}})";
    CHECK(classify(Target::sheets, {403, "", "", google}).code == "http_403");
    const std::string postgrest = R"({"code":")" + code + R"(","message":"m"})";
    CHECK(classify(Target::database, {400, "", "", postgrest}).code == "http_400");
  }
  const std::string google = R"({"error":{"status":")" + longest + R"("}})";
  CHECK(classify(Target::sheets, {403, "", "", google}).code == longest);
}

TEST_CASE("which endings leave open whether the call was carried out") {
  for (const char* code : {"timeout", "network", "cut_off", "unreadable_answer", "http_408",
                           "http_500", "http_502", "http_504", "http_520", "http_530"})
    CHECK(leaves_outcome_open(code));
  for (const char* code : {"too_large", "credentials", "budget_spent", "http_413", "http_429", ""})
    CHECK_FALSE(leaves_outcome_open(code));
}

TEST_CASE("nothing that may have been carried out is ever cut or isolated") {
  for (const ClassifyRule& rule : classify_rules()) {
    if (rule.action != Action::cut_smaller && rule.action != Action::isolate) continue;
    if (rule.target != Target::database) continue;
    CAPTURE(std::string(rule.code));
    CHECK_FALSE(leaves_outcome_open(meet(rule).code));
  }
}

TEST_CASE("of a webhook nothing is passed on but its status") {
  for (const std::uint16_t status : {std::uint16_t{0}, std::uint16_t{302}, std::uint16_t{404},
                                     std::uint16_t{418}, std::uint16_t{503}}) {
    const std::string_view why = status == 0 ? "network" : "";
    const Answer answer{status, why, "ENOTFOUND hooks.example", R"({"code":"x","message":"said"})"};
    const Verdict verdict = classify(Target::alerts, answer);
    CHECK(verdict.code == (status == 0 ? "network" : "http_" + std::to_string(status)));
    CHECK(verdict.message.find("hooks.example") == std::string::npos);
    CHECK(verdict.message.find("said") == std::string::npos);
  }
}

TEST_CASE("actions and targets have stable names") {
  CHECK(action_name(Action::proceed) == "proceed");
  CHECK(action_name(Action::retry_same) == "retry_same");
  CHECK(action_name(Action::cut_smaller) == "cut_smaller");
  CHECK(action_name(Action::isolate) == "isolate");
  CHECK(action_name(Action::renew) == "renew");
  CHECK(action_name(Action::stop) == "stop");
  CHECK(target_name(Target::sheets) == "sheets");
  CHECK(target_name(Target::database) == "database");
  CHECK(target_name(Target::alerts) == "alerts");
}

}  // namespace
}  // namespace listing_sync
