// Jitter and back-off: the sequence, its uniformity, and what absurd settings make of it.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <vector>

#include "listing_sync/policy.h"

namespace listing_sync {
namespace {

constexpr std::uint64_t kMax = std::numeric_limits<std::uint64_t>::max();
const std::vector<std::uint64_t> kAbsurd = {0,          1,        2,        59'999, 60'000,
                                            1ULL << 32, kMax / 2, kMax - 1, kMax};

// ---- Random

TEST_CASE("the jitter is SplitMix64: its published first values for seed 1234567") {
  Random random{1234567};
  CHECK(random.next() == 6457827717110365317ULL);
  CHECK(random.next() == 3203168211198807973ULL);
  CHECK(random.next() == 9817491932198370423ULL);
}

TEST_CASE("a draw stays within its bound and reaches both ends") {
  Random random{1};
  for (const std::uint64_t bound : kAbsurd) CHECK(random.up_to(bound) <= bound);
  bool low = false, high = false;
  for (int i = 0; i < 200; ++i) {
    const std::uint64_t drawn = random.up_to(3);
    low = low || drawn == 0;
    high = high || drawn == 3;
  }
  CHECK(low);
  CHECK(high);
}

// ---- the sequence

TEST_CASE("back-off draws from 1, 2, 4, 8, 16 s and stays there") {
  const Backoff backoff{1000, 16'000};
  const std::vector<std::uint64_t> ceilings = {1000, 2000, 4000, 8000, 16'000, 16'000, 16'000};
  for (std::uint32_t attempt = 0; attempt < ceilings.size(); ++attempt) {
    CAPTURE(attempt);
    Random random{attempt + 1};
    std::uint64_t least = kMax, most = 0;
    for (int i = 0; i < 2000; ++i) {
      const std::uint64_t wait_ms = backoff.wait_ms(attempt, 0, random);
      least = std::min(least, wait_ms);
      most = std::max(most, wait_ms);
    }
    CHECK(most <= ceilings[attempt]);
    CHECK(most > ceilings[attempt] * 9 / 10);
    CHECK(least < ceilings[attempt] / 10);
  }
}

TEST_CASE("the first ceiling is the delay, the last the cap") {
  struct Case {
    std::uint64_t delay_ms, cap_ms;
    std::uint32_t attempt;
    std::uint64_t ceiling_ms;
  };
  for (const Case& given : std::vector<Case>{{1000, 16'000, 0, 1000},
                                             {1000, 16'000, 4, 16'000},
                                             {1000, 16'000, 4'294'967'295u, 16'000},
                                             {1000, 10'000, 3, 8000},
                                             {1000, 10'000, 4, 10'000},
                                             {20'000, 16'000, 0, 16'000},
                                             {0, 16'000, 9, 0},
                                             {1000, 0, 9, 0},
                                             {1, kMax, 62, 1ULL << 62},
                                             {1, kMax, 63, 1ULL << 63},
                                             {1, kMax, 64, kMax},
                                             {kMax, kMax, 7, kMax}}) {
    CAPTURE(given.delay_ms);
    CAPTURE(given.cap_ms);
    CAPTURE(given.attempt);
    const Backoff backoff{given.delay_ms, given.cap_ms};
    Random random{99};
    std::uint64_t most = 0;
    for (int i = 0; i < 1000; ++i) {
      const std::uint64_t wait_ms = backoff.wait_ms(given.attempt, 0, random);
      CHECK(wait_ms <= given.ceiling_ms);
      most = std::max(most, wait_ms);
    }
    CHECK(most >= given.ceiling_ms / 10 * 9);
  }
}

TEST_CASE("a Retry-After is a floor and is never cut to the cap") {
  const Backoff backoff{1000, 16'000};
  Random random{3};
  for (int i = 0; i < 100; ++i) CHECK(backoff.wait_ms(0, 90'000, random) == 90'000);
  CHECK(backoff.wait_ms(0, kMax, random) == kMax);
  bool above = false;
  for (int i = 0; i < 100; ++i) above = above || backoff.wait_ms(4, 500, random) > 500;
  CHECK(above);
}

TEST_CASE("back-off under absurd settings neither overflows nor takes for ever") {
  for (const std::uint64_t delay_ms : kAbsurd)
    for (const std::uint64_t cap_ms : kAbsurd)
      for (const std::uint64_t floor_ms : kAbsurd)
        for (const std::uint32_t attempt : {0u, 1u, 63u, 64u, 65u, 4'294'967'295u}) {
          Random random{7};
          const std::uint64_t wait_ms =
              Backoff{delay_ms, cap_ms}.wait_ms(attempt, floor_ms, random);
          CHECK(wait_ms >= floor_ms);
          CHECK(wait_ms <= std::max(floor_ms, cap_ms));
        }
}

// ---- uniformity

constexpr std::size_t kBins = 16;
constexpr std::uint64_t kDraws = 32'000;

/// Pearson's statistic against equal bins: 15 degrees of freedom, above 44.3 once in 10,000.
double chi_squared(const std::array<std::uint64_t, kBins>& counts) {
  const double expected = static_cast<double>(kDraws) / kBins;
  double sum = 0;
  for (const std::uint64_t count : counts) {
    const double difference = static_cast<double>(count) - expected;
    sum += difference * difference / expected;
  }
  return sum;
}

std::size_t bin(std::uint64_t wait_ms, std::uint64_t ceiling_ms) {
  return static_cast<std::size_t>(wait_ms * kBins / (ceiling_ms + 1));
}

TEST_CASE("waits are spread evenly over the whole range, at each attempt") {
  const Backoff backoff{1023, 16'383};
  for (std::uint32_t attempt = 0; attempt < 6; ++attempt) {
    CAPTURE(attempt);
    const std::uint64_t ceiling_ms = std::min<std::uint64_t>(1023ULL << attempt, 16'383);
    std::array<std::uint64_t, kBins> counts{};
    Random random{2026};
    for (std::uint64_t i = 0; i < kDraws; ++i)
      ++counts[bin(backoff.wait_ms(attempt, 0, random), ceiling_ms)];
    CHECK(chi_squared(counts) < 44.3);
  }
}

TEST_CASE("invocations with neighbouring seeds do not wait alike") {
  const Backoff backoff{16'383, 16'383};
  std::array<std::uint64_t, kBins> counts{}, differences{};
  std::uint64_t before = 0;
  for (std::uint64_t seed = 0; seed < kDraws; ++seed) {
    Random random{seed};
    const std::uint64_t wait_ms = backoff.wait_ms(0, 0, random);
    ++counts[bin(wait_ms, 16'383)];
    ++differences[bin((wait_ms + 16'384 - before) % 16'384, 16'383)];
    before = wait_ms;
  }
  CHECK(chi_squared(counts) < 44.3);
  CHECK(chi_squared(differences) < 44.3);
}

TEST_CASE("the statistic would notice half jitter, and no jitter") {
  std::array<std::uint64_t, kBins> half{}, none{};
  Random random{5};
  for (std::uint64_t i = 0; i < kDraws; ++i) {
    ++half[bin(8192 + random.up_to(8191), 16'383)];
    ++none[bin(16'383, 16'383)];
  }
  CHECK(chi_squared(half) > 44.3);
  CHECK(chi_squared(none) > 44.3);
}

}  // namespace
}  // namespace listing_sync
