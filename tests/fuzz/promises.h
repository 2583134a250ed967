// What every fuzz target holds the core to: a broken promise is printed and ends the program, so
// that libFuzzer keeps the input. Then what every invocation keeps, whatever it was answered.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>

#include "support/host_model.h"
#include "support/listings.h"

namespace listing_sync::fuzz {

/// `what` is shown where the promise is broken.
inline void promise(bool holds, const char* sentence, std::string_view what = "") {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n%.*s\n", sentence, static_cast<int>(what.size()), what.data());
  std::abort();
}

constexpr std::uint64_t kWallMs = 120'000, kRequests = 60;
constexpr std::uint64_t kRestMsMax = 86'400'000;  // what sync_yield takes

/// The budgets that promise_bounded() looks at.
inline std::string budgets() {
  return "{\"requests\":" + std::to_string(kRequests) + ",\"wall_ms\":" + std::to_string(kWallMs) +
         "}";
}

/// A name and a path are all that a request's address is made of: nothing that was answered may
/// lead it elsewhere.
inline void promise_well_addressed(const testing::Fetch& fetch) {
  // Only the host knows where alerts go.
  if (fetch.target == "alerts") return promise(fetch.path == "/delivery", "one path", fetch.path);
  promise(fetch.target == "sheets" || fetch.target == "database", "a fetch has a known target",
          fetch.target);
  const bool below = fetch.target == "sheets" ? fetch.path.rfind("/v4/spreadsheets/", 0) == 0
                                              : fetch.path.rfind("/rest/v1/rpc/sync_", 0) == 0;
  promise(below, "a path is below its target's own", fetch.path);
  for (const char c : fetch.path)
    promise(c > ' ' && c < '\x7F', "a path is printable ASCII", fetch.path);
}

inline void promise_bounded(const testing::Invocation& run, std::uint64_t started_ms) {
  promise(run.finishes == 1, "an invocation finishes once", run.outcome);
  promise(run.logged("engine_bug") == 0, "no transition is outside the table", run.outcome);
  promise(run.changed_bodies == 0, "a request's body stays as it was", run.outcome);
  promise(run.fetches.size() <= kRequests, "the budget of requests is kept", run.outcome);
  for (const std::uint64_t wait_ms : run.waits_ms)
    promise(wait_ms <= kWallMs, "a wait fits the budget", std::to_string(wait_ms));
  for (const testing::Fetch& fetch : run.fetches) {
    promise_well_addressed(fetch);
    promise(fetch.timeout_ms >= 1 && fetch.timeout_ms <= 30'000, "a fetch has a timeout",
            std::to_string(fetch.timeout_ms));
  }
  promise(run.ended_ms - started_ms <= kWallMs, "the budget of time is kept", run.outcome);
  promise(
      run.document["resume_in_ms"].is_null() || run.document["resume_in_ms"].number() <= kRestMsMax,
      "a rest is a day at most", run.outcome);
}

/// The model's answer; sync_*'s own to a call that speaks of a run the model does not hold.
inline testing::Outcome answered(testing::HostModel& world, const testing::Fetch& fetch) {
  try {
    return world.perform(fetch);
  } catch (const std::runtime_error&) {
    return {404, R"({"code":"PT404","details":"unknown_run","message":"refused"})", "", "{}"};
  }
}

/// Undisturbed from here on: ticks that are more than a day apart bring the table in order,
/// whatever was stored or believed before.
inline void promise_recovery(testing::HostModel& world, testing::Started started) {
  world.fault = nullptr;
  started.job = "sync";
  started.trigger = "scheduled";
  std::string different, ends;
  for (int tick = 0; tick < 4; ++tick) {
    world.now_ms += kRestMsMax + 3'600'000;
    const std::uint64_t started_ms = world.now_ms;
    const testing::Invocation run = world.run(started, 2000);
    promise_bounded(run, started_ms);
    different = testing::differences(world);
    if (different.empty()) return;
    ends += "\n" + run.outcome + " " + std::string(run.document["cause"].raw());
  }
  promise(false, "the next ticks bring the table in order", different + ends);
}

}  // namespace listing_sync::fuzz
