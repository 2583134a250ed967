// Token bucket.
#include <algorithm>

#include "listing_sync/policy.h"

namespace listing_sync {
namespace {
constexpr std::uint64_t kToken = 60'000;  // per_minute units arrive in each millisecond
constexpr std::uint64_t kSteps = 16;      // the pace falls to a sixteenth and rises by one
// Bounds that keep the products below 2^64, and a bucket without rate or room from never giving.
constexpr std::uint64_t kPerMinuteMax = 1'000'000'000, kBurstMax = 1'000'000'000;

std::uint64_t rate_of(std::uint64_t per_minute) {
  return std::clamp<std::uint64_t>(per_minute, 1, kPerMinuteMax);
}

std::uint64_t step_of(std::uint64_t per_minute) {
  return std::max<std::uint64_t>(1, rate_of(per_minute) / kSteps);
}

}  // namespace

Bucket Bucket::full(std::uint64_t per_minute, std::uint64_t burst, std::uint64_t now_ms) {
  const std::uint64_t room = std::clamp<std::uint64_t>(burst, 1, kBurstMax);
  Bucket bucket;
  bucket.per_minute = bucket.pace = rate_of(per_minute);
  bucket.burst = room;
  bucket.level = room * kToken;
  bucket.filled_at_ms = now_ms;
  return bucket;
}

void Bucket::resume(std::uint64_t level_then, std::uint64_t pace_then, std::uint64_t elapsed_ms,
                    std::uint64_t now_ms) {
  pace = std::clamp(pace_then, step_of(per_minute), rate_of(per_minute));
  level = level_then;
  fill(elapsed_ms, now_ms);
}

void Bucket::fill(std::uint64_t elapsed_ms, std::uint64_t now_ms) {
  const std::uint64_t rate = std::clamp<std::uint64_t>(pace, 1, rate_of(per_minute));
  const std::uint64_t capacity = std::clamp<std::uint64_t>(burst, 1, kBurstMax) * kToken;
  // The time to fill up bounds the elapsed time first, so that the product cannot overflow.
  const std::uint64_t fill_ms = capacity / rate + 1;
  level = std::min(capacity, std::min(capacity, level) + rate * std::min(elapsed_ms, fill_ms));
  filled_at_ms = now_ms;
}

std::uint64_t Bucket::take(std::uint64_t now_ms) {
  fill(now_ms > filled_at_ms ? now_ms - filled_at_ms : 0, now_ms);
  if (level >= kToken) {
    level -= kToken;
    return 0;
  }
  const std::uint64_t rate = std::clamp<std::uint64_t>(pace, 1, rate_of(per_minute));
  return (kToken - level + rate - 1) / rate;
}

void Bucket::slow(std::uint64_t now_ms) {
  pace = std::max(step_of(per_minute), pace / 2);
  level = 0;
  filled_at_ms = now_ms;
}

void Bucket::relax() {
  pace = std::min(rate_of(per_minute), std::min(pace, kPerMinuteMax) + step_of(per_minute));
}

}  // namespace listing_sync
