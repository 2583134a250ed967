// The state machine as data: every transition the engine may make. The diagram in ARCHITECTURE.md
// is printed from this table, each transition is checked against it at run time, and the tests try
// every state with every event.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace listing_sync {

enum class EventType : std::uint8_t { started, response, no_response, timer };

// One enum, not a variant: two requests may be under way at once (a commit and a read), so what is
// known in a state overlaps with its neighbours and lives beside it.
enum class State : std::uint8_t {
  idle,       ///< nothing has happened yet
  asking,     ///< a question of the API (request, status, health) is with the database
  claiming,   ///< the lease is asked for
  opening,    ///< header row and key column are read
  copying,    ///< pages are read, batches are committed
  verifying,  ///< everything is committed, a snapshot of the key column is awaited
  closing,    ///< the run is being ended
  yielding,   ///< the run is being laid down for a later invocation
  finished
};
[[nodiscard]] std::string_view state_name(State state);
[[nodiscard]] std::string_view event_name(EventType type);

struct Edge {
  State from;
  EventType on;
  State to;
  std::string_view when;
};
[[nodiscard]] std::span<const Edge> edges();
[[nodiscard]] bool is_edge(State from, EventType on, State to);

}  // namespace listing_sync
