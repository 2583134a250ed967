// Batch, page and grid boundaries: every count of rows around them arrives exactly once.
#include <doctest/doctest.h>

#include "support/listings.h"

namespace listing_sync::testing {
namespace {

const Ledger& ledger_of(const HostModel& world) { return world.database.runs.back().ledger; }

TEST_CASE("every count of rows around the batch and page boundaries arrives exactly once") {
  for (const std::uint32_t count : {0u, 1u, 499u, 500u, 501u, 999u, 1000u, 1001u, 1500u, 1501u}) {
    for (const std::uint32_t below : {0u, 1u, 37u, 1000u}) {
      CAPTURE(count);
      CAPTURE(below);
      HostModel world = world_of(count);
      world.sheet.grid_rows += below;
      const Invocation run = world.run(sync_started());
      CHECK(run.outcome == "completed");
      CHECK(differences(world) == "");
      CHECK(ledger_of(world).read == count);
      CHECK(ledger_of(world).inserted == count);
      CHECK(ledger_of(world).skipped == 0);
      CHECK(ledger_of(world).expected.value_or(0) == count);
    }
  }
}

TEST_CASE("an empty sheet completes without a commit and wipes nothing") {
  HostModel world = world_of(0);
  world.database.table["K00001"] = {{"key", "\"K00001\""}, {"rent", "1"}, {"note", "null"}};
  const Invocation run = world.run(sync_started());
  CHECK(run.steps() == std::vector<std::string>{"claim", "read header", "read header, keys, 1-501",
                                                "close completed"});
  CHECK(world.database.table.size() == 1);
}

TEST_CASE("what is skipped does not depend on where batches and pages end") {
  for (const int size : {1, 2, 3, 5, 7, 11, 500}) {
    CAPTURE(size);
    HostModel world = world_of(30);
    for (const std::uint32_t row : {3u, 4u, 5u, 6u, 7u, 8u, 9u, 20u, 27u, 28u})
      world.sheet.row(row).clear();
    world.sheet.grid_rows += 50;
    const Invocation run = world.run(sync_started("", "\"batch_size\":" + std::to_string(size)));
    CHECK(run.outcome == "completed");
    CHECK(ledger_of(world).inserted == 20);
    CHECK(ledger_of(world).skipped == 10);
    CHECK(ledger_of(world).balances());
    CHECK(differences(world) == "");
  }
}

TEST_CASE("a row with content but no key below the last key is still seen") {
  for (const std::uint32_t gap : {1u, 400u, 700u}) {
    CAPTURE(gap);
    HostModel world = world_of(400);
    world.sheet.row(401 + gap) = {"", "5", "\"no key\""};
    const Invocation run = world.run(sync_started());
    CHECK(run.outcome == "completed");
    CHECK(ledger_of(world).failed == 1);
    CHECK(world.database.runs.back().held.at(0).code == "missing_key");
    CHECK(world.database.runs.back().held.at(0).row == 401 + gap);
    CHECK(ledger_of(world).skipped == 0);
  }
}

TEST_CASE("wide cells end a batch early: no body comes near a gateway's limit") {
  HostModel world = world_of(300);
  const std::string wide(50'000, 'x');
  for (std::uint32_t row = 2; row <= 301; ++row)
    world.sheet.row(row)[0] = quoted(wide + std::to_string(row));
  const Invocation run = world.run(sync_started());
  CHECK(run.outcome == "completed");
  CHECK(run.bodies("commit").size() > 3);
  for (const std::string& body : run.bodies("commit")) CHECK(body.size() < (5u << 20));
  CHECK(world.database.table.size() == 300);
}

TEST_CASE("the run's own batch size wins over the configured one, within bounds") {
  HostModel world = world_of(20);
  world.database.request("full").batch_size = 8;
  Started started = sync_started();
  started.trigger = "manual";
  const Invocation run = world.run(started);
  CHECK(run.bodies("commit 8 rows").size() == 2);
  CHECK(run.bodies("commit 4 rows").size() == 1);
}

TEST_CASE("a batch size that no one should ask for is bounded, not obeyed") {
  HostModel world = world_of(20);
  world.fault = [&](const Fetch& fetch) -> std::optional<Interference> {
    if (fetch.step != "claim") return std::nullopt;
    Outcome grant = world.perform(fetch);
    grant.body.replace(grant.body.find("\"batch_size\":null"), 17, "\"batch_size\":0");
    return Interference{false, grant};
  };
  const Invocation run = world.run(sync_started());
  CHECK(run.outcome == "completed");
  CHECK(run.bodies("commit 1 rows").size() == 20);
}

}  // namespace
}  // namespace listing_sync::testing
