// What is asked of Google Sheets, and how answers that are not what was asked for are refused.
#include <doctest/doctest.h>

#include "support/listings.h"

namespace listing_sync::testing {
namespace {

TEST_CASE("a read asks for unformatted values, serial dates and few bytes, in one batchGet") {
  HostModel world = world_of(1);
  const Invocation run = world.run(sync_started());
  const std::string& path = run.fetches.at(1).path;
  CHECK(path ==
        "/v4/spreadsheets/sheet/values:batchGet?majorDimension=ROWS"
        "&valueRenderOption=UNFORMATTED_VALUE&dateTimeRenderOption=SERIAL_NUMBER&prettyPrint=false"
        "&ranges=%27%E7%89%A9%E4%BB%B6%20%E4%B8%80%E8%A6%A7%27%211%3A1");
  CHECK(run.fetches.at(1).method == "GET");
  CHECK(run.fetches.at(1).body.empty());
}

TEST_CASE("a tab's name is quoted and encoded, whatever is in it") {
  HostModel world = world_of(1);
  world.sheet.tab = "it's & #1?/ü";
  Started started = sync_started();
  const std::string plain = "物件 一覧";
  started.mapping.replace(started.mapping.find(plain), plain.size(), world.sheet.tab);
  const Invocation run = world.run(started);
  CHECK(run.outcome == "completed");
  CHECK(run.fetches.at(1).path.find("%27it%27%27s%20%26%20%231%3F%2F%C3%BC%27%211%3A1") !=
        std::string::npos);
}

TEST_CASE("a column far to the right is asked for by its letters") {
  HostModel world = world_of(3);
  world.sheet.grid_columns = 800;
  for (auto& cells : world.sheet.rows) {
    cells.resize(703);
    cells[702] = std::exchange(cells[1], "");
  }
  const Invocation run = world.run(sync_started());
  CHECK(run.outcome == "completed");
  CHECK(ranges_of(run.fetches.at(2).path).back() == "A1:AAA501");
}

TEST_CASE("an answer without the range of the key column's grid is refused") {
  HostModel world = world_of(5);
  world.fault = [&](const Fetch& fetch) -> std::optional<Interference> {
    if (fetch.step != "read header, keys, 1-501") return std::nullopt;
    Outcome answer = world.sheet.answer(fetch.path);
    for (auto at = answer.body.find("\"range\""); at != std::string::npos;
         at = answer.body.find("\"range\"", at))
      answer.body.replace(at, 7, "\"RANGE\"");
    return Interference{false, answer};
  };
  const Invocation run = world.run(sync_started());
  CHECK(run.outcome == "failed");
  CHECK(run.document["cause"]["message"].text().find("names no range") != std::string::npos);
}

TEST_CASE("an answer with a range too many is refused, before or behind the rows") {
  for (const char* step :
       {"read header", "read header, keys, 1-501", "read header, 12-", "read header, keys"}) {
    CAPTURE(std::string(step));
    HostModel world = world_of(30);
    world.fault = [&](const Fetch& fetch) -> std::optional<Interference> {
      if (fetch.step != step) return std::nullopt;
      Outcome answer = world.sheet.answer(fetch.path);
      answer.body.insert(answer.body.size() - 2, R"(,{"range":"a!A1:A1","values":[["x"]]})");
      return Interference{false, answer};
    };
    const bool pages = std::string_view(step) == "read header, 12-" ||
                       std::string_view(step) == "read header, keys";
    const Invocation run = world.run(sync_started("", pages ? "\"batch_size\":10" : ""));
    CHECK(run.outcome == "failed");
    CHECK(run.document["cause"]["code"].text() == "unexpected_shape");
  }
}

TEST_CASE("a header row without cells names every header as missing") {
  HostModel world = world_of(3);
  world.sheet.row(1).clear();
  const Invocation run = world.run(sync_started());
  CHECK(run.outcome == "failed");
  CHECK(run.document["cause"]["code"].text() == "header_missing");
  CHECK(run.document["cause"]["message"].text().find("備考") != std::string::npos);
}

}  // namespace
}  // namespace listing_sync::testing
