// People edit the sheet while it is read: every key that was there all the time is covered, once.
#include <doctest/doctest.h>

#include <algorithm>

#include "support/listings.h"

namespace listing_sync::testing {
namespace {

using Steps = std::vector<std::string>;

const Run& last_run(const HostModel& world) { return world.database.runs.back(); }

/// Runs `edit` once, after the first request whose step is `step`.
void edit_after(HostModel& world, std::string step, std::function<void(SheetModel&)> edit) {
  world.after = [&world, step = std::move(step), edit = std::move(edit),
                 done = false](const Fetch& fetch) mutable {
    if (done || fetch.step != step) return;
    done = true;
    edit(world.sheet);
  };
}

/// 40 listings in batches of 10: the first read is rows 1-11, the second the rest.
const char kBatches[] = "\"batch_size\":10";
const char kFirstPage[] = "read header, keys, 1-11";

void check_complete(HostModel& world, const Invocation& run, std::uint64_t read) {
  CHECK(run.outcome == "completed");
  CHECK(differences(world) == "");
  CHECK(last_run(world).ledger.read == read);
  CHECK(last_run(world).ledger.balances());
}

TEST_CASE("a row inserted above the next page pushes no row out of the run") {
  HostModel world = world_of(40);
  edit_after(world, kFirstPage, [](SheetModel& sheet) { sheet.insert_row(2, listing_row(99)); });
  const Invocation run = world.run(sync_started("", kBatches));
  check_complete(world, run, 41);
}

TEST_CASE("rows that move up past the reader are read again, and counted once") {
  HostModel world = world_of(40);
  edit_after(world, kFirstPage, [](SheetModel& sheet) {
    for (int i = 0; i < 4; ++i) sheet.remove_row(2);
  });
  const Invocation run = world.run(sync_started("", kBatches));
  CHECK(run.outcome == "completed");
  CHECK(last_run(world).ledger.read == 40);  // four were read before they left
  for (std::uint32_t i = 1; i <= 40; ++i) CHECK(world.database.table.count(listing_key(i)) == 1);
  const Steps steps = run.steps();
  CHECK(std::count(steps.begin(), steps.end(), "read header, 8-11") == 1);
}

TEST_CASE("a sort between two pages loses nothing and counts nothing twice") {
  HostModel world = world_of(40);
  edit_after(world, kFirstPage,
             [](SheetModel& sheet) { std::reverse(sheet.rows.begin() + 1, sheet.rows.end()); });
  check_complete(world, world.run(sync_started("", kBatches)), 40);
}

TEST_CASE("a sort before the last snapshot changes nothing: keys count, not rows") {
  HostModel world = world_of(40);
  edit_after(world, "read header, 12-",
             [](SheetModel& sheet) { std::reverse(sheet.rows.begin() + 1, sheet.rows.end()); });
  check_complete(world, world.run(sync_started("", kBatches)), 40);
}

TEST_CASE("after the sheet moved, rows without a key are read again, also in a resumed run") {
  const auto read_again = [](const Invocation& run) {
    const Steps steps = run.steps();
    return std::count(steps.begin(), steps.end(), "read header, keys, 42-") == 1;
  };
  const auto roomy = [] {
    HostModel world = world_of(40);
    world.sheet.grid_rows = 50;  // below the last key there may be rows without one
    return world;
  };
  HostModel calm = roomy();
  CHECK_FALSE(read_again(calm.run(sync_started("", kBatches))));

  const auto reverse = [](SheetModel& sheet) {
    std::reverse(sheet.rows.begin() + 1, sheet.rows.end());
  };
  HostModel moved = roomy();
  edit_after(moved, kFirstPage, reverse);
  CHECK(read_again(moved.run(sync_started("", kBatches))));

  HostModel resumed = roomy();
  Started tight = sync_started("", kBatches);
  tight.budgets = "{\"rows\":10}";
  CHECK(resumed.run(tight).outcome == "yielded");
  reverse(resumed.sheet);
  CHECK(read_again(resumed.run(sync_started("", kBatches))));
}

TEST_CASE("a row without a key that moves up past the reader is held; one that moves down, once") {
  for (const bool up : {true, false}) {
    CAPTURE(up);
    HostModel world = world_of(40);
    world.sheet.row(up ? 40 : 3) = {"", "70000", "\"鍵のない行\""};
    edit_after(world, kFirstPage, [up](SheetModel& sheet) {
      auto& rows = sheet.rows;
      std::iter_swap(rows.begin() + 2, rows.begin() + 39);
      std::iter_swap(rows.begin() + (up ? 3 : 4), rows.begin() + 20);
    });
    const Invocation run = world.run(sync_started("", kBatches));
    CHECK(run.outcome == "completed");
    CHECK(last_run(world).held.size() == 1);
    CHECK(last_run(world).ledger.read == 40);
    CHECK(last_run(world).ledger.failed == 1);
    CHECK(run.fetches.back().body.find("\"sheet_moved\":true") == std::string::npos);
  }
}

TEST_CASE("rows deleted below the page being asked for: the rest is found by the next snapshot") {
  HostModel world = world_of(40);
  edit_after(world, kFirstPage, [](SheetModel& sheet) {
    sheet.rows.resize(6);
    sheet.grid_rows = 6;
  });
  const Invocation run = world.run(sync_started("", kBatches));
  CHECK(run.outcome == "completed");
  CHECK(last_run(world).ledger.read == 10);
  CHECK(run.steps().back() == "close completed");
}

TEST_CASE("a sheet sorted each time it is read ends with all of it read in one request") {
  HostModel world = world_of(40);
  Random shuffle{5};
  world.after = [&](const Fetch& fetch) {
    if (fetch.target != "sheets") return;
    auto& rows = world.sheet.rows;
    for (std::size_t i = rows.size() - 1; i > 1; --i)
      std::swap(rows[i], rows[1 + static_cast<std::size_t>(shuffle.up_to(i - 1))]);
  };
  const Invocation run = world.run(sync_started("", kBatches));
  check_complete(world, run, 40);
  CHECK(run.steps().at(run.steps().size() - 2).rfind("commit", 0) == 0);
}

TEST_CASE("blank rows and rows without a key are counted once, however often they are read") {
  HostModel world = world_of(40);
  world.sheet.row(14).clear();
  world.sheet.row(16) = {"", "5", "\"no key\""};
  int moves = 0;
  world.after = [&](const Fetch& fetch) {
    if (fetch.target != "sheets" || fetch.step.find("keys") == std::string::npos) return;
    if (++moves > 3) return;
    std::swap(world.sheet.rows[3], world.sheet.rows[30]);
    std::swap(world.sheet.rows[12], world.sheet.rows[20]);
  };
  const Invocation run = world.run(sync_started("", kBatches));
  CHECK(run.outcome == "completed");
  CHECK(differences(world) == "");
  CHECK(last_run(world).ledger.skipped == 1);
  CHECK(last_run(world).ledger.failed == 1);
}

/// A key that is in each snapshot and gone when its row is read.
void replace_last_row_on_each_read(HostModel& world) {
  world.after = [&world, next = 1000u](const Fetch& fetch) mutable {
    if (fetch.target == "sheets") world.sheet.row(31) = listing_row(++next);
  };
}

TEST_CASE("rows that never hold still are read with their keys in one answer at last") {
  HostModel world = world_of(30);
  replace_last_row_on_each_read(world);
  const Invocation run = world.run(sync_started("", kBatches));
  CHECK(run.outcome == "completed");
  const Steps steps = run.steps();
  CHECK(std::count(steps.begin(), steps.end(), "read header, keys, 1-") == 1);
}

TEST_CASE(
    "where the tab is too large for that the run ends as sheet_unstable; what was written stays") {
  HostModel world = world_of(30);
  world.sheet.grid_rows = 3'000'000;
  replace_last_row_on_each_read(world);
  const Invocation run = world.run(sync_started("", kBatches));
  CHECK(run.outcome == "failed");
  CHECK(run.document["cause"]["code"].text() == "sheet_unstable");
  CHECK(last_run(world).status == "failed");
  CHECK(world.database.table.size() >= 29);
  CHECK(last_run(world).ledger.balances());
}

// ---- columns

void add_column_left(SheetModel& sheet) {
  for (auto& cells : sheet.rows) cells.insert(cells.begin(), "");
  sheet.rows.front().front() = "\"新しい列\"";
  ++sheet.grid_columns;
}

TEST_CASE("a column inserted between two runs is noticed in the same answer and read anew") {
  HostModel world = world_of(10);
  (void)world.run(sync_started());
  add_column_left(world.sheet);
  const Invocation run = world.run(sync_started());
  CHECK(run.outcome == "completed");
  CHECK(run.logged("header_moved") == 1);
  CHECK(last_run(world).ledger.unchanged == 10);
  CHECK(ranges_of(run.fetches[2].path) == Steps{"1:1", "B:B", "A1:D501"});
}

TEST_CASE("a column inserted between two pages: no cell lands in a wrong column") {
  HostModel world = world_of(40);
  edit_after(world, kFirstPage, add_column_left);
  const Invocation run = world.run(sync_started("", kBatches));
  CHECK(run.outcome == "completed");
  CHECK(run.logged("header_moved") == 1);
  CHECK(last_run(world).ledger.inserted == 40);
  for (auto& cells : world.sheet.rows) cells.erase(cells.begin());
  CHECK(differences(world) == "");
}

TEST_CASE("a column inserted before the last snapshot is followed too") {
  HostModel world = world_of(40);
  edit_after(world, "read header, 12-", add_column_left);
  const Invocation run = world.run(sync_started("", kBatches));
  CHECK(run.outcome == "completed");
  CHECK(last_run(world).ledger.inserted == 40);
}

TEST_CASE("a mapped column moved beyond what was asked for is asked for again") {
  HostModel world = world_of(10);
  (void)world.run(sync_started());
  world.sheet.grid_columns = 30;
  for (auto& cells : world.sheet.rows) {
    cells.resize(29);
    cells[28] = std::exchange(cells[2], "");
  }
  const Invocation run = world.run(sync_started());
  CHECK(run.outcome == "completed");
  CHECK(last_run(world).ledger.unchanged == 10);
  CHECK(ranges_of(run.fetches.at(2).path).back() == "A1:AC501");
}

TEST_CASE("columns deleted so that the remembered key column is beyond the grid: header first") {
  HostModel world = world_of(10);
  add_column_left(world.sheet);
  add_column_left(world.sheet);
  world.sheet.rows.front()[1] = "\"もう一つ\"";
  for (auto& cells : world.sheet.rows) std::swap(cells[2], cells[4]);
  CHECK(world.run(sync_started()).outcome == "completed");
  for (auto& cells : world.sheet.rows) {
    std::swap(cells[2], cells[4]);
    cells.erase(cells.begin(), cells.begin() + 2);
  }
  world.sheet.grid_columns = 3;
  const Invocation run = world.run(sync_started());
  CHECK(run.outcome == "completed");
  CHECK(run.steps()[2] == "read header");
  CHECK(last_run(world).ledger.unchanged == 10);
}

TEST_CASE("a header that moves each time it is read ends the run as sheet_unstable") {
  HostModel world = world_of(10);
  world.after = [&](const Fetch& fetch) {
    if (fetch.target == "sheets") add_column_left(world.sheet);
    if (fetch.target == "sheets")
      world.sheet.rows.front().front() =
          quoted("列" + std::to_string(world.sheet.rows.front().size()));
  };
  const Invocation run = world.run(sync_started());
  CHECK(run.outcome == "failed");
  CHECK(run.document["cause"]["code"].text() == "sheet_unstable");
  CHECK(run.bodies("commit").empty());
}

TEST_CASE("a header missing, doubled or ambiguous closes the run failed before any commit") {
  struct Case {
    std::string cell, code;
  };
  for (const Case& wrong :
       {Case{"\"賃貸料\"", "header_missing"}, Case{"\"番号\"", "header_duplicated"}}) {
    HostModel world = world_of(10);
    world.sheet.row(1)[1] = wrong.cell;
    const Invocation run = world.run(sync_started());
    CHECK(run.outcome == "failed");
    CHECK(run.document["cause"]["code"].text().rfind("header_", 0) == 0);
    CHECK(run.steps() == Steps{"claim", "read header", "close failed"});
    CHECK(last_run(world).cause.rfind("header_", 0) == 0);
    CHECK(world.database.table.empty());
  }
}

TEST_CASE("a header renamed between two pages stops the run; what was committed stays") {
  HostModel world = world_of(40);
  edit_after(world, kFirstPage, [](SheetModel& sheet) { sheet.row(1)[1] = "\"価格\""; });
  const Invocation run = world.run(sync_started("", kBatches));
  CHECK(run.outcome == "failed");
  CHECK(run.document["cause"]["code"].text() == "header_missing");
  CHECK(world.database.table.size() == 10);
  CHECK(last_run(world).ledger.balances());
}

TEST_CASE("a tab that was renamed is named with what to check") {
  HostModel world = world_of(10);
  (void)world.run(sync_started());
  world.sheet.tab = "別の名前";
  const Invocation run = world.run(sync_started());
  CHECK(run.outcome == "failed");
  CHECK(run.document["cause"]["code"].text() == "INVALID_ARGUMENT");
  CHECK(run.document["cause"]["message"].text().find("tab") != std::string::npos);
}

}  // namespace
}  // namespace listing_sync::testing
