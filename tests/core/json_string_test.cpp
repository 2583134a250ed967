// Writing JSON strings.
#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "listing_sync/text.h"
#include "sheet_reading.h"

using namespace listing_sync;

namespace {

std::string json_of(std::string_view text) {
  const listing_sync::testing::ExactBytes bytes(text);
  std::string out = ">";
  append_json_string(out, bytes.view());
  return out;
}

}  // namespace

TEST_CASE("a JSON string is appended with its quotes") {
  CHECK(json_of("") == R"(>"")");
  CHECK(json_of("abc") == R"(>"abc")");
  CHECK(json_of("東京都 é😀") == R"(>"東京都 é😀")");
}

TEST_CASE("only what RFC 8259 demands is escaped") {
  CHECK(json_of("\"\\") == R"(>"\"\\")");
  CHECK(json_of("\b\f\n\r\t") == R"(>"\b\f\n\r\t")");
  CHECK(json_of("\x01\x0B\x1F") == R"(>"\u0001\u000b\u001f")");
  CHECK(json_of("/<>&='\x7F\xE2\x80\xA8") == ">\"/<>&='\x7F\xE2\x80\xA8\"");
}

TEST_CASE("NUL is dropped") { CHECK(json_of(std::string_view("\0a\0b\0", 5)) == R"(>"ab")"); }

TEST_CASE("every byte is escaped or not alike at every place of a long text") {
  for (int code = 0; code < 0x80; ++code) {
    const std::string byte(1, static_cast<char>(code));
    const std::string alone = json_of(byte);
    const std::string middle = alone.substr(2, alone.size() - 3);
    for (std::size_t before = 0; before < 20; ++before) {
      const std::string left(before, 'x');
      const std::string right(19 - before, 'y');
      REQUIRE(json_of(left + byte + right) == ">\"" + left + middle + right + '"');
      REQUIRE(json_of("日" + left + byte) == ">\"日" + left + middle + '"');
    }
  }
}

TEST_CASE("the sheet reader reads back what was written") {
  std::string text;
  for (int code = 1; code < 0x80; ++code) text += static_cast<char>(code);
  text += "é日😀\x7F";
  std::string body = R"({"values":[[)";
  append_json_string(body, text);
  body += "]]}";
  SheetReader reader(body);
  std::vector<Cell> cells;
  REQUIRE(reader.next_range());
  REQUIRE(reader.next_row(cells));
  CHECK(cells[0].text == text);
}
