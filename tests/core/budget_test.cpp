// What one invocation may spend: wall time, requests, rows.
#include <doctest/doctest.h>

#include <cstdint>
#include <limits>

#include "listing_sync/policy.h"

namespace listing_sync {
namespace {

constexpr std::uint64_t kMax = std::numeric_limits<std::uint64_t>::max();

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

TEST_CASE("a budget under absurd settings and clocks never gives more than it has") {
  for (const std::uint64_t wall_ms :
       {0ull, 1ull, 1ull << 32, static_cast<unsigned long long>(kMax)})
    for (const std::uint64_t started_at_ms : {std::uint64_t{0}, kMax / 2, kMax})
      for (const std::uint64_t now_ms : {std::uint64_t{0}, kMax / 2, kMax}) {
        Budget budget;
        budget.wall_ms = wall_ms;
        budget.started_at_ms = started_at_ms;
        CHECK(budget.wall_left_ms(now_ms) <= (wall_ms == 0 ? kMax : wall_ms));
        CHECK(budget.allows(now_ms, 0, 0) == (budget.wall_left_ms(now_ms) > 0));
        CHECK_FALSE(budget.allows(now_ms, 0, kMax));
      }
}

}  // namespace
}  // namespace listing_sync
