// Text values on their way out: verbatim copies, escapes, checks that need decoding.
#include <doctest/doctest.h>

#include <string>

#include "cell_support.h"
#include "cells/content.h"
#include "listing_sync/text.h"

using namespace listing_sync;  // NOLINT(google-build-using-namespace)
using testing::column_of;
using testing::convert;

TEST_CASE("a verbatim text is copied between quotes, trimmed") {
  CellScratch scratch;
  std::string out = "[";
  const Cell cell{CellKind::string, true, false, "　大分市 "};
  CHECK(convert_cell(column_of("text"), cell, scratch, out).action == CellAction::write);
  CHECK(out == "[\"大分市\"");
}

TEST_CASE("the quick ways of trimming and folding agree with the thorough ones") {
  constexpr std::string_view kEnds[] = {" ",      "\t",     "\u0085", "\u00A0", "\u1680", "\u2000",
                                        "\u200B", "\u2029", "\u202F", "\u205F", "\u3000", "\uFEFF",
                                        "",       "a",      "値",     "か",     "~",      "é",
                                        "！",     "🏠",      "\u0080", "\u2010", "\u4000", "\u9FFF"};
  constexpr std::string_view kMiddles[] = {"a", "5020", "値", "か", "é", "🏠", "a b"};
  CellScratch scratch;
  const Column column = column_of("text");
  for (const std::string_view front : kEnds)
    for (const std::string_view back : kEnds)
      for (const std::string_view middle : kMiddles) {
        const std::string text = std::string(front).append(middle).append(back);
        std::string out;
        (void)convert_cell(column, {CellKind::string, true, false, text}, scratch, out);
        CHECK(out == "\"" + std::string(trim(text)) + "\"");
        CHECK(folded_label(trim(text), scratch.folded) == fold_header(text));
        fold_width(text, scratch.digits);
        CHECK(folded_text(text, scratch.text) == scratch.digits);
      }
}

TEST_CASE("what JSON must escape is escaped, and nothing else") {
  CHECK(convert("text", "{}", R"("a\"b\\c\/d\n\t\u0001é\u00e9")") ==
        "write \"a\\\"b\\\\c/d\\n\\t\\u0001éé\"");
}

TEST_CASE("an invalid cell leaves nothing behind") {
  CellScratch scratch;
  const Cell cell{CellKind::number, false, false, "12345"};
  std::string out = "{\"a\":";
  const Column column = column_of("number", R"({"max":100})");
  CHECK(convert_cell(column, cell, scratch, out).code == CellCode::out_of_range);
  CHECK(out == "{\"a\":");
}

TEST_CASE("max_length and pattern hold for the values of any type that a Column asks them of") {
  Column column = column_of("number", R"({"scale":1})");
  column.max_length = 4;
  CHECK(convert(column, "12.34") == "write 12.3");
  CHECK(convert(column, "123.45") == "invalid too_long");
  column.max_length.reset();
  column.pattern = Pattern::compile("^\\d+$").value();
  CHECK(convert(column, "12.04") == "write 12");
  CHECK(convert(column, "12.3") == "invalid pattern_mismatch");
  CHECK(convert(column, R"("1.2E1")") == "invalid not_a_number");

  Column date = column_of("date");
  date.pattern = Pattern::compile("^20").value();
  CHECK(convert(date, R"("平成元年2月1日")") == "invalid pattern_mismatch");
  CHECK(convert(date, R"("R8.4.8")") == R"(write "2026-04-08")");

  Column label = column_of("enum", R"({"values":{"長い":"long","短い":"s"}})");
  label.max_length = 1;
  CHECK(convert(label, R"("短い")") == R"(write "s")");
  CHECK(convert(label, R"("長い")") == "invalid too_long");

  Column boolean = column_of("boolean");
  boolean.pattern = Pattern::compile("^true$").value();
  CHECK(convert(boolean, R"("済")") == "write true");
  CHECK(convert(boolean, R"("未")") == "invalid pattern_mismatch");
}
