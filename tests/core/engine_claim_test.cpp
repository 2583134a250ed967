// The lease: who may advance a source, which run comes first, and what is remembered.
#include <doctest/doctest.h>

#include "support/listings.h"

namespace listing_sync::testing {
namespace {

using Steps = std::vector<std::string>;

TEST_CASE("a tick with nothing to do asks the database once and nobody else") {
  HostModel world = world_of(10);
  Started started = sync_started();
  started.trigger = "manual";
  const Invocation run = world.run(started);
  CHECK(run.outcome == "idle");
  CHECK(run.steps() == Steps{"claim"});
  CHECK(run.logs.back()["level"].text() == "debug");
}

TEST_CASE("a source somebody else advances is left alone") {
  HostModel world = world_of(10);
  world.database.request("full");
  world.database.owner = "another";
  world.database.sync_id = world.database.runs.back().sync_id;
  world.database.lease_until_ms = world.database.clock_ahead_ms + 60'000;
  const Invocation run = world.run(sync_started());
  CHECK(run.outcome == "busy");
  CHECK(run.steps() == Steps{"claim"});
  world.now_ms = 70'000;
  CHECK(world.run(sync_started()).outcome == "completed");
}

TEST_CASE("state a newer version wrote is not touched") {
  HostModel world = world_of(10);
  world.database.state_version = 2;
  const Invocation run = world.run(sync_started());
  CHECK(run.outcome == "failed");
  CHECK(run.document["cause"]["code"].text() == "state_too_new");
  CHECK(world.database.runs.empty());
}

TEST_CASE("state an older version wrote is dropped: the run begins with the header") {
  HostModel world = world_of(10);
  (void)world.run(sync_started());
  world.database.state_version = 0;
  const Invocation run = world.run(sync_started());
  CHECK(run.steps()[1] == "read header");
  CHECK(run.outcome == "completed");
}

TEST_CASE("a claim says who, which mapping, which version, and whether to open a scheduled run") {
  HostModel world = world_of(1);
  Started started = sync_started("", "\"lease_ms\":45000");
  const Json body = Json::parse(world.run(started).bodies("claim").at(0));
  CHECK(body["p_source"].text() == "listings");
  CHECK(body["p_owner"].text() == started.instance);
  CHECK(body["p_lease_ms"].number() == 45'000);
  CHECK(body["p_mapping_hash"].text().size() == 16);
  CHECK(body["p_state_version"].number() == 1);
  CHECK(body["p_open_scheduled"].flag());
  CHECK_FALSE(body["p_ignore_resume_at"].flag());
  CHECK(body["p_interval_ms"].number() == 0);
}

TEST_CASE("a tick that comes late, or twice, opens no run that is not due any more") {
  HostModel world = world_of(3);
  Started started = sync_started();
  started.more = {{"interval_ms", "300000"}};
  CHECK(world.run(started).outcome == "completed");
  CHECK(world.run(started).outcome == "idle");
  world.now_ms += 239'000;
  CHECK(world.run(started).outcome == "idle");
  CHECK(world.database.runs.size() == 1);
  world.now_ms += 1'000;
  CHECK(world.run(started).outcome == "completed");
  CHECK(world.database.runs.size() == 2);
}

TEST_CASE("another mapping in mid-run supersedes the run; the new one reads everything") {
  HostModel world = world_of(60);
  CHECK(world.run(sync_started("", "\"batch_size\":10", R"({"rows":20})")).outcome == "yielded");
  const Invocation run = world.run(sync_started("\"key_pattern\":\"^K\"", "\"batch_size\":10"));
  CHECK(run.outcome == "completed");
  CHECK(world.database.runs.front().status == "superseded");
  CHECK(world.database.runs.back().ledger.read == 60);
  CHECK(differences(world) == "");
}

TEST_CASE("covered keys that cannot be read close the run: nothing may be counted twice") {
  HostModel world = world_of(10);
  world.fault = [&](const Fetch& fetch) -> std::optional<Interference> {
    if (fetch.step != "claim") return std::nullopt;
    Outcome grant = world.perform(fetch);
    grant.body.insert(grant.body.find("\"covered\":\"") + 11, "AAA!");
    return Interference{false, grant};
  };
  const Invocation run = world.run(sync_started());
  CHECK(run.outcome == "failed");
  CHECK(run.steps() == Steps{"claim", "close failed"});
}

TEST_CASE("a state nobody would write is survived: the header row is the truth") {
  for (const char* state :
       {R"({"key_column":99999,"last_column":4294967295,"next_row":18446744073709551615})", "[]",
        R"({"key_column":-1,"last_column":"x","next_row":null})", "7", "\"text\""}) {
    CAPTURE(std::string(state));
    HostModel world = world_of(10);
    (void)world.run(sync_started());
    world.database.state = state;
    const Invocation run = world.run(sync_started());
    CHECK(run.outcome == "completed");
    CHECK(world.database.runs.back().ledger.read == 10);
  }
}

TEST_CASE("progress far below the sheet's end is followed by the keys alone") {
  HostModel world = world_of(10);
  const Started started = sync_started("", "\"batch_size\":4", R"({"rows":4})");
  (void)world.run(started);
  const auto at = world.database.state.find("\"next_row\":") + 11;
  world.database.state.replace(at, world.database.state.find_first_of(",}", at) - at, "4000000000");
  CHECK(run_to_end(world, started).outcome == "completed");
  CHECK(differences(world) == "");
  CHECK(world.database.runs.back().ledger.read == 10);
}

TEST_CASE("circuits nobody would write are survived") {
  for (const char* circuits :
       {R"({"sheets":{"state":"open","opened_at_ms":18446744073709551615,"failures":99}})",
        R"({"sheets":{"state":"open","opened_at_ms":0,"failures":4294967296}})",
        R"({"sheets":{"state":"half-open"}})", R"({"sheets":7})", "[1]"}) {
    CAPTURE(std::string(circuits));
    HostModel world = world_of(10);
    world.database.circuits = circuits;
    Invocation run = world.run(sync_started());
    if (run.outcome == "yielded") {
      CHECK(run.document["resume_in_ms"].number() <= 60'000);
      world.now_ms += 61'000;
      run = run_to_end(world, sync_started());
    }
    CHECK((run.outcome == "completed" || run.outcome == "yielded"));
  }
}

}  // namespace
}  // namespace listing_sync::testing
