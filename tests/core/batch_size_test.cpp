// How many rows are committed at once: halves, doubles, and never leaves [1, max].
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include "listing_sync/policy.h"

namespace listing_sync {
namespace {

constexpr std::uint32_t kMax = std::numeric_limits<std::uint32_t>::max();
const std::vector<std::uint32_t> kAbsurd = {0, 1, 2, 3, 500, kMax / 2, kMax - 1, kMax};

TEST_CASE("a rollback halves the size, down to single rows") {
  BatchSize batch;
  for (const std::uint32_t size : {250u, 125u, 62u, 31u, 15u, 7u, 3u, 1u, 1u}) {
    batch.on_rollback();
    CHECK(batch.size == size);
  }
}

TEST_CASE("four good batches double it again, up to what was asked for") {
  BatchSize batch{60, 500};
  for (const std::uint32_t size : {120u, 240u, 480u, 500u}) {
    for (int i = 0; i < 3; ++i) {
      const std::uint32_t before = batch.size;
      batch.on_commit(batch.size);
      CHECK(batch.size == before);
    }
    batch.on_commit(batch.size);
    CHECK(batch.size == size);
  }
  for (int i = 0; i < 100; ++i) batch.on_commit(batch.size);
  CHECK(batch.size == 500);
}

TEST_CASE("a batch that was not full proves nothing, a rollback begins the count anew") {
  BatchSize batch{100, 500};
  for (int i = 0; i < 100; ++i) batch.on_commit(99);
  CHECK(batch.size == 100);
  for (int i = 0; i < 3; ++i) batch.on_commit(100);
  batch.on_rollback();
  CHECK(batch.size == 50);
  for (int i = 0; i < 3; ++i) batch.on_commit(50);
  CHECK(batch.size == 50);
  batch.on_commit(50);
  CHECK(batch.size == 100);
}

TEST_CASE("whatever happens it stays within [1, max], and quiet brings it back to max") {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    CAPTURE(seed);
    Random random{seed};
    BatchSize batch;
    batch.max = static_cast<std::uint32_t>(1 + random.up_to(999));
    batch.size = static_cast<std::uint32_t>(1 + random.up_to(batch.max - 1));
    for (int i = 0; i < 200; ++i) {
      const std::uint32_t before = batch.size;
      const auto rows = static_cast<std::uint32_t>(random.up_to(batch.size));
      if (random.up_to(2) == 0) {
        batch.on_rollback();
        CHECK(batch.size == std::max(1u, before / 2));
      } else {
        batch.on_commit(rows);
        CHECK(batch.size >= before);
        CHECK(batch.size <= before * 2);
      }
      CHECK(batch.size >= 1);
      CHECK(batch.size <= batch.max);
    }
    for (int i = 0; i < 4 * 10; ++i) batch.on_commit(batch.size);
    CHECK(batch.size == batch.max);
  }
}

TEST_CASE("rows are neither skipped nor repeated when the size changes under way") {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    CAPTURE(seed);
    Random random{seed};
    const auto rows = static_cast<std::uint32_t>(1 + random.up_to(5000));
    const auto too_many = static_cast<std::uint32_t>(1 + random.up_to(600));
    BatchSize batch;
    std::uint32_t committed = 0, calls = 0;
    for (; committed < rows && calls < 200'000; ++calls) {
      const std::uint32_t sent = std::min(batch.size, rows - committed);
      if (sent > too_many) {
        batch.on_rollback();
      } else {
        committed += sent;
        batch.on_commit(sent);
      }
    }
    CHECK(committed == rows);
    // Beside the first descent one try in four batches is too large.
    CHECK(calls <= 10 + 3 * (rows / std::max(1u, too_many / 2) + 4));
  }
}

TEST_CASE("sizes that were never possible neither overflow nor stay at none") {
  for (const std::uint32_t size : kAbsurd)
    for (const std::uint32_t max : kAbsurd)
      for (const std::uint32_t good : kAbsurd)
        for (const std::uint32_t rows : kAbsurd) {
          BatchSize batch{size, max, good};
          batch.on_commit(rows);
          CHECK((batch.size == size || (batch.size <= max && batch.size >= size)));
          batch.on_rollback();
          CHECK(batch.size >= 1);
          CHECK(batch.size <= std::max({1u, size, max}));
        }
}

}  // namespace
}  // namespace listing_sync
