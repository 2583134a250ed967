// The smallest world that still shows the same finding.
#pragma once

#include <cstdint>
#include <string>

#include "sim/settings.h"

namespace listing_sync::sim {

/// Takes faults away and makes numbers smaller, one after the other, as long as the finding keeps
/// its code; at most `tries_max` worlds are run.
[[nodiscard]] Settings shrink(std::uint64_t seed, const Settings& settings, const std::string& code,
                              std::uint64_t tries_max);

}  // namespace listing_sync::sim
