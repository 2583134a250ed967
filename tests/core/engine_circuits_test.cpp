// What an invocation learned of a target goes on in the next one: failures, pauses, rests, pace,
// batch sizes. Every invocation here is a new engine; only what the database stored is left.
#include <doctest/doctest.h>

#include <algorithm>

#include "support/listings.h"

namespace listing_sync::testing {
namespace {

using Steps = std::vector<std::string>;

const Run& last_run(const HostModel& world) { return world.database.runs.back(); }

/// The first `times` requests whose step begins with `step` end like this.
void fail(HostModel& world, std::string step, Outcome outcome, int times = 1) {
  world.fault = [step = std::move(step), outcome = std::move(outcome),
                 times](const Fetch& fetch) mutable -> std::optional<Interference> {
    if (times == 0 || fetch.step.rfind(step, 0) != 0) return std::nullopt;
    --times;
    return Interference{false, outcome};
  };
}

Outcome too_many_requests(std::string headers = "{}") {
  return {429, R"({"error":{"code":429,"status":"RESOURCE_EXHAUSTED"}})", "", std::move(headers)};
}

Outcome conflict() { return {503, R"({"code":"PT503","details":"lock_not_available"})", "", "{}"}; }

Json circuit(const HostModel& world, std::string_view target) {
  return Json::parse(world.database.circuits)[target];
}

std::size_t reads(const Invocation& run) {
  return static_cast<std::size_t>(
      std::count_if(run.fetches.begin(), run.fetches.end(),
                    [](const Fetch& fetch) { return fetch.target == "sheets"; }));
}

TEST_CASE("failures count across invocations that make one call each") {
  HostModel world = world_of(10);
  fail(world, "read", {503, "", "", "{}"}, 5);
  const Started started = sync_started("", "\"retry_attempts\":0");
  for (std::uint64_t failures = 1; failures <= 5; ++failures) {
    CAPTURE(failures);
    const Invocation run = world.run(started);
    CHECK(run.outcome == "yielded");
    CHECK(reads(run) == 1);
    CHECK(circuit(world, "sheets")["failures"].number() == failures);
    CHECK(circuit(world, "sheets")["state"].text() == (failures < 5 ? "closed" : "open"));
    if (failures == 5) CHECK(run.document["resume_in_ms"].number() == 60'000);
    world.now_ms += 60'000;
  }
  CHECK(world.run(started).outcome == "completed");
  CHECK(circuit(world, "sheets")["failures"].number() == 0);
}

TEST_CASE("however many probes fail, it is known since when the circuit has not been closed") {
  HostModel world = world_of(10);
  fail(world, "read", {503, "", "", "{}"}, 30);
  const Started started = sync_started("", "\"retry_attempts\":0");
  std::string since;
  for (int call = 0; call < 25; ++call) {
    world.run(started);
    world.now_ms += 300'000;
    const Json transitions = circuit(world, "sheets")["transitions"];
    CHECK(transitions.size() <= 8);
    if (transitions.size() == 0) continue;
    if (since.empty()) since = transitions[0].raw();
    CHECK(transitions[0]["from"].text() == "closed");
    CHECK(transitions[0].raw() == since);
  }
  CHECK_FALSE(since.empty());
  world.fault = nullptr;
  world.run(started);
  const Json transitions = circuit(world, "sheets")["transitions"];
  CHECK(transitions[transitions.size() - 1]["to"].text() == "closed");
}

TEST_CASE("the pauses go on where they stood: 1, 2, 4, 8, 16 times the delay") {
  std::vector<std::uint64_t> longest(6, 0);
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    HostModel world = world_of(3);
    fail(world, "read", {503, "", "", "{}"}, 6);
    Started started = sync_started("", "\"retry_attempts\":0,\"breaker_threshold\":100");
    for (std::size_t call = 0; call < longest.size(); ++call) {
      started.seed = std::to_string(1'000'000'000 + seed * 10 + call);
      const std::uint64_t pause_ms = world.run(started).document["resume_in_ms"].number();
      longest[call] = std::max(longest[call], pause_ms);
      world.now_ms += 60'000;
    }
  }
  const std::vector<std::uint64_t> ceilings = {100, 200, 400, 800, 1600, 1600};
  for (std::size_t call = 0; call < ceilings.size(); ++call) {
    CAPTURE(call);
    CHECK(longest[call] <= ceilings[call]);
    CHECK(longest[call] > ceilings[call] * 8 / 10);
  }
}

TEST_CASE("a Retry-After holds for whoever comes next, a forced run included") {
  HostModel world = world_of(10);
  fail(world, "read", too_many_requests(R"({"retry-after":"90"})"));
  const Started started = sync_started();
  const Invocation first = world.run(started);
  CHECK(first.outcome == "yielded");
  CHECK(first.document["resume_in_ms"].number() == 90'000);
  world.now_ms += 30'000;
  CHECK(world.run(started).outcome == "waiting");
  world.database.request("selective", {listing_key(3)});
  const Invocation selection = world.run(started);
  CHECK(selection.steps() == Steps{"claim", "yield"});
  CHECK(selection.document["cause"]["code"].text() == "circuit_open");
  const std::uint64_t rest_ms = selection.document["resume_in_ms"].number();
  CHECK(rest_ms <= 60'000);
  world.now_ms += rest_ms;
  CHECK(world.run(started).outcome == "completed");
}

TEST_CASE("after 429 the pace is halved, in the next invocation too, and comes back") {
  HostModel world = world_of(10);
  fail(world, "read", too_many_requests(), 2);
  const Started started = sync_started("", "\"sheets_rate_limit\":500");
  CHECK(world.run(started).outcome == "completed");
  const std::uint64_t slowed = circuit(world, "sheets")["pace"].number();
  CHECK(slowed < 350);
  for (int i = 0; i < 15; ++i) {
    world.now_ms += 300'000;
    CHECK(world.run(started).outcome == "completed");
  }
  CHECK(circuit(world, "sheets")["pace"].number() == 350);
}

TEST_CASE("reads of all invocations together stay below the limit of any minute") {
  HostModel world = world_of(200);
  const Started started = sync_started("", "\"batch_size\":4,\"sheets_rate_limit\":20");
  std::vector<std::uint64_t> times_ms;
  for (int i = 0; i < 12; ++i) {
    const Invocation run = run_to_end(world, started);
    CHECK(run.outcome == "completed");
    world.now_ms += 1000;
  }
  world.after = [&](const Fetch& fetch) {
    if (fetch.target == "sheets") times_ms.push_back(fetch.at_ms);
  };
  for (int i = 0; i < 12; ++i) CHECK(run_to_end(world, started).outcome == "completed");
  REQUIRE(times_ms.size() > 30);
  for (std::size_t i = 0; i + 20 < times_ms.size(); ++i) {
    CAPTURE(i);
    CHECK(times_ms[i + 20] - times_ms[i] >= 60'000);
  }
}

TEST_CASE("sources of one deployment share the reads") {
  HostModel world = world_of(10);
  world.database.sources = 5;
  CHECK(world.run(sync_started()).outcome == "completed");
  CHECK(circuit(world, "sheets")["pace"].number() == 7);  // (50 - 15) / 5
}

TEST_CASE("force tries an open circuit, once") {
  HostModel world = world_of(10);
  fail(world, "read", {503, "", "", "{}"}, 100);
  Started started = sync_started("", "\"breaker_timeout_ms\":600000");
  for (int i = 0; i < 2; ++i) {
    (void)world.run(started);
    world.now_ms += 60'000;
  }
  CHECK(circuit(world, "sheets")["state"].text() == "open");
  world.database.runs.back().status = "cancelled";
  world.database.request("full").forced = true;
  CHECK(reads(world.run(started)) == 4);
  world.now_ms += 60'000;
  CHECK(reads(world.run(started)) == 1);
  CHECK(circuit(world, "sheets")["state"].text() == "open");
  world.now_ms += 60'000;
  CHECK(world.run(started).outcome == "waiting");
}

TEST_CASE("a known rollback that used up its tries lays the run down and gives the lease back") {
  HostModel world = world_of(30);
  fail(world, "commit", conflict(), 4);
  const Invocation run = world.run(sync_started());
  CHECK(run.outcome == "yielded");
  CHECK(run.document["cause"]["code"].text() == "PT503");
  CHECK(world.database.lease_until_ms == 0);
  CHECK(circuit(world, "database")["failures"].number() == 4);
  world.now_ms += 60'000;
  world.fault = nullptr;
  CHECK(world.run(sync_started()).outcome == "completed");
  CHECK(differences(world) == "");
  CHECK(circuit(world, "database")["failures"].number() == 0);
}

TEST_CASE("an unreachable database is called 1 + retry_attempts times, wherever the run stands") {
  for (const char* step : {"claim", "commit", "close"})
    for (const char* why : {"network", "timeout", "cut_off"}) {
      CAPTURE(step);
      CAPTURE(why);
      HostModel world = world_of(30);
      bool gone = false;
      std::size_t calls = 0;
      world.fault = [&](const Fetch& fetch) -> std::optional<Interference> {
        if (fetch.target != "database") return std::nullopt;
        gone = gone || fetch.step.rfind(step, 0) == 0;
        if (!gone) return std::nullopt;
        ++calls;
        return Interference{false, no_response(why)};
      };
      const Invocation run = world.run(sync_started());
      CHECK(run.outcome == "unavailable");
      CHECK(calls == 4);
      world.fault = nullptr;
      world.now_ms += 60'000;
      CHECK(world.run(sync_started()).outcome == "completed");
      CHECK(differences(world) == "");
    }
}

TEST_CASE("the first tick after an outage of ten minutes completes the run") {
  for (const std::string_view away : {"sheets", "database", "both"}) {
    CAPTURE(away);
    HostModel world = world_of(200);
    const std::uint64_t begun_ms = world.now_ms;
    const auto is_over = [&] { return world.now_ms - begun_ms >= 700'000; };
    world.fault = [&](const Fetch& fetch) -> std::optional<Interference> {
      const bool meant = away == "both" || fetch.target == away;
      if (!meant || world.now_ms - begun_ms < 100'000 || is_over()) return std::nullopt;
      return Interference{false, no_response("network")};
    };
    Started started =
        sync_started("", "\"batch_size\":50,\"retry_delay_ms\":1000", "{\"rows\":50}");
    CHECK(world.run(started).outcome == "yielded");  // a quarter of it
    started.budgets = R"({"wall_ms":120000})";
    const std::string sync_id = last_run(world).sync_id;
    for (const std::uint64_t tick_ms : {300'000u, 600'000u}) {
      world.now_ms = begun_ms + tick_ms;
      CHECK(world.run(started).outcome != "completed");
    }
    world.now_ms = begun_ms + 900'000;
    CHECK(world.run(started).outcome == "completed");
    CHECK(world.database.run(sync_id).status == "completed");
    CHECK(last_run(world).ledger.inserted == 200);
    CHECK(differences(world) == "");
  }
}

TEST_CASE("a batch is halved after a rollback, and no row is skipped or sent twice") {
  HostModel world = world_of(300);
  world.database.rows_max = 10;
  const Invocation run = world.run(sync_started("", "\"batch_size\":64"));
  CHECK(run.outcome == "completed");
  CHECK(last_run(world).ledger.inserted == 300);
  CHECK(last_run(world).ledger.read == 300);
  CHECK(differences(world) == "");
}

TEST_CASE("the size is kept for the next invocation, and grows again after four good batches") {
  HostModel world = world_of(300);
  world.database.rows_max = 16;
  Started started = sync_started("", "\"batch_size\":64", "{\"rows\":32}");
  CHECK(world.run(started).outcome == "yielded");
  CHECK(circuit(world, "database")["batch_size"].number() == 16);
  world.database.rows_max = 1000;
  started.budgets = "{}";
  const Invocation run = world.run(started);
  CHECK(run.outcome == "completed");
  Steps commits;
  for (const std::string& step : run.steps())
    if (step.rfind("commit", 0) == 0) commits.push_back(step);
  // Two of the four good batches were the first invocation's; one is prepared ahead at the old
  // size.
  CHECK(std::count(commits.begin(), commits.end(), "commit 16 rows") == 3);
  CHECK(std::count(commits.begin(), commits.end(), "commit 32 rows") >= 4);
  CHECK(last_run(world).ledger.inserted == 300);
  CHECK(differences(world) == "");
}

TEST_CASE("a clock that was set back keeps no circuit open for ever") {
  HostModel world = world_of(10);
  fail(world, "read", {503, "", "", "{}"}, 5);
  for (int i = 0; i < 2; ++i) {
    (void)world.run(sync_started());
    world.now_ms += 60'000;
  }
  CHECK(circuit(world, "sheets")["state"].text() == "open");
  world.database.clock_ahead_ms -= 3'600'000;
  world.database.runs.back().resume_at_ms = 0;
  const Invocation waits = world.run(sync_started());
  CHECK(waits.document["cause"]["code"].text() == "circuit_open");
  world.now_ms += waits.document["resume_in_ms"].number();
  CHECK(world.run(sync_started()).outcome == "completed");
}

TEST_CASE("circuits that cannot be read count as never stored") {
  for (const char* circuits :
       {"null", "[]", "7", "{\"sheets\":7}", "{\"sheets\":{\"state\":\"ajar\"}}",
        R"({"sheets":{"level":"x","pace":-1,"transitions":[null,7,{}]},"database":[]})"}) {
    CAPTURE(circuits);
    HostModel world = world_of(10);
    world.database.circuits = circuits;
    CHECK(world.run(sync_started()).outcome == "completed");
  }
}

}  // namespace
}  // namespace listing_sync::testing
