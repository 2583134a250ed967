// One invocation on a host that loses its power, freezes, and is late. It performs an engine's
// effects through the world and feeds the events back.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "listing_sync/engine.h"
#include "support/http.h"
#include "support/json.h"
#include "support/recording.h"

namespace listing_sync::sim {

enum class Target : std::uint8_t { sheets, database };

/// What an invocation is started with.
struct Launch {
  std::string job = "sync", trigger = "scheduled";
  std::string request;  ///< job request: its JSON
  std::size_t mapping = 0;
  std::uint64_t wall_ms = 0, requests = 0, rows = 0;  ///< budgets; 0: unbounded
  std::uint64_t chain = 0;                            ///< the function call it belongs to
};

/// A request on its way.
struct Flight {
  std::uint32_t id = 0;
  Target target = Target::sheets;
  std::string path;
  std::shared_ptr<const std::string> body;
  std::uint64_t timeout_ms = 0;
  bool renewed = false;
  /// sync_commit, …; "read" for Google Sheets.
  [[nodiscard]] std::string_view function() const;
};

/// Something an engine is to be told.
struct Delivery {
  EventType type = EventType::timer;
  std::uint32_t id = 0;
  testing::Outcome outcome;  ///< not for a timer
};

class Invocation {
 public:
  Invocation(std::uint64_t number, Launch launch, std::uint64_t now_ms, std::uint64_t clock_ms);

  /// The first event. Returns the effects.
  testing::Json start(const std::string& mapping, const std::string& options, std::uint64_t seed);
  /// A further event. Returns the effects.
  testing::Json tell(const Delivery& delivery, std::uint64_t now_ms);
  [[nodiscard]] Flight flight_of(const testing::Json& fetch_effect) const;
  [[nodiscard]] State state() const { return engine_.state(); }
  [[nodiscard]] const std::vector<testing::RecordedEvent>& recorded() const { return recorded_; }
  [[nodiscard]] const std::string& effects_recorded() const { return effects_recorded_; }
  void record() { records_ = true; }

  const std::uint64_t number;
  const Launch launch;
  const std::uint64_t started_ms;
  bool over = false;       ///< finished or dead
  bool disturbed = false;  ///< frozen or late: its times say nothing
  std::uint64_t frozen_until_ms = 0, events = 0;
  std::uint32_t outstanding = 0;  ///< deliveries under way

 private:
  testing::Json handle(const std::string& event, std::string_view body);
  void keep(const std::string& event, std::string_view body, std::string_view effects);

  Engine engine_;
  std::uint64_t clock_ms_;  ///< the host's monotonic clock when the invocation began
  bool records_ = false;
  std::vector<testing::RecordedEvent> recorded_;
  std::string effects_recorded_;
};

}  // namespace listing_sync::sim
