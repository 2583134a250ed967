// Many watches in a row, and across each other, in a world that breaks at random: a receiver that
// drops what it has seen hears of each alert in order, each event once, the last one always.
#include <doctest/doctest.h>

#include <map>
#include <set>

#include "support/watching.h"

namespace listing_sync::testing {
namespace {

constexpr std::uint64_t kMinuteMs = 60'000, kHourMs = 60 * kMinuteMs;

/// What a receiver knows that follows the rule of the documentation: the same id is the same event.
struct Told {
  std::map<std::string, std::string> bodies;  ///< by the id of the event
  struct Alert {
    std::uint64_t event_number = 0, at_ms = 0;
    std::string event;
  };
  std::map<std::uint64_t, Alert> alerts;  ///< the last event of each
  std::size_t again = 0;

  void hear(const std::string& body, std::uint64_t now_ms) {
    const Json message = Json::parse(body);
    const std::string id = message["id"].text();
    const auto [known, fresh] = bodies.emplace(id, body);
    if (!fresh) {
      ++again;
      CHECK(known->second == body);
      return;
    }
    const std::size_t dash = id.find('-');
    Alert& alert = alerts[std::stoull(id.substr(0, dash))];
    const std::uint64_t event_number = std::stoull(id.substr(dash + 1));
    const std::string event = message["event"].text();
    CHECK(event_number > alert.event_number);
    CHECK(alert.event != "resolved");
    CHECK((event == "opened") == (event_number == 1));
    if (event == "reminded") {
      CHECK(event_number == alert.event_number + 1);  // of what nobody heard of nobody is reminded
      CHECK(now_ms - alert.at_ms >= kHourMs);
    }
    alert = {event_number, now_ms, event};
  }
};

Outcome webhook_trouble(Random& random) {
  switch (random.up_to(4)) {
    case 0:
      return no_response("timeout");
    case 1:
      return no_response("network");
    case 2:
      return {503, "unavailable", "", R"({"retry-after":"7"})"};
    case 3:
      return {429, "slow down", "", R"({"retry-after":"600"})"};
    default:
      return {400, "invalid_payload", "", "{}"};
  }
}

/// A source whose facts, network and hosts are drawn from a seed.
class Weather {
 public:
  explicit Weather(std::uint64_t seed) : random_{seed} {
    world_.random = Random{seed + 1};
    world_.now_ms = 24 * kHourMs;
    attach(world_);
    world_.after = [this](const Fetch&) { look_across(); };
  }

  void storm(int watches) {
    broken_ = true;
    for (int i = 0; i < watches; ++i) {
      draw_facts();
      const bool killed = random_.up_to(3) == 0;
      const std::uint64_t events_max = killed ? random_.up_to(8) : 20'000;
      world_.run(watch_started(), static_cast<std::size_t>(events_max));
      check_open();
      world_.now_ms += random_.up_to(9) == 0 ? 7 * kHourMs : random_.up_to(10 * kMinuteMs);
    }
  }

  /// Nothing breaks any more; the facts stay as they are.
  void calm() {
    broken_ = false;
    for (int i = 0; i < 40; ++i) {
      CHECK(world_.run(watch_started()).outcome == "completed");
      world_.now_ms += 5 * kMinuteMs;
    }
  }

  [[nodiscard]] std::set<std::string> open_rules() const {
    std::set<std::string> rules;
    for (const StoredAlert& alert : world_.alerts.alerts)
      if (alert.open()) rules.insert(alert.rule);
    return rules;
  }

  const Told& told() const { return told_; }
  const AlertsModel& stored() const { return world_.alerts; }
  const std::set<std::string>& true_rules() const { return true_rules_; }

 private:
  void attach(HostModel& world) {
    world.webhook = [this, &world](const Fetch& fetch) {
      told_.hear(fetch.body, world.now_ms);
      return Outcome{200, "ok", "", "{}"};
    };
    world.fault = [this](const Fetch& fetch) -> std::optional<Interference> {
      if (!broken_ || random_.up_to(4) != 0) return std::nullopt;
      const bool arrives = random_.up_to(1) == 0;
      // An answer that refuses is never one to a message that was taken.
      if (fetch.target != "alerts" || arrives) return Interference{arrives, no_response("timeout")};
      return Interference{false, webhook_trouble(random_)};
    };
  }

  /// A second watch, which may know better, begins while the first is under way.
  void look_across() {
    if (!broken_ || random_.up_to(9) != 0) return;
    draw_facts();
    HostModel other;
    other.now_ms = world_.now_ms;
    other.alerts = world_.alerts;
    attach(other);
    other.run(watch_started());
    world_.alerts = other.alerts;
  }

  void draw_facts() {
    if (random_.up_to(2) != 0) return;
    const std::uint64_t which = random_.up_to(15);
    Facts facts;
    true_rules_.clear();
    const auto holds = [&](std::uint64_t bit, const char* rule) {
      if ((which >> bit & 1) == 0) return false;
      true_rules_.insert(rule);
      return true;
    };
    if (holds(0, "held_rows")) facts.held = 500;
    if (holds(1, "no_success")) facts.silent_ms = 9 * kHourMs;
    if (holds(2, "consecutive_failures")) facts.failures = 9;
    if (holds(3, "header_drift")) facts.last_cause = "header_missing";
    world_.alerts.facts = facts.json();
  }

  void check_open() const {
    std::size_t open = 0;
    for (const StoredAlert& alert : world_.alerts.alerts)
      if (alert.open()) ++open;
    CHECK(open == open_rules().size());
  }

  Random random_;
  HostModel world_;
  Told told_;
  std::set<std::string> true_rules_;
  bool broken_ = false;
};

TEST_CASE(
    "through kills, lost answers and rivals each event is told once, and the last one always") {
  std::size_t events = 0, again = 0, alerts = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    Weather weather(seed);
    weather.storm(60);
    weather.calm();
    CHECK(weather.open_rules() == weather.true_rules());
    for (const StoredAlert& alert : weather.stored().alerts) {
      CAPTURE(alert.id);
      CHECK_FALSE(alert.pending());
      const auto last = weather.told().alerts.find(alert.id);
      REQUIRE(last != weather.told().alerts.end());
      CHECK(last->second.event == alert.event);
      CHECK(last->second.event_number == alert.event_number);
    }
    events += weather.told().bodies.size();
    again += weather.told().again;
    alerts += weather.stored().alerts.size();
  }
  // The weather was what it should be: much was told, some of it twice.
  CHECK(alerts > 500);
  CHECK(events > alerts);
  CHECK(again > 100);
}

}  // namespace
}  // namespace listing_sync::testing
