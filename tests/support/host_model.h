// The host: performs an engine's effects against the models in virtual time and feeds the events
// back, in the order in which they are due. Faults are a function of the request; everything else
// is
// deterministic in the seed.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "listing_sync/engine.h"
#include "listing_sync/policy.h"
#include "support/alerts_model.h"
#include "support/database_model.h"
#include "support/http.h"
#include "support/json.h"
#include "support/sheet_model.h"

namespace listing_sync::testing {

struct Fetch {
  std::uint32_t id = 0;
  std::string target, method, path, body;
  std::uint64_t timeout_ms = 0, max_bytes = 0, at_ms = 0;
  bool renew_credentials = false;
  std::string step;  ///< in short: "claim", "read header, keys, 1-501", "commit 500 rows", "close
                     ///< completed"
};

/// What the network does to a request.
struct Interference {
  bool carried_out = false;  ///< the request reached its target, its answer is lost
  Outcome outcome;           ///< comes instead of the answer
};

struct Started {
  std::string job = "sync", trigger = "scheduled", mapping, spreadsheet_id = "sheet";
  std::string instance = "11111111-1111-4111-8111-111111111111", seed = "0123456789abcdef";
  std::string options = "{}", budgets = "{}";
  std::vector<std::pair<std::string_view, std::string>> more;  ///< further members
};

using Transition = std::tuple<State, EventType, State>;

/// One invocation as it went.
struct Invocation {
  std::vector<Fetch> fetches;
  std::vector<std::uint64_t> waits_ms;
  std::vector<Json> logs;
  std::string outcome;  ///< of the finish effect; empty: it never came
  Json document;
  std::uint64_t ended_ms = 0;
  std::size_t finishes = 0, changed_bodies = 0;
  std::set<Transition> transitions;

  [[nodiscard]] std::vector<std::string> steps() const;
  /// Bodies of the requests whose step begins with `step`.
  [[nodiscard]] std::vector<std::string> bodies(std::string_view step) const;
  [[nodiscard]] std::size_t logged(std::string_view event) const;
};

class HostModel {
 public:
  SheetModel sheet;
  DatabaseModel database;
  AlertsModel alerts;
  /// What the webhook for alerts says to a request; 200 where nothing is set.
  std::function<Outcome(const Fetch&)> webhook;
  std::uint64_t now_ms = 0;
  Random random{1};
  /// Consulted for each request before it is carried out.
  std::function<std::optional<Interference>(const Fetch&)> fault;
  /// Called after each request was carried out: people edit the sheet, others lock rows.
  std::function<void(const Fetch&)> after;
  std::uint64_t latency_ms = 20;
  bool shuffled = false;  ///< latencies are drawn instead, so that answers overtake each other

  /// Runs one invocation to its finish effect. `events_max`: a guard against loops.
  Invocation run(const Started& started, std::size_t events_max = 20'000);

  /// Carries a request out.
  Outcome perform(const Fetch& fetch);

 private:
  struct Due {
    std::uint32_t id;
    EventType type;
    std::string event, body;
  };
  Outcome answer_of(const Fetch& fetch);
  void step(Engine& engine, Invocation& invocation, EventType type, const std::string& event,
            std::string_view body);
  void perform_effect(const Engine& engine, const Json& effect, Invocation& invocation);
  void start_wait(const Json& effect, Invocation& invocation);
  void start_fetch(const Engine& engine, const Json& effect, Invocation& invocation);
  void deliver_later(std::uint64_t delay_ms, Due due);

  std::multimap<std::uint64_t, Due> due_;
  std::map<std::uint32_t, std::string> outstanding_;  ///< bodies by fetch
};

[[nodiscard]] std::string started_event(const Started& started, std::uint64_t now_ms);
[[nodiscard]] std::string response_event(std::uint32_t id, const Outcome& outcome,
                                         std::uint64_t now_ms);

}  // namespace listing_sync::testing
