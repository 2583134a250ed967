// Keys: how rows are recognised.
#include <doctest/doctest.h>

#include <string>

#include "cell_support.h"
#include "listing_sync/cells.h"

using listing_sync::Cell;
using listing_sync::normalize_key;
using listing_sync::testing::OwnedCell;

namespace {

/// The key of a cell; "refused" where it can be none.
std::string key_of(std::string_view json) {
  std::string key = "the key before";
  return normalize_key(OwnedCell(json).cell(), key) ? key : "refused";
}

}  // namespace

TEST_CASE("keys that look alike are one key") {
  CHECK(key_of(R"("AA12345-2")") == "AA12345-2");
  CHECK(key_of(R"("　ＡＡ１２３４５－２ ")") == "AA12345-2");
  CHECK(key_of(R"("AA\u000012345-2")") == "AA12345-2");
  CHECK(key_of(R"("ｱﾊﾟｰﾄ1")") == "アパート1");
  CHECK(key_of(R"("A\u3000B")") == "A B");
}

TEST_CASE("a number is the key that its digits are") {
  CHECK(key_of("12345") == "12345");
  CHECK(key_of("1.2345E4") == "12345");
  CHECK(key_of("9.0E9") == "9000000000");
  CHECK(key_of("1e21") == "1e21");
  CHECK(key_of("true") == "TRUE");
}

TEST_CASE("a blank cell is an empty key") {
  CHECK(key_of(R"("")").empty());
  CHECK(key_of(R"(" \u3000\u0000")").empty());
  CHECK(key_of("null").empty());
  std::string key = "before";
  CHECK(normalize_key(Cell{}, key));
  CHECK(key.empty());
}

TEST_CASE("an error cell or a lone surrogate is no key") {
  CHECK(key_of(R"("#REF!")") == "refused");
  CHECK(key_of(R"(" Loading... ")") == "refused");
  CHECK(key_of(R"("AA\ud800")") == "refused");
  CHECK(key_of(R"("#REF")") == "#REF");
}
