// The shape of an answer: ranges and rows in order, members in any order, what is refused.
#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "sheet_reading.h"

using namespace listing_sync;
using namespace listing_sync::testing;

TEST_CASE("a values.get answer is one range of rows of cells") {
  CHECK(read_answer(R"({"range":"'物件 一覧'!A1:D3","majorDimension":"ROWS","values":[)"
                    R"(["物件番号","価格",""],["AA1",12000000,true,false,null],[],["x"]]})") ==
        R"('物件 一覧'!A1:D3: ["物件番号" "価格" ""] ["AA1" 12000000 true false null] [] ["x"])");
}

TEST_CASE("a values:batchGet answer is its valueRanges, in order") {
  CHECK(read_answer(R"({"spreadsheetId":"s","valueRanges":[{"range":"A!A1:B1","values":[["a"]]},)"
                    R"({"range":"A!A2:A9"},{"range":"A!A2:B3","values":[[1],[2]]}]})") ==
        R"(A!A1:B1: ["a"]; A!A2:A9:; A!A2:B3: [1] [2])");
}

TEST_CASE("many ranges keep their own rows and names") {
  std::string body = R"({"valueRanges":[)";
  std::string expected;
  for (int index = 0; index < 500; ++index) {
    const std::string number = std::to_string(index);
    if (index > 0) body += ',', expected += "; ";
    // Every third is empty in one of three ways, the others have one row or two.
    switch (index % 3) {
      case 0:
        body += index % 2 == 0 ? R"({"values":[]})" : R"({"range":null,"values":null})";
        expected += ':';
        break;
      case 1:
        body += R"({"values":[[)" + number + R"(]],"range":"R)" + number + "\"}";
        expected += 'R' + number + ": [" + number + ']';
        break;
      default:
        body += R"({"range":"R)" + number + R"(","values":[["\u0061"],[]],"more":[{}]})";
        expected += 'R' + number + R"(: ["a"] [])";
    }
  }
  CHECK(read_answer(body + "]}") == expected);
}

TEST_CASE("members may come in any order") {
  const char* const expected = R"(A!A1:B1: ["a" "b"])";
  CHECK(read_answer(R"({"values":[["a","b"]],"range":"A!A1:B1","majorDimension":"ROWS"})") ==
        expected);
  CHECK(read_answer(R"({"majorDimension":"ROWS","values":[["a","b"]],"range":"A!A1:B1"})") ==
        expected);
  CHECK(read_answer(
            R"({"valueRanges":[{"values":[["a","b"]],"range":"A!A1:B1"}],"spreadsheetId":"s"})") ==
        expected);
}

TEST_CASE("the range's name is complete once its rows have been read, wherever it stands") {
  SheetReader reader(R"({"values":[["a"]],"range":"A!A1"})");
  std::vector<Cell> cells;
  REQUIRE(reader.next_range());
  CHECK(reader.range().empty());
  REQUIRE(reader.next_row(cells));
  CHECK_FALSE(reader.next_row(cells));
  CHECK(reader.range() == "A!A1");
  CHECK_FALSE(reader.next_range());
  CHECK_FALSE(reader.fault());
}

TEST_CASE("the range's name is there before its rows where it stands before them") {
  SheetReader reader(R"({"valueRanges":[{"range":"A!A1","values":[["a"]]},{"values":[]}]})");
  REQUIRE(reader.next_range());
  CHECK(reader.range() == "A!A1");
  REQUIRE(reader.next_range());
  CHECK(reader.range().empty());
}

TEST_CASE("names of members are compared as JSON strings, escapes and all") {
  CHECK(read_answer(R"({"r\u0061nge":"A","v\u0061lues":[["a"]]})") == R"(A: ["a"])");
  CHECK(read_answer(R"({"\u0065rror":{},"values":[]})") == " -> unexpected_shape at byte 1");
}

TEST_CASE("unknown members are skipped wherever they stand, whatever they hold") {
  const std::string other =
      R"("etag":"\u00e9\n","n":-1.5E-3,"b":[true,false,null,[],{}],"o":{"values":[[1]],"a":{"b":[{}]}})";
  CHECK(read_answer("{" + other + R"(,"range":"A","x":0,"values":[["a"]],)" + other + "}") ==
        R"(A: ["a"])");
  CHECK(read_answer("{" + other + R"(,"valueRanges":[{)" + other + R"(,"values":[["a"]],)" + other +
                    "}]," + other + "}") == R"(: ["a"])");
}

TEST_CASE("error and valueRanges are unknown members inside a range of a batch") {
  CHECK(read_answer(R"({"valueRanges":[{"error":{},"valueRanges":7,"values":[[1]]}]})") == ": [1]");
}

TEST_CASE("a range without values has no rows") {
  CHECK(read_answer(R"({"range":"A!A1:B2","majorDimension":"ROWS"})") == "A!A1:B2:");
  CHECK(read_answer(R"({"values":[]})") == ":");
  CHECK(read_answer(R"({"valueRanges":[{}]})") == ":");
  CHECK(read_answer(R"({"valueRanges":[]})").empty());
}

TEST_CASE("a member that is null counts as absent") {
  CHECK(read_answer(R"({"range":null,"majorDimension":null,"values":null})") == ":");
  CHECK(read_answer(R"({"valueRanges":null})").empty());
}

TEST_CASE("white space of JSON may stand between all tokens") {
  CHECK(read_answer(" \t\r\n{ \"range\" : \"A\" ,\n\"values\"\t:\r[ [ \"a\" , 1 ] , [ ] ] } \n") ==
        R"(A: ["a" 1] [])");
  CHECK(verdict("{\"values\":[[\"a\",\f1]]}") == "not_json at byte 16");
  CHECK(verdict("{\"values\":[[\"a\",\xC2\xA0"
                "1]]}") == "not_json at byte 16");
}

TEST_CASE("an answer of both kinds, of neither, or with a member twice is refused") {
  const Examples table = {
      {R"({})", "unexpected_shape at byte 1"},
      {R"({"spreadsheetId":"s"})", "unexpected_shape at byte 20"},
      {R"({"range":"A","valueRanges":[]})", "unexpected_shape at byte 13"},
      {R"({"valueRanges":[],"range":"A"})", "unexpected_shape at byte 18"},
      {R"({"valueRanges":[],"majorDimension":"ROWS"})", "unexpected_shape at byte 18"},
      {R"({"valueRanges":[],"values":[]})", "unexpected_shape at byte 18"},
      {R"({"values":[],"values":[]})", "unexpected_shape at byte 13"},
      {R"({"range":"A","range":"A"})", "unexpected_shape at byte 13"},
      {R"({"valueRanges":[],"valueRanges":[]})", "unexpected_shape at byte 18"},
      {R"({"valueRanges":[{"values":[],"values":[]}]})", "unexpected_shape at byte 29"},
      {R"({"valueRanges":[{"range":"A"},{"range":"B","range":"B"}]})",
       "unexpected_shape at byte 43"},
  };
  for (const Example& example : table)
    CHECK_MESSAGE(verdict(example.json) == example.expected, example.json);
}

TEST_CASE("a value of another shape is refused where it begins") {
  const Examples table = {
      {R"(null)", "unexpected_shape at byte 0"},
      {R"( [{"range":"A"}])", "unexpected_shape at byte 1"},
      {R"("text")", "unexpected_shape at byte 0"},
      {R"(12)", "unexpected_shape at byte 0"},
      {R"({"range":1})", "unexpected_shape at byte 9"},
      {R"({"majorDimension":[]})", "unexpected_shape at byte 18"},
      {R"({"values":{}})", "unexpected_shape at byte 10"},
      {R"({"values":"x"})", "unexpected_shape at byte 10"},
      {R"({"values":[["a"],"b"]})", "unexpected_shape at byte 17"},
      {R"({"values":[null]})", "unexpected_shape at byte 11"},
      {R"({"values":[{"a":1}]})", "unexpected_shape at byte 11"},
      {R"({"values":[["a",[1]]]})", "unexpected_shape at byte 16"},
      {R"({"values":[[{}]]})", "unexpected_shape at byte 12"},
      {R"({"valueRanges":{}})", "unexpected_shape at byte 15"},
      {R"({"valueRanges":[null]})", "unexpected_shape at byte 16"},
      {R"({"valueRanges":[{},[]]})", "unexpected_shape at byte 19"},
  };
  for (const Example& example : table)
    CHECK_MESSAGE(verdict(example.json) == example.expected, example.json);
}

TEST_CASE("an answer in columns is refused, before or behind its values") {
  CHECK(verdict(R"({"majorDimension":"COLUMNS","values":[]})") == "unexpected_shape at byte 18");
  CHECK(verdict(R"({"values":[["a"]],"majorDimension":"COLUMNS"})") ==
        "unexpected_shape at byte 35");
}

TEST_CASE("an error document is refused and called one") {
  for (const char* const body :
       {R"({"error":{"code":403,"status":"PERMISSION_DENIED"}})",
        R"({"error":{},"range":"A","values":[["a"]]})", R"({"spreadsheetId":"s","error":null})"}) {
    const auto fault = check_sheet_answer(body);
    REQUIRE(fault);
    CHECK(fault->code == "unexpected_shape");
    CHECK(fault->message.find("error answer") != std::string::npos);
  }
  CHECK(read_answer(R"({"values":[["a"]],"error":{}})") ==
        R"(: ["a"] -> unexpected_shape at byte 18)");
}

TEST_CASE("a page of HTML is called that") {
  CHECK(verdict("<!DOCTYPE html><html></html>") == "html_answer at byte 0");
  CHECK(verdict("\r\n <html>") == "html_answer at byte 3");
}

TEST_CASE("bytes behind the answer are refused, white space is not") {
  CHECK(verdict("{\"values\":[]} \n\t ") == "ok");
  CHECK(verdict(R"({"values":[]} x)") == "trailing_bytes at byte 14");
  CHECK(verdict(R"({"values":[]}{"values":[]})") == "trailing_bytes at byte 13");
  CHECK(verdict(R"({"valueRanges":[]}])") == "trailing_bytes at byte 18");
  CHECK(verdict(std::string_view("{\"values\":[]}\0", 14)) == "trailing_bytes at byte 13");
}

TEST_CASE("next_range skips what is left of a range, but reads it as strictly") {
  SheetReader reader(R"({"valueRanges":[{"values":[[1],[2],[3]],"range":"A"},{"values":[[4]]}]})");
  std::vector<Cell> cells;
  REQUIRE(reader.next_range());
  REQUIRE(reader.next_row(cells));
  REQUIRE(reader.next_range());
  REQUIRE(reader.next_row(cells));
  CHECK(show(cells) == "[4]");
  CHECK_FALSE(reader.next_range());
  CHECK_FALSE(reader.fault());

  SheetReader broken(R"({"valueRanges":[{"values":[[1],[02]]},{"values":[[4]]}]})");
  REQUIRE(broken.next_range());
  CHECK_FALSE(broken.next_range());
  CHECK(show(broken.fault()) == "bad_number at byte 33");
}

TEST_CASE("rows before a fault are delivered, the faulty one is not, and nothing comes after it") {
  SheetReader reader(R"({"values":[["a"],["b",tru],["c"]]})");
  std::vector<Cell> cells;
  REQUIRE(reader.next_range());
  REQUIRE(reader.next_row(cells));
  CHECK(show(cells) == R"(["a"])");
  CHECK_FALSE(reader.next_row(cells));
  CHECK(cells.empty());
  CHECK(show(reader.fault()) == "not_json at byte 25");
  CHECK(reader.position() == 25);
  CHECK_FALSE(reader.next_row(cells));
  CHECK_FALSE(reader.next_range());
  CHECK(show(reader.fault()) == "not_json at byte 25");
}

TEST_CASE("next_row before next_range, or behind the last row, has no row") {
  SheetReader reader(R"({"values":[["a"]]})");
  std::vector<Cell> cells;
  CHECK_FALSE(reader.next_row(cells));
  REQUIRE(reader.next_range());
  REQUIRE(reader.next_row(cells));
  CHECK_FALSE(reader.next_row(cells));
  CHECK_FALSE(reader.next_row(cells));
  CHECK_FALSE(reader.next_range());
  CHECK_FALSE(reader.next_range());
  CHECK_FALSE(reader.fault());
}

TEST_CASE("the reader looks no further than the row asked for") {
  const std::string body = R"({"values":[["a"],["b"]]})";
  SheetReader reader(body);
  std::vector<Cell> cells;
  CHECK(reader.position() == 0);
  REQUIRE(reader.next_range());
  CHECK(reader.position() == 11);
  REQUIRE(reader.next_row(cells));
  CHECK(reader.position() == 16);
  REQUIRE(reader.next_row(cells));
  CHECK(reader.position() == 22);
  CHECK_FALSE(reader.next_row(cells));
  CHECK_FALSE(reader.next_range());
  CHECK(reader.position() == body.size());
}

TEST_CASE("a row replaces all cells of the row before it") {
  SheetReader reader(R"({"values":[["a\n",true,"\ud800","d"],[1],[],["x","y"]]})");
  std::vector<Cell> cells(7);
  REQUIRE(reader.next_range());
  std::string rows;
  while (reader.next_row(cells)) rows += show(cells);
  CHECK(rows == "[\"a\n\"~ true \"\xEF\xBF\xBD\"! \"d\"][1][][\"x\" \"y\"]");
}

TEST_CASE("a reader can be moved in mid-answer, and its cells stay valid") {
  SheetReader reader(R"({"values":[["\u0061b"],["c"]]})");
  std::vector<Cell> cells, more;
  REQUIRE(reader.next_range());
  REQUIRE(reader.next_row(cells));
  SheetReader moved(std::move(reader));
  CHECK(show(cells) == R"(["ab"])");
  REQUIRE(moved.next_row(more));
  CHECK(show(more) == R"(["c"])");
}
