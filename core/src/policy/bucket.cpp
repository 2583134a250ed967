// Token bucket.
#include <algorithm>

#include "listing_sync/policy.h"

namespace listing_sync {
namespace {
constexpr std::uint64_t kToken = 60'000;  // per_minute units arrive in each millisecond
}

Bucket Bucket::full(std::uint64_t per_minute, std::uint64_t burst, std::uint64_t now_ms) {
  return {per_minute, burst, burst * kToken, now_ms};
}

std::uint64_t Bucket::take(std::uint64_t now_ms) {
  const std::uint64_t capacity = burst * kToken;
  const std::uint64_t elapsed_ms = now_ms > filled_at_ms ? now_ms - filled_at_ms : 0;
  // The time to fill up bounds the elapsed time first, so that the product cannot overflow.
  const std::uint64_t fill_ms = capacity / per_minute + 1;
  level = std::min(capacity, level + per_minute * std::min(elapsed_ms, fill_ms));
  filled_at_ms = now_ms;
  if (level >= kToken) {
    level -= kToken;
    return 0;
  }
  return (kToken - level + per_minute - 1) / per_minute;
}

}  // namespace listing_sync
