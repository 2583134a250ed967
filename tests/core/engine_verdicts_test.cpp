// No answer of the error table, given for ever, keeps an invocation busy for ever.
#include <doctest/doctest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/answer_samples.h"
#include "support/listings.h"

namespace listing_sync {
namespace {

using testing::Fetch;
using testing::HostModel;
using testing::Interference;
using testing::Invocation;
using testing::sync_started;
using testing::world_of;

/// A world in which `step` is always answered so.
HostModel world_that_says(const Sample& sample, std::string_view step) {
  HostModel world = world_of(30);
  world.fault = [sample, step](const Fetch& fetch) -> std::optional<Interference> {
    if (fetch.step.rfind(step, 0) != 0) return std::nullopt;
    return Interference{false, {sample.status, sample.body, sample.why, "{}"}};
  };
  return world;
}

TEST_CASE("whatever a target says for ever, no invocation asks for ever") {
  constexpr std::uint64_t kTries = 4;  // the first and retry_attempts
  for (const ClassifyRule& rule : classify_rules()) {
    if (rule.target == Target::alerts) continue;  // no run speaks to the webhook
    const Sample sample = sample_of(rule);
    const bool of_sheets = rule.target == Target::sheets;
    const std::vector<std::string> steps =
        of_sheets ? std::vector<std::string>{"read"}
                  : std::vector<std::string>{"claim", "commit", "close"};
    for (const std::string& step : steps) {
      CAPTURE(std::string(rule.code));
      CAPTURE(sample.status);
      CAPTURE(step);
      HostModel world = world_that_says(sample, step);
      const Invocation run = world.run(sync_started("", "\"batch_size\":16"), 2000);
      CHECK(run.finishes == 1);
      CHECK(run.outcome != "completed");
      // A batch of 16 can be halved four times; its last row is tried kTries times.
      const bool cuts = rule.action == Action::cut_smaller || rule.action == Action::isolate;
      CHECK(run.bodies(step).size() <= kTries + (cuts ? 4 : 0));
      CHECK(run.fetches.size() <= 6 * kTries);
    }
  }
}

TEST_CASE("a database that cannot be reached is called once and as often again as is allowed") {
  for (const ClassifyRule& rule : classify_rules()) {
    if (rule.target != Target::database || rule.action != Action::retry_same) continue;
    CAPTURE(std::string(rule.code));
    CAPTURE(rule.status_first);
    HostModel world = world_that_says(sample_of(rule), "");
    const Invocation run = world.run(sync_started("", "\"retry_attempts\":2"), 2000);
    CHECK(run.outcome == "unavailable");
    CHECK(run.fetches.size() <= 3);
  }
}

}  // namespace
}  // namespace listing_sync
