// Each alert rule: what sets it off, what does not, and its life in virtual time.
#include <doctest/doctest.h>

#include <algorithm>

#include "support/watching.h"

namespace listing_sync::testing {
namespace {

constexpr std::uint64_t kMinuteMs = 60'000, kHourMs = 60 * kMinuteMs;

/// The circuits of sync_state: not closed for so long, with as many probes since.
std::string circuit_left_closed(const HostModel& world, std::uint64_t ago_ms) {
  const std::uint64_t now_ms = world.now_ms + world.database.clock_ahead_ms;
  const std::string since = std::to_string(now_ms - ago_ms), probe = std::to_string(now_ms - 1000);
  return R"({"sheets":{"state":"open","opened_at_ms":)" + probe +
         R"(,"transitions":[{"at_ms":5,"from":"closed","to":"open"},)"
         R"({"at_ms":6,"from":"half-open","to":"closed"},{"at_ms":)" +
         since + R"(,"from":"closed","to":"open"},{"at_ms":)" + probe +
         R"(,"from":"open","to":"half-open"}]},"database":{"state":"closed","transitions":[]}})";
}

struct Case {
  std::string rule;
  Facts bad, good;  ///< just over the limit, and at it
  std::string facts, summary;
};

std::vector<Case> cases(const HostModel& world) {
  std::vector<Case> all(9);
  for (Case& one : all) one.bad.successes = one.good.successes = {ledger(100), ledger(100)};
  std::size_t at = 0;
  const auto next = [&](std::string rule, std::string facts, std::string summary) -> Case& {
    Case& one = all[at++];
    one.rule = std::move(rule);
    one.facts = std::move(facts);
    one.summary = std::move(summary);
    return one;
  };
  Case& silent = next("no_success", R"({"ever":true,"limitMinutes":60,"minutes":61})",
                      "No full run has succeeded for 61 minutes (limit 60 minutes).");
  silent.bad.silent_ms = 61 * kMinuteMs;
  silent.good.silent_ms = 60 * kMinuteMs;
  Case& failing = next("consecutive_failures", R"({"code":"NOT_FOUND","failures":3,"limit":3})",
                       "3 full runs in a row failed, the last one with NOT_FOUND.");
  failing.bad.failures = 3;
  failing.bad.last_cause = failing.good.last_cause = "NOT_FOUND";
  failing.good.failures = 2;
  Case& errors =
      next("error_rate", R"({"failed":51,"limitPercent":5,"percent":5.1,"rows":1000})",
           "51 of 1000 rows (5.1 %) were held in the last successful full run (limit 5 %).");
  errors.bad.successes = {ledger(1000, 0, 51)};
  errors.good.successes = {ledger(1000, 0, 50)};
  Case& circuit = next("circuit_open", R"({"minutes":6,"target":"sheets"})",
                       "Calls to Google Sheets have been held back for 6 minutes after repeated "
                       "failures.");
  circuit.bad.circuits = circuit_left_closed(world, 6 * kMinuteMs);
  circuit.good.circuits = circuit_left_closed(world, 4 * kMinuteMs);
  Case& headers = next("header_drift", R"({"code":"header_duplicated"})",
                       "The sheet's headers do not fit the mapping any more (header_duplicated): "
                       "nothing is written until they do.");
  headers.bad.last_cause = "header_duplicated";
  headers.good.last_cause = "sheet_unstable";
  Case& held = next("held_rows", R"({"held":101,"limit":100})",
                    "101 held rows and cells await review (limit 100).");
  held.bad.held = 101;
  held.good.held = 100;
  Case& change = next("mass_change", R"({"limitPercent":50,"percent":55.0,"rows":20,"updated":11})",
                      "11 of 20 listings (55 %) changed in one full run (limit 50 %).");
  change.bad.successes = {ledger(20, 11)};
  change.good.successes = {ledger(20, 10)};
  Case& gone = next("mass_disappearance",
                    R"({"gone":21,"limitPercent":20,"percent":21.0,"rows":79,"rowsBefore":100})",
                    "21 of 100 listings (21 %) are gone from the sheet since the full run before "
                    "(limit 20 %).");
  gone.bad.successes = {ledger(79, 0, 0, 21), ledger(100)};
  gone.good.successes = {ledger(80), ledger(100)};
  Case& stuck = next("lease_stuck", R"({"invocations":5,"minutes":0})",
                     "5 invocations in a row committed nothing to the open run.");
  stuck.bad.progress = R"({"stalled":5,"stuck_ms":0})";
  stuck.good.progress = R"({"stalled":4,"stuck_ms":900000})";
  return all;
}

TEST_CASE("each rule opens with its numbers over its limit, and not at it") {
  for (const Case& one : cases(HostModel{})) {
    CAPTURE(one.rule);
    HostModel world;
    Receiver receiver;
    receiver.attach(world);
    world.alerts.facts = one.good.json();
    const Invocation quiet = world.run(watch_started());
    CHECK(quiet.fetches.size() == 1);
    CHECK(quiet.outcome == "completed");
    CHECK(world.alerts.alerts.empty());
    world.alerts.facts = one.bad.json();
    const Invocation loud = world.run(watch_started());
    CHECK(loud.outcome == "completed");
    CHECK(loud.steps() ==
          std::vector<std::string>{"watch", "record_alerts", "deliver", "record_deliveries"});
    CHECK(loud.changed_bodies == 0);
    REQUIRE(receiver.messages.size() == 1);
    const Json& message = receiver.messages[0];
    CHECK(message["event"].text() == "opened");
    CHECK(message["source"].text() == "listings");
    CHECK(message["rule"].text() == one.rule);
    CHECK(message["facts"].raw() == one.facts);
    CHECK(message["summary"].text() == one.summary);
    CHECK(message["id"].text() == "1-1");
    CHECK(message["openedAt"].text() == message["at"].text());
    CHECK(loud.logged("alert_opened") == 1);
    CHECK(loud.document["opened"].number() == 1);
    CHECK(loud.document["requests"]["alerts"].number() == 1);
    CHECK(loud.document["requests"]["database"].number() == 3);
  }
}

TEST_CASE("in virtual time each rule opens once, is reminded ever more rarely, resolves once") {
  for (std::size_t nth = 0; nth < cases(HostModel{}).size(); ++nth) {
    const std::string rule = cases(HostModel{})[nth].rule;
    CAPTURE(rule);
    HostModel world;
    Receiver receiver;
    receiver.attach(world);
    const auto watch_for = [&](Facts Case::*facts, std::uint64_t hours) {
      const std::uint64_t end_ms = world.now_ms + hours * kHourMs;
      while (world.now_ms < end_ms) {
        const std::uint64_t begun_ms = world.now_ms;
        world.alerts.facts = (cases(world)[nth].*facts).json();
        CHECK(world.run(watch_started()).outcome == "completed");
        world.now_ms = begun_ms + 5 * kMinuteMs;
      }
    };
    watch_for(&Case::bad, 64);
    std::vector<std::string> expected = {"opened " + rule};
    expected.resize(7, "reminded " + rule);
    CHECK(receiver.events() == expected);
    const std::vector<std::uint64_t> hours = {0, 1, 3, 7, 15, 39, 63};
    REQUIRE(receiver.at_ms.size() == hours.size());
    for (std::size_t i = 0; i < hours.size(); ++i) {
      CHECK(receiver.at_ms[i] >= hours[i] * kHourMs);
      CHECK(receiver.at_ms[i] < hours[i] * kHourMs + (i + 1) * 5 * kMinuteMs);
      CHECK(receiver.messages[i]["reminders"].number() == i);
      CHECK(receiver.messages[i]["openedAt"].text() == receiver.messages[0]["openedAt"].text());
    }
    watch_for(&Case::good, 30);
    expected.push_back("resolved " + rule);
    CHECK(receiver.events() == expected);
    watch_for(&Case::bad, 1);
    expected.push_back("opened " + rule);
    CHECK(receiver.events() == expected);
    CHECK(world.alerts.alerts.size() == 2);
  }
}

TEST_CASE("each rule can be given another limit, or be switched off") {
  const std::vector<std::pair<std::string, std::string>> settings = {
      {"no_success", "silent_ms"},       {"consecutive_failures", "failures"},
      {"error_rate", "error_percent"},   {"held_rows", "held"},
      {"mass_change", "change_percent"}, {"mass_disappearance", "missing_percent"}};
  for (const Case& one : cases(HostModel{}))
    for (const auto& setting : settings) {
      if (setting.first != one.rule) continue;
      CAPTURE(one.rule);
      for (const char* value : {"0", "4000000"}) {
        HostModel world;
        world.alerts.facts = one.bad.json();
        world.run(watch_started("\"" + setting.second + "\":" + value));
        CHECK(world.alerts.alerts.empty());
      }
    }
}

TEST_CASE("a ledger that counts more rows than were read is no alert, and costs no watch") {
  const std::string impossible =
      R"({"read":0,"inserted":0,"updated":30,"unchanged":0,"failed":7,"skipped":0,"held_cells":0})";
  HostModel world;
  Facts facts;
  facts.successes = {impossible, impossible};
  world.alerts.facts = facts.json();
  CHECK(world.run(watch_started()).outcome == "completed");
  CHECK(world.alerts.alerts.empty());
}

TEST_CASE("several alerts come in one order, the one that catches everything first") {
  HostModel world;
  Receiver receiver;
  receiver.attach(world);
  Facts facts;
  facts.silent_ms = 3 * 24 * kHourMs;
  facts.failures = 1000;
  facts.last_cause = "header_missing";
  facts.held = 5000;
  world.alerts.facts = facts.json();
  world.run(watch_started());
  CHECK(receiver.events() == std::vector<std::string>{"opened no_success",
                                                      "opened consecutive_failures",
                                                      "opened header_drift", "opened held_rows"});
  CHECK(receiver.messages[0]["summary"].text() ==
        "No full run has succeeded yet; the first was asked for 3 days ago (limit 60 minutes).");
  CHECK(receiver.messages[0]["severity"].text() == "critical");
  CHECK(receiver.messages[3]["severity"].text() == "warning");
}

TEST_CASE("few rows never set off what is said of many, and blank rows are none") {
  HostModel world;
  Facts facts;
  facts.successes = {ledger(5, 5), ledger(19)};
  world.alerts.facts = facts.json();
  world.run(watch_started());
  CHECK(world.alerts.alerts.empty());
  facts.successes = {ledger(100, 11, 0, 900), ledger(100, 0, 0, 900)};
  world.alerts.facts = facts.json();
  world.run(watch_started());
  CHECK(world.alerts.alerts.empty());
}

TEST_CASE("a run nobody works on is told with the time, a rest that was agreed on is none") {
  HostModel world;
  Facts facts;
  facts.progress = R"({"stalled":1,"stuck_ms":900001})";
  world.alerts.facts = facts.json();
  world.run(watch_started());
  REQUIRE(world.alerts.open("lease_stuck") != nullptr);
  CHECK(world.alerts.open("lease_stuck")->summary ==
        "Nobody has worked on the open run for 15 minutes.");
}

TEST_CASE("facts that cannot be read are no alarm") {
  for (const char* facts : {"{}", R"({"successes":[],"circuits":null,"open_progress":7})",
                            R"({"successes":[null],"silent_ms":"x","circuits":{"sheets":null}})"}) {
    HostModel world;
    world.alerts.facts = facts;
    CHECK(world.run(watch_started()).outcome == "completed");
    CHECK(world.alerts.alerts.empty());
  }
}

}  // namespace
}  // namespace listing_sync::testing
