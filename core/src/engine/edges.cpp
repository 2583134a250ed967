// The edge table.
#include "listing_sync/edges.h"

namespace listing_sync {
namespace {

using S = State;
using E = EventType;

constexpr std::array kEdges = {
    Edge{S::idle, E::started, S::asking, "a question of the API"},
    Edge{S::idle, E::started, S::claiming, "a sync"},
    Edge{S::idle, E::started, S::finished, "mapping or options are wrong"},

    Edge{S::asking, E::response, S::asking, "retry"},
    Edge{S::asking, E::response, S::finished, "answered"},
    Edge{S::asking, E::no_response, S::asking, "retry"},
    Edge{S::asking, E::no_response, S::finished, "gave up"},
    Edge{S::asking, E::timer, S::asking, "sent again"},

    Edge{S::claiming, E::response, S::claiming, "retry"},
    Edge{S::claiming, E::response, S::opening, "granted"},
    Edge{S::claiming, E::response, S::yielding, "granted, but the sheet's circuit is open"},
    Edge{S::claiming, E::response, S::closing, "granted, but the run cannot be served"},
    Edge{S::claiming, E::response, S::finished, "busy, idle, waiting, refused"},
    Edge{S::claiming, E::no_response, S::claiming, "retry"},
    Edge{S::claiming, E::no_response, S::finished, "gave up"},
    Edge{S::claiming, E::timer, S::claiming, "sent again"},
    Edge{S::claiming, E::timer, S::finished, "budget spent"},

    Edge{S::opening, E::response, S::opening, "header read, or retry"},
    Edge{S::opening, E::response, S::copying, "keys and first rows read"},
    Edge{S::opening, E::response, S::closing, "headers are wrong, refused, or nothing to do"},
    Edge{S::opening, E::response, S::yielding, "gave up for now"},
    Edge{S::opening, E::response, S::finished, "the lease or the run is lost"},
    Edge{S::opening, E::no_response, S::opening, "retry"},
    Edge{S::opening, E::no_response, S::finished, "the database is away"},
    Edge{S::opening, E::no_response, S::closing, "cannot succeed"},
    Edge{S::opening, E::no_response, S::yielding, "gave up for now"},
    Edge{S::opening, E::timer, S::opening, "sent again"},
    Edge{S::opening, E::timer, S::yielding, "budget spent"},

    Edge{S::copying, E::response, S::copying, "page read, batch committed, or retry"},
    Edge{S::copying, E::response, S::verifying, "all read and committed"},
    Edge{S::copying, E::response, S::closing,
         "one answer held keys and all rows; or it cannot go on"},
    Edge{S::copying, E::response, S::opening, "the header row has moved"},
    Edge{S::copying, E::response, S::yielding,
         "budget spent, a selective run waits, or gave up for now"},
    Edge{S::copying, E::response, S::finished, "the lease or the run is lost"},
    Edge{S::copying, E::no_response, S::copying, "retry"},
    Edge{S::copying, E::no_response, S::closing, "cannot succeed"},
    Edge{S::copying, E::no_response, S::yielding, "gave up for now"},
    Edge{S::copying, E::no_response, S::finished, "the database is away"},
    Edge{S::copying, E::timer, S::copying, "sent again, or the next batch prepared"},
    Edge{S::copying, E::timer, S::yielding, "budget spent"},
    Edge{S::copying, E::timer, S::finished, "budget spent, the last commit's outcome unknown"},
    Edge{S::copying, E::timer, S::closing, "the page broke while the next batch was prepared"},

    Edge{S::verifying, E::response, S::verifying, "retry"},
    Edge{S::verifying, E::response, S::copying, "keys are uncovered"},
    Edge{S::verifying, E::response, S::opening, "the header row has moved"},
    Edge{S::verifying, E::response, S::closing, "no key is uncovered, or it cannot go on"},
    Edge{S::verifying, E::response, S::yielding, "gave up for now"},
    Edge{S::verifying, E::no_response, S::verifying, "retry"},
    Edge{S::verifying, E::no_response, S::closing, "cannot succeed"},
    Edge{S::verifying, E::no_response, S::yielding, "gave up for now"},
    Edge{S::verifying, E::timer, S::verifying, "sent again"},
    Edge{S::verifying, E::timer, S::yielding, "budget spent"},

    Edge{S::closing, E::response, S::closing, "retry, or the last commit is in"},
    Edge{S::closing, E::response, S::finished, "closed"},
    Edge{S::closing, E::no_response, S::closing, "retry"},
    Edge{S::closing, E::no_response, S::finished, "the database is away"},
    Edge{S::closing, E::timer, S::closing, "sent again"},
    Edge{S::closing, E::timer, S::finished, "budget spent"},

    Edge{S::yielding, E::response, S::yielding, "retry"},
    Edge{S::yielding, E::response, S::finished, "laid down"},
    Edge{S::yielding, E::no_response, S::yielding, "retry"},
    Edge{S::yielding, E::no_response, S::finished, "the database is away"},
    Edge{S::yielding, E::timer, S::yielding, "sent again"},
    Edge{S::yielding, E::timer, S::finished, "budget spent"},
};

}  // namespace

std::string_view state_name(State state) {
  constexpr std::array<std::string_view, 9> kNames = {"idle",    "asking",   "claiming",
                                                      "opening", "copying",  "verifying",
                                                      "closing", "yielding", "finished"};
  return kNames[static_cast<std::size_t>(state)];
}

std::string_view event_name(EventType type) {
  constexpr std::array<std::string_view, 4> kNames = {"started", "response", "no_response",
                                                      "timer"};
  return kNames[static_cast<std::size_t>(type)];
}

std::span<const Edge> edges() { return kEdges; }

bool is_edge(State from, EventType on, State to) {
  for (const Edge& edge : kEdges)
    if (edge.from == from && edge.on == on && edge.to == to) return true;
  return false;
}

}  // namespace listing_sync
