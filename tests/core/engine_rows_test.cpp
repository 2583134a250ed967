// What becomes of rows that are not simply written: each is counted once and says why.
#include <doctest/doctest.h>

#include <algorithm>

#include "support/listings.h"

namespace listing_sync::testing {
namespace {

const Run& last_run(const HostModel& world) { return world.database.runs.back(); }

const Held* held(const HostModel& world, std::string_view code) {
  for (const Held& entry : last_run(world).held)
    if (entry.code == code) return &entry;
  return nullptr;
}

TEST_CASE("all rows of a key that stands twice are held, each once, and none is written") {
  HostModel world = world_of(10);
  world.sheet.row(8) = world.sheet.row(3);
  const Invocation run = world.run(sync_started());
  CHECK(run.outcome == "completed");
  CHECK(last_run(world).ledger.failed == 2);
  CHECK(last_run(world).ledger.inserted == 8);
  CHECK(last_run(world).ledger.read == 10);
  REQUIRE(held(world, "duplicate_key") != nullptr);
  CHECK(held(world, "duplicate_key")->row == 3);
  CHECK(world.database.table.count(listing_key(2)) == 0);
}

TEST_CASE("a duplicate on another page is known before the first commit") {
  HostModel world = world_of(40);
  world.sheet.row(39) = world.sheet.row(3);
  (void)world.run(sync_started("", "\"batch_size\":10"));
  CHECK(world.database.table.count(listing_key(2)) == 0);
  CHECK(last_run(world).ledger.failed == 2);
  CHECK(last_run(world).ledger.read == 40);
}

TEST_CASE("a row with content but no key is held as missing_key, a row without content skipped") {
  HostModel world = world_of(10);
  world.sheet.row(4)[0] = "";
  world.sheet.row(5).clear();
  world.sheet.row(6) = {"\"  \"", "\"\"", "\"　\""};
  const Invocation run = world.run(sync_started());
  CHECK(run.outcome == "completed");
  CHECK(held(world, "missing_key")->row == 4);
  CHECK(last_run(world).ledger.failed == 1);
  CHECK(last_run(world).ledger.skipped == 2);
  CHECK(last_run(world).ledger.read == 10);
}

TEST_CASE("two rows without a key and with one content are two failed rows and one entry") {
  HostModel world = world_of(4);
  world.sheet.row(3) = {"", "5", "\"x\""};
  world.sheet.row(4) = {"", "5", "\"x\""};
  (void)world.run(sync_started());
  CHECK(last_run(world).ledger.failed == 2);
  CHECK(last_run(world).held.size() == 1);
}

TEST_CASE("keys outside key_pattern are skipped, every row of them") {
  HostModel world = world_of(10);
  world.sheet.row(4)[0] = "\"合計\"";
  world.sheet.row(9)[0] = "\"合計\"";
  const Invocation run = world.run(sync_started("\"key_pattern\":\"^K[0-9]+$\""));
  CHECK(run.outcome == "completed");
  CHECK(last_run(world).ledger.skipped == 2);
  CHECK(last_run(world).ledger.inserted == 8);
  CHECK(last_run(world).held.empty());
}

TEST_CASE("a row whose key is an error cell is held, not guessed") {
  HostModel world = world_of(3);
  world.sheet.row(3)[0] = "\"#REF!\"";
  (void)world.run(sync_started());
  REQUIRE(held(world, "error_cell") != nullptr);
  CHECK(held(world, "error_cell")->row == 3);
  CHECK(last_run(world).ledger.inserted == 2);
}

TEST_CASE("an error cell keeps the stored value and is held as a cell") {
  HostModel world = world_of(3);
  (void)world.run(sync_started());
  world.sheet.row(3)[1] = "\"Loading...\"";
  (void)world.run(sync_started());
  CHECK(world.database.table[listing_key(2)]["rent"] == "50002");
  CHECK(last_run(world).ledger.unchanged == 3);
  CHECK(last_run(world).ledger.held_cells == 1);
  CHECK(held(world, "error_cell")->kind == "cell");
}

TEST_CASE("an invalid cell costs the row under invalid=row, the cell under invalid=cell") {
  HostModel world = world_of(3);
  world.sheet.row(2)[1] = "\"応相談\"";
  world.sheet.row(3)[2] = "\"これは二十文字を超える備考ですから書き込まれません\"";
  (void)world.run(sync_started());
  CHECK(world.database.table.count(listing_key(1)) == 0);
  CHECK(held(world, "not_a_number")->kind == "row");
  CHECK(world.database.table[listing_key(2)].count("note") == 0);
  CHECK(held(world, "too_long")->kind == "cell");
  CHECK(last_run(world).ledger.failed == 1);
  CHECK(last_run(world).ledger.held_cells == 1);
  CHECK(last_run(world).ledger.inserted == 2);
}

TEST_CASE("a locked row is tried again, and written once it is free") {
  HostModel world = world_of(10);
  world.database.locked[listing_key(4)] = 2;
  const Invocation run = world.run(sync_started());
  CHECK(run.outcome == "completed");
  CHECK(differences(world) == "");
  CHECK(last_run(world).ledger.read == 10);
  CHECK(run.bodies("commit 1 rows").size() == 2);
  // Each further try waits for what holds the lock.
  CHECK(std::any_of(run.waits_ms.begin(), run.waits_ms.end(), [](auto ms) { return ms > 0; }));
}

TEST_CASE("a row that stays locked is held as row_locked in the end, and counted once") {
  HostModel world = world_of(10);
  world.database.locked[listing_key(4)] = 1000;
  const Invocation run = world.run(sync_started());
  CHECK(run.outcome == "completed");
  REQUIRE(held(world, "row_locked") != nullptr);
  CHECK(held(world, "row_locked")->key == listing_key(4));
  CHECK(held(world, "row_locked")->row == 5);
  CHECK(last_run(world).ledger.read == 10);
  CHECK(last_run(world).ledger.failed == 1);
}

TEST_CASE("a locked row that leaves the sheet meanwhile is not held") {
  HostModel world = world_of(10);
  world.database.locked[listing_key(4)] = 1000;
  world.after = [&](const Fetch& fetch) {
    if (fetch.step == "commit 10 rows") world.sheet.remove_row(5);
  };
  const Invocation run = world.run(sync_started("", "\"batch_size\":500"));
  CHECK(run.outcome == "completed");
  CHECK(held(world, "row_locked") == nullptr);
}

// ---- selections

Started selective(HostModel& world, std::vector<std::string> keys) {
  world.database.request("selective", std::move(keys));
  Started started = sync_started();
  started.trigger = "manual";
  return started;
}

TEST_CASE("a selection reads the keys, then its rows alone, and looks at the keys again") {
  HostModel world = world_of(1000);
  const Invocation run = world.run(selective(world, {listing_key(7), " Ｋ００９００ "}));
  CHECK(run.steps() == std::vector<std::string>{"claim", "read header", "read header, keys",
                                                "read header, 8-8, 901-901", "commit 2 rows",
                                                "read header, keys", "close completed"});
  CHECK(world.database.table.size() == 2);
  CHECK(last_run(world).ledger.read == 2);
  CHECK(last_run(world).ledger.expected == 2);
}

TEST_CASE("a selected number that is not in the sheet is held as not_in_sheet") {
  HostModel world = world_of(10);
  const Invocation run = world.run(selective(world, {"K99999", listing_key(2), "K99999"}));
  CHECK(run.outcome == "completed");
  REQUIRE(held(world, "not_in_sheet") != nullptr);
  CHECK(held(world, "not_in_sheet")->row == 0);
  CHECK(last_run(world).ledger.failed == 1);
  CHECK(last_run(world).ledger.inserted == 1);
}

TEST_CASE("a selection neither counts nor holds rows that were not asked for") {
  HostModel world = world_of(10);
  world.sheet.row(3).clear();
  world.sheet.row(4) = {"", "1", "\"no key\""};
  world.sheet.row(5)[0] = "\"#REF!\"";
  const Invocation run = world.run(selective(world, {listing_key(1), listing_key(5)}));
  CHECK(run.outcome == "completed");
  CHECK(last_run(world).ledger.read == 2);
  CHECK(last_run(world).held.empty());
}

TEST_CASE("a selection stores no progress: the full run's stays") {
  HostModel world = world_of(10);
  (void)world.run(sync_started());
  const std::string state = world.database.state;
  const Invocation run = world.run(selective(world, {listing_key(1)}));
  CHECK(run.outcome == "completed");
  CHECK(world.database.state == state);
  CHECK(Json::parse(run.bodies("commit").at(0))["p_state"].is_null());
}

TEST_CASE("many selected rows are read in spans, and near ones in one") {
  HostModel world = world_of(3000);
  std::vector<std::string> keys;
  for (std::uint32_t i = 1; i <= 3000; i += 10) keys.push_back(listing_key(i));
  for (std::uint32_t i = 100; i <= 130; i += 3) keys.push_back(listing_key(i));
  const Invocation run = world.run(selective(world, keys));
  CHECK(run.outcome == "completed");
  CHECK(world.database.table.size() == last_run(world).ledger.expected);
  for (const Fetch& fetch : run.fetches) CHECK(fetch.path.size() < 8192);
}

TEST_CASE("a full run makes way for a selection at a batch boundary, and goes on afterwards") {
  HostModel world = world_of(40);
  world.after = [&](const Fetch& fetch) {
    if (fetch.step == "read header, keys, 1-11" && world.database.runs.size() == 1)
      world.database.request("selective", {listing_key(39)});
  };
  const Started started = sync_started("", "\"batch_size\":10");
  const Invocation first = world.run(started);
  CHECK(first.outcome == "yielded");
  CHECK(first.document["cause"]["code"].text() == "selective_waiting");
  CHECK(first.document["more"].flag());
  const Invocation second = world.run(started);
  CHECK(second.outcome == "completed");
  CHECK(last_run(world).status == "completed");
  CHECK(second.document["more"].flag());
  const Invocation third = world.run(started);
  CHECK(third.outcome == "completed");
  CHECK(differences(world) == "");
  CHECK(world.database.runs.front().ledger.read == 40);
}

}  // namespace
}  // namespace listing_sync::testing
