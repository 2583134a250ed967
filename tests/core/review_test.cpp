// The questions of review: what is asked of the database, and the documents made of its answers.
#include <doctest/doctest.h>

#include "support/listings.h"

namespace listing_sync::testing {
namespace {

struct Answered {
  std::vector<Fetch> fetches;
  Json document;
  [[nodiscard]] Json asked() const { return Json::parse(fetches.at(0).body); }
  [[nodiscard]] std::uint64_t status() const { return document["http_status"].number(); }
  [[nodiscard]] Json body() const { return document["body"]; }
};

Started question(std::string job, std::string request) {
  Started started = sync_started();
  started.job = std::move(job);
  started.trigger = "manual";
  started.more = {{"request", std::move(request)}};
  return started;
}

/// The requests are answered in turn, the last answer again and again.
Answered ask(const Started& started, const std::vector<std::string>& bodies) {
  HostModel world;
  std::size_t next = 0;
  world.fault = [&](const Fetch&) {
    const std::string& body = bodies[std::min(next++, bodies.size() - 1)];
    return Interference{false, Outcome{200, body, "", "{}"}};
  };
  const Invocation run = world.run(started);
  CHECK(run.outcome == "answered");
  CHECK(run.finishes == 1);
  return {run.fetches, run.document};
}

constexpr std::string_view kTabs =
    R"({"sheets":[{"properties":{"title":"other"}},{"properties":{"sheetId":77,"title":"物件 一覧"}}]})";

TEST_CASE("history asks for a page and tells its runs in the words of the API") {
  const Answered answered = ask(question("history", R"({"limit":2,"before":"2026-01-01"})"), {R"({
    "runs":[{"sync_id":"s1","status":"failed","kind":"selective","trigger":"retry","keys":["a","b"],
      "dry_run":false,"forced":true,"ledger":{"read":3,"inserted":1,"updated":1,"failed":1},
      "errors_count":1,"invocations":2,"cause_code":"no_progress","cause_message":"m",
      "requested_at":"r","started_at":"t","completed_at":"c","duration_ms":12}],
    "next_before":"n","now":1})"});
  CHECK(answered.fetches.size() == 1);
  CHECK(answered.fetches[0].path == "/rest/v1/rpc/sync_read_history");
  CHECK(answered.asked().raw() == R"({"p_before":"2026-01-01","p_limit":2,"p_source":"listings"})");
  CHECK(answered.body()["nextBefore"].text() == "n");
  const Json run = answered.body()["runs"][0];
  CHECK(run["numbers"].number() == 2);
  CHECK(run["durationMs"].number() == 12);
  CHECK(run["stats"]["success"].number() == 2);
  CHECK(run["cause"]["code"].text() == "no_progress");
  CHECK(run["forced"].flag());
  CHECK(run["errorsTotal"].number() == 1);
  CHECK(run["invocations"].number() == 2);
}

TEST_CASE("held entries are asked for by what was given, and explained where they have no words") {
  const Answered answered =
      ask(question("errors", R"({"limit":5,"after":9,"state":"ignored","search":"x"})"), {R"({
    "errors":[{"id":10,"key":"K1","row":4,"column":"rent","kind":"cell","code":"not_a_number",
      "message":null,"value":null,"sync_id":"s","first_seen":"f","last_seen":"l","seen_count":3,
      "ignored_at":"i","resolved_at":null,"resolved_by":null}],
    "next_after":null,"open_count":1,"ignored_count":2,"groups":null})"});
  CHECK(answered.asked()["p_after_id"].number() == 9);
  CHECK(answered.asked()["p_state"].text() == "ignored");
  CHECK(answered.asked()["p_search"].text() == "x");
  CHECK(answered.asked()["p_code"].is_null());
  CHECK_FALSE(answered.asked()["p_with_values"].flag());
  const Json entry = answered.body()["errors"][0];
  CHECK(entry["propertyNumber"].text() == "K1");
  CHECK(entry["error"].text() == "the cell is no number that can be read with certainty");
  CHECK(entry["ignoredAt"].text() == "i");
  CHECK(answered.body()["ignoredCount"].number() == 2);
}

TEST_CASE("a person's word and a retry go out with their ids") {
  const Answered ignored =
      ask(question("review", R"({"action":"ignore","ids":[1,2]})"), {R"({"changed":2,"now":1})"});
  CHECK(ignored.asked().raw() == R"({"p_action":"ignore","p_ids":[1,2],"p_source":"listings"})");
  CHECK(ignored.body().raw() == R"({"changed":2})");
  const Started retry = question("retry", R"({"ids":[3]})");
  const Answered queued =
      ask(retry, {R"({"outcome":"recorded","sync_id":"s1","status":"queued","started_at":"t"})"});
  CHECK(queued.asked()["p_ids"].raw() == "[3]");
  CHECK(queued.asked()["p_mapping_hash"].text().size() == 16);
  CHECK(queued.status() == 202);
  const Answered nothing = ask(retry, {R"({"outcome":"nothing_to_retry"})"});
  CHECK(nothing.status() == 409);
  CHECK(nothing.body()["code"].text() == "nothing_to_retry");
}

TEST_CASE("metrics hand the facts through as they are") {
  Started started = question("metrics", "{}");
  started.more.emplace_back("sources", R"(["a","b"])");
  const Answered answered = ask(started, {R"({"now":1,"sources":[{"source":"a"}]})"});
  CHECK(answered.asked().raw() == R"({"p_sources":["a","b"]})");
  CHECK(answered.body()["sources"].raw() == R"([{"source":"a"}])");
}

TEST_CASE("the sheet tells its tab's number and where each column stands") {
  const Answered answered = ask(
      question("sheet", "{}"),
      {std::string(kTabs),
       R"({"valueRanges":[{"range":"'物件 一覧'!A1:D1","values":[["備考","x","番号","賃料"]]}]})"});
  REQUIRE(answered.fetches.size() == 2);
  CHECK(answered.fetches[0].target == "sheets");
  CHECK(answered.fetches[0].path ==
        "/v4/spreadsheets/sheet?fields=sheets.properties(sheetId,title)&prettyPrint=false");
  const Json body = answered.body();
  CHECK(body["url"].text() == "https://docs.google.com/spreadsheets/d/sheet/edit");
  CHECK(body["gid"].number() == 77);
  CHECK(body["problem"].is_null());
  std::vector<std::string> letters;
  for (const Json& column : body["columns"].items())
    letters.push_back(column["column"].text() + column["letter"].text());
  CHECK(letters == std::vector<std::string>{"keyC", "rentD", "noteA"});
}

TEST_CASE("what Google does not say is null, with the reason") {
  const Started started = question("sheet", "{}");
  const Answered moved = ask(
      started, {std::string(kTabs),
                R"({"valueRanges":[{"range":"'物件 一覧'!A1:B1","values":[["番号","備考"]]}]})"});
  CHECK(moved.body()["gid"].number() == 77);
  CHECK(moved.body()["problem"]["code"].text() == "header_missing");
  CHECK(moved.body()["columns"][0]["letter"].is_null());
  CHECK(moved.body()["columns"][0]["header"].text() == "番号");
  const Answered gone = ask(started, {R"({"sheets":[]})"});
  CHECK(gone.body()["gid"].is_null());
  CHECK(gone.body()["problem"]["code"].text() == "tab_not_found");
  CHECK(gone.fetches.size() == 1);
}

TEST_CASE("a sheet that cannot be read is said so after one repetition") {
  HostModel world;
  world.fault = [](const Fetch&) { return Interference{false, Outcome{503, "", "", "{}"}}; };
  const Invocation run = world.run(question("sheet", "{}"));
  CHECK(run.fetches.size() == 2);
  CHECK(run.document["http_status"].number() == 200);
  CHECK(run.document["body"]["problem"]["code"].text() == "http_503");
}

}  // namespace
}  // namespace listing_sync::testing
