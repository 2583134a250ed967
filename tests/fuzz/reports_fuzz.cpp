// libFuzzer target: any bytes as the answer to what people and monitors ask (history, held entries,
// a person's word on them, alerts, metrics, the sheet's layout), and to each step of a watch. A
// question ends in one HTTP answer with a known status; a watch that met nonsense costs nothing:
// the next one opens the alert and tells of it, once.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "fuzz/promises.h"
#include "support/watching.h"

namespace {

using namespace listing_sync::fuzz;     // NOLINT(google-build-using-namespace)
using namespace listing_sync::testing;  // NOLINT(google-build-using-namespace)

struct Question {
  const char *job, *step, *request;  ///< step "": every answer is made of the input
};
constexpr Question kQuestions[] = {
    {"history", "", R"({"limit":2,"before":null})"},
    {"errors", "", R"({"limit":2,"after":null,"state":"open"})"},
    {"review", "", R"({"ids":[1],"action":"ignore"})"},
    {"retry", "", R"({"ids":[1]})"},
    {"alerts", "", R"({"limit":2,"state":"all"})"},
    {"metrics", "", "{}"},
    {"overview", "", "{}"},
    {"due", "", "{}"},
    {"prune", "", "{}"},
    {"sheet", "", "{}"},
    {"watch", "watch", "{}"},
    {"watch", "record_alerts", "{}"},
    {"watch", "deliver", "{}"},
    {"watch", "record_deliveries", "{}"},
    {"alert_test", "deliver", "{}"},
};
constexpr std::uint16_t kStatuses[] = {200, 200, 200, 204, 400, 404, 409, 429, 500, 503};
constexpr std::uint64_t kAnswers[] = {200, 202, 404, 409, 429, 502, 503};
constexpr std::uint64_t kMinuteMs = 60'000;

/// One in which the rule held_rows holds.
HostModel world_to_watch() {
  HostModel world;
  Facts facts;
  facts.held = 500;
  world.alerts.facts = facts.json();
  return world;
}

Started started_for(const Question& question) {
  Started started = watch_started("", true, budgets());
  started.job = question.job;
  started.more.emplace_back("request", question.request);
  started.more.emplace_back("sources", R"(["listings"])");
  return started;
}

void promise_answer(const Invocation& run) {
  const Json& document = run.document;
  const std::uint64_t status = document["http_status"].number();
  promise(std::find(std::begin(kAnswers), std::end(kAnswers), status) != std::end(kAnswers),
          "an answer has a status of the API", document.raw());
  promise(document.has("body"), "an answer has a body", document.raw());
  const bool fine = status < 300 || status == 503;  // health says 503 in its own words
  promise(fine || !document["body"]["code"].text().empty(), "a problem has a code", document.raw());
}

/// Whatever the last watch believed, an hour later it is told, and not again.
void promise_told(HostModel& world) {
  world.fault = nullptr;
  Receiver receiver;
  receiver.attach(world);
  for (int i = 0; i < 2; ++i) {
    world.now_ms += 61 * kMinuteMs;
    promise(world.run(watch_started()).outcome == "completed", "a calm watch completes");
  }
  const StoredAlert* const alert = world.alerts.open("held_rows");
  promise(alert != nullptr, "the alert is open");
  promise(alert->delivery == "delivered", "the alert is delivered", alert->delivery);
  std::size_t told = 0;  // what nonsense opened is resolved, and told, too
  for (const Json& message : receiver.messages)
    if (message["rule"].text() == "held_rows") ++told;
  promise(told <= 2, "it is told once, and reminded of once at most");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size < 2) return 0;
  const Question& question = kQuestions[bytes[0] % std::size(kQuestions)];
  const std::uint16_t status = kStatuses[bytes[1] % std::size(kStatuses)];
  const std::string body(reinterpret_cast<const char*>(bytes) + 2, size - 2);
  HostModel world = world_to_watch();
  const std::string_view step = question.step;
  world.fault = [&](const Fetch& fetch) -> std::optional<Interference> {
    const bool theirs = step.empty() || fetch.step == step;
    return Interference{false, theirs ? Outcome{status, body, "", "{}"} : answered(world, fetch)};
  };
  const std::uint64_t started_ms = world.now_ms;
  const Invocation run = world.run(started_for(question), 2000);
  promise_bounded(run, started_ms);
  if (question.job == std::string_view("watch"))
    promise_told(world);
  else
    promise_answer(run);
  return 0;
}
