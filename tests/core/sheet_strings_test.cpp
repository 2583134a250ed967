// Strings: decoding, the verbatim mark, unpaired surrogates, and how long a decoded text lives.
#include <doctest/doctest.h>

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "listing_sync/text.h"
#include "sheet_reading.h"

using namespace listing_sync;
using namespace listing_sync::testing;

namespace {

std::string read_cell(const std::string& json) {
  return read_answer(R"({"values":[[)" + json + "]]}");
}

}  // namespace

TEST_CASE("escapes are decoded") {
  const Examples table = {
      {R"("\u003c\u003E\u0026")", ": [\"<>&\"]"},
      {R"("https://h/?a\u003d1\u0026b\u003d日本")", ": [\"https://h/?a=1&b=日本\"]"},
      {R"("\/")", ": [\"/\"]"},
      {R"("\"")", ": [\"\"\"~]"},
      {R"("\\")", ": [\"\\\"~]"},
      {R"("\b\f\n\r\t")", ": [\"\b\f\n\r\t\"~]"},
      {R"("\u0041\u00e9\u65E5\uffff")", ": [\"Aé日\xEF\xBF\xBF\"]"},
      {R"("\ud83d\ude00")", ": [\"😀\"]"},
      {R"("\uD800\uDC00\uDBFF\uDFFF")", ": [\"\xF0\x90\x80\x80\xF4\x8F\xBF\xBF\"]"},
      {R"("\u007f\u0080\u07ff\u0800")", ": [\"\x7F\xC2\x80\xDF\xBF\xE0\xA0\x80\"]"},
      {R"("before\nafter")", ": [\"before\nafter\"~]"},
  };
  for (const Example& example : table)
    CHECK_MESSAGE(read_cell(example.json) == example.expected, example.json);
}

TEST_CASE("an escaped NUL is a character like any other") {
  SheetReader reader(R"({"values":[["a\u0000b"]]})");
  std::vector<Cell> cells;
  REQUIRE(reader.next_range());
  REQUIRE(reader.next_row(cells));
  CHECK(cells[0].text == std::string_view("a\0b", 3));
  CHECK_FALSE(cells[0].verbatim);
}

TEST_CASE("an unpaired surrogate becomes U+FFFD and flags its cell only") {
  const std::string fffd = "\xEF\xBF\xBD";
  const Examples table = {
      {R"("\ud800")", ": [\"" + fffd + "\"!]"},
      {R"("\udc00")", ": [\"" + fffd + "\"!]"},
      {R"("\udbffx")", ": [\"" + fffd + "x\"!]"},
      {R"("\ud83d\n")", ": [\"" + fffd + "\n\"!]"},
      {R"("\ud83d\u0041")", ": [\"" + fffd + "A\"!]"},
      {R"("\ud83d\ud83d\ude00")", ": [\"" + fffd + "😀\"!]"},
      {R"("\ude00\ud83d")", ": [\"" + fffd + fffd + "\"!]"},
      {R"("\ud83d","\ud83d\ude00","c")", ": [\"" + fffd + "\"! \"😀\" \"c\"]"},
  };
  for (const Example& example : table)
    CHECK_MESSAGE(read_cell(example.json) == example.expected, example.json);
}

TEST_CASE("verbatim is true exactly where the text between quotes is its JSON form") {
  // Every code point below 0x100 and some above, written as an escape behind other text.
  for (unsigned code = 0; code < 0x100; ++code) {
    const std::string hex = hex64(code).substr(12);
    SheetReader reader("");
    const std::string body = R"({"values":[["日本12345678\u)" + hex + "\"]]}";
    reader = SheetReader(body);
    std::vector<Cell> cells;
    REQUIRE(reader.next_range());
    REQUIRE(reader.next_row(cells));
    const bool plain = code >= 0x20 && code != '"' && code != '\\';
    CHECK_MESSAGE(cells[0].verbatim == plain, hex);
    std::string json;
    append_json_string(json, cells[0].text);
    CHECK_MESSAGE((json == '"' + std::string(cells[0].text) + '"') == plain, hex);
  }
}

TEST_CASE("a string without escapes is a view of the body") {
  const std::string body = R"({"values":[["","日本","abc"]]})";
  SheetReader reader(body);
  std::vector<Cell> cells;
  REQUIRE(reader.next_range());
  REQUIRE(reader.next_row(cells));
  CHECK(cells[0].text.data() == body.data() + 13);
  CHECK(cells[1].text.data() == body.data() + body.find("日本"));
  CHECK(cells[2].text.data() == body.data() + body.find("abc"));
}

TEST_CASE("strings are found to end wherever their quote stands") {
  for (std::size_t size = 0; size < 40; ++size) {
    const std::string ascii(size, 'x');
    std::string kana;
    for (std::size_t count = 0; count < size; ++count) kana += "あ";
    CHECK(read_cell('"' + ascii + '"') == ": [\"" + ascii + "\"]");
    CHECK(read_cell('"' + kana + '"') == ": [\"" + kana + "\"]");
    CHECK(read_cell('"' + kana + ascii + '"') == ": [\"" + kana + ascii + "\"]");
    CHECK(read_cell('"' + ascii + "\\n" + kana + '"') == ": [\"" + ascii + '\n' + kana + "\"~]");
    CHECK(read_cell("\"\\u003d" + ascii + "\\u003d\"") == ": [\"=" + ascii + "=\"]");
  }
}

TEST_CASE("decoded texts of a row stay as they are until the next row, however many there are") {
  // One row whose decoded texts grow from a few bytes to far more than any first chunk.
  std::string body = R"({"values":[["before\n"],[)";
  std::vector<std::string> expected;
  for (std::size_t index = 0; index < 400; ++index) {
    const std::string fill(index * index / 40, static_cast<char>('a' + index % 26));
    body += (index > 0 ? ",\"" : "\"") + fill + "\\u003d" + fill + "\\n\"";
    expected.push_back(fill + '=' + fill + '\n');
  }
  body += R"(],["after\n"]]})";
  const ExactBytes bytes(body);
  SheetReader reader(bytes.view());
  std::vector<Cell> cells;
  REQUIRE(reader.next_range());
  for (int row = 0; row < 2; ++row) REQUIRE(reader.next_row(cells));
  REQUIRE(cells.size() == expected.size());
  for (std::size_t index = 0; index < expected.size(); ++index) {
    CHECK(cells[index].text == expected[index]);
  }
  REQUIRE(reader.next_row(cells));
  CHECK(cells[0].text == "after\n");
}

TEST_CASE("a long run behind an escape is decoded, wherever the memory for it has to grow") {
  for (const std::size_t size : {4'000U, 4'090U, 4'100U, 20'000U, 300'000U}) {
    const std::string run(size, 'x');
    CHECK(read_cell("\"\\u003d" + run + "\"") == ": [\"=" + run + "\"]");
    CHECK(read_cell("\"" + run + "\\u003d\",\"\\u003d" + run + run + "\"") ==
          ": [\"" + run + "=\" \"=" + run + run + "\"]");
  }
}

TEST_CASE("the memory of a row's decoded texts is used again for the next row") {
  const std::string text(1'000, 'x');
  std::string body = R"({"values":[)";
  for (int row = 0; row < 1'000; ++row)
    body += (row > 0 ? ",[\"\\u003d" : "[\"\\u003d") + text + "\"]";
  body += "]}";
  SheetReader reader(body);
  std::vector<Cell> cells;
  std::set<const char*> places;
  REQUIRE(reader.next_range());
  while (reader.next_row(cells)) places.insert(cells[0].text.data());
  CHECK_FALSE(reader.fault());
  CHECK(places.size() == 1);
}

TEST_CASE("decoded texts outlive next_range and the end of the rows") {
  SheetReader reader(R"({"valueRanges":[{"values":[["a\n"]],"\u0078\u0079\u007a":"\n\n\n\n"},)"
                     R"({"\u0078":"\u0079\n","range":"\u0052"}]})");
  std::vector<Cell> cells;
  REQUIRE(reader.next_range());
  REQUIRE(reader.next_row(cells));
  REQUIRE(reader.next_range());
  CHECK(reader.range() == "R");
  CHECK(cells[0].text == "a\n");
}

TEST_CASE("a cell of 50,000 characters is read whole, escaped or not") {
  std::string text, escaped, decoded;
  for (std::size_t index = 0; index < 50'000; ++index) {
    text += "国";
    escaped += index % 2 == 0 ? "\\u56fd" : "\\n";
    decoded += index % 2 == 0 ? "国" : "\n";
  }
  const ExactBytes body(R"({"values":[[")" + text + R"(",")" + escaped + R"(","end"]]})");
  SheetReader reader(body.view());
  std::vector<Cell> cells;
  REQUIRE(reader.next_range());
  REQUIRE(reader.next_row(cells));
  REQUIRE(cells.size() == 3);
  CHECK((cells[0].text == text && cells[0].verbatim));
  CHECK((cells[1].text == decoded && !cells[1].verbatim));
  CHECK(cells[2].text == "end");
}
