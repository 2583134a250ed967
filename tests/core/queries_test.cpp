// The pure questions beside the engine (wasm/README.md).
#include <doctest/doctest.h>

#include "listing_sync/query.h"
#include "support/listings.h"

namespace listing_sync::testing {
namespace {

Json ask(Queries& queries, std::string_view question, std::string_view body = "") {
  return Json::parse(queries.ask(question, Bytes::copy(body)));
}

Json ask(std::string_view question, std::string_view body = "") {
  Queries queries;
  return ask(queries, question, body);
}

std::string open_question(bool with_keys) {
  return "{\"query\":\"transform_open\",\"with_keys\":" +
         std::string(with_keys ? "true" : "false") + ",\"mapping\":" + quoted(listings_mapping()) +
         "}";
}

const char kHeader[] = R"({"range":"a!A1:C1","values":[["番号","賃料","備考"]]})";

std::string answer_of(const std::string& ranges) { return "{\"valueRanges\":[" + ranges + "]}"; }

TEST_CASE("the version names the state it writes") {
  const Json answer = ask(R"({"query":"version"})");
  CHECK(answer["state_version"].number() == 1);
  CHECK_FALSE(answer["version"].text().empty());
}

TEST_CASE("a cell is converted under its type and policies") {
  CHECK(ask(R"({"query":"convert","type":"date","policy":{},"cell":"\"令和6年5月1日\""})").raw() ==
        R"({"action":"write","code":"none","value":"\"2024-05-01\""})");
  CHECK(ask(R"({"query":"convert","type":"number","cell":"\"\""})")["action"].text() == "clear");
  CHECK(ask(R"({"query":"convert","type":"number","policy":{"blank":"keep"},"cell":"null"})")
            ["action"]
                .text() == "keep");
  CHECK(ask(R"({"query":"convert","type":"number","cell":"\"#REF!\""})")["action"].text() ==
        "keep_error_cell");
  const Json invalid = ask(R"({"query":"convert","type":"number","cell":"\"abc\""})");
  CHECK(invalid["action"].text() == "invalid");
  CHECK(invalid["code"].text() == "not_a_number");
}

TEST_CASE("a mapping tells its columns with their policies") {
  const Json answer = ask(R"({"query":"columns"})", listings_mapping());
  CHECK(answer["header_row"].number() == 1);
  REQUIRE(answer["columns"].size() == 3);
  const Json& key = answer["columns"][0];
  CHECK(key["headers"][0].text() == "番号");
  CHECK(key["type"].text() == "text");
  CHECK(key["max_length"].is_null());
  CHECK(key["unit"].is_null());
  const Json yen = ask(R"({"query":"columns"})",
                       R"({"source":"a","tab":"b","table":"c","key":"k","columns":[)"
                       R"({"header":"k","column":"k","type":"text","required":true},)"
                       R"({"header":"p","column":"p","type":"number","unit":"yen"}]})");
  CHECK(yen["columns"][1]["unit"].text() == "yen");
  CHECK(ask(R"({"query":"columns"})", "{")["faults"][0]["code"].text() == "not_json");
}

TEST_CASE("a header row is matched as a run would match it") {
  const Json found =
      ask(R"({"query":"match_headers","header_row":["番号","賃料",7,"備考"]})", listings_mapping());
  CHECK(found["index"].raw() == "[0,1,3]");
  CHECK(found["unmapped"].raw() == R"(["7"])");
  const Json missing =
      ask(R"({"query":"match_headers","header_row":["番号","備考"]})", listings_mapping());
  CHECK(missing["faults"][0]["code"].text() == "header_missing");
  for (const char* row : {"7", "null", "{}", "[[1]]", "[{}]"}) {
    CAPTURE(std::string(row));
    const Json answer = ask(R"({"query":"match_headers","header_row":)" + std::string(row) + "}",
                            listings_mapping());
    CHECK(answer["faults"].size() >= 1);
  }
}

TEST_CASE("a question that cannot be answered says what is wrong") {
  for (const char* question :
       {"", "[", "7", "{}", R"({"query":"dance"})", R"({"query":"transform_next"})",
        R"({"query":"convert","type":"colour","cell":"1"})",
        R"({"query":"convert","type":"text","policy":{"nonsense":1},"cell":"1"})",
        R"({"query":"convert","type":"text","cell":""})",
        R"({"query":"convert","type":"text","cell":"1,2"})",
        R"({"query":"convert","type":"text","cell":"{}"})", R"({"query":"mapping"})",
        R"({"query":"transform_open","mapping":"{"})"}) {
    CAPTURE(std::string(question));
    const Json answer = ask(question);
    CHECK(answer["faults"].size() >= 1);
    CHECK_FALSE(answer["faults"][0]["code"].text().empty());
  }
}

TEST_CASE("a mapping is described by what it names") {
  const Json answer = ask(R"({"query":"mapping"})", listings_mapping("\"spreadsheet_id\":\"abc\""));
  CHECK(answer["source"].text() == "listings");
  CHECK(answer["table"].text() == "public.listings");
  CHECK(answer["tab"].text() == "物件 一覧");
  CHECK(answer["spreadsheet_id"].text() == "abc");
  CHECK(answer["key"].text() == "key");
  CHECK(answer["columns"].number() == 3);
  CHECK(answer["hash"].text().size() == 16);
}

TEST_CASE("a transform gives rows batch by batch, with their numbers, and what is held") {
  Queries queries;
  const std::string rows =
      R"({"range":"a!A2:C6","values":[["K1",1,"x"],["K2","?","y"],[],["",5],["K3",3]]})";
  CHECK(ask(queries, open_question(false), answer_of(std::string(kHeader) + "," + rows)).raw() ==
        R"({"unmapped":[]})");
  const Json first = ask(queries, R"({"query":"transform_next","rows_max":1})");
  CHECK(first["rows"].number() == 1);
  CHECK(first["row_numbers"].raw() == "[2]");
  CHECK_FALSE(first["done"].flag());
  CHECK(queries.bytes() == R"([{"key":"K1","rent":1,"note":"x"}])");
  const Json second = ask(queries, R"({"query":"transform_next","rows_max":500})");
  CHECK(second["row_numbers"].raw() == "[6]");
  CHECK(second["failed"].number() == 2);
  CHECK(second["skipped"].number() == 1);
  CHECK(second["held"].size() == 2);
  const Json held = second["held"][0];
  CHECK(held["code"].text() == "not_a_number");
  CHECK(held["column"].text() == "rent");
  CHECK(held["key"].text() == "K2");
  CHECK(held["kind"].text() == "row");
  CHECK(held["message"].text() == "the cell is no number that can be read with certainty");
  CHECK(held["row"].number() == 3);
  CHECK(held["value"].text() == "?");
  CHECK(second["held"][1]["key"].is_null());
  CHECK(second["done"].flag());
  CHECK(ask(queries, R"({"query":"transform_next"})")["faults"].size() == 1);
  CHECK(queries.bytes().empty());
}

TEST_CASE("with the key column duplicates are known") {
  Queries queries;
  const std::string keys = R"({"range":"a!A1:A4","values":[["番号"],["K1"],["K1"],["K2"]]})";
  const std::string rows = R"({"range":"a!A2:C4","values":[["K1",1],["K1",2],["K2",3]]})";
  (void)ask(queries, open_question(true),
            answer_of(std::string(kHeader) + "," + keys + "," + rows));
  const Json answer = ask(queries, R"({"query":"transform_next"})");
  CHECK(answer["rows"].number() == 1);
  CHECK(answer["failed"].number() == 2);
  CHECK(answer["held"][0]["message"].text() == "the key stands on rows 2, 3");
}

TEST_CASE("a broken answer gives no rows at all") {
  Queries queries;
  const std::string rows = R"({"range":"a!A2:C4","values":[["K1",1],["K2",2],["K3")";
  (void)ask(queries, open_question(false),
            "{\"valueRanges\":[" + std::string(kHeader) + "," + rows);
  const Json answer = ask(queries, R"({"query":"transform_next","rows_max":1})");
  CHECK(answer["faults"][0]["code"].text() == "truncated_answer");
  CHECK(ask(queries, R"({"query":"transform_next"})")["faults"].size() == 1);
}

TEST_CASE("a batch of nothing is never asked for in vain") {
  Queries queries;
  const std::string rows = R"({"range":"a!A2:C3","values":[["K1",1],["K2",2]]})";
  (void)ask(queries, open_question(false), answer_of(std::string(kHeader) + "," + rows));
  for (int i = 0; i < 2; ++i)
    CHECK(ask(queries, R"({"query":"transform_next","rows_max":0})")["rows"].number() == 1);
}

}  // namespace
}  // namespace listing_sync::testing
