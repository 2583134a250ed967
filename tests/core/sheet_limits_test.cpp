// Limits: depth, size, cells; each is exact, and nothing beyond it can exhaust the stack or memory.
#include <doctest/doctest.h>

#include <cstddef>
#include <string>
#include <vector>

#include "sheet_reading.h"

using namespace listing_sync;
using namespace listing_sync::testing;

namespace {

std::string repeat(const std::string& text, std::size_t count) {
  std::string all;
  for (std::size_t index = 0; index < count; ++index) all += text;
  return all;
}

}  // namespace

TEST_CASE("64 containers may be open, not 65") {
  // The root is the first; the member holds the other 63.
  CHECK(verdict(R"({"values":[],"x":)" + repeat("[", 63) + repeat("]", 63) + '}') == "ok");
  CHECK(verdict(R"({"values":[],"x":)" + repeat("[", 64) + repeat("]", 64) + '}') ==
        "too_deep at byte 80");
  CHECK(verdict(R"({"values":[],"x":)" + repeat(R"({"a":)", 63) + '1' + repeat("}", 63) + '}') ==
        "ok");
  CHECK(verdict(R"({"values":[],"x":)" + repeat(R"({"a":)", 64) + '1' + repeat("}", 64) + '}') ==
        "too_deep at byte 332");
}

TEST_CASE("depth counts what is open, not what was opened before") {
  CHECK(verdict(R"({"values":[],"x":[)" + repeat("[[]],", 1'000) + "0]}") == "ok");
}

TEST_CASE("depth counts from the root wherever the value stands") {
  // Root, valueRanges, range object: three are open around the member.
  const std::string head = R"({"valueRanges":[{"x":)";
  CHECK(verdict(head + repeat("[", 61) + repeat("]", 61) + "}]}") == "ok");
  CHECK(verdict(head + repeat("[", 62) + repeat("]", 62) + "}]}") == "too_deep at byte 82");
}

TEST_CASE("a million brackets are refused, not recursed into") {
  CHECK(verdict(repeat("[", 1'000'000)) == "too_deep at byte 64");
  CHECK(verdict(R"({"values":[[)" + repeat("[", 1'000'000)) == "too_deep at byte 73");
  CHECK(verdict(R"({"x":)" + repeat(R"({"a":)", 1'000'000)) == "too_deep at byte 320");
}

TEST_CASE("the depth limit holds for the known containers, too") {
  SheetLimits limits;
  const std::string single = R"({"values":[["a"]]})";
  const std::string batch = R"({"valueRanges":[{"values":[["a"]]}]})";
  limits.depth_max = 5;
  CHECK(verdict(batch, limits) == "ok");
  limits.depth_max = 4;
  CHECK(verdict(batch, limits) == "too_deep at byte 27");
  limits.depth_max = 3;
  CHECK(verdict(batch, limits) == "too_deep at byte 26");
  CHECK(verdict(single, limits) == "ok");
  limits.depth_max = 2;
  CHECK(verdict(batch, limits) == "too_deep at byte 16");
  CHECK(verdict(single, limits) == "too_deep at byte 11");
  limits.depth_max = 1;
  CHECK(verdict(batch, limits) == "too_deep at byte 15");
  CHECK(verdict(single, limits) == "too_deep at byte 10");
  limits.depth_max = 0;
  CHECK(verdict(single, limits) == "too_deep at byte 0");
}

TEST_CASE("an answer larger than the limit is refused unread") {
  SheetLimits limits;
  const std::string body = R"({"values":[["a"]]})";
  limits.body_bytes_max = body.size();
  CHECK(verdict(body, limits) == "ok");
  limits.body_bytes_max = body.size() - 1;
  CHECK(verdict(body, limits) == "answer_too_large at byte 17");
  CHECK(read_answer("<html>" + body, limits) == " -> answer_too_large at byte 17");
}

TEST_CASE("a row may have the 18,278 columns of a sheet, and no more") {
  const std::string widest = R"("")" + repeat(R"(,"")", 18'277);
  const ExactBytes body(R"({"values":[[)" + widest + "]]}");
  SheetReader reader(body.view());
  std::vector<Cell> cells;
  REQUIRE(reader.next_range());
  REQUIRE(reader.next_row(cells));
  CHECK(cells.size() == 18'278);
  CHECK_FALSE(reader.next_row(cells));
  CHECK_FALSE(reader.fault());

  const std::size_t too_many = std::string(R"({"values":[[)").size() + widest.size() + 1;
  CHECK(verdict(R"({"values":[[)" + widest + R"(,""]]})") ==
        "too_many_cells at byte " + std::to_string(too_many));
}

TEST_CASE("the limit of cells is counted per row") {
  SheetLimits limits;
  limits.cells_per_row_max = 2;
  CHECK(read_answer(R"({"values":[[1,2],[3,4],[5,6,7]]})", limits) ==
        ": [1 2] [3 4] -> too_many_cells at byte 28");
  limits.cells_per_row_max = 0;
  CHECK(read_answer(R"({"values":[[],[1]]})", limits) == ": [] -> too_many_cells at byte 15");
}
