// Token bucket.
#include <algorithm>

#include "listing_sync/policy.h"

namespace listing_sync {
namespace {
constexpr std::uint64_t kToken = 60'000;  // per_minute units arrive in each millisecond
// Bounds that keep the products below 2^64, and a bucket without rate or room from never giving.
constexpr std::uint64_t kPerMinuteMax = 1'000'000'000, kBurstMax = 1'000'000'000;
}  // namespace

Bucket Bucket::full(std::uint64_t per_minute, std::uint64_t burst, std::uint64_t now_ms) {
  const std::uint64_t room = std::clamp<std::uint64_t>(burst, 1, kBurstMax);
  return {std::clamp<std::uint64_t>(per_minute, 1, kPerMinuteMax), room, room * kToken, now_ms};
}

std::uint64_t Bucket::take(std::uint64_t now_ms) {
  const std::uint64_t rate = std::clamp<std::uint64_t>(per_minute, 1, kPerMinuteMax);
  const std::uint64_t capacity = std::clamp<std::uint64_t>(burst, 1, kBurstMax) * kToken;
  const std::uint64_t elapsed_ms = now_ms > filled_at_ms ? now_ms - filled_at_ms : 0;
  // The time to fill up bounds the elapsed time first, so that the product cannot overflow.
  const std::uint64_t fill_ms = capacity / rate + 1;
  level = std::min(capacity, std::min(capacity, level) + rate * std::min(elapsed_ms, fill_ms));
  filled_at_ms = now_ms;
  if (level >= kToken) {
    level -= kToken;
    return 0;
  }
  return (kToken - level + rate - 1) / rate;
}

}  // namespace listing_sync
