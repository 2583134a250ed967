// The mapping file: what is read, what is filled in, and how faults are told.
#include "listing_sync/mapping.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "listing_sync/text.h"

using namespace listing_sync;

namespace {

const std::string kKey = R"({"header":"物件番号","column":"property_number","type":"text"})";

/// A mapping of the key column and `columns` (JSON, comma-separated), with `fields` at the top.
std::string mapping_text(const std::string& columns = "", const std::string& fields = "") {
  return R"({"source":"property-listings","tab":"物件一覧","table":"property_listings",)"
         R"("key":"property_number",)" +
         fields + R"("columns":[)" + kKey + (columns.empty() ? "" : ",") + columns + "]}";
}

Mapping parsed(const std::string& text) {
  auto result = parse_mapping(text);
  REQUIRE_MESSAGE(result.ok(), result.fault().where, ": ", result.fault().message);
  return std::move(result).value();
}

Column column_of(std::string_view type, std::string_view policies,
                 std::string_view time_zone = "") {
  auto result = parse_column(type, policies, time_zone);
  REQUIRE_MESSAGE(result.ok(), result.fault().where, ": ", result.fault().message);
  return std::move(result).value();
}

Faults faults_of(const std::string& text) {
  const auto result = parse_mapping(text);
  REQUIRE(!result.ok());
  return result.faults();
}

std::string repeated(std::string_view part, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) text += part;
  return text;
}

}  // namespace

TEST_CASE("what a mapping leaves out has the documented default") {
  const Mapping mapping = parsed(mapping_text());
  CHECK(mapping.source == "property-listings");
  CHECK(mapping.spreadsheet_id.empty());
  CHECK(mapping.tab == "物件一覧");
  CHECK(mapping.header_row == 1);
  CHECK(mapping.table == "property_listings");
  CHECK(mapping.key == 0);
  CHECK(!mapping.key_pattern);
  CHECK(mapping.time_zone.empty());
  CHECK(mapping.on_missing == MissingPolicy::ignore);
  REQUIRE(mapping.columns.size() == 1);
  const Column& column = mapping.columns[0];
  CHECK(column.headers == std::vector<std::string>{"物件番号"});
  CHECK(column.name == "property_number");
  CHECK(column.type == ColumnType::text);
  CHECK(column.blank == BlankPolicy::clear);
  CHECK(column.error_cell == ErrorCellPolicy::keep);
  CHECK(column.invalid == InvalidPolicy::row);
  CHECK(column.write == WritePolicy::always);
  CHECK(column.unit == Unit::none);
  CHECK(!column.sensitive);
  CHECK(!column.max_length);
  CHECK(!column.scale);
  CHECK(!column.min);
  CHECK(!column.max);
  CHECK(!column.pattern);
  CHECK(column.values.empty());
  CHECK(column.fallback.empty());
  CHECK(column.treat_as_blank.empty());
  CHECK(column.utc_offset_minutes == 0);
}

TEST_CASE("every field of a mapping is read") {
  const Mapping mapping = parsed(mapping_text(
      R"({"header":["内見日時","内見"],"column":"viewing_at","type":"datetime","blank":"keep",
          "error_cell":"clear","invalid":"cell","write":"insert","fallback":["予備","予備2"],
          "treat_as_blank":["未定","－"],"sensitive":true})",
      R"("$schema":"x","spreadsheet_id":"1a-Z_9","header_row":3,"key_pattern":"^AA\\d+$",
         "time_zone":"Japan","on_missing":"ignore",)"));
  CHECK(mapping.spreadsheet_id == "1a-Z_9");
  CHECK(mapping.header_row == 3);
  CHECK(mapping.key_pattern->matches("AA12"));
  CHECK(mapping.time_zone == "Japan");
  const Column& column = mapping.columns[1];
  CHECK(column.headers == std::vector<std::string>{"内見日時", "内見"});
  CHECK(column.type == ColumnType::datetime);
  CHECK(column.blank == BlankPolicy::keep);
  CHECK(column.error_cell == ErrorCellPolicy::clear);
  CHECK(column.invalid == InvalidPolicy::cell);
  CHECK(column.write == WritePolicy::insert);
  CHECK(column.fallback == std::vector<std::string>{"予備", "予備2"});
  CHECK(column.sensitive);
  CHECK(column.utc_offset_minutes == 540);
}

TEST_CASE("a name goes into JSON as it must") {
  const Mapping mapping =
      parsed(mapping_text(R"({"header":"x","column":"a\"b\\c","type":"text"})"));
  CHECK(mapping.columns[0].json_name == R"("property_number":)");
  CHECK(mapping.columns[1].json_name == R"("a\"b\\c":)");
}

TEST_CASE("all types are known by their names") {
  const std::vector<std::pair<std::string_view, ColumnType>> types = {
      {"text", ColumnType::text},         {"integer", ColumnType::integer},
      {"number", ColumnType::number},     {"date", ColumnType::date},
      {"datetime", ColumnType::datetime}, {"year_month", ColumnType::year_month},
      {"boolean", ColumnType::boolean},   {"url", ColumnType::url},
      {"email", ColumnType::email},       {"phone", ColumnType::phone}};
  for (const auto& entry : types) {
    CHECK_MESSAGE(column_of(entry.first, "{}", "UTC").type == entry.second, entry.first);
  }
  CHECK(column_of("enum", R"({"values":{"a":"b"}})").type == ColumnType::enumeration);
}

TEST_CASE("a column may be read alone, from its type and its policies") {
  CHECK(column_of("text", R"({"required":true})").blank == BlankPolicy::error);
  CHECK(column_of("text", R"({"max_length":3})").max_length == 3U);
  CHECK(column_of("number", R"({"scale":2,"unit":"m2"})").scale == 2);
  CHECK(column_of("number", R"({"unit":"yen"})").unit == Unit::yen);
  CHECK(column_of("number", R"({"unit":"m2"})").unit == Unit::m2);
  CHECK(column_of("text", R"({"pattern":"^a"})").pattern->matches("ab"));
  CHECK(column_of("datetime", "{}", "-03:30").utc_offset_minutes == -210);
  CHECK(parse_column("varchar", "{}").fault().where == "$.type");
  CHECK(parse_column("text", "[]").fault().code == "wrong_type");
  CHECK(parse_column("text", "{").fault().code == "not_json");
  CHECK(parse_column("text", R"({"header":"x"})").fault().code == "unknown_field");
  CHECK(parse_column("datetime", "{}").fault().code == "bad_time_zone");
  CHECK(parse_column("text", "{}", "Mars").fault().code == "bad_time_zone");
}

TEST_CASE("labels and texts for blank are folded and sorted, as cells are compared with them") {
  const Column column = column_of("enum", R"({"values":{"公開 中":"public","ﾏﾝｼｮﾝ":"condo",
      "マンション":"condo","Ａ":"a"},"treat_as_blank":["－ ","ﾅｼ","-"]})");
  using Pair = std::pair<std::string, std::string>;
  CHECK(column.values ==
        std::vector<Pair>{{"A", "a"}, {"マンション", "condo"}, {"公開 中", "public"}});
  CHECK(std::is_sorted(column.treat_as_blank.begin(), column.treat_as_blank.end()));
  CHECK(column.treat_as_blank.back() == "ナシ");
}

TEST_CASE("bounds keep every digit, written as a number or as a text") {
  const auto min_of = [](const std::string& written) {
    return column_of("number", "{\"min\":" + written + "}").min.value();
  };
  CHECK(min_of("0") == "0");
  CHECK(min_of("-1.50") == "-1.5");
  CHECK(min_of("1e3") == "1000");
  CHECK(min_of("1e-07") == "0.0000001");
  CHECK(min_of("9007199254740993") == "9007199254740993");
  CHECK(min_of("123456789012345678901234567890.5") == "123456789012345678901234567890.5");
  CHECK(min_of("\"0.12345678901234567890123\"") == "0.12345678901234567890123");
  CHECK(column_of("number", R"({"min":"0.1","max":0.1})").max.value() == "0.1");
}

TEST_CASE("the key and required columns are always held by row") {
  const Mapping mapping = parsed(
      R"({"source":"s","tab":"t","table":"x","key":"k","columns":[
          {"header":"A","column":"a","type":"text","invalid":"cell"},
          {"header":"B","column":"b","type":"text","invalid":"cell","required":true},
          {"header":"C","column":"c","type":"text","invalid":"cell","blank":"error"},
          {"header":"K","column":"k","type":"text","invalid":"cell"}]})");
  CHECK(mapping.key == 3);
  CHECK(mapping.columns[0].invalid == InvalidPolicy::cell);
  CHECK(mapping.columns[1].invalid == InvalidPolicy::row);
  CHECK(mapping.columns[2].invalid == InvalidPolicy::row);
  CHECK(mapping.columns[3].invalid == InvalidPolicy::row);
}

TEST_CASE("time zones without daylight saving time are known, and offsets") {
  const std::vector<std::pair<std::string_view, int>> known = {
      {"UTC", 0},      {"Asia/Tokyo", 540}, {"Japan", 540},  {"+00:00", 0},
      {"+09:00", 540}, {"-14:00", -840},    {"+14:00", 840}, {"+05:45", 345}};
  for (const auto& entry : known) {
    CHECK_MESSAGE(column_of("datetime", "{}", entry.first).utc_offset_minutes == entry.second,
                  entry.first);
  }
}

TEST_CASE("the hash is over the bytes: any change of the file supersedes an open run") {
  const std::string text = mapping_text();
  CHECK(parsed(text).hash == hex64(hash64(text)));
  CHECK(parsed(text).hash.size() == 16);
  CHECK(parsed(text + " ").hash != parsed(text).hash);
}

TEST_CASE("all faults are told at once, each with its path and what was expected") {
  const Faults faults = faults_of(mapping_text(
      R"({"header":"賃料","column":"rent","type":"nubmer","min":"x"},
         {"heade":"面積","column":"area","type":"number","min":10,"max":9.5},
         {"header":["賃料"],"column":"rent","type":"enum","values":{"a'b":7}})",
      R"("header_row":0,)"));
  struct Told {
    std::string_view code, where, message;
  };
  const std::vector<Told> expected = {
      {"out_of_range", "$.header_row", "expected a whole number from 1 to 10000000, found 0"},
      {"not_accepted", "$.columns[1].type",
       "\"nubmer\" is not accepted (did you mean \"number\"?); expected one of text, integer, "
       "number, date, datetime, year_month, boolean, enum, url, email, phone"},
      {"bad_decimal", "$.columns[1].min", "\"x\" is no decimal number such as -12.5"},
      {"unknown_field", "$.columns[2].heade",
       "unknown field \"heade\" (did you mean \"header\"?); known are header, column, type, blank, "
       "required, error_cell, invalid, write, pattern, min, max, max_length, values, unit, scale, "
       "fallback, treat_as_blank, sensitive"},
      {"missing_field", "$.columns[2].header",
       "the field \"header\" is missing: expected a text or a list of texts"},
      {"conflict", "$.columns[2].min", "min 10 is above max 9.5"},
      {"wrong_type", "$.columns[3].values['a\\'b']", "expected a text, found a number"},
      {"duplicate_column", "$.columns[3].column",
       "the column \"rent\" is written by $.columns[1] already"},
      {"duplicate_header", "$.columns[3].header",
       "the header \"賃料\" is claimed by $.columns[1] already"}};
  REQUIRE(faults.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CHECK(faults[i].code == expected[i].code);
    CHECK(faults[i].where == expected[i].where);
    CHECK(faults[i].message == expected[i].message);
  }
}

TEST_CASE("a bad pattern is told with its place in the pattern") {
  const Fault fault = faults_of(mapping_text("", R"json("key_pattern":"^AA(?=\\d)",)json")).front();
  CHECK(fault.code == "bad_pattern");
  CHECK(fault.where == "$.key_pattern");
  CHECK(fault.message ==
        "\"^AA(?=\\d)\", offset 3: look-around is not supported: patterns are matched in linear "
        "time");
}

TEST_CASE("what is not JSON is told with its byte, line and column") {
  const auto told = [](const std::string& text) {
    const Fault fault = faults_of(text).front();
    return fault.code + " | " + fault.where + " | " + fault.message;
  };
  CHECK(told("") ==
        "not_json | byte 0 | the mapping is not valid JSON at line 1, column 1: it ends too early");
  CHECK(told("{\n  \"a\": 1,\n}") ==
        "not_json | byte 12 | the mapping is not valid JSON at line 3, column 1");
  CHECK(told("<html>") == "not_json | byte 0 | the mapping is not valid JSON at line 1, column 1");
  CHECK(told("{} {}").substr(0, 17) == "not_json | byte 3");
  CHECK(told("{\"a\": \"\xFF\"}").substr(0, 17) == "not_json | byte 7");
  CHECK(told(std::string("{}\0{}", 5)).substr(0, 17) == "not_json | byte 2");
  CHECK(told("{\"a\": 1").substr(0, 17) == "not_json | byte 7");
}

TEST_CASE("a byte order mark in front is no fault") {
  CHECK(parse_mapping("\xEF\xBB\xBF" + mapping_text()).ok());
}

TEST_CASE("a field that stands twice is noticed, wherever it stands") {
  const Faults faults = faults_of(mapping_text(
      R"({"header":"x","column":"c","type":"enum","values":{"a":"1","a":"2"}})", R"("key":"k",)"));
  REQUIRE(faults.size() >= 2);
  CHECK(faults[0].code == "duplicate_field");
  CHECK(faults[0].where == "$.key");
  CHECK(faults[1].where == "$.columns[1].values.a");
}

TEST_CASE("limits hold: size, depth, columns, numbers, faults") {
  CHECK(faults_of(std::string((1 << 20) + 1, ' ')).front().code == "too_large");
  CHECK(faults_of(repeated("[", 65)).front().code == "too_deep");
  CHECK(faults_of(repeated("{\"a\":", 100'000)).front().code == "too_deep");
  CHECK(faults_of(repeated("[", 64)).front().code == "not_json");
  CHECK(faults_of("{\"a\":[1,1e999]}").front().code == "bad_decimal");
  CHECK(faults_of("{\"a\":[1,1e999]}").front().where == "$.a[1]");

  const auto columns = [](std::size_t count) {
    std::string text;
    for (std::size_t i = 1; i < count; ++i) {
      const std::string n = std::to_string(i);
      text += (i == 1 ? "" : ",");
      text += "{\"header\":\"h" + n + "\",\"column\":\"c" + n + "\",\"type\":\"text\"}";
    }
    return mapping_text(text);
  };
  CHECK(parsed(columns(1000)).columns.size() == 1000);
  const Faults too_many = faults_of(columns(1001));
  REQUIRE(too_many.size() == 1);
  CHECK(too_many[0].code == "too_large");
  CHECK(too_many[0].where == "$.columns");

  std::string members;
  for (int i = 0; i < 30'000; ++i) members += "\"field" + std::to_string(i) + "\":0,";
  const Faults many = faults_of(mapping_text("", members));
  CHECK(many.size() == 1001);
  CHECK(many.back().code == "more_faults");
  CHECK(many.back().message == "29000 further faults are not shown");
}

TEST_CASE("what a message quotes is short and on one line") {
  const std::string name = repeated("物", 200) + "\\n";
  const Fault fault = faults_of(mapping_text("", "\"" + name + "\":1,")).front();
  CHECK(fault.where == "$['" + repeated("物", 60) + "…']");
  const Fault broken = faults_of(mapping_text("", R"("a\nb":1,)")).front();
  CHECK(broken.where == "$['a b']");
}

TEST_CASE("a key that no column has is told with the nearest column") {
  std::string text = mapping_text();
  text.replace(text.find("\"key\":\"property_number\""), 23, "\"key\":\"property_nunber\"");
  const Fault fault = faults_of(text).front();
  CHECK(fault.code == "unknown_column");
  CHECK(fault.where == "$.key");
  CHECK(fault.message ==
        "no item of \"columns\" has the column \"property_nunber\" (did you mean "
        "\"property_number\"?)");
}

TEST_CASE("a datetime column without a time zone is told by name") {
  const Fault fault =
      faults_of(mapping_text(R"({"header":"x","column":"viewing_at","type":"datetime"})")).front();
  CHECK(fault.where == "$.time_zone");
  CHECK(fault.message.find("\"viewing_at\" is a datetime") != std::string::npos);
  CHECK(fault.message.find("Asia/Tokyo") != std::string::npos);
}
