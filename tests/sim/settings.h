// What one seed is about: which faults, how often, how large a world. Everything is a number, so
// that it can be given on the command line and made smaller one number at a time.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "sim/faults.h"

namespace listing_sync::sim {

struct Settings {
  FaultSet faults;
  std::uint64_t rows = 200, columns = 9, header_row = 1, grid_spare = 20;
  std::uint64_t ticks = 3;         ///< until all faults and edits stop
  std::uint64_t tick_s = 300;      ///< between two ticks
  std::uint64_t request_rate = 0;  ///< of 1000 requests that are interfered with
  std::uint64_t edit_rate = 0;     ///< of 1000 requests before which somebody edits the sheet
  std::uint64_t table_rate = 0;    ///< of 1000 requests before which somebody is at the table
  std::uint64_t host_rate = 0;     ///< of 1000 events at which the host fails
  std::uint64_t tick_rate = 0;     ///< of 1000 ticks at which each kind of event of the host comes
  std::uint64_t bad_rows = 0;      ///< of 1000 rows something is invalid from the start
  std::uint64_t batch_size = 500, retry_attempts = 3, retry_delay_ms = 1000, rate_limit = 10;
  std::uint64_t sheets_rate_limit = 50;
  std::uint64_t breaker_threshold = 5, breaker_timeout_s = 60;
  std::uint64_t wall_s = 0, requests = 0, rows_budget = 0;      ///< of an invocation; 0: unbounded
  std::uint64_t latency_ms = 60;                                ///< at most, each way
  std::uint64_t faults_max = 1'000'000, edits_max = 1'000'000;  ///< so many, then no more
};

/// One number of the settings, by the name it has on the command line.
struct Knob {
  std::string_view name;
  std::uint64_t Settings::*member;
  std::uint64_t smallest;  ///< shrinking goes no further
};
[[nodiscard]] std::span<const Knob> knobs();

/// Swarm testing (Groce and others, ISSTA 2012): each seed draws a random subset of the faults and
/// random rates, because a world with every fault at once hides what a few of them would show.
[[nodiscard]] Settings draw_settings(std::uint64_t seed);

/// The flags that turn draw_settings(seed) into `settings`.
[[nodiscard]] std::string flags_of(std::uint64_t seed, const Settings& settings);

}  // namespace listing_sync::sim
