// The command line of the simulator.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/settings.h"

namespace listing_sync::sim {

struct Arguments {
  std::uint64_t seeds = 2000, from = 0, jobs = 0;  ///< jobs 0: one per core
  std::uint64_t failures_max = 5;                  ///< then it stops looking
  bool verbose = false, shrinks = true;
  std::string record;  ///< folder for recordings
  std::optional<FaultSet> only, without;
  std::vector<std::pair<Knob, std::uint64_t>> knobs;

  [[nodiscard]] Settings settings(std::uint64_t seed) const;
};

/// Throws std::runtime_error with a sentence for people.
[[nodiscard]] Arguments read_arguments(int argc, char** argv);
[[nodiscard]] std::string usage();

}  // namespace listing_sync::sim
