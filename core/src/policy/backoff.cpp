// Jitter and back-off.
#include <algorithm>

#include "listing_sync/policy.h"

namespace listing_sync {

std::uint64_t Random::next() {
  std::uint64_t z = (state += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

std::uint64_t Random::up_to(std::uint64_t bound) {
  return bound == UINT64_MAX ? next() : next() % (bound + 1);
}

std::uint64_t Backoff::wait_ms(std::uint32_t attempt, std::uint64_t floor_ms,
                               Random& random) const {
  std::uint64_t ceiling = delay_ms;
  for (std::uint32_t i = 0; i < attempt && ceiling != 0 && ceiling < cap_ms; ++i)
    ceiling = ceiling > cap_ms / 2 ? cap_ms : ceiling * 2;
  return std::max(floor_ms, random.up_to(std::min(ceiling, cap_ms)));
}

}  // namespace listing_sync
