// Requests that fail: the same bytes again after an unknown outcome, smaller ones only after a
// known rollback, a clear end where nothing else helps; nothing lost and nothing counted twice.
#include <doctest/doctest.h>

#include <algorithm>

#include "support/listings.h"

namespace listing_sync::testing {
namespace {

const Run& last_run(const HostModel& world) { return world.database.runs.back(); }

/// The first `times` requests whose step begins with `step` meet `interference`.
void interfere(HostModel& world, std::string step, Interference interference, int times = 1) {
  world.fault = [step = std::move(step), interference = std::move(interference),
                 times](const Fetch& fetch) mutable -> std::optional<Interference> {
    if (times == 0 || fetch.step.rfind(step, 0) != 0) return std::nullopt;
    --times;
    return interference;
  };
}

Outcome problem(std::uint16_t status, std::string_view code) {
  return {status, "{\"code\":" + quoted(code) + ",\"message\":\"no\"}", "", "{}"};
}

struct Trouble {
  std::string name;
  Outcome outcome;
};

std::vector<Trouble> unknown_outcomes() {
  return {{"timeout", no_response("timeout")},
          {"network", no_response("network")},
          {"cut_off", no_response("cut_off")},
          {"502", {502, "<html>bad gateway</html>", "", "{}"}},
          {"503", {503, "", "", "{}"}},
          {"520", {520, "<html>", "", "{}"}},
          {"html under 200", {200, "<!doctype html>", "", "{}"}},
          {"half an answer", {200, "{\"outcome\":\"commi", "", "{}"}},
          {"connection broke", problem(503, "08006")}};
}

TEST_CASE("after an unknown outcome the same bytes are sent again, landed or not") {
  for (const Trouble& trouble : unknown_outcomes()) {
    for (const bool landed : {false, true}) {
      CAPTURE(trouble.name);
      CAPTURE(landed);
      HostModel world = world_of(1000);
      interfere(world, "commit", {landed, trouble.outcome}, 2);
      const Invocation run = world.run(sync_started());
      CHECK(run.outcome == "completed");
      const auto bodies = run.bodies("commit");
      REQUIRE(bodies.size() == 4);
      CHECK(bodies[0] == bodies[1]);
      CHECK(bodies[1] == bodies[2]);
      CHECK(bodies[2] != bodies[3]);
      CHECK(run.changed_bodies == 0);
      CHECK(differences(world) == "");
      CHECK(last_run(world).ledger.read == 1000);
    }
  }
}

TEST_CASE("a busy database is asked again: the codes that say so") {
  for (const char* code :
       {"PT503", "PGRST000", "PGRST001", "PGRST002", "40001", "53300", "57P03"}) {
    CAPTURE(code);
    HostModel world = world_of(10);
    interfere(world, "commit", {false, problem(503, code)}, 3);
    CHECK(world.run(sync_started()).outcome == "completed");
    CHECK(differences(world) == "");
  }
}

TEST_CASE("tries are capped; the run stays open and the next call finishes it") {
  for (const char* step : {"claim", "commit", "close"}) {
    CAPTURE(step);
    HostModel world = world_of(10);
    interfere(world, step, {false, no_response("network")}, 4);
    const Invocation first = world.run(sync_started());
    CHECK(first.outcome == "unavailable");
    CHECK(first.bodies(step).size() == 4);
    world.now_ms += 300'000;
    CHECK(world.run(sync_started()).outcome == "completed");
    CHECK(differences(world) == "");
    CHECK(last_run(world).ledger.read == 10);
  }
}

TEST_CASE("a close whose answer was lost is repeated and harmless") {
  HostModel world = world_of(10);
  interfere(world, "close", {true, no_response("timeout")}, 2);
  const Invocation run = world.run(sync_started());
  CHECK(run.outcome == "completed");
  CHECK(last_run(world).status == "completed");
}

TEST_CASE("a known rollback by size or time halves the batch under the same sequence number") {
  for (const Outcome& too_many : {problem(500, "57014"), Outcome{413, "<html>", "", "{}"},
                                  problem(413, "PT413"), problem(504, "PGRST003")}) {
    CAPTURE(too_many.body);
    HostModel world = world_of(500);
    world.database.rows_max = 130;
    world.database.too_many = too_many;
    const Invocation run = world.run(sync_started());
    CHECK(run.outcome == "completed");
    CHECK(differences(world) == "");
    CHECK(last_run(world).ledger.read == 500);
    const auto bodies = run.bodies("commit");
    CHECK(Json::parse(bodies[0])["p_seq"].raw() == Json::parse(bodies[1])["p_seq"].raw());
    CHECK(Json::parse(bodies[1])["p_rows"].size() == 250);
    CHECK(Json::parse(bodies[2])["p_rows"].size() == 125);
  }
}

TEST_CASE("held entries travel with their row when a batch is cut, and are counted once") {
  HostModel world = world_of(100);
  for (const std::uint32_t row : {5u, 40u, 70u, 99u})
    world.sheet.row(row)[2] = "\"二十文字を超える備考はそのセルだけが保留されるはずです\"";
  world.sheet.row(50)[0] = "";
  world.sheet.row(60).clear();
  world.database.rows_max = 20;
  const Invocation run = world.run(sync_started());
  CHECK(run.outcome == "completed");
  CHECK(last_run(world).ledger.held_cells == 4);
  CHECK(last_run(world).ledger.failed == 1);
  CHECK(last_run(world).ledger.skipped == 1);
  CHECK(last_run(world).ledger.read == 100);
  for (const std::string& text : run.bodies("commit")) {
    const Json body = Json::parse(text);
    for (const Json& held : body["p_held"].items()) {
      if (held["kind"].text() != "cell") continue;
      const auto& numbers = body["p_row_numbers"].items();
      CHECK(std::any_of(numbers.begin(), numbers.end(),
                        [&](const Json& number) { return number.raw() == held["row"].raw(); }));
    }
  }
}

TEST_CASE("after an unknown outcome nothing is cut: the first try may have landed") {
  HostModel world = world_of(100);
  int tries = 0;
  world.fault = [&](const Fetch& fetch) -> std::optional<Interference> {
    if (fetch.step.rfind("commit", 0) != 0 || ++tries > 2) return std::nullopt;
    if (tries == 1) return Interference{true, no_response("timeout")};
    return Interference{false, problem(504, "PGRST003")};
  };
  const Invocation run = world.run(sync_started());
  CHECK(run.outcome == "completed");
  const auto bodies = run.bodies("commit");
  CHECK(bodies.size() == 3);
  CHECK(bodies[0] == bodies[2]);
  CHECK(last_run(world).ledger.read == 100);
}

TEST_CASE("a single row that is too large for the gateway ends the run and is named") {
  HostModel world = world_of(4);
  world.database.rows_max = 0;
  world.database.too_many = {413, "", "", "{}"};
  const Invocation run = world.run(sync_started());
  CHECK(run.outcome == "failed");
  CHECK(run.document["cause"]["code"].text() == "http_413");
  CHECK(run.document["cause"]["message"].text().find("row 2 of") != std::string::npos);
}

TEST_CASE("a single row that takes too long is tried again, now and later, but not for ever") {
  HostModel world = world_of(4);
  world.database.rows_max = 0;
  Invocation run = world.run(sync_started());
  CHECK(run.outcome == "yielded");
  CHECK(run.document["cause"]["code"].text() == "57014");
  CHECK(world.database.lease_until_ms == 0);
  for (int i = 0; i < 30 && run.outcome == "yielded"; ++i) {
    world.now_ms += 300'000;
    run = world.run(sync_started());
  }
  CHECK(run.outcome == "failed");
  CHECK(run.document["cause"]["code"].text() == "no_progress");
}

TEST_CASE("what retrying cannot help stops the run at once") {
  for (const char* code :
       {"PT409", "42501", "PGRST301", "PGRST202", "42P01", "XX000", "nonsense"}) {
    CAPTURE(code);
    HostModel world = world_of(10);
    interfere(world, "commit", {false, problem(400, code)}, 100);
    const Invocation run = world.run(sync_started());
    CHECK(run.outcome == "failed");
    CHECK(run.bodies("commit").size() == 1);
    CHECK(run.document["cause"]["code"].text() == code);
    CHECK(last_run(world).status == "failed");
    CHECK(last_run(world).cause == code);
  }
}

TEST_CASE("a batch refused row for row for one cause stops the run and says which") {
  HostModel world = world_of(20);
  for (std::uint32_t i = 1; i <= 20; ++i) world.database.refused[listing_key(i)] = "23502";
  const Invocation run = world.run(sync_started());
  CHECK(run.outcome == "failed");
  CHECK(run.document["cause"]["code"].text() == "all_refused");
  CHECK(run.document["cause"]["message"].text().find("23502") != std::string::npos);
  CHECK(world.database.table.empty());
}

TEST_CASE("another invocation's fence, sequence or the end of the run end this one at once") {
  struct Case {
    std::string outcome, ended;
  };
  for (const Case& lost : {Case{R"({"outcome":"stale_fence","fence":9})", "busy"},
                           Case{R"({"outcome":"out_of_order","seq":9})", "busy"},
                           Case{R"({"outcome":"run_closed","status":"cancelled"})", "cancelled"}}) {
    CAPTURE(lost.outcome);
    HostModel world = world_of(10);
    interfere(world, "commit", {false, {200, lost.outcome, "", "{}"}});
    const Invocation run = world.run(sync_started());
    CHECK(run.outcome == lost.ended);
    CHECK(run.steps().back() == "commit 10 rows");
  }
}

TEST_CASE("the same at the end of the run") {
  for (const char* answer :
       {R"({"outcome":"stale_fence"})", R"({"outcome":"run_closed","status":"cancelled"})"}) {
    HostModel world = world_of(10);
    interfere(world, "close", {false, {200, answer, "", "{}"}});
    const Invocation run = world.run(sync_started());
    CHECK((run.outcome == "busy" || run.outcome == "cancelled"));
  }
}

TEST_CASE("an end that is refused is told") {
  HostModel world = world_of(10);
  interfere(world, "close", {false, problem(403, "42501")});
  const Invocation run = world.run(sync_started());
  CHECK(run.outcome == "failed");
  CHECK(run.document["cause"]["code"].text() == "42501");
}

TEST_CASE("a commit answered with fewer results than rows stops the run: the ledger is checked") {
  HostModel world = world_of(10);
  world.fault = [&](const Fetch& fetch) -> std::optional<Interference> {
    if (fetch.step.rfind("commit", 0) != 0) return std::nullopt;
    Outcome answer = world.perform(fetch);
    answer.body.replace(answer.body.find("\"inserted\":10"), 13, "\"inserted\":9");
    return Interference{false, answer};
  };
  const Invocation run = world.run(sync_started());
  CHECK(run.outcome == "failed");
  CHECK(run.document["cause"]["code"].text() == "ledger_mismatch");
}

TEST_CASE("an answer no sync function gives stops the run") {
  for (const char* step : {"claim", "commit"}) {
    HostModel world = world_of(10);
    interfere(world, step, {false, {200, R"({"outcome":"surprise"})", "", "{}"}});
    const Invocation run = world.run(sync_started());
    CHECK(run.outcome == "failed");
    CHECK(run.document["cause"]["code"].text() == "unexpected_answer");
  }
}

// ---- the sheet

TEST_CASE("a broken sheet answer is read again, and none of it is committed") {
  for (const char* step : {"read header", "read header, keys, 1-501", "read header, 502-"}) {
    for (const int cut : {1, 2, 50}) {
      CAPTURE(std::string(step));
      CAPTURE(cut);
      HostModel world = world_of(1200);
      int times = 2;
      world.fault = [&](const Fetch& fetch) -> std::optional<Interference> {
        if (fetch.step != step || times == 0) return std::nullopt;
        --times;
        Outcome answer = world.sheet.answer(fetch.path);
        answer.body.resize(answer.body.size() - static_cast<std::size_t>(cut));
        return Interference{false, answer};
      };
      const Invocation run = world.run(sync_started());
      CHECK(run.outcome == "completed");
      CHECK(run.logged("sheet_answer_broken") == 2);
      CHECK(differences(world) == "");
      CHECK(last_run(world).ledger.read == 1200);
    }
  }
}

TEST_CASE("HTML, invalid UTF-8 and foreign JSON from Sheets end the run after the tries") {
  struct Case {
    std::string body, code;
  };
  for (const Case& wrong :
       {Case{"<html>login</html>", "html_answer"}, Case{"{}", "unexpected_shape"},
        Case{"{\"valueRanges\":[{\"values\":[[\"\xFF\"]]}]}", "bad_utf8"},
        Case{"", "truncated_answer"}}) {
    CAPTURE(wrong.body);
    HostModel world = world_of(10);
    interfere(world, "read header", {false, {200, wrong.body, "", "{}"}}, 100);
    const Invocation run = world.run(sync_started());
    CHECK(run.outcome == "failed");
    CHECK(run.document["cause"]["code"].text() == wrong.code);
    CHECK(run.bodies("commit").empty());
    CHECK(run.bodies("read").size() == 4);
  }
}

TEST_CASE("an answer whose last rows are broken commits nothing of the page, whatever its size") {
  HostModel world = world_of(1200);
  world.fault = [&](const Fetch& fetch) -> std::optional<Interference> {
    if (fetch.step != "read header, 502-") return std::nullopt;
    Outcome answer = world.sheet.answer(fetch.path);
    answer.body.resize(answer.body.size() - 3);
    return Interference{false, answer};
  };
  const Invocation run = world.run(sync_started());
  CHECK(run.outcome == "failed");
  CHECK(run.document["cause"]["code"].text() == "truncated_answer");
  CHECK(world.database.table.size() == 500);
  CHECK(last_run(world).ledger.read == 500);
}

TEST_CASE("an answer that lacks a range that was asked for is not believed") {
  HostModel world = world_of(10);
  world.fault = [&](const Fetch& fetch) -> std::optional<Interference> {
    if (fetch.step != "read header, keys, 1-501") return std::nullopt;
    Outcome answer = world.sheet.answer(fetch.path);
    answer.body = answer.body.substr(0, answer.body.rfind(",{\"range\"")) + "]}";
    return Interference{false, answer};
  };
  const Invocation run = world.run(sync_started());
  CHECK(run.outcome == "failed");
  CHECK(run.document["cause"]["code"].text() == "unexpected_shape");
  CHECK(world.database.table.empty());
}

TEST_CASE("a 401 from Sheets renews the token once; a second one ends the run") {
  HostModel world = world_of(10);
  interfere(world, "read header", {false, {401, "{}", "", "{}"}});
  const Invocation run = world.run(sync_started());
  CHECK(run.outcome == "completed");
  CHECK_FALSE(run.fetches[1].renew_credentials);
  CHECK(run.fetches[2].renew_credentials);
  CHECK_FALSE(run.fetches[3].renew_credentials);

  HostModel refused = world_of(10);
  interfere(refused, "read header", {false, {401, "{}", "", "{}"}}, 2);
  const Invocation end = refused.run(sync_started());
  CHECK(end.outcome == "failed");
  CHECK(end.bodies("read").size() == 2);
}

TEST_CASE("what Google refuses for good is told with what to do, and nothing is repeated") {
  struct Case {
    Outcome outcome;
    std::string word;
  };
  for (const Case& wrong :
       {Case{{403, R"({"error":{"status":"PERMISSION_DENIED","message":"no"}})", "", "{}"},
             "share"},
        Case{{404, R"({"error":{"status":"NOT_FOUND"}})", "", "{}"}, "SYNC_SPREADSHEET_ID"},
        Case{no_response("credentials"), "GOOGLE_SERVICE_ACCOUNT_JSON"}}) {
    HostModel world = world_of(10);
    interfere(world, "read", {false, wrong.outcome}, 100);
    const Invocation run = world.run(sync_started());
    CHECK(run.outcome == "failed");
    CHECK(run.bodies("read").size() == 1);
    CHECK(run.document["cause"]["message"].text().find(wrong.word) != std::string::npos);
  }
}

TEST_CASE("a 429 with Retry-After waits at least that long") {
  HostModel world = world_of(10);
  interfere(world, "read header", {false, {429, "{}", "", R"({"retry-after":"7"})"}}, 2);
  const Invocation run = world.run(sync_started());
  CHECK(run.outcome == "completed");
  CHECK(run.fetches[2].at_ms - run.fetches[1].at_ms >= 7000);
  CHECK(run.fetches[3].at_ms - run.fetches[2].at_ms >= 7000);
}

TEST_CASE("Retry-After may be a date, held against the answer's own") {
  HostModel world = world_of(10);
  interfere(
      world, "read header",
      {false,
       {503, "", "",
        R"({"retry-after":"Sun, 06 Nov 1994 08:49:40 GMT","date":"Sun, 06 Nov 1994 08:49:37 GMT"})"}});
  const Invocation run = world.run(sync_started());
  CHECK(run.fetches[2].at_ms - run.fetches[1].at_ms >= 3000);
}

TEST_CASE("a page too large for the host is read in smaller ones") {
  HostModel world = world_of(900);
  world.fault = [&](const Fetch& fetch) -> std::optional<Interference> {
    if (fetch.target != "sheets" || world.sheet.answer(fetch.path).body.size() < 20'000)
      return std::nullopt;
    return Interference{false, no_response("too_large")};
  };
  const Invocation run = world.run(sync_started());
  CHECK(run.outcome == "completed");
  CHECK(differences(world) == "");
  CHECK(last_run(world).ledger.read == 900);
}

TEST_CASE("selected rows too large for one answer are read in smaller ones") {
  HostModel world = world_of(300);
  std::vector<std::string> keys;
  for (std::uint32_t i = 1; i <= 300; ++i) keys.push_back(listing_key(i));
  world.database.request("selective", keys);
  world.fault = [&](const Fetch& fetch) -> std::optional<Interference> {
    if (fetch.target != "sheets" || world.sheet.answer(fetch.path).body.size() < 10'000)
      return std::nullopt;
    return Interference{false, no_response("too_large")};
  };
  Started started = sync_started();
  started.trigger = "manual";
  const Invocation run = world.run(started);
  CHECK(run.outcome == "completed");
  CHECK(last_run(world).ledger.read == 300);
}

TEST_CASE("one row too large for the host ends the run") {
  HostModel world = world_of(3);
  interfere(world, "read header, keys", {false, no_response("too_large")}, 100);
  const Invocation run = world.run(sync_started("", "\"batch_size\":4"));
  CHECK(run.outcome == "failed");
  CHECK(run.document["cause"]["code"].text() == "too_large");
}

// ---- the circuit

TEST_CASE("Sheets failing call after call opens its circuit; one probe closes it again") {
  HostModel world = world_of(10);
  interfere(world, "read", {false, {503, "", "", "{}"}}, 6);
  Started started = sync_started("", "\"breaker_timeout_ms\":90000");
  CHECK(world.run(started).outcome == "yielded");
  CHECK(Json::parse(world.database.circuits)["sheets"]["failures"].number() == 4);
  world.now_ms += 60'000;
  const Invocation second = world.run(started);
  CHECK(second.outcome == "yielded");
  CHECK(second.steps() == std::vector<std::string>{"claim", "read header", "yield"});
  CHECK(Json::parse(world.database.circuits)["sheets"]["state"].text() == "open");
  started.more = {{"ignore_resume_at", "true"}};
  const Invocation third = world.run(started);
  CHECK(third.steps() == std::vector<std::string>{"claim", "yield"});
  CHECK(third.document["cause"]["code"].text() == "circuit_open");
  CHECK(third.document["resume_in_ms"].number() <= 90'000);
  world.now_ms += third.document["resume_in_ms"].number();
  const Invocation probe = world.run(started);
  CHECK(probe.steps() == std::vector<std::string>{"claim", "read header", "yield"});
  CHECK(probe.document["resume_in_ms"].number() == 180'000);
  world.now_ms += 180'000;
  CHECK(world.run(started).outcome == "completed");
  const Json sheets = Json::parse(world.database.circuits)["sheets"];
  CHECK(sheets["state"].text() == "closed");
  std::vector<std::string> story;
  for (const Json& step : sheets["transitions"].items())
    story.push_back(step["to"].text() + " " + step["cause"].text());
  CHECK(story == std::vector<std::string>{"open http_503", "half-open probe", "open http_503",
                                          "half-open probe", "closed answered"});
}

}  // namespace
}  // namespace listing_sync::testing
