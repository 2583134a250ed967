// libFuzzer target: any bytes as the answer of the database, to each question that is asked of it
// (claim, commit, close, yield, status, health, request), under any status. What is made of it
// alone (the classifier) is total; the invocation that meets it keeps its bounds; and once the
// answers are true again the ticks that follow bring the table in order.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "fuzz/promises.h"
#include "listing_sync/classify.h"

namespace {

using namespace listing_sync::fuzz;     // NOLINT(google-build-using-namespace)
using namespace listing_sync::testing;  // NOLINT(google-build-using-namespace)
using listing_sync::Action;
using listing_sync::Target;

struct Question {
  const char *step, *job;
  std::uint64_t rows_max;  ///< of the invocation; 0: all. Few rows: it lays the run down
};
constexpr Question kQuestions[] = {{"claim", "sync", 0},         {"commit", "sync", 0},
                                   {"close", "sync", 0},         {"read_status", "status", 0},
                                   {"read_health", "health", 0}, {"request_run", "request", 0},
                                   {"yield", "sync", 4}};
constexpr std::uint16_t kStatuses[] = {200, 204, 400, 401, 404, 409, 413, 500, 503, 504};

bool is_word(std::string_view code) {
  constexpr std::string_view kSigns =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";
  return !code.empty() && code.size() <= 64 &&
         code.find_first_not_of(kSigns) == std::string_view::npos;
}

void check_verdict(std::uint16_t status, std::string_view body) {
  for (const Target target : {Target::database, Target::sheets, Target::alerts}) {
    const listing_sync::Verdict verdict = classify(target, {status, "", "", body});
    const bool proceeds = verdict.action == Action::proceed;
    promise(!proceeds || status / 100 == 2, "only a 2xx is a success", verdict.code);
    promise(proceeds || is_word(verdict.code), "every failure has a code", verdict.code);
    promise(proceeds || !verdict.message.empty(), "every failure has a sentence", body);
    const listing_sync::Verdict again = classify(target, {status, "", "", body});
    promise(again.action == verdict.action && again.code == verdict.code,
            "the same answer means the same", body);
  }
}

std::string budgets_of(const Question& question) {
  std::string all = budgets();
  if (question.rows_max != 0) all.insert(1, "\"rows\":" + std::to_string(question.rows_max) + ",");
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size < 2) return 0;
  const Question& question = kQuestions[bytes[0] % 7];
  const std::uint16_t status = kStatuses[bytes[1] % 10];
  const std::string body(reinterpret_cast<const char*>(bytes) + 2, size - 2);
  check_verdict(status, body);
  HostModel world = world_of(8);
  int times = 2;
  world.fault = [&](const Fetch& fetch) -> std::optional<Interference> {
    Outcome outcome = answered(world, fetch);
    if (times == 0 || fetch.step.rfind(question.step, 0) != 0) return Interference{false, outcome};
    --times;
    return Interference{false, {status, body, "", "{}"}};
  };
  Started started = sync_started("", "\"batch_size\":3", budgets_of(question));
  started.job = question.job;
  const std::uint64_t started_ms = world.now_ms;
  promise_bounded(world.run(started, 2000), started_ms);
  if (question.job == std::string_view("sync")) promise_recovery(world, started);
  return 0;
}
