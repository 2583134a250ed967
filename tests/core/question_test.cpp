// The questions of the API: one database request, one HTTP answer that is ready to be sent.
#include <doctest/doctest.h>

#include "support/listings.h"

namespace listing_sync::testing {
namespace {

struct Answered {
  Json request;  ///< body of the database request
  std::string path;
  std::size_t requests = 0;
  Json document;  ///< of the finish effect
  [[nodiscard]] std::uint64_t status() const { return document["http_status"].number(); }
  [[nodiscard]] Json body() const { return document["body"]; }
};

Started question(std::string job) {
  Started started = sync_started();
  started.job = std::move(job);
  started.trigger = "manual";
  return started;
}

/// Asks; each request to the database is answered with `outcome`.
Answered ask(const Started& started, const Outcome& outcome) {
  HostModel world;
  world.fault = [&](const Fetch&) { return Interference{false, outcome}; };
  const Invocation run = world.run(started);
  CHECK(run.outcome == "answered");
  CHECK(run.finishes == 1);
  CHECK(run.ended_ms < 70'000);
  REQUIRE(!run.fetches.empty());
  return {Json::parse(run.fetches[0].body), run.fetches[0].path, run.fetches.size(), run.document};
}

Answered ask(const Started& started, std::string_view body) {
  return ask(started, Outcome{200, std::string(body), "", "{}"});
}

void check_problem(const Answered& answered, std::uint64_t status, std::string_view code) {
  CHECK(answered.status() == status);
  CHECK(answered.document["content_type"].text() == "application/problem+json");
  CHECK(answered.body()["code"].text() == code);
  CHECK(answered.body()["status"].number() == status);
  CHECK(answered.body()["type"].text() == "urn:listing-sync:problem:" + std::string(code));
  CHECK_FALSE(answered.body()["title"].text().empty());
  CHECK_FALSE(answered.body()["detail"].text().empty());
}

TEST_CASE("a full run is requested and accepted with 202") {
  Started started = question("request");
  started.more = {{"request", R"({"force":false,"batch_size":null,"keys":null,"dry_run":false})"}};
  const Answered answered = ask(
      started,
      R"({"outcome":"recorded","sync_id":"s1","status":"in_progress","started_at":"2026-11-23T10:00:00.123Z","now":1})");
  CHECK(answered.path == "/rest/v1/rpc/sync_request_run");
  CHECK(answered.request["p_source"].text() == "listings");
  CHECK(answered.request["p_trigger"].text() == "manual");
  CHECK(answered.request["p_kind"].text() == "full");
  CHECK(answered.request["p_keys"].is_null());
  CHECK(answered.request["p_batch_size"].is_null());
  CHECK(answered.request["p_mapping_hash"].text().size() == 16);
  CHECK(answered.status() == 202);
  CHECK(answered.body().raw() ==
        R"({"startedAt":"2026-11-23T10:00:00.123Z","status":"in_progress","syncId":"s1"})");
}

TEST_CASE("a selection, a dry run, force and a batch size are passed on") {
  Started started = question("request");
  started.more = {
      {"request", R"({"force":true,"batch_size":50,"keys":["AA1","ＡＡ２"],"dry_run":true})"}};
  const Answered answered =
      ask(started, R"({"outcome":"already_queued","sync_id":"s2","status":"queued"})");
  CHECK(answered.request["p_kind"].text() == "selective");
  CHECK(answered.request["p_keys"].raw() == R"(["AA1","ＡＡ２"])");
  CHECK(answered.request["p_force"].flag());
  CHECK(answered.request["p_dry_run"].flag());
  CHECK(answered.request["p_batch_size"].number() == 50);
  CHECK(answered.status() == 202);
  CHECK(answered.body()["startedAt"].is_null());
  CHECK(answered.body()["status"].text() == "queued");
}

TEST_CASE("force too soon and a full queue are 429 with Retry-After") {
  const Answered soon =
      ask(question("request"), R"({"outcome":"force_too_soon","retry_after_ms":41001})");
  check_problem(soon, 429, "force_too_soon");
  CHECK(soon.document["headers"]["retry-after"].text() == "42");
  const Answered full = ask(question("request"), R"({"outcome":"queue_full"})");
  check_problem(full, 429, "queue_full");
  CHECK(full.document["headers"]["retry-after"].text() == "60");
}

TEST_CASE("an answer sync_request_run does not give is 502") {
  check_problem(ask(question("request"), R"({"outcome":"surprise"})"), 502, "unexpected_answer");
  check_problem(ask(question("request"), "{}"), 502, "unexpected_answer");
}

TEST_CASE("a source that is not registered is said so, whatever was asked") {
  for (const char* job : {"request", "health"})
    check_problem(ask(question(job), R"({"outcome":"unknown_source"})"), 503, "unknown_source");
}

TEST_CASE("the same where the database says it by raising PT404") {
  const Outcome raised = {404, R"({"code":"PT404","details":"unknown_source"})", "", "{}"};
  check_problem(ask(question("request"), raised), 503, "unknown_source");
}

TEST_CASE("a run nobody knows is 404") {
  Started started = question("status");
  started.more = {{"sync_id", "\"22222222-2222-4222-8222-222222222222\""}};
  const Answered answered = ask(started, R"({"outcome":"unknown_run","now":1})");
  CHECK(answered.path == "/rest/v1/rpc/sync_read_status");
  CHECK(answered.request["p_sync_id"].text() == "22222222-2222-4222-8222-222222222222");
  check_problem(answered, 404, "unknown_run");
}

TEST_CASE("a database that cannot be reached is asked twice, then the answer is 503") {
  for (const char* job : {"request", "status"}) {
    const Answered answered = ask(question(job), no_response("network"));
    CHECK(answered.requests == 2);
    check_problem(answered, 503, "database_unavailable");
    CHECK(answered.document["headers"]["retry-after"].text() == "30");
  }
}

TEST_CASE("what is due is one request for all sources") {
  Started started = question("due");
  started.more = {{"sources", R"(["a","b"])"}, {"interval_ms", "60000"}, {"keep_days", "7"}};
  const Answered answered = ask(
      started,
      R"({"sources":[{"source":"b","registered":true,"due":true,"opens":true,"prunable":false,"waiting_ms":5},)"
      R"({"source":"a","registered":false,"due":false,"opens":false,"prunable":null,"alerts_due":true}],"now":1})");
  CHECK(answered.path == "/rest/v1/rpc/sync_read_due");
  CHECK(answered.request.raw() ==
        R"({"p_interval_ms":60000,"p_keep_days":7,"p_silent_ms":720000,"p_sources":["a","b"]})");
  CHECK(answered.requests == 1);
  CHECK(answered.status() == 200);
  CHECK(answered.body().raw() ==
        R"({"sources":[{"alerts_due":false,"due":true,"opens":true,"prunable":false,)"
        R"("registered":true,"source":"b"},)"
        R"({"alerts_due":true,"due":false,"opens":false,"prunable":false,"registered":false,)"
        R"("source":"a"}]})");
}

TEST_CASE("pruning asks for what is too old") {
  Started started = question("prune");
  started.more = {{"keep_days", "30"}};
  const Answered answered = ask(started, R"({"runs":2,"errors":0,"alerts":0,"now":1})");
  CHECK(answered.path == "/rest/v1/rpc/sync_prune");
  CHECK(answered.request.raw() == R"({"p_keep_days":30,"p_source":"listings"})");
  CHECK(answered.body()["runs"].number() == 2);
}

TEST_CASE("the run of another source is unknown here") {
  Started started = question("status");
  started.more = {{"sync_id", "\"s1\""}};
  check_problem(
      ask(started, R"({"outcome":"found","now":1,"run":{"sync_id":"s1","source":"other"}})"), 404,
      "unknown_run");
}

TEST_CASE("health says unknown with 503 when the database cannot be reached") {
  const Answered answered = ask(question("health"), Outcome{503, "<html>", "", "{}"});
  CHECK(answered.requests == 2);
  CHECK(answered.status() == 503);
  CHECK(answered.document["content_type"].text() == "application/json");
  CHECK(answered.body()["status"].text() == "unknown");
  CHECK(answered.body()["reasons"][0]["code"].text() == "http_503");
}

TEST_CASE("nobody is kept waiting for a long Retry-After: it is passed on") {
  const Answered answered =
      ask(question("status"), Outcome{503, "", "", R"({"retry-after":"3600"})"});
  CHECK(answered.requests == 1);
  CHECK(answered.document["headers"]["retry-after"].text() == "3600");
}

TEST_CASE("a refusal by the database is 502 and names its code") {
  const Answered answered =
      ask(question("status"), Outcome{403, R"({"code":"42501","message":"no"})", "", "{}"});
  CHECK(answered.requests == 1);
  check_problem(answered, 502, "database_refused");
  CHECK(answered.body()["detail"].text().rfind("42501", 0) == 0);
}

TEST_CASE("a page under 200 is no answer") {
  check_problem(ask(question("status"), "<html>login</html>"), 503, "database_unavailable");
}

TEST_CASE("late answers to a question are ignored, and so is what follows the answer") {
  Engine engine;
  const Started started = question("health");
  const std::string event = started_event(started, 0);
  (void)engine.handle(event, Bytes::copy(started.mapping));
  CHECK(engine.state() == State::asking);
  const std::string late = response_event(99, {200, "{}", "", "{}"}, 1);
  CHECK(engine.handle(late, Bytes::copy("{}")) == "[]");
  CHECK(engine.state() == State::asking);
  const std::string answer = R"({"outcome":"found"})";
  const std::string response = response_event(1, {200, answer, "", "{}"}, 1);
  CHECK(engine.handle(response, Bytes::copy(answer)).find("\"finish\"") != std::string::npos);
  CHECK(engine.state() == State::finished);
  CHECK(engine.handle(response, Bytes::copy(answer)) == "[]");
}

}  // namespace
}  // namespace listing_sync::testing
