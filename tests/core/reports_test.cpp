// Status and health documents, asked for the way the API asks: stored facts in, ready JSON out.
#include <doctest/doctest.h>

#include "support/listings.h"

namespace listing_sync::testing {
namespace {

Json document_of(std::string job, const std::string& answer) {
  HostModel world;
  world.fault = [&](const Fetch&) { return Interference{false, {200, answer, "", "{}"}}; };
  Started started = sync_started();
  started.job = std::move(job);
  const Invocation run = world.run(started);
  CHECK(run.document["http_status"].number() == 200);
  return run.document["body"];
}

Json status_of(const std::string& run) {
  return document_of("status", R"({"outcome":"found","now":1,"run":)" + run + "}");
}

Json health_of(const std::string& facts) {
  return document_of("health",
                     R"({"outcome":"found","now":1)" + (facts.empty() ? "" : "," + facts) + "}");
}

std::string success(std::uint64_t age_ms, std::string_view ledger = R"({"read":100,"failed":0})") {
  return R"("last_success":{"sync_id":"s","completed_at":"2026-11-23T10:00:00.123Z","age_ms":)" +
         std::to_string(age_ms) + ",\"ledger\":" + std::string(ledger) + "}";
}

constexpr std::uint64_t kMinute = 60'000;

TEST_CASE("the status document counts as the specification does") {
  const Json document = status_of(
      R"({"sync_id":"s1","status":"completed","kind":"full","dry_run":false,)"
      R"("started_at":"2026-11-23T10:00:00.000Z","completed_at":"2026-11-23T10:00:09.000Z",)"
      R"("ledger":{"read":12,"inserted":3,"updated":2,"unchanged":4,"failed":1,"skipped":2,"held_cells":5,"expected":10},)"
      R"("errors":[{"key":"AA1","code":"23514","message":"no","column":"rent","row":7},)"
      R"({"key":null,"code":"missing_key","message":"","column":null,"row":9}],)"
      R"("errors_count":6,"report":{"unmapped_headers":["x"]}})");
  CHECK(document["syncId"].text() == "s1");
  CHECK(document["status"].text() == "completed");
  CHECK(document["startedAt"].text() == "2026-11-23T10:00:00.000Z");
  CHECK(document["completedAt"].text() == "2026-11-23T10:00:09.000Z");
  const Json& stats = document["stats"];
  CHECK(stats["total"].number() == 12);
  CHECK(stats["success"].number() == 9);
  CHECK(stats["failed"].number() == 1);
  CHECK(stats["skipped"].number() == 2);
  CHECK(stats["heldCells"].number() == 5);
  CHECK(document["progress"].raw() == R"({"done":10,"expected":10,"percent":100})");
  CHECK(document["errors"].size() == 2);
  CHECK(document["errors"][0].raw() ==
        R"({"code":"23514","column":"rent","error":"no","propertyNumber":"AA1","row":7})");
  CHECK(document["errors"][1]["error"].text() == "missing_key");
  CHECK(document["errorsTotal"].number() == 6);
  CHECK(document["cause"].is_null());
  CHECK(document["report"]["unmapped_headers"].size() == 1);
}

TEST_CASE("a run under way never says 100 %, a finished one never less") {
  const auto percent = [](std::string_view status, std::string_view ledger) {
    return status_of("{\"status\":" + quoted(status) + ",\"ledger\":" + std::string(ledger) +
                     "}")["progress"]["percent"]
        .number();
  };
  CHECK(percent("in_progress", R"({"unchanged":50,"expected":200})") == 25);
  CHECK(percent("in_progress", R"({"unchanged":200,"expected":200})") == 99);
  CHECK(percent("in_progress", R"({"unchanged":300,"expected":200})") == 99);
  CHECK(percent("in_progress", "{}") == 0);
  CHECK(percent("completed", "{}") == 100);
  CHECK(percent("completed", R"({"unchanged":1,"expected":200})") == 100);
  CHECK(percent("failed", R"({"unchanged":50,"expected":200})") == 25);
}

TEST_CASE("a failed run says why") {
  const Json document = status_of(
      R"({"status":"failed","cause_code":"header_missing","cause_message":"no such header"})");
  CHECK(document["cause"].raw() == R"({"code":"header_missing","message":"no such header"})");
}

TEST_CASE("facts of a wrong type give a document all the same") {
  for (const char* run :
       {"{}", "null", "7", "[]", R"({"ledger":[],"errors":{"a":1},"status":7,"errors_count":-1})",
        R"({"errors":[null,7,[]],"ledger":{"read":"x","inserted":1.5}})"}) {
    CAPTURE(std::string(run));
    CHECK(status_of(run)["stats"]["failed"].number() == 0);
  }
  CHECK(health_of(R"("last_success":7,"circuits":[1],"open_run":"x","queued_count":"y")")["status"]
            .text() == "degraded");
}

struct HealthCase {
  std::string facts, status, reason;
};

Started with_interval(std::uint64_t interval_ms) {
  Started started = sync_started();
  started.job = "health";
  started.more = {{"interval_ms", std::to_string(interval_ms)}};
  return started;
}

Json health_under(std::uint64_t interval_ms, const std::string& facts) {
  HostModel world;
  world.fault = [&](const Fetch&) {
    return Interference{false, {200, R"({"outcome":"found",)" + facts + "}", "", "{}"}};
  };
  return world.run(with_interval(interval_ms)).document["body"];
}

TEST_CASE("what is late is measured by the interval of the schedule") {
  const Json hourly = health_under(60 * kMinute, success(170 * kMinute));
  CHECK(hourly["status"].text() == "healthy");
  CHECK(health_under(60 * kMinute, success(181 * kMinute))["reasons"][0]["code"].text() == "late");
  const Json silent = health_under(60 * kMinute, success(721 * kMinute));
  CHECK(silent["reasons"][0]["code"].text() == "silent");
  CHECK(silent["reasons"][0]["message"].text() == "no run has succeeded for 721 minutes");
  CHECK(health_under(0, success(16 * kMinute))["reasons"][0]["code"].text() == "late");
}

TEST_CASE("ticks that do not come are noticed from what is due") {
  const auto health_when_waiting = [](std::uint64_t minutes) {
    return health_of(success(kMinute) + ",\"waiting_ms\":" + std::to_string(minutes * kMinute));
  };
  CHECK(health_when_waiting(15)["status"].text() == "healthy");
  const Json missed = health_when_waiting(16);
  CHECK(missed["status"].text() == "degraded");
  CHECK(missed["reasons"][0]["code"].text() == "ticks_missed");
  CHECK(health_when_waiting(61)["status"].text() == "unhealthy");
}

TEST_CASE("the overview has the health of each source and the worst of them") {
  HostModel world;
  const std::string facts = R"({"sources":[{"source":"a",)" + success(kMinute) +
                            R"(},{"source":"b","consecutive_failures":1,)" + success(kMinute) +
                            R"(},{"source":"c","outcome":"unknown_source"},7],"now":1})";
  world.fault = [&](const Fetch&) { return Interference{false, {200, facts, "", "{}"}}; };
  Started started = sync_started();
  started.job = "overview";
  started.more = {{"sources", R"(["a","b","c"])"}};
  const Json body = world.run(started).document["body"];
  CHECK(body["status"].text() == "unhealthy");
  REQUIRE(body["sources"].size() == 4);
  CHECK(body["sources"][0]["source"].text() == "a");
  CHECK(body["sources"][0]["status"].text() == "healthy");
  CHECK(body["sources"][1]["status"].text() == "degraded");
  CHECK(body["sources"][2]["reasons"][0]["code"].text() == "unknown_source");
  CHECK(body["sources"][3]["status"].text() == "degraded");
}

TEST_CASE("the table of health states") {
  const std::string fresh = success(kMinute);
  for (const HealthCase& given : std::vector<HealthCase>{
           {fresh, "healthy", ""},
           {success(15 * kMinute), "healthy", ""},
           {success(15 * kMinute + 1), "degraded", "late"},
           {success(60 * kMinute), "degraded", "late"},
           {success(60 * kMinute + 1), "unhealthy", "silent"},
           {"", "degraded", "never_run"},
           {"\"consecutive_failures\":1", "unhealthy", "never_succeeded"},
           {fresh + ",\"consecutive_failures\":1", "degraded", "last_run_failed"},
           {fresh + ",\"consecutive_failures\":2", "degraded", "last_run_failed"},
           {fresh + ",\"consecutive_failures\":3", "unhealthy", "failing"},
           {success(kMinute, R"({"read":100,"failed":5})"), "healthy", ""},
           {success(kMinute, R"({"read":100,"failed":6})"), "degraded", "many_errors"},
           {fresh + R"(,"circuits":{"sheets":{"state":"open"}})", "degraded", "circuit_not_closed"},
           {fresh + R"(,"circuits":{"sheets":{"state":"half-open"}})", "degraded",
            "circuit_not_closed"}}) {
    CAPTURE(given.facts);
    const Json health = health_of(given.facts);
    CHECK(health["status"].text() == given.status);
    CHECK(health["reasons"][0]["code"].text() == given.reason);
    CHECK(health["reasons"].size() == (given.reason.empty() ? 0 : 1));
  }
}

TEST_CASE("several findings are all told, and the worst decides") {
  const Json health = health_of(success(61 * kMinute, R"({"read":10,"failed":9})") +
                                R"(,"consecutive_failures":4)");
  CHECK(health["status"].text() == "unhealthy");
  CHECK(health["reasons"].size() == 3);
}

TEST_CASE("the worst circuit is shown") {
  const auto circuit = [](std::string_view circuits) {
    return health_of("\"circuits\":" + std::string(circuits))["circuitBreakerState"].text();
  };
  CHECK(circuit("null") == "closed");
  CHECK(circuit(R"({"a":{"state":"half-open"},"b":{"state":"open"}})") == "open");
  CHECK(circuit(R"({"a":{"state":"open"},"b":{"state":"half-open"}})") == "open");
  CHECK(circuit(R"({"a":{"state":"half-open"},"b":{"state":"closed"}})") == "half-open");
}

TEST_CASE("health carries the figures of the specification") {
  const Json health = health_of(
      success(kMinute, R"({"read":200,"failed":4})") +
      R"(,"queued_count":3,"average_duration_ms":2500,"held_open_count":7,)"
      R"("open_run":{"sync_id":"s9","started_at":"t","status":"in_progress","ledger":{"inserted":5,"expected":10}})");
  CHECK(health["lastSync"].text() == "2026-11-23T10:00:00.123Z");
  CHECK(health["errorRate"].text() == "0.02");
  CHECK(health["avgSyncDuration"].text() == "2.5");
  CHECK(health["queueSize"].number() == 3);
  CHECK(health["heldOpen"].number() == 7);
  CHECK(health["running"]["syncId"].text() == "s9");
  CHECK(health["running"]["progress"]["percent"].number() == 50);
}

}  // namespace
}  // namespace listing_sync::testing
