// The error table: every rule of it is reached, and every status with every kind of body gets an
// answer that never loops.
#include "listing_sync/classify.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

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

/// A code the rule matches: a class gets a member, "" and "*" need none.
std::string code_of(const ClassifyRule& rule) {
  std::string code(rule.code);
  if (!code.empty() && code.back() == '*') code.back() = '9';
  return code;
}

Verdict meet(const ClassifyRule& rule) {
  const std::string code = code_of(rule);
  if (rule.status_last == 0) return classify(rule.target, {0, code, "", ""});
  std::string body = "{\"code\":" + quoted(code) + "}";
  if (rule.code.empty() || rule.code == "unreadable_answer") body = "<html>";
  if (rule.code == "{}") body = "{}";
  if (rule.target == Target::sheets) body = R"({"error":{"status":"SOMETHING"}})";
  return classify(rule.target, {rule.status_first, "", "", body});
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

std::vector<std::string> bodies() {
  const std::string deep(30'000, '[');
  return {"",
          "{}",
          "[]",
          "null",
          "7",
          "\"text\"",
          "{\"code\":null}",
          "{\"code\":7}",
          "{\"code\":\"\"}",
          "{\"code\":\"XX000\",\"message\":\"m\",\"details\":\"d\"}",
          "<!doctype html><title>502</title>",
          "{\"outcome\":\"comm",
          "\xFF\xFE",
          R"({"error":7})",
          R"({"error":{"status":9,"message":[]}})",
          deep + std::string(30'000, ']'),
          "{\"a\":" + deep,
          "{\"code\":\"57014\",\"pad\":\"" + std::string(200'000, 'x') + "\"}"};
}

TEST_CASE("every status with every body gets a verdict with a code and a sentence") {
  for (const Target target : {Target::sheets, Target::database})
    for (const std::string& body : bodies())
      for (std::uint16_t status = 0; status < 1000; ++status) {
        const Verdict verdict = classify(target, {status, "", "", body});
        if (verdict.action == Action::proceed) {
          CHECK(status / 100 == 2);
          continue;
        }
        CHECK_FALSE(verdict.code.empty());
        CHECK_FALSE(verdict.message.empty());
      }
}

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

TEST_CASE("which endings leave open whether the call was carried out") {
  for (const char* code : {"timeout", "network", "cut_off", "unreadable_answer", "08006", "57P01",
                           "http_500", "http_502", "http_504", "http_520"})
    CHECK(leaves_outcome_open(code));
  for (const char* code : {"57014", "PT503", "PT413", "PGRST003", "PGRST002", "23505", "40001",
                           "http_413", "http_429", ""})
    CHECK_FALSE(leaves_outcome_open(code));
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
}

}  // namespace
}  // namespace listing_sync
