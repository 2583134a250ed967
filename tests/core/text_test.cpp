// Trimming, folding and counting, character by character.
#include "listing_sync/text.h"

#include <doctest/doctest.h>

#include <string>

using listing_sync::code_points;
using listing_sync::fold_header;
using listing_sync::fold_width;
using listing_sync::trim;

namespace {

std::string folded(std::string_view text) {
  std::string out = "what was there before";
  fold_width(text, out);
  return out;
}

std::string utf8(char32_t point) {
  const auto byte = [](char32_t value) { return static_cast<char>(value); };
  if (point < 0x80) return {byte(point)};
  if (point < 0x800) return {byte(0xC0 | (point >> 6)), byte(0x80 | (point & 0x3F))};
  if (point < 0x10000)
    return {byte(0xE0 | (point >> 12)), byte(0x80 | ((point >> 6) & 0x3F)),
            byte(0x80 | (point & 0x3F))};
  return {byte(0xF0 | (point >> 18)), byte(0x80 | ((point >> 12) & 0x3F)),
          byte(0x80 | ((point >> 6) & 0x3F)), byte(0x80 | (point & 0x3F))};
}

/// White_Space of UAX #44 (PropList.txt, Unicode 15), and the two invisible ones.
bool is_white_space(char32_t point) {
  return (point >= 0x09 && point <= 0x0D) || point == 0x20 || point == 0x85 || point == 0xA0 ||
         point == 0x1680 || (point >= 0x2000 && point <= 0x200A) || point == 0x2028 ||
         point == 0x2029 || point == 0x202F || point == 0x205F || point == 0x3000 ||
         point == 0x200B || point == 0xFEFF;
}

}  // namespace

TEST_CASE("every code point is trimmed at both ends if and only if it is white space") {
  for (char32_t point = 0; point <= 0x10FFFF; ++point) {
    if (point >= 0xD800 && point <= 0xDFFF) continue;
    const std::string space = utf8(point);
    const std::string around = space + "値" + space;
    const std::string_view expected = is_white_space(point) ? std::string_view("値") : around;
    if (trim(around) == expected) continue;
    FAIL("U+", static_cast<unsigned>(point));
  }
}

TEST_CASE("trimming leaves nothing of white space and all of what has none") {
  CHECK(trim("").empty());
  CHECK(trim(" \t\u3000\u200B\uFEFF\u2009").empty());
  CHECK(trim("a") == "a");
  CHECK(trim("　大分市　中央町　") == "大分市　中央町");
}

TEST_CASE("bytes that are no UTF-8 are neither read past nor trimmed") {
  for (const std::string_view text : {"\xE3", "\xE3\x80", "\xC2", "\x80", "\x80\x80", "\xFF"})
    CHECK(trim(text) == text);
}

TEST_CASE("full-width ASCII, signs and the ideographic space fold to half width") {
  for (char32_t point = 0xFF01; point <= 0xFF5E; ++point)
    CHECK(folded(utf8(point)) == std::string(1, static_cast<char>(point - 0xFEE0)));
  CHECK(folded("Ａ　１") == "A 1");
  CHECK(folded("￠￡￢￣￤￥￦") == "¢£¬¯¦¥₩");
  CHECK(folded("｟｠") == "⦅⦆");
}

TEST_CASE("half-width katakana fold to full width") {
  CHECK(
      folded("｡｢｣､･ｦｧｨｩｪｫｬｭｮｯｰｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝ") ==
      "。「」、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホ"
      "マミムメモヤユヨラリルレロワン");
}

TEST_CASE("voiced marks are composed with the kana before them") {
  CHECK(folded("ｶﾞｷﾞｸﾞｹﾞｺﾞｻﾞｼﾞｽﾞｾﾞｿﾞﾀﾞﾁﾞﾂﾞﾃﾞﾄﾞﾊﾞﾋﾞﾌﾞﾍﾞﾎﾞｳﾞﾜﾞｦﾞ") ==
        "ガギグゲゴザジズゼゾダヂヅデドバビブベボヴヷヺ");
  CHECK(folded("ﾊﾟﾋﾟﾌﾟﾍﾟﾎﾟ") == "パピプペポ");
  CHECK(folded("カﾞかﾞはﾟ") == "ガがぱ");  // half a mark typed behind a full kana
  CHECK(folded("ｱﾞ") == "ア\u3099");
  CHECK(folded("ｶﾟ") == "カ\u309A");
  CHECK(folded("ﾞ") == "\u3099");
  CHECK(folded("aﾞ") == "a\u3099");
  CHECK(folded("ｶﾞﾞ") == "ガ\u3099");
}

TEST_CASE("what is no width stays: circled digits, units, kanji, symbols beyond the BMP") {
  for (const std::string_view text :
       {"①㎡㈱㍻", "大分市中央町", "がぎぐ", "🏠𩸽", "〜―−ー", "\uFF00\uFFA0\uFFE7\uFFFD", ""})
    CHECK(folded(text) == text);
}

TEST_CASE("folding is idempotent") {
  for (char32_t point = 1; point <= 0xFFFF; ++point) {
    if (point >= 0xD800 && point <= 0xDFFF) continue;
    const std::string once = folded("カ" + utf8(point) + "ﾞ");
    if (folded(once) == once) continue;
    FAIL("U+", static_cast<unsigned>(point));
  }
}

TEST_CASE("folding reads no further than its text") {
  for (const std::string_view text : {"\xEF", "\xEF\xBD", "\xE3", "\xE3\x80", "ｱ\xEF\xBE"})
    CHECK(folded(text).size() == text.size());
}

TEST_CASE("headers compare without regard to width, line breaks and runs of white space") {
  CHECK(fold_header("物件\n番号") == "物件 番号");
  CHECK(fold_header("　物件 \r\n\t　番号 ") == "物件 番号");
  CHECK(fold_header("賃料（税込）") == "賃料(税込)");
  CHECK(fold_header("ﾊﾞｽ･ﾄｲﾚ") == "バス・トイレ");
  CHECK(fold_header("物件\u200B番号\uFEFF") == "物件番号");
  CHECK(fold_header("物件 \u200B 番号") == "物件 番号");
  CHECK(fold_header(std::string_view("a\0b", 3)) == "ab");
  CHECK(fold_header(" \u3000 ").empty());
  CHECK(fold_header(fold_header("　Ａ \n Ｂ　")) == "A B");
}

TEST_CASE("length is counted in code points") {
  CHECK(code_points("") == 0);
  CHECK(code_points("abc") == 3);
  CHECK(code_points("大分市") == 3);
  CHECK(code_points("𩸽🏠") == 2);
  CHECK(code_points("か\u3099") == 2);
}
