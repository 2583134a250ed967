// The watch against what goes wrong: two of them at once, a webhook that is dead or says no,
// crashes between any two steps, deliveries that come late, budgets that end.
#include <doctest/doctest.h>

#include <algorithm>

#include "support/watching.h"

namespace listing_sync::testing {
namespace {

constexpr std::uint64_t kMinuteMs = 60'000;

/// A world in which one rule holds.
HostModel world_with_held(std::uint64_t held = 500) {
  HostModel world;
  Facts facts;
  facts.held = held;
  world.alerts.facts = facts.json();
  return world;
}

HostModel world_with_four_alerts() {
  HostModel world;
  Facts facts;
  facts.held = 500;
  facts.silent_ms = facts.failures = 99'000'000;
  facts.last_cause = "header_missing";
  world.alerts.facts = facts.json();
  return world;
}

std::size_t delivered(const Invocation& run) { return run.bodies("deliver").size(); }

/// Everything an invocation let out, but what went to the webhook itself.
std::string let_out(const Invocation& run) {
  std::string text = run.document.raw();
  for (const Json& log : run.logs) text += log.raw();
  for (const std::string& body : run.bodies("record")) text += body;
  return text;
}

TEST_CASE("two watches that see the same open one alert and tell of it once") {
  HostModel world = world_with_held();
  Receiver receiver, others;
  receiver.attach(world);
  bool first = true;
  world.after = [&](const Fetch& fetch) {
    if (fetch.step != "watch" || !first) return;
    first = false;
    HostModel other = world_with_held();
    others.attach(other);
    other.alerts = world.alerts;
    CHECK(other.run(watch_started()).outcome == "completed");
    world.alerts = other.alerts;
  };
  CHECK(world.run(watch_started()).outcome == "completed");
  CHECK(world.alerts.alerts.size() == 1);
  CHECK(receiver.messages.size() + others.messages.size() == 1);
}

TEST_CASE("two watches that both want to remind or to resolve do it once") {
  for (const bool resolves : {false, true}) {
    CAPTURE(resolves);
    HostModel world = world_with_held();
    Receiver receiver, others;
    receiver.attach(world);
    world.run(watch_started());
    world.now_ms += 61 * kMinuteMs;
    if (resolves) world.alerts.facts = "{}";
    bool first = true;
    world.after = [&](const Fetch& fetch) {
      if (fetch.step != "watch" || !first) return;
      first = false;
      HostModel other;
      others.attach(other);
      other.now_ms = world.now_ms;
      other.alerts = world.alerts;
      CHECK(other.run(watch_started()).outcome == "completed");
      world.alerts = other.alerts;
    };
    CHECK(world.run(watch_started()).outcome == "completed");
    CHECK(world.alerts.alerts.size() == 1);
    CHECK(receiver.messages.size() + others.messages.size() == 2);
    CHECK(world.alerts.alerts[0].event_number == 2);
  }
}

TEST_CASE("a dead webhook is tried ever more rarely, and hears of it once when it is back") {
  HostModel world = world_with_held();
  std::uint64_t called = 0;
  world.webhook = [&](const Fetch&) {
    ++called;
    return no_response("network");
  };
  std::vector<std::uint64_t> tried_at;
  for (std::uint64_t minute = 0; minute < 300; ++minute) {
    world.now_ms = minute * kMinuteMs;
    const Invocation run = world.run(watch_started());
    CHECK(run.outcome == "completed");
    CHECK(run.ended_ms < (minute + 1) * kMinuteMs + 30'000);
    if (delivered(run) == 0) CHECK(run.fetches.size() == 1);
    if (delivered(run) > 0) tried_at.push_back(minute);
  }
  CHECK(tried_at == std::vector<std::uint64_t>{0, 3, 8, 17, 34, 67, 128, 189, 250});
  CHECK(called == 4 * tried_at.size());  // the first and retry_attempts
  const StoredAlert& alert = world.alerts.alerts[0];
  CHECK(alert.attempts == tried_at.size());
  CHECK(alert.reminders == 0);
  CHECK(alert.last_error == "network: the webhook could not be reached");
  Receiver receiver;
  receiver.attach(world);
  for (std::uint64_t minute = 300; minute < 380; ++minute) {
    world.now_ms = minute * kMinuteMs;
    world.run(watch_started());
  }
  CHECK(receiver.events() == std::vector<std::string>{"opened held_rows", "reminded held_rows"});
  CHECK(receiver.at_ms[1] - receiver.at_ms[0] >= 60 * kMinuteMs);
  CHECK(alert.last_error.empty());
}

TEST_CASE("what is over before the webhook is back is told as over, once") {
  HostModel world = world_with_held();
  world.webhook = [](const Fetch&) { return no_response("timeout"); };
  world.run(watch_started());
  world.now_ms += 5 * kMinuteMs;
  world.alerts.facts = "{}";
  Receiver receiver;
  receiver.attach(world);
  for (int i = 0; i < 5; ++i) {
    world.run(watch_started());
    world.now_ms += 5 * kMinuteMs;
  }
  CHECK(receiver.events() == std::vector<std::string>{"resolved held_rows"});
}

TEST_CASE(
    "events share the fate of a webhook that does not answer: it is asked for the first only") {
  HostModel world = world_with_four_alerts();
  world.webhook = [](const Fetch&) { return Outcome{503, "", "", "{}"}; };
  const Invocation run = world.run(watch_started());
  CHECK(run.outcome == "completed");
  CHECK(delivered(run) == 4);
  CHECK(run.document["undelivered"].number() == 4);
  for (const StoredAlert& alert : world.alerts.alerts) {
    CHECK(alert.last_error == "http_503: the webhook is not well");
    CHECK(alert.claimed_until_ms == 0);
    CHECK(alert.pending());
  }
}

TEST_CASE("one event that is refused keeps no other back, and is tried again later") {
  HostModel world = world_with_four_alerts();
  world.webhook = [](const Fetch& fetch) {
    const bool bad = Json::parse(fetch.body)["rule"].text() == "header_drift";
    return bad ? Outcome{400, "", "", "{}"} : Outcome{204, "", "", "{}"};
  };
  const Invocation run = world.run(watch_started());
  CHECK(delivered(run) == 4);
  CHECK(run.document["delivered"].number() == 3);
  CHECK(world.alerts.open("header_drift")->pending());
  CHECK(world.alerts.open("header_drift")->attempts == 1);
  Receiver receiver;
  receiver.attach(world);
  world.now_ms += 3 * kMinuteMs;
  world.run(watch_started());
  CHECK(receiver.events() == std::vector<std::string>{"opened header_drift"});
}

TEST_CASE("a receiver that asks for patience gets it: at once where it is short, else later") {
  for (const bool is_long : {false, true}) {
    HostModel world = world_with_held();
    int calls = 0;
    world.webhook = [&](const Fetch&) {
      const std::string headers = is_long ? R"({"retry-after":"7200"})" : R"({"retry-after":"5"})";
      return ++calls == 1 ? Outcome{429, "", "", headers} : Outcome{200, "", "", "{}"};
    };
    const Invocation run = world.run(watch_started());
    CHECK(delivered(run) == (is_long ? 1 : 2));
    if (!is_long) CHECK(run.fetches[3].at_ms - run.fetches[2].at_ms >= 5000);
    const std::uint64_t now_ms = world.now_ms + world.database.clock_ahead_ms;
    const StoredAlert& alert = world.alerts.alerts[0];
    if (is_long) CHECK(alert.deliver_at_ms > now_ms + 7'190'000);
    CHECK(alert.pending() == is_long);
  }
}

TEST_CASE("which answers are tried again at once, and which are not") {
  const std::vector<std::uint16_t> statuses = {200, 201, 202, 204, 299, 301, 307, 400,
                                               401, 403, 404, 405, 408, 410, 413, 422,
                                               425, 429, 500, 502, 503, 599};
  for (const std::uint16_t status : statuses) {
    CAPTURE(status);
    HostModel world = world_with_held();
    world.webhook = [&](const Fetch&) { return Outcome{status, "", "", "{}"}; };
    const Invocation run = world.run(watch_started());
    const bool good = status < 300;
    const bool again = status == 408 || status == 425 || status == 429 || status >= 500;
    CHECK(delivered(run) == (again ? 4 : 1));
    CHECK(world.alerts.alerts[0].pending() == !good);
    CHECK(run.outcome == "completed");
  }
}

TEST_CASE("nothing a webhook says, and nothing of its address, is passed on") {
  for (const Outcome& outcome :
       {Outcome{400, "https://hooks.example/secret", "", "{}"},
        Outcome{500, R"({"code":"secret","message":"secret"})", "", "{}"}}) {
    HostModel world = world_with_held();
    world.webhook = [&](const Fetch&) { return outcome; };
    const Invocation run = world.run(watch_started());
    CHECK(let_out(run).find("secret") == std::string::npos);
    CHECK(let_out(run).find("hooks") == std::string::npos);
  }
}

TEST_CASE("after a crash between record and delivery the next watch delivers, two minutes later") {
  HostModel world = world_with_held();
  world.fault = [](const Fetch& fetch) -> std::optional<Interference> {
    if (fetch.target != "alerts") return std::nullopt;
    return Interference{false, no_response("timeout")};
  };
  CHECK(world.run(watch_started(), 2).outcome.empty());
  world.fault = nullptr;
  Receiver receiver;
  receiver.attach(world);
  world.now_ms = kMinuteMs;
  CHECK(world.run(watch_started()).fetches.size() == 1);
  world.now_ms = 3 * kMinuteMs;
  world.run(watch_started());
  world.now_ms = 10 * kMinuteMs;
  world.run(watch_started());
  CHECK(receiver.events() == std::vector<std::string>{"opened held_rows"});
  CHECK(world.alerts.alerts[0].attempts == 2);
}

TEST_CASE("after a crash between delivery and its record it arrives again under the same id") {
  HostModel world = world_with_held();
  Receiver receiver;
  receiver.attach(world);
  CHECK(world.run(watch_started(), 2).outcome.empty());
  world.now_ms = 3 * kMinuteMs;
  world.run(watch_started());
  REQUIRE(receiver.messages.size() == 2);
  CHECK(receiver.messages[0]["id"].text() == receiver.messages[1]["id"].text());
  CHECK_FALSE(world.alerts.alerts[0].pending());
}

TEST_CASE("a record whose answer is lost is repeated and opens nothing twice") {
  HostModel world = world_with_held();
  Receiver receiver;
  receiver.attach(world);
  int faults = 1;
  world.fault = [&](const Fetch& fetch) -> std::optional<Interference> {
    if (fetch.step != "record_alerts" || faults-- <= 0) return std::nullopt;
    return Interference{true, no_response("timeout")};
  };
  CHECK(world.run(watch_started()).outcome == "completed");
  CHECK(world.alerts.alerts.size() == 1);
  world.now_ms += 3 * kMinuteMs;
  world.run(watch_started());
  CHECK(receiver.events() == std::vector<std::string>{"opened held_rows"});
}

TEST_CASE("a delivery that comes late changes nothing of what happened since") {
  HostModel world = world_with_held();
  Receiver receiver;
  receiver.attach(world);
  Invocation resolving;
  world.after = [&](const Fetch& fetch) {
    if (fetch.step != "deliver" || receiver.messages.size() != 1) return;
    HostModel other;
    other.now_ms = world.now_ms;
    other.alerts = world.alerts;
    other.alerts.facts = "{}";
    resolving = other.run(watch_started());
    world.alerts = other.alerts;
  };
  CHECK(world.run(watch_started()).outcome == "completed");
  CHECK(delivered(resolving) == 0);  // the first message is still under way: order is kept
  const StoredAlert& alert = world.alerts.alerts[0];
  CHECK(alert.status == "resolved");
  CHECK(alert.pending());
  world.now_ms += 3 * kMinuteMs;
  world.run(watch_started());
  CHECK(receiver.events() == std::vector<std::string>{"opened held_rows", "resolved held_rows"});
}

TEST_CASE("deliveries keep to the budget of requests, and what is left over comes later") {
  for (const std::uint64_t requests : {1u, 2u, 3u, 4u, 5u, 6u, 7u, 20u}) {
    CAPTURE(requests);
    HostModel world = world_with_four_alerts();
    Receiver receiver;
    receiver.attach(world);
    const std::string budgets = "{\"requests\":" + std::to_string(requests) + "}";
    const Invocation run = world.run(watch_started("", true, budgets));
    CHECK(run.fetches.size() <= requests);
    const std::uint64_t expected = requests < 4 ? 0 : std::min<std::uint64_t>(4, requests - 3);
    CHECK(receiver.messages.size() == expected);
    for (int i = 0; i < 4; ++i) world.run(watch_started("", true, R"({"requests":5})"));
    CHECK(receiver.messages.size() == 4);
  }
}

TEST_CASE("deliveries end within the budget of time, and a slow webhook keeps nobody waiting") {
  for (const std::uint64_t wall_ms : {2'000u, 5'000u, 20'000u, 0u}) {
    CAPTURE(wall_ms);
    HostModel world = world_with_four_alerts();
    world.webhook = [](const Fetch&) { return no_response("timeout"); };
    const std::string budgets = "{\"wall_ms\":" + std::to_string(wall_ms) + "}";
    const Invocation run = world.run(watch_started("", true, budgets));
    CHECK(run.outcome == "completed");
    CHECK(run.ended_ms <= (wall_ms == 0 ? 65'000 : wall_ms + 100));
    for (const StoredAlert& alert : world.alerts.alerts) CHECK(alert.claimed_until_ms == 0);
  }
}

TEST_CASE("what time did not allow to be tried counts as no attempt") {
  HostModel world = world_with_four_alerts();
  world.run(watch_started("", true, R"({"wall_ms":2500})"));
  for (const StoredAlert& alert : world.alerts.alerts) CHECK(alert.attempts == 0);
  Receiver receiver;
  receiver.attach(world);
  world.run(watch_started());
  CHECK(receiver.messages.size() == 4);
}

TEST_CASE("without a webhook alerts are stored, and what waited for one waits no more") {
  HostModel world = world_with_held();
  const Invocation run = world.run(watch_started("", false));
  CHECK(run.steps() == std::vector<std::string>{"watch", "record_alerts"});
  CHECK(world.alerts.alerts[0].delivery == "none");
  CHECK(world.run(watch_started("", false)).fetches.size() == 1);
  world.alerts.alerts[0].delivery = "pending";
  CHECK(world.run(watch_started("", false)).fetches.size() == 2);
  CHECK(world.alerts.alerts[0].delivery == "none");
  CHECK(world.run(watch_started("", false)).fetches.size() == 1);
}

TEST_CASE("a database that is away is asked twice, and the webhook hears nothing") {
  for (const char* step : {"watch", "record_alerts", "record_deliveries"}) {
    CAPTURE(step);
    HostModel world = world_with_held();
    world.fault = [&](const Fetch& fetch) -> std::optional<Interference> {
      if (fetch.step != step) return std::nullopt;
      return Interference{false, no_response("network")};
    };
    const Invocation run = world.run(watch_started());
    CHECK(run.outcome == "unavailable");
    CHECK(run.document["cause"]["code"].text() == "network");
    CHECK(run.logged("watch_failed") == 1);
    CHECK(run.bodies(step).size() == 2);
    CHECK((delivered(run) > 0) == (std::string(step) == "record_deliveries"));
  }
}

TEST_CASE("a source that is not registered, or a refusal, ends the watch with its cause") {
  HostModel world;
  world.fault = [](const Fetch&) {
    return Interference{false, {200, R"({"outcome":"unknown_source"})", "", "{}"}};
  };
  const Invocation unknown = world.run(watch_started());
  CHECK(unknown.outcome == "failed");
  CHECK(unknown.document["cause"]["code"].text() == "unknown_source");
  world.fault = [](const Fetch&) {
    return Interference{false, {403, R"({"code":"42501","message":"no"})", "", "{}"}};
  };
  CHECK(world.run(watch_started()).document["cause"]["code"].text() == "42501");
}

Started test_started(bool deliver = true) {
  Started started = watch_started("", deliver);
  started.job = "alert_test";
  return started;
}

TEST_CASE("a test is one delivery, and says that it is one") {
  HostModel world;
  Receiver receiver;
  receiver.attach(world);
  const Invocation run = world.run(test_started());
  CHECK(run.steps() == std::vector<std::string>{"deliver"});
  CHECK(run.outcome == "answered");
  CHECK(run.document["http_status"].number() == 200);
  CHECK(run.document["body"].raw() == R"({"delivered":true})");
  REQUIRE(receiver.messages.size() == 1);
  CHECK(receiver.messages[0]["event"].text() == "test");
  CHECK(receiver.messages[0]["id"].text() == "test-11111111-1111-4111-8111-111111111111");
}

TEST_CASE("a test that cannot be delivered says why in our words, within seconds") {
  for (const Outcome& outcome :
       {no_response("network"), no_response("timeout"), Outcome{404, "secret", "", "{}"},
        Outcome{500, "secret", "", "{}"}}) {
    HostModel world;
    world.webhook = [&](const Fetch&) { return outcome; };
    const Invocation run = world.run(test_started());
    CHECK(run.document["http_status"].number() == 502);
    CHECK(run.document["body"]["code"].text() == "alert_not_delivered");
    CHECK(run.document["body"]["detail"].text().find("webhook") != std::string::npos);
    CHECK(run.document.raw().find("secret") == std::string::npos);
    CHECK(run.ended_ms < 25'000);
    CHECK(delivered(run) <= 2);
  }
}

TEST_CASE("a test without a webhook is refused, and asks nobody") {
  HostModel world;
  const Invocation run = world.run(test_started(false));
  CHECK(run.fetches.empty());
  CHECK(run.document["http_status"].number() == 409);
  CHECK(run.document["body"]["code"].text() == "alerts_not_configured");
}

TEST_CASE("late answers to a watch are ignored, and so is what follows its end") {
  Engine engine;
  const Started started = watch_started();
  (void)engine.handle(started_event(started, 0), Bytes::copy(started.mapping));
  CHECK(engine.state() == State::asking);
  CHECK(engine.handle(response_event(99, {200, "{}", "", "{}"}, 1), Bytes::copy("{}")) == "[]");
  const std::string facts = R"({"outcome":"found","alerts":[],"now":1})";
  const std::string event = response_event(1, {200, facts, "", "{}"}, 1);
  CHECK(engine.handle(event, Bytes::copy(facts)).find("\"finish\"") != std::string::npos);
  CHECK(engine.state() == State::finished);
  CHECK(engine.handle(event, Bytes::copy(facts)) == "[]");
}

}  // namespace
}  // namespace listing_sync::testing
