// The token bucket: exact at its rate, never more than it over any stretch, whatever the clock, the
// settings or another invocation did to it.
#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <vector>

#include "listing_sync/policy.h"

namespace listing_sync {
namespace {

constexpr std::uint64_t kMax = std::numeric_limits<std::uint64_t>::max();
const std::vector<std::uint64_t> kAbsurd = {0,          1,        2,        59'999, 60'000,
                                            1ULL << 32, kMax / 2, kMax - 1, kMax};
constexpr std::uint64_t kToken = 60'000;

TEST_CASE("a bucket gives its burst at once and then at its rate, exactly") {
  Bucket bucket = Bucket::full(600, 10, 0);
  for (int i = 0; i < 10; ++i) CHECK(bucket.take(0) == 0);
  CHECK(bucket.take(0) == 100);
  CHECK(bucket.take(99) == 1);
  CHECK(bucket.take(100) == 0);
  CHECK(bucket.take(100) == 100);
}

TEST_CASE("an hour of asking each millisecond gives the burst and the rate, to the token") {
  for (const std::uint64_t per_minute : {1u, 7u, 50u, 59u, 601u}) {
    CAPTURE(per_minute);
    Bucket bucket = Bucket::full(per_minute, 3, 0);
    std::uint64_t given = 0;
    for (std::uint64_t now_ms = 0; now_ms < 3'600'000; ++now_ms)
      if (bucket.take(now_ms) == 0) ++given;
    CHECK(given == 3 + (3'599'999 * per_minute) / 60'000);
  }
}

// ---- no more than burst + rate, over any stretch

/// When tokens were given, on a clock that only goes forward.
struct Grants {
  std::uint64_t per_minute, burst;
  std::vector<std::uint64_t> at_ms;

  [[nodiscard]] bool within_rate() const {
    for (std::size_t i = 0; i < at_ms.size(); ++i)
      for (std::size_t j = i; j < at_ms.size(); ++j)
        if (j - i + 1 > burst + (at_ms[j] - at_ms[i]) * per_minute / 60'000) return false;
    return true;
  }
};

TEST_CASE("over any stretch a bucket gives no more than burst plus rate, however it is asked") {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    CAPTURE(seed);
    Random random{seed};
    Grants grants{1 + random.up_to(900), 1 + random.up_to(20), {}};
    Bucket bucket = Bucket::full(grants.per_minute, grants.burst, 1000);
    std::uint64_t now_ms = 1000;
    for (int i = 0; i < 400; ++i) {
      now_ms += random.up_to(random.up_to(9) == 0 ? 30'000 : 300);
      if (bucket.take(now_ms) == 0) grants.at_ms.push_back(now_ms);
      if (random.up_to(40) == 0) bucket.slow(now_ms);
      if (random.up_to(3) == 0) bucket.relax();
    }
    CHECK(grants.within_rate());
    CHECK(grants.at_ms.size() > 2);
  }
}

TEST_CASE("buckets that resume each other give no more together than one would") {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    CAPTURE(seed);
    Random random{seed};
    Grants grants{1 + random.up_to(900), 1 + random.up_to(20), {}};
    std::uint64_t now_ms = 0, host_ms = 0;
    Bucket bucket = Bucket::full(grants.per_minute, grants.burst, host_ms);
    for (int i = 0; i < 400; ++i) {
      const std::uint64_t step_ms = random.up_to(300);
      now_ms += step_ms;
      host_ms += step_ms;
      if (bucket.take(host_ms) == 0) grants.at_ms.push_back(now_ms);
      if (random.up_to(20) != 0) continue;
      const Bucket stored = bucket;  // another invocation, on a host whose clock began elsewhere
      const std::uint64_t idle_ms = host_ms - stored.filled_at_ms, rest_ms = random.up_to(5000);
      now_ms += rest_ms;
      host_ms = random.up_to(1ULL << 40);
      bucket = Bucket::full(grants.per_minute, grants.burst, host_ms);
      bucket.resume(stored.level, stored.pace, idle_ms + rest_ms, host_ms);
    }
    CHECK(grants.within_rate());
    CHECK(grants.at_ms.size() > 2);
  }
}

TEST_CASE("a bucket that was stored and resumed has the same future as one that was not") {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    CAPTURE(seed);
    Random random{seed};
    const std::uint64_t per_minute = 1 + random.up_to(900), burst = 1 + random.up_to(20);
    Bucket kept = Bucket::full(per_minute, burst, 0);
    std::uint64_t now_ms = 0;
    for (int i = 0; i < 40; ++i) {
      now_ms += random.up_to(400);
      (void)kept.take(now_ms);
      if (random.up_to(9) == 0) kept.slow(now_ms);
    }
    constexpr std::uint64_t kShift = 77'000'000;
    const std::uint64_t since_ms = random.up_to(10'000);
    Bucket resumed = Bucket::full(per_minute, burst, kShift);
    resumed.resume(kept.level, kept.pace, now_ms - kept.filled_at_ms + since_ms,
                   now_ms + since_ms + kShift);
    now_ms += since_ms;
    for (int i = 0; i < 100; ++i) {
      now_ms += random.up_to(400);
      CHECK(kept.take(now_ms) == resumed.take(now_ms + kShift));
      if (random.up_to(3) != 0) continue;
      kept.relax();
      resumed.relax();
    }
  }
}

TEST_CASE("whoever waits as long as a bucket says gets a token, and not a millisecond earlier") {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    Random random{seed};
    Bucket bucket = Bucket::full(1 + random.up_to(900), 1 + random.up_to(3), 0);
    std::uint64_t now_ms = 0;
    for (int i = 0; i < 100; ++i) {
      const std::uint64_t wait_ms = bucket.take(now_ms);
      if (wait_ms == 0) continue;
      Bucket early = bucket;
      if (wait_ms > 1) CHECK(early.take(now_ms + wait_ms - 1) == 1);
      now_ms += wait_ms;
      CHECK(bucket.take(now_ms) == 0);
    }
  }
}

// ---- clocks

TEST_CASE("a clock set back grants nothing, and the bucket goes on at its rate from there") {
  Bucket bucket = Bucket::full(60, 1, 1'000'000);
  CHECK(bucket.take(1'000'000) == 0);
  CHECK(bucket.take(0) == 1000);
  CHECK(bucket.take(500) == 500);
  CHECK(bucket.take(1000) == 0);
}

TEST_CASE("a clock that leaps ahead fills the bucket and no further") {
  Bucket bucket = Bucket::full(60, 3, 0);
  for (int i = 0; i < 3; ++i) CHECK(bucket.take(0) == 0);
  for (int i = 0; i < 3; ++i) CHECK(bucket.take(kMax) == 0);
  CHECK(bucket.take(kMax) == 1000);
}

TEST_CASE("whatever clock another invocation had, no more than the burst is resumed") {
  for (const std::uint64_t level : kAbsurd)
    for (const std::uint64_t elapsed_ms : kAbsurd) {
      Bucket bucket = Bucket::full(60, 3, 5);
      bucket.resume(level, 60, elapsed_ms, 5);
      int given = 0;
      while (bucket.take(5) == 0) ++given;
      CHECK(given <= 3);
      CHECK(bucket.take(5) <= 1000);
    }
}

TEST_CASE(
    "a stretch or a level whose sum would not fit a number is a full bucket, not an empty one") {
  Bucket bucket = Bucket::full(60, 3, 0);
  for (int i = 0; i < 3; ++i) CHECK(bucket.take(0) == 0);
  CHECK(bucket.take(kMax / 60 + 1) == 0);
  CHECK(bucket.take(kMax / 60 + 1) == 0);
  bucket.resume(kMax, 60, 1, 7);
  for (int i = 0; i < 3; ++i) CHECK(bucket.take(7) == 0);
  CHECK(bucket.take(7) == 1000);
}

// ---- too many requests

TEST_CASE("too many requests: nothing saved up, half the rate, down to a sixteenth") {
  Bucket bucket = Bucket::full(960, 10, 0);
  for (const std::uint64_t pace : {480u, 240u, 120u, 60u, 60u, 60u}) {
    CAPTURE(pace);
    bucket.slow(1000);
    CHECK(bucket.pace == pace);
    CHECK(bucket.take(1000) == 60'000 / pace);
  }
}

TEST_CASE("answers bring the rate back, a sixteenth each, and not above it") {
  Bucket bucket = Bucket::full(960, 10, 0);
  for (int i = 0; i < 9; ++i) bucket.slow(0);
  for (std::uint64_t answers = 1; answers <= 15; ++answers) {
    bucket.relax();
    CHECK(bucket.pace == 60 + answers * 60);
  }
  bucket.relax();
  CHECK(bucket.pace == 960);
}

TEST_CASE("a rate too small for sixteenths is slowed to one a minute and recovers") {
  for (std::uint64_t per_minute = 1; per_minute <= 20; ++per_minute) {
    CAPTURE(per_minute);
    Bucket bucket = Bucket::full(per_minute, 1, 0);
    for (int i = 0; i < 70; ++i) bucket.slow(0);
    CHECK(bucket.pace == 1);
    CHECK(bucket.take(0) == 60'000);
    for (int i = 0; i < 20; ++i) bucket.relax();
    CHECK(bucket.pace == per_minute);
  }
}

TEST_CASE("another invocation's pace counts within the rate that is set now") {
  struct Case {
    std::uint64_t pace_then, pace;
  };
  for (const Case& given :
       std::vector<Case>{{960, 960}, {480, 480}, {60, 60}, {59, 60}, {0, 60}, {kMax, 960}}) {
    CAPTURE(given.pace_then);
    Bucket bucket = Bucket::full(960, 10, 0);
    bucket.resume(10 * kToken, given.pace_then, 0, 0);
    CHECK(bucket.pace == given.pace);
  }
}

// ---- absurd settings

TEST_CASE("a bucket under absurd settings neither overflows nor starves for ever") {
  for (const std::uint64_t per_minute : kAbsurd)
    for (const std::uint64_t burst : kAbsurd)
      for (const std::uint64_t level : kAbsurd)
        for (const std::uint64_t pace : kAbsurd) {
          Bucket stored{per_minute, burst, pace, level, 5};
          CHECK(stored.take(10) <= 60'000);
          stored.slow(11);
          CHECK(stored.take(11) <= 60'000);
          stored.relax();
          CHECK(stored.take(kMax) == 0);
          Bucket fresh = Bucket::full(per_minute, burst, 0);
          CHECK(fresh.take(0) == 0);
          fresh.resume(level, pace, level, kMax);
          CHECK(fresh.take(kMax) <= 60'000);
        }
}

}  // namespace
}  // namespace listing_sync
