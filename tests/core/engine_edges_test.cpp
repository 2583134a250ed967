// The state machine: only transitions of the table are ever made, and the table holds no other. A
// seeded random walk visits every edge; after each completed run table and sheet are equal.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>

#include "support/listings.h"

namespace listing_sync::testing {
namespace {

std::string text_of(const Transition& transition) {
  return std::string(state_name(std::get<0>(transition))) + " on " +
         std::string(event_name(std::get<1>(transition))) + " to " +
         std::string(state_name(std::get<2>(transition)));
}

/// One life of a source: a few runs under faults drawn from the seed, and people at work meanwhile.
class Walk {
 public:
  explicit Walk(std::uint64_t seed) : world_(world_of(0)), draw_{seed} {
    const std::uint32_t rows = static_cast<std::uint32_t>(draw_.up_to(80));
    world_ = world_of(rows);
    next_ = rows + 1;
    world_.sheet.grid_rows += static_cast<std::uint32_t>(draw_.up_to(3) * 7);
    world_.sheet.grid_columns = 5;
    world_.random = Random{seed * 31 + 7};
    world_.shuffled = true;
    fault_per_mille_ = draw_.up_to(4) * 100;
    edit_per_mille_ = draw_.up_to(2) * 200;
    world_.fault = [this](const Fetch& fetch) { return interfere(fetch); };
    world_.after = [this](const Fetch&) { edit(); };
  }

  void live(std::set<Transition>& seen) {
    for (int i = 0; i < 4; ++i) invoke(seen);
    fault_per_mille_ = edit_per_mille_ = 0;
    world_.database.locked.clear();
    world_.database.rows_max = 1000;
    for (int i = 0; i < 20 && work_is_left(); ++i) invoke(seen);
    CHECK(!work_is_left());
    // A full run without edits or faults: now the table is the sheet, but for rows that left it.
    const std::string last = world_.database.request("full").sync_id;
    for (int i = 0; i < 5 && work_is_left(); ++i) invoke(seen);
    CHECK(world_.database.run(last).status == "completed");
    check_equal();
  }

 private:
  bool work_is_left() const {
    const auto& runs = world_.database.runs;
    return std::any_of(runs.begin(), runs.end(), [](const Run& run) {
      return run.status == "queued" || run.status == "in_progress";
    });
  }

  bool chance(std::uint64_t per_mille) { return draw_.up_to(999) < per_mille; }

  Invocation invoke(std::set<Transition>& seen) {
    ask_for_something();
    const std::string size = std::to_string(1 + draw_.up_to(chance(500) ? 12 : 2));
    const std::string attempts = std::to_string(draw_.up_to(3));
    Started started =
        sync_started("", "\"batch_size\":" + size + ",\"retry_attempts\":" + attempts, budgets());
    const bool calm = fault_per_mille_ == 0;
    started.trigger = !calm && chance(500) ? "scheduled" : "manual";
    started.seed = std::to_string(1000 + draw_.up_to(8000));
    if (!calm && chance(20)) started.mapping = "{";
    if (!calm && chance(20)) started.job = "health";
    const Invocation invocation = world_.run(started);
    CHECK(invocation.finishes == 1);
    CHECK(invocation.changed_bodies == 0);
    CHECK(invocation.logged("engine_bug") == 0);
    for (const Run& run : world_.database.runs) CHECK(run.ledger.balances());
    seen.insert(invocation.transitions.begin(), invocation.transitions.end());
    world_.now_ms += draw_.up_to(calm ? 300'000 : 90'000);
    return invocation;
  }

  std::string budgets() {
    const bool calm = fault_per_mille_ == 0;
    if (calm || chance(500)) return "{}";
    if (chance(350)) return "{\"requests\":" + std::to_string(5 + draw_.up_to(8)) + "}";
    if (chance(300)) return "{\"rows\":" + std::to_string(1 + draw_.up_to(30)) + "}";
    return "{\"wall_ms\":" + std::to_string(1950 + draw_.up_to(1200)) + "}";
  }

  void ask_for_something() {
    if (fault_per_mille_ == 0) return;
    if (chance(150)) world_.database.request("selective", {listing_key(3), "K99999"});
    if (chance(100)) world_.database.request("full", {}, chance(300));
    if (chance(150)) world_.database.locked[listing_key(2)] = static_cast<int>(draw_.up_to(6));
    world_.database.rows_max = chance(200) ? static_cast<std::size_t>(draw_.up_to(4)) : 1000;
  }

  std::optional<Interference> interfere(const Fetch& fetch) {
    if (fetch.target == "database" && chance(fault_per_mille_ / 20)) steal();
    if (!chance(fault_per_mille_)) return std::nullopt;
    const bool carried_out = chance(500);
    const char* const reasons[] = {"timeout", "network", "cut_off", "too_large", "credentials"};
    if (chance(350)) return Interference{carried_out, no_response(reasons[draw_.up_to(4)])};
    if (fetch.target == "sheets") return Interference{false, sheet_trouble(fetch)};
    if (fetch.step == "claim" && chance(200)) return Interference{false, unreadable_grant(fetch)};
    return database_trouble(carried_out);
  }

  Outcome sheet_trouble(const Fetch& fetch) {
    const std::uint16_t statuses[] = {429, 500, 503, 401, 403, 400, 404};
    if (chance(500)) return {statuses[draw_.up_to(6)], "{}", "", R"({"retry-after":"3"})"};
    Outcome half = world_.sheet.answer(fetch.path);
    half.body.resize(half.body.size() * static_cast<std::size_t>(draw_.up_to(99)) / 100);
    return half;
  }

  Outcome unreadable_grant(const Fetch& fetch) {
    Outcome grant = world_.perform(fetch);
    const auto at = grant.body.find("\"covered\":\"");
    if (at != std::string::npos) grant.body.insert(at + 11, "!");
    return grant;
  }

  Interference database_trouble(bool carried_out) {
    const char* const codes[] = {"PT503", "57014", "PGRST003", "PGRST002", "40001",
                                 "23505", "42501", "PT409",    "XX000",    "08006"};
    const std::string body = "{\"code\":\"" + std::string(codes[draw_.up_to(9)]) + "\"}";
    if (chance(400)) return {false, {500, body, "", "{}"}};
    if (chance(300)) return {carried_out, {200, "<html>", "", "{}"}};
    if (chance(300)) return {carried_out, {200, R"({"outcome":"what"})", "", "{}"}};
    return {carried_out, {502, "<html>bad gateway</html>", "", "{}"}};
  }

  // Another worker, a forced run, a tidy-up by hand.
  void steal() {
    DatabaseModel& database = world_.database;
    if (chance(500)) {
      ++database.fence;
    } else if (!database.sync_id.empty()) {
      Run& run = database.run(database.sync_id);
      if (run.status == "in_progress") run.status = "cancelled";
    }
  }

  void edit() {
    if (!chance(edit_per_mille_)) return;
    SheetModel& sheet = world_.sheet;
    const auto rows = static_cast<std::uint32_t>(sheet.rows.size());
    const auto row = 2 + static_cast<std::uint32_t>(draw_.up_to(rows > 1 ? rows - 1 : 0));
    switch (draw_.up_to(5)) {
      case 0:
        return insert(row, listing_row(next_++));
      case 1:
        return rows > 2 ? sheet.remove_row(row) : void();
      case 2:
        return std::reverse(sheet.rows.begin() + 1, sheet.rows.end());
      case 3:
        return move_columns();
      case 4:
        return sheet.insert_row(row, {});
      default:
        return insert(row, {"", "5", "\"no key\""});
    }
  }

  void insert(std::uint32_t row, std::vector<std::string> cells) {
    if (moved_) cells.insert(cells.begin(), "");
    world_.sheet.insert_row(row, std::move(cells));
  }

  // A column comes or goes on the left.
  void move_columns() {
    for (auto& cells : world_.sheet.rows) {
      if (moved_ && !cells.empty()) cells.erase(cells.begin());
      if (!moved_) cells.insert(cells.begin(), "");
    }
    moved_ = !moved_;
  }

  void check_equal() {
    if (moved_) move_columns();
    for (auto row = world_.database.table.begin(); row != world_.database.table.end();)
      row = left_the_sheet(row->first) ? world_.database.table.erase(row) : std::next(row);
    CHECK(differences(world_) == "");
  }

  bool left_the_sheet(const std::string& key) {
    return std::none_of(world_.sheet.rows.begin(), world_.sheet.rows.end(), [&](const auto& cells) {
      return !cells.empty() && cells.front() == quoted(key);
    });
  }

  HostModel world_;
  Random draw_;
  std::uint32_t next_ = 1;
  std::uint64_t fault_per_mille_ = 0, edit_per_mille_ = 0;
  bool moved_ = false;
};

std::set<Transition> all_edges() {
  std::set<Transition> all;
  for (const Edge& edge : edges()) all.emplace(edge.from, edge.on, edge.to);
  return all;
}

TEST_CASE("states and events have stable names, and every edge says when it is taken") {
  std::set<std::string_view> states, events;
  for (const Edge& edge : edges()) {
    states.insert({state_name(edge.from), state_name(edge.to)});
    events.insert(event_name(edge.on));
    CHECK_FALSE(edge.when.empty());
  }
  CHECK(states == std::set<std::string_view>{"idle", "asking", "claiming", "opening", "copying",
                                             "verifying", "closing", "yielding", "finished"});
  CHECK(events == std::set<std::string_view>{"started", "response", "no_response", "timer"});
}

TEST_CASE("nothing leads out of finished, and everything leads there") {
  std::set<State> ending = {State::finished};
  for (int i = 0; i < 10; ++i)
    for (const Edge& edge : edges()) {
      CHECK(edge.from != State::finished);
      if (ending.count(edge.to) == 1) ending.insert(edge.from);
    }
  CHECK(ending.size() == 9);
  CHECK_FALSE(is_edge(State::finished, EventType::timer, State::claiming));
}

TEST_CASE("a random walk makes every transition of the table and no other") {
  constexpr std::uint64_t kLivesMin = 600, kLivesMax = 8000;
  const std::set<Transition> all = all_edges();
  std::set<Transition> seen;
  const auto is_complete = [&] {
    return std::includes(seen.begin(), seen.end(), all.begin(), all.end());
  };
  std::uint64_t seed = 0;
  while (seed < kLivesMin || (seed < kLivesMax && !is_complete())) {
    ++seed;
    CAPTURE(seed);
    Walk(seed).live(seen);
  }
  MESSAGE("lives: " << seed);
  for (const Transition& made : seen) {
    CAPTURE(text_of(made));
    CHECK(all.count(made) == 1);
  }
  for (const Transition& wanted : all) {
    CAPTURE(text_of(wanted));
    CHECK(seen.count(wanted) == 1);
  }
}

}  // namespace
}  // namespace listing_sync::testing
