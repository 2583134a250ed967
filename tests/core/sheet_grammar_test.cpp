// RFC 8259 token by token: what is refused, under which name, at which byte.
#include <doctest/doctest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "sheet_reading.h"

using namespace listing_sync;
using namespace listing_sync::testing;

namespace {

/// A cell's JSON -> how an answer with it is read, offsets counted from the cell's first byte. The
/// same text must be judged alike as a cell and inside a member that is skipped.
std::string judge(const std::string& json) {
  const std::string as_cell = R"({"values":[[)";
  const std::string skipped = R"({"other":[1,)";
  REQUIRE(as_cell.size() == skipped.size());
  const std::string verdict_of_cell = verdict(as_cell + json + "]]}");
  const std::string verdict_of_skipped = verdict(skipped + json + R"(],"values":[]})");
  const auto is_offset = verdict_of_cell.rfind(' ');
  CHECK_MESSAGE(verdict_of_cell == verdict_of_skipped, json);
  if (verdict_of_cell == "ok") return "ok";
  const std::size_t offset = std::stoul(verdict_of_cell.substr(is_offset));
  return verdict_of_cell.substr(0, verdict_of_cell.find(' ')) + ' ' +
         std::to_string(offset - as_cell.size());
}

void check_table(const Examples& table) {
  for (const Example& example : table)
    CHECK_MESSAGE(judge(example.json) == example.expected, example.json);
}

}  // namespace

TEST_CASE("numbers follow the grammar to the letter") {
  for (const char* const number :
       {"0", "-0", "7", "10", "-12", "0.5", "-0.0", "1.25", "1e5", "1E5", "1e+05", "1E-0", "0e0",
        "123456789012345678901234567890.123456789e-400", "1e999"}) {
    CHECK_MESSAGE(judge(number) == "ok", number);
  }
  check_table({{"01", "bad_number 1"},     {"-01", "bad_number 2"},      {"00", "bad_number 1"},
               {"-", "bad_number 1"},      {"--1", "bad_number 1"},      {"-a", "bad_number 1"},
               {"+1", "bad_number 0"},     {".5", "bad_number 0"},       {"1.", "bad_number 2"},
               {"1.e5", "bad_number 2"},   {"1e", "bad_number 2"},       {"1e+", "bad_number 3"},
               {"1e-x", "bad_number 3"},   {"1.5.2", "not_json 3"},      {"1a", "not_json 1"},
               {"0x10", "not_json 1"},     {"1 2", "not_json 2"},        {"NaN", "not_json 0"},
               {"Infinity", "not_json 0"}, {"-Infinity", "bad_number 1"}});
}

TEST_CASE("numbers are kept digit for digit") {
  CHECK(read_answer(R"({"values":[[9.012345678E9,1.10,-0,1E+05,12345678901234567890,0.1e-7]]})") ==
        ": [9.012345678E9 1.10 -0 1E+05 12345678901234567890 0.1e-7]");
}

TEST_CASE("literals are spelled in full and in lower case") {
  check_table({{"true", "ok"},
               {"tru", "not_json 3"},
               {"truE", "not_json 3"},
               {"True", "not_json 0"},
               {"truee", "not_json 4"},
               {"false", "ok"},
               {"fals3", "not_json 4"},
               {"null", "ok"},
               {"nul", "not_json 3"},
               {"nil", "not_json 1"},
               {"undefined", "not_json 0"},
               {"'a'", "not_json 0"},
               {"\xEF\xBB\xBF"
                "1",
                "not_json 0"},
               {"/**/1", "not_json 0"}});
}

TEST_CASE("escapes are those of JSON") {
  check_table({{R"("\"\\\/\b\f\n\r\t\u00e9\uD83D\uDE00")", "ok"},
               {R"("\ud800")", "ok"},  // flags the cell
               {R"("a\x41")", "bad_escape 2"},
               {R"("\'")", "bad_escape 1"},
               {R"("\U0041")", "bad_escape 1"},
               {R"("\u004g")", "bad_escape 1"},
               {R"("\u004")", "bad_escape 1"},
               {R"("\u")", "bad_escape 1"},
               {R"("\u 041")", "bad_escape 1"},
               {R"("\u+041")", "bad_escape 1"},
               {R"("\ud83d\u00zz")", "bad_escape 7"},
               {R"("\ud83d\x")", "bad_escape 7"},
               {R"("日\ ")", "bad_escape 4"},
               {"\"\\\n\"", "bad_escape 1"},
               {std::string("\"\\\0\"", 4), "bad_escape 1"}});
}

TEST_CASE("control characters must be escaped, DEL need not be") {
  for (char byte = 1; byte < 0x20; ++byte) {
    const std::string control(1, byte);
    CHECK(judge('"' + control + '"') == "control_character 1");
    CHECK(judge("\"12345678" + control + "12345678\"") == "control_character 9");
    CHECK(judge("\"日本\\n" + control + '"') == "control_character 9");
    CHECK(judge("\"日" + control + '"') == "control_character 4");
  }
  CHECK(judge(std::string("\"a\0b\"", 5)) == "control_character 2");
  CHECK(judge("\"\x7F\"") == "ok");
}

TEST_CASE("UTF-8 is checked byte by byte as RFC 3629 has it") {
  const std::vector<std::string> valid = {
      "\xC2\x80",         "\xDF\xBF",         "\xE0\xA0\x80",     "\xE1\x80\x80",
      "\xEC\xBF\xBF",     "\xED\x80\x80",     "\xED\x9F\xBF",     "\xEE\x80\x80",
      "\xEF\xBF\xBF",     "\xF0\x90\x80\x80", "\xF1\x80\x80\x80", "\xF3\xBF\xBF\xBF",
      "\xF4\x8F\xBF\xBF",
  };
  const std::vector<std::string> faulty = {"\x80",
                                           "\xBF",  // a continuation alone
                                           "\xC0\x80",
                                           "\xC1\xBF",
                                           "\xE0\x80\x80",
                                           "\xE0\x9F\xBF",  // overlong
                                           "\xF0\x80\x80\x80",
                                           "\xF0\x8F\xBF\xBF",
                                           "\xED\xA0\x80",
                                           "\xED\xBF\xBF",  // surrogates
                                           "\xF4\x90\x80\x80",
                                           "\xF5\x80\x80\x80",
                                           "\xF8\x88\x80\x80\x80",
                                           "\xFF",
                                           "\xFE",  // too large
                                           "\xC2",
                                           "\xC2"
                                           "a",
                                           "\xE3\x81",
                                           "\xE3\x81"
                                           "a",
                                           "\xE3"
                                           "a",
                                           "\xF0\x9F\x98",
                                           "\xF0\x9F\x98"
                                           "a",
                                           "\xF0\x9F"
                                           "a",
                                           "\xF0"
                                           "a",
                                           "\xE3\xE3\x81\x82",
                                           "\xC2\xC2\x80"};
  // In every position towards the words the scanner loads, between kinds of neighbours.
  for (const std::string before : {"", "a", "1234567", "12345678", "日", "é", "日本語", "😀"}) {
    for (const std::string after : {"", "b", "123456789", "本", "é", "\\n"}) {
      for (const std::string& bytes : valid) {
        CHECK_MESSAGE(judge('"' + before + bytes + after + '"') == "ok", before, bytes, after);
      }
      for (const std::string& bytes : faulty) {
        const std::string expected = "bad_utf8 " + std::to_string(1 + before.size());
        CHECK_MESSAGE(judge('"' + before + bytes + after + '"') == expected, before, bytes, after);
      }
    }
  }
}

TEST_CASE("UTF-8 is checked behind an escape, too") {
  CHECK(judge("\"\\n日本\xED\xA0\x80\"") == "bad_utf8 9");
  CHECK(judge("\"\\n\xC0\x80\"") == "bad_utf8 3");
}

TEST_CASE("brackets, commas and colons stand where they must") {
  check_table({{"[1,]", "not_json 3"},
               {"[1 2]", "not_json 3"},
               {"[,1]", "not_json 1"},
               {"[1}", "not_json 2"},
               {"{]", "not_json 1"},
               {R"({"a":1,})", "not_json 7"},
               {R"({"a" 1})", "not_json 5"},
               {R"({"a":})", "not_json 5"},
               {R"({"a":1 "b":2})", "not_json 7"},
               {R"({1:2})", "not_json 1"},
               {R"({,})", "not_json 1"},
               {R"({"a":[1,{"b":]}]})", "not_json 13"},
               {R"([{"a":"\q"}])", "bad_escape 7"}});
  const Examples answers = {
      {R"({"values":[["a"],]})", "not_json at byte 17"},
      {R"({"values":[["a"] ["b"]]})", "not_json at byte 17"},
      {R"({"values":[,["a"]]})", "not_json at byte 11"},
      {R"({"values":[["a",]]})", "not_json at byte 16"},
      {R"({"values":[["a" "b"]]})", "not_json at byte 16"},
      {R"({"values":[["a"}]})", "not_json at byte 15"},
      {R"({"values":[["a"]})", "not_json at byte 16"},
      {R"({"values":[]]})", "not_json at byte 12"},
      {R"({"values":[],})", "not_json at byte 13"},
      {R"({"values":[] "range":"A"})", "not_json at byte 13"},
      {R"({"values" []})", "not_json at byte 10"},
      {R"({values:[]})", "not_json at byte 1"},
      {R"({,"values":[]})", "not_json at byte 1"},
      {R"({"valueRanges":[{},]})", "not_json at byte 19"},
      {R"({"valueRanges":[{} {}]})", "not_json at byte 19"},
      {R"({"valueRanges":[{"values":[]]})", "not_json at byte 28"},
      {R"({"valueRanges":[}]})", "not_json at byte 16"},
      {R"(Service Unavailable)", "not_json at byte 0"},
      {R"(nothing)", "not_json at byte 1"},
      {"\xEF\xBB\xBF{}", "not_json at byte 0"},
  };
  for (const Example& example : answers)
    CHECK_MESSAGE(verdict(example.json) == example.expected, example.json);
}

TEST_CASE("cut anywhere, an answer is truncated at its end and nowhere else") {
  const std::string_view samples[] = {
      R"( {"range":"'物件'!A1:C2","majorDimension":"ROWS","values":[["é日😀","\u003d\ud83d\ude00\n"],)"
      R"([],[-12.5E+7,true,false,null,"\ud800"]],"x":[{"a":"\\"},[],-0.1e5,null]})",
      R"({"spreadsheetId":"s","other":{"a":[1,{"b":"日本\t"}]},"valueRanges":[{"range":"A!A1",)"
      R"("values":[["a"]]},{},{"values":[["\u65e5",""]],"majorDimension":"ROWS"}]})"};
  for (const std::string_view sample : samples) {
    for (std::size_t size = 0; size < sample.size(); ++size) {
      const std::string expected = "truncated_answer at byte " + std::to_string(size);
      CHECK(verdict(sample.substr(0, size)) == expected);
    }
    CHECK(verdict(sample) == "ok");
  }
}

TEST_CASE("an empty body is a truncated answer") {
  CHECK(verdict("") == "truncated_answer at byte 0");
  CHECK(verdict(" \n") == "truncated_answer at byte 2");
  CHECK(show(check_sheet_answer(std::string_view())) == "truncated_answer at byte 0");
}

TEST_CASE("what is wrong already is not called truncated") {
  CHECK(verdict(R"({"values":[["\ud83d\u00g)") == "bad_escape at byte 19");
  CHECK(verdict("{\"values\":[[\"\xE0\x80") == "bad_utf8 at byte 13");
  CHECK(verdict(R"({"values":[[01)") == "bad_number at byte 13");
  CHECK(verdict(R"({"values":[[trx)") == "not_json at byte 14");
}
