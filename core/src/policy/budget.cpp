// What one invocation may spend.
#include "listing_sync/policy.h"

namespace listing_sync {

std::uint64_t Budget::wall_left_ms(std::uint64_t now_ms) const {
  if (wall_ms == 0) return UINT64_MAX;
  const std::uint64_t spent_ms = now_ms > started_at_ms ? now_ms - started_at_ms : 0;
  return spent_ms >= wall_ms ? 0 : wall_ms - spent_ms;
}

bool Budget::allows(std::uint64_t now_ms, std::uint64_t reserve, std::uint64_t reserve_ms) const {
  const std::uint64_t left = requests > requests_spent ? requests - requests_spent : 0;
  if (requests != 0 && left <= reserve) return false;
  if (rows != 0 && rows_spent >= rows) return false;
  return wall_left_ms(now_ms) > reserve_ms;
}

}  // namespace listing_sync
