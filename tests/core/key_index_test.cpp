// The keys of a snapshot, and which of them are covered.
#include <doctest/doctest.h>

#include <map>
#include <set>

#include "listing_sync/policy.h"
#include "listing_sync/transform.h"

namespace listing_sync {
namespace {

using Rows = std::vector<std::uint32_t>;

KeyIndex index_of(const std::vector<std::pair<std::uint64_t, std::uint32_t>>& keys) {
  KeyIndex index;
  for (const auto& [hash, row] : keys) index.add(hash, row);
  index.seal();
  return index;
}

TEST_CASE("a key knows its rows, ascending, however they were added") {
  const KeyIndex index = index_of({{7, 9}, {3, 4}, {7, 2}, {7, 30}});
  CHECK(index.rows(7) == Rows{2, 9, 30});
  CHECK(index.rows(3) == Rows{4});
  CHECK(index.rows(5).empty());
  CHECK(index.count(7) == 3);
  CHECK(index.count(5) == 0);
  CHECK(index.contains(3));
  CHECK_FALSE(index.contains(5));
  CHECK(index.size() == 4);
  CHECK(index.last_row() == 30);
}

TEST_CASE("an empty index answers every question") {
  KeyIndex index;
  index.seal();
  CHECK(index.last_row() == 0);
  CHECK(index.uncovered_rows(nullptr).empty());
  CHECK_FALSE(index.covered(1));
  index.cover(1);
  CHECK(index.covered(1));
  index.uncover(1);
  CHECK_FALSE(index.covered(1));
}

TEST_CASE("covering a key covers all its rows, uncovering frees them all") {
  KeyIndex index = index_of({{7, 9}, {7, 2}, {8, 5}});
  index.cover(7);
  CHECK(index.uncovered_rows(nullptr) == Rows{5});
  index.uncover(7);
  CHECK(index.uncovered_rows(nullptr) == Rows{2, 5, 9});
}

TEST_CASE("only the selected keys are asked for") {
  const KeyIndex index = index_of({{7, 9}, {8, 5}, {9, 2}});
  const std::unordered_set<std::uint64_t> only = {9, 7, 1000};
  CHECK(index.uncovered_rows(&only) == Rows{2, 9});
}

TEST_CASE("what an earlier snapshot knew as covered stays covered, in the sheet or not") {
  KeyIndex before = index_of({{7, 9}, {8, 5}});
  before.cover(7);
  before.cover(100);
  KeyIndex after = index_of({{8, 4}, {7, 3}, {9, 6}});
  after.inherit(before);
  CHECK(after.covered(7));
  CHECK(after.covered(100));
  CHECK_FALSE(after.covered(8));
  CHECK(after.uncovered_rows(nullptr) == Rows{4, 6});
  KeyIndex later = index_of({{100, 1}});
  later.inherit(after);
  CHECK(later.uncovered_rows(nullptr).empty());
  CHECK(later.covered(7));
}

TEST_CASE("the index agrees with a plain map over random lives") {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    CAPTURE(seed);
    Random random{seed};
    KeyIndex index;
    std::map<std::uint64_t, std::set<std::uint32_t>> rows;
    std::set<std::uint64_t> covered;
    for (std::uint32_t row = 1; row <= 60; ++row) {
      const std::uint64_t hash = random.up_to(30) << (random.up_to(1) * 40);
      index.add(hash, row);
      rows[hash].insert(row);
    }
    index.seal();
    for (int i = 0; i < 100; ++i) {
      const std::uint64_t hash = random.up_to(40);
      if (random.up_to(2) == 0) {
        index.uncover(hash);
        covered.erase(hash);
      } else {
        index.cover(hash);
        covered.insert(hash);
      }
    }
    std::set<std::uint32_t> open;
    for (const auto& [hash, at] : rows) {
      CHECK(index.covered(hash) == (covered.count(hash) == 1));
      CHECK(index.count(hash) == at.size());
      if (covered.count(hash) == 0) open.insert(at.begin(), at.end());
    }
    CHECK(index.uncovered_rows(nullptr) == Rows(open.begin(), open.end()));
  }
}

TEST_CASE("a key's hash is XXH64 with seed 0: what is stored stays valid") {
  CHECK(key_hash("") == 0xEF46DB3751D8E999ULL);
  CHECK(key_hash("abc") == 0x44BC2CF5AD770999ULL);
}

}  // namespace
}  // namespace listing_sync
