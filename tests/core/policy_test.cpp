// The policies: tables of what they answer, and properties under absurd settings and clocks.
#include "listing_sync/policy.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

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

// ---- Backoff

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

TEST_CASE("a Retry-After is a floor and is never cut to the cap") {
  const Backoff backoff{1000, 16'000};
  Random random{3};
  for (int i = 0; i < 100; ++i) CHECK(backoff.wait_ms(0, 90'000, random) == 90'000);
  CHECK(backoff.wait_ms(0, kMax, random) == kMax);
}

TEST_CASE("back-off under absurd settings neither overflows nor takes for ever") {
  for (const std::uint64_t delay_ms : kAbsurd)
    for (const std::uint64_t cap_ms : kAbsurd)
      for (const std::uint32_t attempt : {0u, 1u, 63u, 64u, 65u, 4'294'967'295u}) {
        Random random{7};
        CHECK(Backoff{delay_ms, cap_ms}.wait_ms(attempt, 0, random) <= cap_ms);
      }
}

// ---- Bucket

TEST_CASE("a bucket gives its burst at once and then at its rate, exactly") {
  Bucket bucket = Bucket::full(600, 10, 0);
  for (int i = 0; i < 10; ++i) CHECK(bucket.take(0) == 0);
  CHECK(bucket.take(0) == 100);
  CHECK(bucket.take(99) == 1);
  CHECK(bucket.take(100) == 0);
  CHECK(bucket.take(100) == 100);
}

TEST_CASE("over any stretch a bucket gives no more than burst plus rate") {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    Random random{seed};
    const std::uint64_t per_minute = 1 + random.up_to(900), burst = 1 + random.up_to(20);
    Bucket bucket = Bucket::full(per_minute, burst, 1000);
    std::uint64_t now_ms = 1000, given = 0;
    for (int i = 0; i < 500; ++i) {
      now_ms += random.up_to(300);
      if (bucket.take(now_ms) == 0) ++given;
    }
    CHECK(given <= burst + (now_ms - 1000) * per_minute / 60'000);
  }
}

TEST_CASE("whoever waits as long as a bucket says gets a token") {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    Random random{seed};
    Bucket bucket = Bucket::full(1 + random.up_to(900), 1 + random.up_to(3), 0);
    std::uint64_t now_ms = 0;
    for (int i = 0; i < 100; ++i) {
      const std::uint64_t wait_ms = bucket.take(now_ms);
      if (wait_ms == 0) continue;
      now_ms += wait_ms;
      CHECK(bucket.take(now_ms) == 0);
    }
  }
}

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

TEST_CASE("a bucket under absurd settings neither overflows nor starves for ever") {
  for (const std::uint64_t per_minute : kAbsurd)
    for (const std::uint64_t burst : kAbsurd)
      for (const std::uint64_t level : kAbsurd) {
        Bucket stored{per_minute, burst, level, 5};
        CHECK(stored.take(10) <= 60'000);
        Bucket fresh = Bucket::full(per_minute, burst, 0);
        CHECK(fresh.take(0) == 0);
        const std::uint64_t wait_ms = fresh.take(kMax);
        CHECK(wait_ms <= 60'000);
      }
}

// ---- Breaker

TEST_CASE("a breaker opens after so many consecutive failures, a success between them resets it") {
  Breaker breaker;
  for (int i = 0; i < 4; ++i) breaker.on_failure(0);
  CHECK(breaker.state == Breaker::State::closed);
  breaker.on_success();
  for (int i = 0; i < 4; ++i) breaker.on_failure(0);
  CHECK(breaker.allow(0));
  breaker.on_failure(10);
  CHECK(breaker.state == Breaker::State::open);
  CHECK_FALSE(breaker.allow(10));
}

TEST_CASE("an open breaker lets one probe out after its timeout; the probe decides") {
  Breaker breaker;
  for (int i = 0; i < 5; ++i) breaker.on_failure(1000);
  CHECK(breaker.wait_ms(1000) == 60'000);
  CHECK_FALSE(breaker.allow(60'999));
  CHECK(breaker.allow(61'000));
  CHECK(breaker.state == Breaker::State::half_open);
  Breaker again = breaker;
  again.on_failure(61'500);
  CHECK(again.state == Breaker::State::open);
  CHECK(again.wait_ms(61'500) == 60'000);
  breaker.on_success();
  CHECK(breaker.state == Breaker::State::closed);
  CHECK(breaker.failures == 0);
}

TEST_CASE("no clock makes an open breaker wait longer than its timeout") {
  for (const std::uint64_t opened_at_ms : kAbsurd)
    for (const std::uint64_t timeout_ms : kAbsurd)
      for (const std::uint64_t now_ms : kAbsurd) {
        Breaker breaker;
        breaker.state = Breaker::State::open;
        breaker.opened_at_ms = opened_at_ms;
        breaker.timeout_ms = timeout_ms;
        const std::uint64_t wait_ms = breaker.wait_ms(now_ms);
        CHECK(wait_ms <= timeout_ms);
        CHECK(breaker.allow(now_ms) == (wait_ms == 0));
      }
}

TEST_CASE("a breaker's count of failures does not overflow") {
  Breaker breaker;
  breaker.failures = std::numeric_limits<std::uint32_t>::max();
  breaker.on_failure(0);
  CHECK(breaker.failures == std::numeric_limits<std::uint32_t>::max());
}

TEST_CASE("breaker states have stable names") {
  CHECK(breaker_state_name(Breaker::State::closed) == "closed");
  CHECK(breaker_state_name(Breaker::State::open) == "open");
  CHECK(breaker_state_name(Breaker::State::half_open) == "half-open");
}

// ---- Budget

TEST_CASE("a budget of nothing is unbounded") {
  const Budget budget;
  CHECK(budget.wall_left_ms(kMax) == kMax);
  CHECK(budget.allows(kMax, 1'000'000, 1'000'000));
}

TEST_CASE("requests are allowed while one more and the reserve fit") {
  Budget budget;
  budget.requests = 5;
  budget.requests_spent = 3;
  CHECK(budget.allows(0, 1, 0));
  CHECK_FALSE(budget.allows(0, 2, 0));
  budget.requests_spent = 9;
  CHECK_FALSE(budget.allows(0, 0, 0));
  CHECK_FALSE(budget.allows(0, kMax, 0));
}

TEST_CASE("rows are allowed until they are spent, time while more than the reserve is left") {
  Budget budget;
  budget.rows = 10;
  budget.rows_spent = 9;
  CHECK(budget.allows(0, 0, 0));
  budget.rows_spent = 10;
  CHECK_FALSE(budget.allows(0, 0, 0));

  Budget wall;
  wall.wall_ms = 5000;
  wall.started_at_ms = 100;
  CHECK(wall.wall_left_ms(100) == 5000);
  CHECK(wall.wall_left_ms(0) == 5000);
  CHECK(wall.wall_left_ms(5099) == 1);
  CHECK(wall.wall_left_ms(kMax) == 0);
  CHECK(wall.allows(3099, 0, 2000));
  CHECK_FALSE(wall.allows(3100, 0, 2000));
}

// ---- Retry-After

TEST_CASE("Retry-After: seconds, HTTP dates, and nothing else") {
  struct Case {
    const char *retry_after, *date;
    std::int64_t wanted_ms;  // -1: not understood
  };
  const char* const kNow = "Sun, 06 Nov 1994 08:49:37 GMT";
  for (const Case& given : std::vector<Case>{
           {"0", "", 0},
           {"120", "", 120'000},
           {"007", "", 7000},
           {"", "", -1},
           {"-1", "", -1},
           {"+1", "", -1},
           {"1.5", "", -1},
           {" 5", "", -1},
           {"5s", "", -1},
           {"soon", "", -1},
           {"Sun, 06 Nov 1994 08:49:47 GMT", kNow, 10'000},
           {"Mon, 07 Nov 1994 08:49:37 GMT", kNow, 86'400'000},
           {"Wed, 01 Mar 1995 00:00:00 GMT", "Tue, 28 Feb 1995 23:59:59 GMT", 1000},
           {"Thu, 01 Mar 2012 00:00:00 GMT", "Wed, 29 Feb 2012 00:00:00 GMT", 86'400'000},
           {"Sat, 01 Jan 2000 00:00:00 GMT", "Fri, 31 Dec 1999 23:59:59 GMT", 1000},
           {"Sun, 06 Nov 1994 08:49:00 GMT", kNow, 0},
           {"Sun, 06 Nov 1994 08:49:47 GMT", "", -1},
           {"Sun, 06 Nov 1994 08:49:47 GMT", "yesterday", -1},
           {"Sun, 06 Nov 1994 08:49:47 JST", kNow, -1},
           {"Sun, 00 Nov 1994 08:49:47 GMT", kNow, -1},
           {"Sun, 32 Nov 1994 08:49:47 GMT", kNow, -1},
           {"Sun, 06 Foo 1994 08:49:47 GMT", kNow, -1},
           {"Sun, 06 Nov 1969 08:49:47 GMT", kNow, -1},
           {"Sun, 06 Nov 1994 24:49:47 GMT", kNow, -1},
           {"Sun, 06 Nov 1994 08:60:47 GMT", kNow, -1},
           {"Sun, 06 Nov 1994 08:49:61 GMT", kNow, -1},
           {"Sunday, 06-Nov-94 08:49:37 GMT", kNow, -1},
           {"Sun Nov  6 08:49:37 1994", kNow, -1}}) {
    CAPTURE(std::string(given.retry_after));
    const auto wait_ms = retry_after_ms(given.retry_after, given.date);
    CHECK((wait_ms ? static_cast<std::int64_t>(*wait_ms) : -1) == given.wanted_ms);
  }
}

TEST_CASE("a Retry-After beyond every number is a very long wait, not none") {
  const auto wait_ms = retry_after_ms("99999999999999999999999999", "");
  REQUIRE(wait_ms.has_value());
  CHECK(*wait_ms >= 1'000'000'000'000);
  CHECK(*wait_ms < kMax / 2);
}

}  // namespace
}  // namespace listing_sync
