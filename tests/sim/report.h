// What many seeds came to: sums, averages, faults by kind, and the last line for machines.
#pragma once

#include <cstdint>
#include <string>

#include "sim/settings.h"
#include "sim/verdict.h"

namespace listing_sync::sim {

class Report {
 public:
  void add(const Verdict& verdict);
  void add(const Report& other);
  /// `wall_s` and `busy_s` (of all threads together) are the only times that are real.
  [[nodiscard]] std::string text(double wall_s, double busy_s) const;
  [[nodiscard]] std::string json(double wall_s, double busy_s) const;
  [[nodiscard]] std::uint64_t failures() const { return failures_; }

 private:
  [[nodiscard]] double average(std::uint64_t sum) const;
  std::uint64_t runs_ = 0, failures_ = 0, wide_ = 0;
  Verdict sums_;
};

/// What a failure prints: seed, finding, the last events, the command that replays it.
[[nodiscard]] std::string failure_text(std::uint64_t seed, const Settings& settings,
                                       const Verdict& verdict, std::size_t lines_max);
[[nodiscard]] std::string replay_command(std::uint64_t seed, const Settings& settings);

}  // namespace listing_sync::sim
