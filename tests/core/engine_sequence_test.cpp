// Which requests a run makes, in which order, and how many.
#include <doctest/doctest.h>

#include <algorithm>

#include "support/listings.h"

namespace listing_sync::testing {
namespace {

using Steps = std::vector<std::string>;

std::size_t count_of(const Invocation& run, std::string_view target) {
  return static_cast<std::size_t>(
      std::count_if(run.fetches.begin(), run.fetches.end(),
                    [&](const Fetch& fetch) { return fetch.target == target; }));
}

TEST_CASE("a source's first run reads the header alone, then keys and rows, and closes") {
  HostModel world = world_of(10);
  const Invocation run = world.run(sync_started());
  CHECK(run.outcome == "completed");
  CHECK(run.steps() == Steps{"claim", "read header", "read header, keys, 1-501", "commit 10 rows",
                             "close completed"});
  CHECK(differences(world) == "");
  CHECK(run.document["requests"].raw() == R"({"database":3,"sheets":2})");
}

TEST_CASE("a later run knows where the key column stands and saves a request") {
  HostModel world = world_of(10);
  (void)world.run(sync_started());
  const Invocation run = world.run(sync_started());
  CHECK(run.outcome == "completed");
  CHECK(run.steps() ==
        Steps{"claim", "read header, keys, 1-501", "commit 10 rows", "close completed"});
  CHECK(world.database.runs.back().ledger.unchanged == 10);
}

TEST_CASE("1,000 rows take 4 requests to the database and 4 to the sheet") {
  HostModel world = world_of(1000);
  const Invocation run = world.run(sync_started());
  CHECK(run.steps() == Steps{"claim", "read header", "read header, keys, 1-501", "commit 500 rows",
                             "read header, 502-", "commit 500 rows", "read header, keys",
                             "close completed"});
  CHECK(count_of(run, "database") == 4);
  CHECK(count_of(run, "sheets") == 4);
  CHECK(differences(world) == "");
}

TEST_CASE("three refused rows cost not one request more, and each is held") {
  HostModel world = world_of(1000);
  for (const std::uint32_t bad : {7u, 400u, 900u})
    world.database.refused[listing_key(bad)] = "23514";
  const Invocation run = world.run(sync_started());
  CHECK(run.fetches.size() == 8);
  const Run& stored = world.database.runs.back();
  CHECK(stored.ledger.inserted == 997);
  CHECK(stored.ledger.failed == 3);
  CHECK(stored.held.size() == 3);
  CHECK(stored.held[0].row == 8);
  CHECK(stored.ledger.balances());
}

TEST_CASE("the next batch is prepared while a commit is under way, after its effects are out") {
  HostModel world = world_of(1000);
  world.latency_ms = 50;
  const Invocation run = world.run(sync_started("", "\"batch_size\":100"));
  CHECK(std::count(run.waits_ms.begin(), run.waits_ms.end(), 0u) >= 8);
  CHECK(run.bodies("commit 100").size() == 10);
  CHECK(differences(world) == "");
}

TEST_CASE("pages grow to what Google recommends, in whole batches") {
  HostModel world = world_of(3000);
  const Invocation run = world.run(sync_started("", "\"batch_size\":100"));
  CHECK(run.outcome == "completed");
  Steps reads;
  for (const std::string& step : run.steps())
    if (step.rfind("read", 0) == 0) reads.push_back(step);
  CHECK(reads == Steps{"read header", "read header, keys, 1-101", "read header, 102-1101",
                       "read header, 1102-2101", "read header, 2102-", "read header, keys"});
  CHECK(differences(world) == "");
}

TEST_CASE("one commit is under way at a time, beside one read") {
  HostModel world = world_of(2000);
  std::size_t commits = 0;
  world.fault = [&](const Fetch& fetch) -> std::optional<Interference> {
    if (fetch.step.rfind("commit", 0) == 0) {
      const Json body = Json::parse(fetch.body);
      CHECK(body["p_seq"].number() == world.database.seq + 1);
      ++commits;
    }
    return std::nullopt;
  };
  (void)world.run(sync_started("", "\"batch_size\":250"));
  CHECK(commits == 8);
}

TEST_CASE("the header may stand in the third row: what is above it is no listing") {
  HostModel world = world_of(600, 3);
  world.sheet.row(1) = {"\"物件一覧\"", "", "\"更新 2026\""};
  const Invocation run = world.run(sync_started("\"header_row\":3"));
  CHECK(run.steps()[1] == "read header");
  CHECK(ranges_of(run.fetches[1].path) == Steps{"3:3"});
  CHECK(ranges_of(run.fetches[2].path) == Steps{"3:3", "A:A", "A3:C503"});
  CHECK(differences(world, 3) == "");
  CHECK(world.database.runs.back().ledger.read == 600);
}

TEST_CASE("a dry run passes p_dry_run, writes nothing and can be resumed like any other") {
  HostModel world = world_of(20);
  world.database.request("full", {}, true);
  Started started = sync_started();
  started.trigger = "manual";
  const Invocation run = world.run(started);
  CHECK(run.outcome == "completed");
  const Json body = Json::parse(run.bodies("commit").at(0));
  CHECK(body["p_dry_run"].flag());
  CHECK(body["p_state"]["sync_id"].text() == body["p_sync_id"].text());
  CHECK(world.database.table.empty());
  CHECK(world.database.runs.back().ledger.inserted == 20);
}

TEST_CASE("a commit carries columns, row numbers, covered keys, counts, state and circuits") {
  HostModel world = world_of(2);
  const Invocation run = world.run(sync_started());
  const Json body = Json::parse(run.bodies("commit").at(0));
  CHECK(body["p_source"].text() == "listings");
  CHECK(body["p_columns"].raw() == R"(["key","rent","note"])");
  CHECK(body["p_insert_only"].raw() == "[]");
  CHECK(body["p_rows"].raw() == R"([{"key":"K00001","rent":50001,"note":"備考 1"},)"
                                R"({"key":"K00002","rent":50002,"note":"備考 2"}])");
  CHECK(body["p_row_numbers"].raw() == "[2,3]");
  CHECK(body["p_covered"].size() == 2);
  CHECK(body["p_counts"].raw() == R"({"failed":0,"skipped":0,"held_cells":0,"expected":2})");
  CHECK(body["p_state"]["key_column"].number() == 0);
  CHECK(body["p_state"]["sync_id"].text() == world.database.runs.back().sync_id);
  CHECK(body["p_state_version"].number() == 1);
  CHECK(body["p_circuits"]["sheets"]["state"].text() == "closed");
  CHECK(body["p_digest"].text().size() == 16);
}

TEST_CASE("unmapped headers are reported with the run") {
  HostModel world = world_of(1);
  world.sheet.grid_columns = 4;
  world.sheet.row(1).push_back("\"社内メモ\"");
  (void)world.run(sync_started());
  CHECK(world.database.runs.back().report == R"({"unmapped_headers":["社内メモ"]})");
}

TEST_CASE("nothing in a log above debug says what stands in a cell") {
  HostModel world = world_of(3);
  world.sheet.row(2)[2] = "\"秘密の備考は二十文字より長いので必ず保留される\"";
  const Invocation run = world.run(sync_started());
  CHECK(world.database.runs.back().ledger.held_cells == 1);
  for (const Json& log : run.logs) CHECK(log.raw().find("秘密") == std::string::npos);
}

TEST_CASE("a page that must be read again comes before those behind it") {
  HostModel world = world_of(400);
  bool broken = false, busy = false;
  world.fault = [&](const Fetch& fetch) -> std::optional<Interference> {
    // The first commit takes longer than two reads: the page behind is under way meanwhile.
    if (!busy && fetch.step == "commit 10 rows") {
      busy = true;
      return Interference{false, {503, R"({"code":"PT503","details":"deadlock"})", "", "{}"}};
    }
    if (broken || fetch.step != "read header, 12-111") return std::nullopt;
    broken = true;
    Outcome half = world.perform(fetch);
    half.body.resize(half.body.size() - 40);
    return Interference{true, half};
  };
  const Invocation run = world.run(sync_started("", "\"batch_size\":10"));
  CHECK(run.outcome == "completed");
  CHECK(run.logged("sheet_answer_broken") == 1);
  std::uint64_t behind = 0;
  for (const std::string& body : run.bodies("commit")) {
    const std::uint64_t first = Json::parse(body)["p_row_numbers"][0].number();
    CHECK(first >= behind);  // the first one is sent twice
    behind = first;
  }
  CHECK(behind == 392);
  CHECK(differences(world) == "");
}

}  // namespace
}  // namespace listing_sync::testing
