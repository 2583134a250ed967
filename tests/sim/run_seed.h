// One seed: the library's front door. main.cpp, the shrinker and whoever plants bugs come in here.
#pragma once

#include <cstdint>

#include "sim/settings.h"
#include "sim/verdict.h"
#include "sim/world.h"

namespace listing_sync::sim {

/// Runs the world of `seed` under `settings` to its end or first finding. Deterministic.
[[nodiscard]] Verdict run_seed(std::uint64_t seed, const Settings& settings, bool verbose = false,
                               const Recorder& recorder = nullptr);

}  // namespace listing_sync::sim
