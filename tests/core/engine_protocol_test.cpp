// The contract with the host: what is rejected, what is ignored, and when bodies may be taken.
#include <doctest/doctest.h>

#include <limits>

#include "support/listings.h"

namespace listing_sync::testing {
namespace {

std::string handle(Engine& engine, std::string_view event, std::string_view body = "") {
  return std::string(engine.handle(event, Bytes::copy(body)));
}

std::string start(Engine& engine, const Started& started) {
  return handle(engine, started_event(started, 0), started.mapping);
}

/// The faults of the `rejected` finish effect; fails the test where there is none.
Json faults_of(const std::string& effects) {
  const Json parsed = Json::parse(effects);
  for (const Json& effect : parsed.items())
    if (effect["type"].text() == "finish" && effect["outcome"].text() == "rejected")
      return effect["document"]["faults"];
  FAIL("not rejected: " << effects);
  return {};
}

TEST_CASE("the first event must be started") {
  Engine engine;
  CHECK(engine.state() == State::idle);
  CHECK(faults_of(handle(engine, R"({"type":"timer","now_ms":0,"id":1})"))[0]["code"].text() ==
        "bad_event");
  CHECK(engine.state() == State::finished);
}

TEST_CASE("events that are none are rejected, and nothing is heard after that") {
  for (const char* event :
       {"", "{", "[]", "null", "{}", R"({"type":"surprise"})", R"({"type":7})"}) {
    CAPTURE(std::string(event));
    Engine engine;
    CHECK(faults_of(handle(engine, event)).size() == 1);
    CHECK(start(engine, sync_started()) == "[]");
  }
}

TEST_CASE("an event too deep to be one is rejected, however deep") {
  for (const std::size_t depth : {65u, 100'000u}) {
    Engine engine;
    const std::string nested =
        R"({"type":"started","budgets":)" + std::string(depth, '[') + std::string(depth, ']') + "}";
    CHECK(faults_of(handle(engine, nested)).size() == 1);
  }
}

TEST_CASE("an engine is started once") {
  Engine engine;
  (void)start(engine, sync_started());
  CHECK(engine.state() == State::claiming);
  const std::string effects = start(engine, sync_started());
  CHECK(faults_of(effects)[0]["message"].text().find("once") != std::string::npos);
}

TEST_CASE("a faulty mapping is rejected with every fault and its JSON path") {
  Engine engine;
  Started started = sync_started();
  started.mapping = R"({"source":"x","tab":"","columns":[{"header":1}]})";
  const Json faults = faults_of(start(engine, started));
  CHECK(faults.size() >= 3);
  for (const Json& fault : faults.items()) CHECK(fault["where"].text().rfind("$", 0) == 0);
}

TEST_CASE("options out of their range are all named") {
  Engine engine;
  Started started = sync_started();
  started.options =
      R"({"batch_size":0,"retry_attempts":21,"retry_delay_ms":3600001,"rate_limit":0,)"
      R"("breaker_threshold":0,"breaker_timeout_ms":0,"lease_ms":999,"timeout_ms":0})";
  const Json faults = faults_of(start(engine, started));
  CHECK(faults.size() == 8);
  CHECK(faults[0]["where"].text() == "options.batch_size");
}

TEST_CASE("a spreadsheet id that could leave its place in the path is rejected") {
  for (const std::string& id : {std::string("../x"), std::string("a/b"), std::string("a?b"),
                                std::string("ü"), std::string(201, 'a'), std::string()}) {
    CAPTURE(id);
    Engine engine;
    Started started = sync_started();
    started.spreadsheet_id = id;
    CHECK(faults_of(start(engine, started))[0]["code"].text() == "bad_spreadsheet_id");
  }
}

TEST_CASE("an unknown job is rejected by name") {
  Engine engine;
  Started started = sync_started();
  started.job = "dance";
  CHECK(faults_of(start(engine, started))[0]["message"].text().find("dance") != std::string::npos);
}

TEST_CASE("late answers and unknown ids are ignored in every state") {
  // A full run, and before each of its events a volley nobody waits for.
  HostModel world = world_of(30);
  const Started started = sync_started("", "\"batch_size\":10");
  const Invocation calm = world_of(30).run(started);
  Engine engine;
  Json effects = Json::parse(start(engine, started));
  std::vector<std::string> steps;
  std::vector<std::pair<std::string, std::string>> waiting;
  const auto volley = [&] {
    for (const char* event :
         {R"({"type":"timer","now_ms":1,"id":9999})", R"({"type":"timer","now_ms":1,"id":0})",
          R"({"type":"response","now_ms":1,"id":9999,"status":200,"headers":{}})",
          R"({"type":"response","now_ms":1,"status":500})",
          R"({"type":"no_response","now_ms":1,"id":4294967295,"why":"timeout"})",
          R"({"type":"response","now_ms":1,"id":4294967297,"status":200})"}) {
      const State before = engine.state();
      CHECK(handle(engine, event, "{}") == "[]");
      CHECK(engine.state() == before);
    }
  };
  for (int i = 0; i < 100 && engine.state() != State::finished; ++i) {
    for (const Json& effect : effects.items()) {
      const auto id = static_cast<std::uint32_t>(effect["id"].number());
      if (effect["type"].text() == "wait") {
        waiting.push_back({R"({"type":"timer","now_ms":1,"id":)" + std::to_string(id) + "}", ""});
        // The wrong kind of event for an id that is outstanding is not what is waited for either.
        CHECK(handle(engine, R"({"type":"response","status":200,"id":)" + std::to_string(id) +
                                 "}") == "[]");
      } else if (effect["type"].text() == "fetch") {
        CHECK(handle(engine, R"({"type":"timer","now_ms":1,"id":)" + std::to_string(id) + "}") ==
              "[]");
        Fetch fetch;
        fetch.target = effect["target"].text();
        fetch.path = effect["path"].text();
        fetch.body = engine.body(id);
        const Outcome outcome = world.perform(fetch);
        waiting.push_back({response_event(id, outcome, 1), outcome.body});
        steps.push_back(fetch.path);
      }
    }
    volley();
    REQUIRE(!waiting.empty());
    const auto next = waiting.front();
    waiting.erase(waiting.begin());
    effects = Json::parse(handle(engine, next.first, next.second));
    if (engine.state() == State::finished) break;
    if (next.first.find("response") != std::string::npos)
      CHECK(handle(engine, next.first, next.second) == "[]");  // the same answer twice
  }
  CHECK(engine.state() == State::finished);
  CHECK(steps.size() == calm.fetches.size());
  CHECK(differences(world) == "");
  CHECK(world.database.runs.back().ledger.read == 30);
}

TEST_CASE("after finish nothing is heard, not even what is no event") {
  HostModel world = world_of(1);
  Engine engine;
  Started started = sync_started();
  started.mapping = "{";
  CHECK(faults_of(start(engine, started)).size() >= 1);
  for (const char* event : {"{", R"({"type":"timer","id":1})", R"({"type":"response","id":1})"})
    CHECK(handle(engine, event) == "[]");
  CHECK(start(engine, sync_started()) == "[]");
}

TEST_CASE("a run asked once and answered once finishes once") {
  HostModel world = world_of(100);
  const Invocation run = world.run(sync_started("", "\"batch_size\":7"));
  CHECK(run.finishes == 1);
  CHECK(run.changed_bodies == 0);
}

TEST_CASE("the body of a fetch can be taken until its final answer, and then no more") {
  Engine engine;
  const Json effects = Json::parse(start(engine, sync_started()));
  const auto id = static_cast<std::uint32_t>(effects[0]["id"].number());
  const std::string body(engine.body(id));
  CHECK(Json::parse(body)["p_source"].text() == "listings");
  CHECK(effects[0]["has_body"].flag());
  CHECK(effects[0]["method"].text() == "POST");
  CHECK(engine.body(id + 1).empty());
  (void)handle(engine, R"({"type":"timer","now_ms":5,"id":77})");
  CHECK(engine.body(id) == body);
  (void)handle(engine, response_event(id, {200, R"({"outcome":"idle"})", "", "{}"}, 6),
               R"({"outcome":"idle"})");
  CHECK(engine.body(id).empty());
}

TEST_CASE("a fetch names a target and a path, never an address or a credential") {
  HostModel world = world_of(3);
  const Invocation run = world.run(sync_started());
  for (const Fetch& fetch : run.fetches) {
    CHECK((fetch.target == "sheets" || fetch.target == "database"));
    CHECK(fetch.path.front() == '/');
    CHECK(fetch.path.find("://") == std::string::npos);
  }
}

TEST_CASE("the same events give the same effects, byte for byte") {
  const auto play = [] {
    HostModel world = world_of(60);
    world.fault = [n = 0](const Fetch&) mutable -> std::optional<Interference> {
      if (++n % 3 != 0) return std::nullopt;
      return Interference{false, {503, "", "", "{}"}};
    };
    const Invocation run = world.run(sync_started("", "\"batch_size\":10"));
    std::string text;
    for (const Json& log : run.logs) text += log.raw();
    for (const Fetch& fetch : run.fetches) text += fetch.path + fetch.body;
    for (const std::uint64_t ms : run.waits_ms) text += std::to_string(ms) + " ";
    return text + run.document.raw();
  };
  CHECK(play() == play());
}

TEST_CASE("clocks that jump do no harm") {
  for (const std::uint64_t jump :
       {std::uint64_t{0}, std::uint64_t{1} << 62, std::numeric_limits<std::uint64_t>::max()}) {
    Engine engine;
    const Json effects = Json::parse(start(engine, sync_started()));
    const auto id = static_cast<std::uint32_t>(effects[0]["id"].number());
    const Outcome busy = {503, "", "", "{}"};
    const Json next = Json::parse(handle(engine, response_event(id, busy, jump)));
    CHECK(next[1]["type"].text() == "wait");
    const std::string timer = R"({"type":"timer","now_ms":0,"id":)" + next[1]["id"].raw() + "}";
    CHECK(Json::parse(handle(engine, timer))[0]["type"].text() == "fetch");
  }
}

}  // namespace
}  // namespace listing_sync::testing
