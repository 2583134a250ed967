// Budgets: no invocation spends more than it may, and what is left is done by the next ones.
#include <doctest/doctest.h>

#include "support/listings.h"

namespace listing_sync::testing {
namespace {

const Run& last_run(const HostModel& world) { return world.database.runs.back(); }

bool last_run_is_open(const HostModel& world) {
  return world.database.runs.empty() || last_run(world).status == "in_progress";
}

Started with_budget(std::string budgets, std::string_view options = "\"batch_size\":10") {
  return sync_started("", options, std::move(budgets));
}

void check_balanced(const HostModel& world, std::uint64_t rows) {
  CHECK(last_run(world).status == "completed");
  CHECK(last_run(world).ledger.read == rows);
  CHECK(last_run(world).ledger.balances());
  CHECK(differences(world) == "");
}

TEST_CASE("no answer may be larger than a quarter of the memory") {
  const auto bytes_max = [](const char* budgets) {
    HostModel world;
    Started started = sync_started();
    started.budgets = budgets;
    std::uint64_t seen = 0;
    world.fault = [&](const Fetch& fetch) {
      seen = fetch.max_bytes;
      return std::nullopt;
    };
    world.run(started);
    return seen >> 20;
  };
  CHECK(bytes_max("{}") == 64);
  CHECK(bytes_max(R"({"memory_mb":128})") == 32);
  CHECK(bytes_max(R"({"memory_mb":1})") == 8);
  CHECK(bytes_max(R"({"memory_mb":18446744073709551615})") == 64);
}

TEST_CASE("a budget of requests is kept, and a following invocation finishes") {
  for (const int requests : {5, 6, 7, 8, 11, 20}) {
    CAPTURE(requests);
    HostModel world = world_of(100);
    const Started started = with_budget("{\"requests\":" + std::to_string(requests) + "}");
    Invocation run;
    for (int i = 0; i < 60; ++i) {
      run = world.run(started);
      CHECK(run.fetches.size() <= static_cast<std::size_t>(requests));
      CHECK((run.outcome == "yielded" || run.outcome == "completed"));
      if (run.outcome == "completed") break;
      CHECK(run.document["cause"]["code"].text() == "budget_spent");
      CHECK(run.document["more"].flag());
    }
    CHECK(run.outcome == "completed");
    check_balanced(world, 100);
  }
}

TEST_CASE("repetitions are counted too: no fault makes an invocation spend more") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    CAPTURE(seed);
    HostModel world = world_of(60);
    Random draw{seed};
    world.fault = [&](const Fetch&) -> std::optional<Interference> {
      if (draw.up_to(9) > 3) return std::nullopt;
      return Interference{draw.up_to(1) == 0, {503, "", "", "{}"}};
    };
    const Started started = with_budget(R"({"requests":9})");
    for (int i = 0; i < 40 && last_run_is_open(world); ++i) {
      const Invocation run = world.run(started);
      CHECK(run.fetches.size() <= 9);
      world.now_ms += 300'000;
    }
    world.fault = nullptr;
    if (last_run_is_open(world)) (void)run_to_end(world, started);
    check_balanced(world, 60);
  }
}

TEST_CASE("a budget of rows is kept to the batch, and a following invocation finishes") {
  HostModel world = world_of(100);
  const Started started = with_budget(R"({"rows":25})");
  const Invocation first = world.run(started);
  CHECK(first.outcome == "yielded");
  CHECK(first.bodies("commit").size() == 3);
  CHECK(run_to_end(world, started).outcome == "completed");
  check_balanced(world, 100);
  CHECK(last_run(world).invocations == 4);
}

TEST_CASE("a budget of wall time leaves room to lay the run down") {
  HostModel world = world_of(400);
  world.latency_ms = 400;
  const Started started = with_budget(R"({"wall_ms":8000})");
  for (int i = 0; i < 50 && (i == 0 || last_run(world).status == "in_progress"); ++i) {
    const std::uint64_t begun_ms = world.now_ms;
    const Invocation run = world.run(started);
    CHECK(run.ended_ms - begun_ms <= 8000);
  }
  check_balanced(world, 400);
}

TEST_CASE("no request is given more time than the invocation has left") {
  HostModel world = world_of(50);
  world.fault = [&](const Fetch& fetch) -> std::optional<Interference> {
    if (fetch.step.rfind("read header, keys", 0) != 0) return std::nullopt;
    return Interference{false, no_response("timeout")};
  };
  const Invocation run = world.run(with_budget(R"({"wall_ms":10000})"));
  CHECK(run.outcome == "yielded");
  CHECK(run.ended_ms <= 10'000);
  for (const Fetch& fetch : run.fetches) CHECK(fetch.at_ms + fetch.timeout_ms <= 10'000);
}

TEST_CASE("a wait beyond the wall budget ends the invocation and names the time to come back") {
  HostModel world = world_of(10);
  world.fault = [&](const Fetch& fetch) -> std::optional<Interference> {
    if (fetch.step != "read header" || world.now_ms > 100'000) return std::nullopt;
    return Interference{false, {429, "{}", "", R"({"retry-after":"90"})"}};
  };
  const Started started = with_budget(R"({"wall_ms":25000})");
  const Invocation run = world.run(started);
  CHECK(run.outcome == "yielded");
  CHECK(run.document["resume_in_ms"].number() >= 90'000);
  CHECK_FALSE(run.document["more"].flag());
  CHECK(run.ended_ms < 1000);
  world.now_ms += 60'000;
  const Invocation early = world.run(started);
  CHECK(early.outcome == "waiting");
  CHECK(early.document["resume_in_ms"].number() > 0);
  CHECK(early.steps() == std::vector<std::string>{"claim"});
  world.now_ms += 40'000;
  CHECK(world.run(started).outcome == "completed");
}

TEST_CASE("a Retry-After of years is kept as far as the database can") {
  HostModel world = world_of(10);
  world.fault = [&](const Fetch& fetch) -> std::optional<Interference> {
    if (fetch.step != "read header") return std::nullopt;
    return Interference{false, {429, "{}", "", R"({"retry-after":"99999999999999999999"})"}};
  };
  const Invocation run = world.run(with_budget(R"({"wall_ms":25000})"));
  CHECK(run.outcome == "yielded");
  CHECK(Json::parse(run.bodies("yield").at(0))["p_resume_in_ms"].number() == 86'400'000);
}

TEST_CASE("a clock that stands still or runs back harms nothing") {
  HostModel world = world_of(50);
  world.latency_ms = 0;
  CHECK(world.run(with_budget(R"({"wall_ms":5000})")).outcome == "completed");
  check_balanced(world, 50);
}

TEST_CASE("the rate limit spaces the requests") {
  HostModel world = world_of(100);
  Started started = sync_started();
  started.options = R"({"batch_size":10,"rate_limit":2})";
  world.latency_ms = 1;
  const Invocation run = world.run(started);
  CHECK(run.outcome == "completed");
  std::vector<std::uint64_t> at_ms;
  for (const Fetch& fetch : run.fetches)
    if (fetch.target == "database") at_ms.push_back(fetch.at_ms);
  CHECK(at_ms.size() == 12);
  for (std::size_t i = 2; i < at_ms.size(); ++i) CHECK(at_ms[i] - at_ms[i - 2] >= 500);
}

TEST_CASE(
    "an invocation killed at any moment loses nothing: the next goes on from what is covered") {
  for (std::size_t events = 1; events <= 40; ++events) {
    CAPTURE(events);
    HostModel world = world_of(60);
    world.sheet.row(7).clear();
    world.sheet.row(30) = {"", "1", "\"no key\""};
    const Started started = with_budget("{}");
    const Invocation killed = world.run(started, events);
    world.now_ms += 300'000;
    CHECK(run_to_end(world, started).outcome == "completed");
    for (const Run& run : world.database.runs) {
      CHECK(run.ledger.read == 60);
      CHECK(run.ledger.skipped == 1);
      CHECK(run.ledger.failed == 1);
    }
  }
}

TEST_CASE("what an earlier run left behind is no progress of this one") {
  HostModel world = world_of(60);
  Started started = with_budget(R"({"rows":30})");
  CHECK(world.run(started).outcome == "yielded");
  world.database.runs.back().status = "cancelled";
  world.database.request("full");
  started.budgets = "{}";
  CHECK(run_to_end(world, started).outcome == "completed");
  CHECK(last_run(world).ledger.read == 60);
  CHECK(last_run(world).ledger.unchanged == 30);
}

}  // namespace
}  // namespace listing_sync::testing
