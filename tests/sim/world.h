// Virtual time: what is due is taken from one queue, in order; between any two things people edit,
// machines fail and requests overtake each other. One World is one seed.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <queue>
#include <string>
#include <vector>

#include "sim/auditor.h"
#include "sim/dice.h"
#include "sim/editors.h"
#include "sim/host.h"
#include "sim/journal.h"
#include "sim/network.h"
#include "sim/settings.h"
#include "sim/staff.h"
#include "sim/verdict.h"

namespace listing_sync::sim {

/// What is told of a finished invocation that was recorded.
using Recorder = std::function<void(const Invocation&)>;

class World {
 public:
  World(std::uint64_t seed, const Settings& settings, bool verbose, Recorder recorder);
  Verdict run();

 private:
  enum class Kind : std::uint8_t { tick, launch, arrival, delivery };
  struct Due {
    std::uint64_t at_ms, order;
    Kind kind;
    std::size_t index;
    bool operator>(const Due& other) const {
      return at_ms != other.at_ms ? at_ms > other.at_ms : order > other.order;
    }
  };
  struct Arrival {
    Invocation* invocation;
    Flight flight;
    Passage passage;
    std::uint64_t sent_ms;
    bool again;
  };
  struct Parcel {
    Invocation* invocation;
    Delivery delivery;
    std::shared_ptr<const Flight> flight;
    std::uint64_t hint_ms = 0;
  };
  /// One function call: invocation after invocation while there is more and budget is left.
  struct Chain {
    std::uint64_t begun_ms = 0, requests_used = 0, links = 0;
  };

  void later(std::uint64_t at_ms, Kind kind, std::size_t index);
  void step(const Due& due);

  // world.cpp: requests
  void perform(Invocation& invocation, const testing::Json& effects);
  void send(Invocation& invocation, const testing::Json& effect);
  void arrive(Arrival& arrival);
  testing::Outcome carry_out(const Arrival& arrival);
  testing::Outcome call_database(const Arrival& arrival);
  void answer(const Arrival& arrival, testing::Outcome outcome);
  void deliver(std::size_t index);
  void disturb();

  // world_host.cpp: invocations and what happens to them
  void tick();
  void launch(Launch launch);
  void launch_later(std::uint64_t in_ms, Launch launch);
  void finish(Invocation& invocation, const testing::Json& effect);
  void go_on(const Invocation& invocation, const testing::Json& document);
  void die(Invocation& invocation);
  [[nodiscard]] bool host_fails(Fault fault);
  void host_events();
  void request_manually(Fault fault);
  void deploy(Fault fault);
  void begin_outage(Fault fault);
  void calm_down();
  void count(Fault fault);
  [[nodiscard]] std::uint64_t ticks_allowed() const;

  const std::uint64_t seed_;
  const Settings settings_;
  Verdict verdict_;
  Journal journal_;
  Dice dice_;
  Columns columns_;
  Sheet sheet_;
  ShadowTable shadow_;
  testing::DatabaseModel model_;
  Editors editors_;
  Staff staff_;
  Network network_;
  Auditor auditor_;
  Recorder recorder_;
  std::string options_;

  std::uint64_t now_ms_ = 0, order_ = 0, last_invocation_ = 0;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> queue_;
  std::deque<Arrival> arrivals_;
  std::deque<Parcel> parcels_;
  std::deque<Launch> launches_;
  std::deque<Chain> chains_;
  std::deque<std::unique_ptr<Invocation>> invocations_;
  std::deque<std::uint64_t> reads_ms_;  ///< served by Google in the last minute
  std::size_t mapping_ = 0;
  std::uint64_t ticks_ = 0, disturbed_ticks_ = 0, calm_ticks_ = 0, faults_ = 0, edits_ = 0;
  std::optional<std::uint64_t> true_state_version_;
  bool calm_ = false, over_ = false;
};

}  // namespace listing_sync::sim
