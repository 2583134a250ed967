// Drawing, naming and printing settings.
#include "sim/settings.h"

#include <array>

#include "sim/dice.h"

namespace listing_sync::sim {
namespace {

constexpr std::array kKnobs = {
    Knob{"rows", &Settings::rows, 0},
    Knob{"columns", &Settings::columns, 8},
    Knob{"header-row", &Settings::header_row, 1},
    Knob{"grid-spare", &Settings::grid_spare, 0},
    Knob{"ticks", &Settings::ticks, 0},
    Knob{"tick-s", &Settings::tick_s, 60},
    Knob{"request-rate", &Settings::request_rate, 0},
    Knob{"edit-rate", &Settings::edit_rate, 0},
    Knob{"table-rate", &Settings::table_rate, 0},
    Knob{"host-rate", &Settings::host_rate, 0},
    Knob{"tick-rate", &Settings::tick_rate, 0},
    Knob{"bad-rows", &Settings::bad_rows, 0},
    Knob{"batch-size", &Settings::batch_size, 1},
    Knob{"retry-attempts", &Settings::retry_attempts, 0},
    Knob{"retry-delay-ms", &Settings::retry_delay_ms, 1},
    Knob{"rate-limit", &Settings::rate_limit, 1},
    Knob{"sheets-rate-limit", &Settings::sheets_rate_limit, 1},
    Knob{"breaker-threshold", &Settings::breaker_threshold, 1},
    Knob{"breaker-timeout-s", &Settings::breaker_timeout_s, 1},
    Knob{"wall-s", &Settings::wall_s, 0},
    Knob{"requests", &Settings::requests, 0},
    Knob{"rows-budget", &Settings::rows_budget, 0},
    Knob{"latency-ms", &Settings::latency_ms, 1},
    Knob{"faults-max", &Settings::faults_max, 0},
    Knob{"edits-max", &Settings::edits_max, 0},
};

void draw_size(Settings& settings, std::uint64_t seed, Dice& dice) {
  const std::uint64_t size = dice.below(20);
  settings.rows = size == 0   ? dice.below(12)
                  : size < 3  ? dice.between(20, 150)
                  : size < 18 ? dice.between(160, 316)
                              : dice.between(320, 500);
  // Few worlds are long, and those are smaller: most of what can go wrong does so in one run.
  settings.ticks = dice.chance(800) ? 1 : dice.between(2, 4);
  if (settings.ticks > 1) settings.rows = settings.rows * 6 / 10;
  settings.columns = dice.chance(150) ? dice.between(10, 14) : dice.between(8, 9);
  if (seed % 50 == 49) {
    settings.columns = 117;
    settings.rows = dice.between(20, 70);
  }
  settings.header_row = dice.chance(150) ? dice.between(2, 4) : 1;
  settings.grid_spare = dice.chance(300) ? 0 : dice.between(1, 60);
  constexpr std::array<std::uint64_t, 6> kBatches = {500, 500, 1000, 200, 100, 60};
  settings.batch_size = dice.chance(60) ? dice.between(5, 30) : dice.pick(kBatches);
}

void draw_host(Settings& settings, Dice& dice) {
  settings.tick_s = dice.between(60, 300);
  settings.retry_attempts = dice.chance(250) ? dice.below(11) : 3;
  settings.retry_delay_ms = dice.chance(200) ? dice.between(50, 3000) : 1000;
  settings.rate_limit = dice.chance(200) ? dice.between(1, 5) : 10;
  settings.sheets_rate_limit = dice.chance(250) ? dice.between(8, 30) : 50;
  constexpr std::array<std::uint64_t, 5> kWalls = {0, 300, 150, 55, 25};
  settings.wall_s = dice.pick(kWalls);
  settings.requests = dice.chance(250) ? dice.between(12, 50) : 0;
  settings.rows_budget = dice.chance(120) ? dice.between(50, 400) : 0;
  settings.breaker_threshold = dice.chance(250) ? dice.between(2, 12) : 5;
  settings.latency_ms = dice.chance(200) ? dice.between(200, 2000) : dice.between(5, 120);
}

void draw_rates(Settings& settings, Dice& dice) {
  constexpr std::array<std::uint64_t, 6> kRequests = {0, 40, 100, 200, 300, 400};
  constexpr std::array<std::uint64_t, 5> kEdits = {0, 200, 400, 700, 950};
  settings.request_rate = dice.pick(kRequests);
  settings.edit_rate = dice.pick(kEdits);
  settings.table_rate = dice.pick(kEdits) / 2;
  settings.host_rate = dice.chance(300) ? 0 : dice.between(10, 120);
  settings.tick_rate = dice.chance(200) ? 0 : dice.between(30, 350);
  settings.bad_rows = dice.chance(300) ? 0 : dice.between(5, 120);
}

}  // namespace

std::span<const Knob> knobs() { return kKnobs; }

Settings draw_settings(std::uint64_t seed) {
  Dice dice(seed, "settings");
  Settings settings;
  draw_size(settings, seed, dice);
  draw_host(settings, dice);
  draw_rates(settings, dice);
  constexpr std::array<std::uint64_t, 3> kDense = {250, 450, 800};
  const std::uint64_t of_1000 = dice.pick(kDense);
  for (const FaultKind& kind : fault_kinds()) settings.faults.set(kind.fault, dice.chance(of_1000));
  return settings;
}

std::string flags_of(std::uint64_t seed, const Settings& settings) {
  const Settings drawn = draw_settings(seed);
  std::string flags;
  for (const Knob& knob : knobs())
    if (settings.*knob.member != drawn.*knob.member)
      flags += " --" + std::string(knob.name) + " " + std::to_string(settings.*knob.member);
  if (settings.faults == drawn.faults) return flags;
  std::string names;
  for (const FaultKind& kind : fault_kinds())
    if (settings.faults.has(kind.fault))
      names += (names.empty() ? "" : ",") + std::string(kind.name);
  return flags + " --only " + (names.empty() ? "none" : names);
}

}  // namespace listing_sync::sim
