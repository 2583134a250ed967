// The circuit breaker: a table of its transitions, then random histories against a model that keeps
// the whole story instead of a state.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "listing_sync/policy.h"

namespace listing_sync {
namespace {

using State = Breaker::State;

constexpr std::uint64_t kMax = std::numeric_limits<std::uint64_t>::max();
const std::vector<std::uint64_t> kAbsurd = {0,          1,        2,        59'999, 60'000,
                                            1ULL << 32, kMax / 2, kMax - 1, kMax};

void fail(Breaker& breaker, std::uint64_t now_ms) {
  breaker.on_failure(breaker.generation, now_ms);
}
void succeed(Breaker& breaker) { breaker.on_success(breaker.generation); }

Breaker opened(std::uint64_t now_ms) {
  Breaker breaker;
  for (std::uint32_t i = 0; i < breaker.threshold; ++i) fail(breaker, now_ms);
  return breaker;
}

bool same(const Breaker& a, const Breaker& b) {
  return a.state == b.state && a.failures == b.failures && a.generation == b.generation &&
         a.opened_at_ms == b.opened_at_ms && a.open_for_ms == b.open_for_ms;
}

// ---- the table

TEST_CASE("each state answers each event as the table says") {
  enum class Event { success, failure, early, due, reset };
  struct Case {
    State from;
    Event event;
    State to;
    bool allowed;  ///< of early and due
  };
  for (const Case& given :
       std::vector<Case>{{State::closed, Event::success, State::closed, true},
                         {State::closed, Event::failure, State::closed, true},
                         {State::closed, Event::early, State::closed, true},
                         {State::closed, Event::due, State::closed, true},
                         {State::closed, Event::reset, State::closed, true},
                         {State::open, Event::success, State::closed, true},
                         {State::open, Event::failure, State::open, true},
                         {State::open, Event::early, State::open, false},
                         {State::open, Event::due, State::half_open, true},
                         {State::open, Event::reset, State::closed, true},
                         {State::half_open, Event::success, State::closed, true},
                         {State::half_open, Event::failure, State::open, true},
                         {State::half_open, Event::early, State::half_open, true},
                         {State::half_open, Event::due, State::half_open, true},
                         {State::half_open, Event::reset, State::closed, true}}) {
    Breaker breaker = given.from == State::closed ? Breaker{} : opened(1000);
    if (given.from == State::half_open) (void)breaker.allow(61'000);
    REQUIRE(breaker.state == given.from);
    CAPTURE(std::string(breaker_state_name(given.from)));
    CAPTURE(static_cast<int>(given.event));
    const std::uint32_t generation = breaker.generation;
    if (given.event == Event::success) succeed(breaker);
    if (given.event == Event::failure) fail(breaker, 70'000);
    if (given.event == Event::early) CHECK(breaker.allow(60'999) == given.allowed);
    if (given.event == Event::due) CHECK(breaker.allow(61'000) == given.allowed);
    if (given.event == Event::reset) breaker.reset();
    CHECK(breaker.state == given.to);
    CHECK(breaker.generation == generation + (given.to == given.from ? 0 : 1));
  }
}

TEST_CASE("a breaker opens after so many consecutive failures, a success between them resets it") {
  Breaker breaker;
  for (int i = 0; i < 4; ++i) fail(breaker, 0);
  CHECK(breaker.state == State::closed);
  succeed(breaker);
  for (int i = 0; i < 4; ++i) fail(breaker, 0);
  CHECK(breaker.allow(0));
  fail(breaker, 10);
  CHECK(breaker.state == State::open);
  CHECK_FALSE(breaker.allow(10));
}

TEST_CASE("failures a day apart are consecutive all the same") {
  Breaker breaker;
  for (std::uint64_t day = 0; day < 5; ++day) {
    CHECK(breaker.allow(day * 86'400'000));
    fail(breaker, day * 86'400'000);
  }
  CHECK(breaker.state == State::open);
}

TEST_CASE("an open breaker lets a probe out after its wait; the probe decides") {
  Breaker breaker = opened(1000);
  CHECK(breaker.wait_ms(1000) == 60'000);
  CHECK_FALSE(breaker.allow(60'999));
  CHECK(breaker.allow(61'000));
  CHECK(breaker.state == State::half_open);
  succeed(breaker);
  CHECK(breaker.state == State::closed);
  CHECK(breaker.failures == 0);
  CHECK(breaker.open_for_ms == 0);
}

TEST_CASE(
    "each failed probe doubles the wait, up to four times the timeout; a success forgets it") {
  Breaker breaker = opened(0);
  std::uint64_t now_ms = 0;
  for (const std::uint64_t wait_ms : {60'000u, 120'000u, 240'000u, 240'000u, 240'000u}) {
    CHECK(breaker.wait_ms(now_ms) == wait_ms);
    CHECK_FALSE(breaker.allow(now_ms + wait_ms - 1));
    now_ms += wait_ms;
    REQUIRE(breaker.allow(now_ms));
    fail(breaker, now_ms);
    REQUIRE(breaker.state == State::open);
  }
  now_ms += 240'000;
  REQUIRE(breaker.allow(now_ms));
  succeed(breaker);
  for (int i = 0; i < 5; ++i) fail(breaker, now_ms);
  CHECK(breaker.wait_ms(now_ms) == 60'000);
}

TEST_CASE("a person's reset closes it, and its old calls no longer count") {
  Breaker breaker = opened(0);
  const std::uint32_t old = breaker.generation;
  breaker.reset();
  CHECK(breaker.allow(0));
  CHECK(breaker.failures == 0);
  for (int i = 0; i < 9; ++i) breaker.on_failure(old, 0);
  CHECK(breaker.state == State::closed);
  CHECK(breaker.failures == 0);
}

TEST_CASE("failures that come in while it is open do not make it wait longer") {
  Breaker breaker = opened(1000);
  for (std::uint64_t now_ms = 1000; now_ms < 60'000; now_ms += 1000) fail(breaker, now_ms);
  CHECK(breaker.allow(61'000));
}

// ---- answers from an older state

TEST_CASE("an answer to a call of an older state changes nothing") {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    CAPTURE(seed);
    Random random{seed};
    Breaker breaker;
    std::vector<std::uint32_t> calls;  // generations under which calls went out
    std::uint64_t now_ms = 0;
    for (int i = 0; i < 300; ++i) {
      now_ms += random.up_to(40'000);
      if (breaker.allow(now_ms)) calls.push_back(breaker.generation);
      if (calls.empty()) continue;
      const std::uint32_t of = calls[static_cast<std::size_t>(random.up_to(calls.size() - 1))];
      const Breaker before = breaker;
      if (random.up_to(3) == 0)
        breaker.on_success(of);
      else
        breaker.on_failure(of, now_ms);
      if (of != before.generation) CHECK(same(breaker, before));
    }
  }
}

// ---- random histories

/// Keeps what happened and works out from it, each time anew, what must be.
struct Story {
  struct Entry {
    char what;  ///< s: success, f: failure, p: probe let out, r: reset
    std::uint64_t at_ms;
  };
  std::uint32_t threshold;
  std::uint64_t timeout_ms;
  std::vector<Entry> entries;

  struct Now {
    State state = State::closed;
    std::uint64_t failures = 0, opened_at_ms = 0, reopened = 0;
  };
  [[nodiscard]] Now now() const {
    Now at;
    for (const Entry& entry : entries) {
      if (entry.what == 's' || entry.what == 'r') at = Now{};
      if (entry.what == 'p') at.state = State::half_open;
      if (entry.what != 'f' || at.state == State::open) continue;
      ++at.failures;
      if (at.state == State::closed && at.failures < threshold) continue;
      at.reopened += at.state == State::half_open ? 1 : 0;
      at.state = State::open;
      at.opened_at_ms = entry.at_ms;
    }
    return at;
  }
  [[nodiscard]] std::uint64_t due_ms(const Now& at) const {
    return at.opened_at_ms + (timeout_ms << std::min<std::uint64_t>(at.reopened, 2));
  }
};

TEST_CASE("random histories: the state is what the whole story says, and survives being stored") {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    CAPTURE(seed);
    Random random{seed};
    Breaker breaker;
    breaker.threshold = static_cast<std::uint32_t>(1 + random.up_to(7));
    breaker.timeout_ms = 1 + random.up_to(100'000);
    Story story{breaker.threshold, breaker.timeout_ms, {}};
    std::uint64_t now_ms = 0;
    for (int i = 0; i < 120; ++i) {
      now_ms += random.up_to(breaker.timeout_ms);
      const Story::Now before = story.now();
      const bool due = before.state == State::open && now_ms >= story.due_ms(before);
      CHECK(breaker.wait_ms(now_ms) ==
            (before.state != State::open || due ? 0 : story.due_ms(before) - now_ms));
      CHECK(breaker.allow(now_ms) == (before.state != State::open || due));
      if (due) story.entries.push_back({'p', now_ms});
      const std::uint64_t what = random.up_to(19);
      story.entries.push_back({what == 0 ? 'r' : what < 5 ? 's' : 'f', now_ms});
      if (what == 0)
        breaker.reset();
      else if (what < 5)
        succeed(breaker);
      else
        fail(breaker, now_ms);
      const Story::Now after = story.now();
      CHECK(breaker.state == after.state);
      CHECK(breaker.failures == after.failures);
      // What another invocation is given: the plain members, and the settings of its own.
      Breaker restored;
      restored.threshold = breaker.threshold;
      restored.timeout_ms = breaker.timeout_ms;
      restored.state = breaker_state(breaker_state_name(breaker.state)).value();
      restored.failures = breaker.failures;
      restored.generation = breaker.generation;
      restored.opened_at_ms = breaker.opened_at_ms;
      restored.open_for_ms = breaker.open_for_ms;
      breaker = restored;
    }
  }
}

// ---- clocks and absurd settings

TEST_CASE("no clock makes an open breaker wait longer than four times its timeout") {
  for (const std::uint64_t opened_at_ms : kAbsurd)
    for (const std::uint64_t open_for_ms : kAbsurd)
      for (const std::uint64_t timeout_ms : kAbsurd)
        for (const std::uint64_t now_ms : kAbsurd) {
          Breaker breaker;
          breaker.state = State::open;
          breaker.opened_at_ms = opened_at_ms;
          breaker.open_for_ms = open_for_ms;
          breaker.timeout_ms = timeout_ms;
          const std::uint64_t wait_ms = breaker.wait_ms(now_ms);
          CHECK(wait_ms <= (timeout_ms > kMax / 4 ? kMax : timeout_ms * 4));
          CHECK(breaker.allow(now_ms) == (wait_ms == 0));
          fail(breaker, now_ms);
          CHECK(breaker.state == State::open);
        }
}

TEST_CASE("a clock set back makes it wait its time from there, one set ahead lets the probe out") {
  Breaker breaker = opened(1'000'000);
  CHECK(breaker.wait_ms(0) == 60'000);
  CHECK(breaker.wait_ms(999'999) == 60'000);
  CHECK_FALSE(breaker.allow(0));
  CHECK(breaker.allow(kMax));
}

TEST_CASE("a threshold of none opens at the first failure, one beyond reach never opens") {
  Breaker quick;
  quick.threshold = 0;
  fail(quick, 0);
  CHECK(quick.state == State::open);
  Breaker patient;
  patient.threshold = std::numeric_limits<std::uint32_t>::max();
  for (int i = 0; i < 1000; ++i) fail(patient, 0);
  CHECK(patient.state == State::closed);
}

TEST_CASE("counts of failures and generations do not overflow into something else") {
  Breaker breaker;
  breaker.failures = breaker.generation = std::numeric_limits<std::uint32_t>::max();
  fail(breaker, 0);
  CHECK(breaker.failures == std::numeric_limits<std::uint32_t>::max());
  CHECK(breaker.state == State::open);
  CHECK(breaker.generation == 0);
  CHECK(breaker.allow(60'000));
  breaker.on_failure(std::numeric_limits<std::uint32_t>::max(), 60'000);
  CHECK(breaker.state == State::half_open);
}

// ---- names

TEST_CASE("breaker states have stable names, and are known by no others") {
  CHECK(breaker_state_name(State::closed) == "closed");
  CHECK(breaker_state_name(State::open) == "open");
  CHECK(breaker_state_name(State::half_open) == "half-open");
  for (const State state : {State::closed, State::open, State::half_open})
    CHECK(breaker_state(breaker_state_name(state)) == state);
  for (const char* name : {"", "Open", "half_open", "half open", "opened", "0"})
    CHECK(breaker_state(name) == std::nullopt);
}

}  // namespace
}  // namespace listing_sync
