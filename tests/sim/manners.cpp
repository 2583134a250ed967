// Each promise of DESIGN, section 7, points 5 and 6, is one small check.
#include "sim/manners.h"

#include <algorithm>
#include <utility>

namespace listing_sync::sim {
namespace {

using testing::Json;
using testing::Outcome;

constexpr std::uint64_t kMinuteMs = 60'000, kSecondMs = 1'000;
constexpr std::uint64_t kDoublingsMax = 4;   // of the breaker's timeout
constexpr std::uint64_t kBackoffMax = 16;    // times the first delay
constexpr std::uint64_t kWaitsToJudge = 6;   // all alike by chance: below 10^-10
constexpr std::uint64_t kLaterToJudge = 16;  // all below a quarter of their ceiling: 4^-16
constexpr std::size_t kHeadOfBody = 256;     // fence, sequence and digest stand at its beginning

std::string head_of(std::string_view body) { return std::string(body.substr(0, kHeadOfBody)); }

bool is_json_object(std::string_view body) {
  return body.size() >= 2 && body.front() == '{' && body.back() == '}';
}

bool is_success(const Outcome& outcome) { return outcome.status >= 200 && outcome.status < 300; }

// After these nobody knows whether the call was carried out.
bool leaves_open(const Outcome& outcome) {
  if (outcome.status == 0) return outcome.why != "credentials";
  if (is_success(outcome)) return !is_json_object(outcome.body);
  if (outcome.status >= 500 && !is_json_object(outcome.body)) return true;
  return outcome.body.find("PGRST001") != std::string::npos ||
         outcome.body.find("\"code\":\"\"") != std::string::npos;
}

// What the breaker of Google Sheets counts: failures that may pass.
bool counts_as_failure(const Outcome& outcome) {
  if (outcome.status == 0) return outcome.why != "credentials" && outcome.why != "too_large";
  return outcome.status == 429 || outcome.status >= 500;
}

bool is_write(const Flight& flight) {
  const std::string_view function = flight.function();
  return function == "sync_commit" || function == "sync_yield" || function == "sync_close_run";
}

}  // namespace

Manners::Known Manners::least(const Known& a, const Known& b) {
  return {std::min(a.rest_until_ms, b.rest_until_ms), std::min(a.failures, b.failures),
          std::max(a.failures_most, b.failures_most), std::min(a.failed_ms, b.failed_ms),
          std::max(a.slack_ms, b.slack_ms),           std::min(a.reads, b.reads)};
}

void Manners::on_granted(std::uint64_t invocation, bool forced, bool full) {
  Books& books = books_[invocation];
  // A claim may be carried out more than once, and it is not known which answer is heard.
  if (forced) books.known.failures = 0;
  books.granted_at = ++order_;
  books.full = full && (books.full || !books.granted);
  if (std::exchange(books.granted, true)) return;
  const std::uint64_t reads = books.known.reads;
  books.known = stored_;
  books.known.reads = reads;
  if (forced) books.known.failures = 0;  // somebody says: try again
}

void Manners::on_stored(std::uint64_t invocation, std::string_view body, std::uint64_t rows) {
  Books& books = books_[invocation];
  books.rows += rows;
  const auto written = books.written.find(head_of(body));
  if (written == books.written.end()) return;
  stored_ = written->second;
  std::uint64_t left = stored_.reads;
  ++order_;
  for (ReadSent& read : reads_) {
    if (read.invocation != invocation || left == 0) continue;
    if (read.stored_at == 0) read.stored_at = order_;
    --left;
  }
}

void Manners::on_sent(const Invocation& invocation, const Flight& flight, std::uint64_t now_ms) {
  Books& books = books_[invocation.number];
  ++books.sent;
  check_budgets(invocation, flight, now_ms);
  check_attempts(books, flight, now_ms);
  if (flight.target == Target::sheets)
    check_read(invocation, books, now_ms);
  else
    check_database(books, flight, now_ms);
}

void Manners::check_budgets(const Invocation& invocation, const Flight& flight,
                            std::uint64_t now_ms) {
  const Launch& launch = invocation.launch;
  const Books& books = books_[invocation.number];
  if (launch.requests > 0 && books.sent > launch.requests)
    found_("requests_exceeded",
           "more requests than the budget of " + std::to_string(launch.requests));
  const bool in_time = now_ms <= invocation.started_ms + launch.wall_ms;
  if (launch.wall_ms > 0 && !invocation.disturbed && !in_time)
    found_("wall_exceeded", "a request leaves after the budget of time");
  const bool first_try = books.lanes[1].last != *flight.body;
  if (launch.rows > 0 && flight.function() == "sync_commit" && first_try &&
      books.rows >= launch.rows)
    found_("rows_exceeded", std::to_string(books.rows) + " rows were committed, the budget is " +
                                std::to_string(launch.rows));
}

void Manners::check_attempts(Books& books, const Flight& flight, std::uint64_t now_ms) {
  Lane& lane = books.lanes[static_cast<std::size_t>(flight.target)];
  // A read may be given up for another one; a call of the database never.
  if (++lane.under_way > 1 && flight.target == Target::database)
    found_("two_at_once", "two calls of the database are under way");
  if (now_ms < lane.not_before_ms)
    found_("retry_after_ignored", "a request leaves " +
                                      std::to_string(lane.not_before_ms - now_ms) +
                                      " ms before Retry-After has passed");
  const std::string_view what = flight.target == Target::sheets ? flight.path : *flight.body;
  if (!lane.stopped.empty() && lane.stopped == what)
    found_("stop_ignored", "a request that was refused for good is sent again");
  lane.attempts = lane.last == what ? lane.attempts + 1 : 1;
  lane.last = what;
  lane.sent_ms = now_ms;
  if (flight.renewed) ++books.renewals;
  const std::uint64_t renewals = flight.target == Target::sheets ? books.renewals : 0;
  if (lane.attempts > settings_.retry_attempts + 1 + renewals)
    found_("attempts_exceeded",
           "the same request was sent " + std::to_string(lane.attempts) + " times");
}

// At most so many reads in any minute. Those of invocations that died before they could store them,
// and of one that still works although its run was cancelled, cannot be known to others.
void Manners::check_read(const Invocation& invocation, Books& books, std::uint64_t now_ms) {
  while (!reads_.empty() && reads_.front().ms + kMinuteMs <= now_ms) reads_.pop_front();
  reads_.push_back({now_ms, invocation.number, 0});
  ++books.known.reads;
  const auto known = std::count_if(reads_.begin(), reads_.end(), [&](const ReadSent& read) {
    const bool told = read.stored_at != 0 && read.stored_at < books.granted_at;
    return told || read.invocation == invocation.number;
  });
  const auto limit = static_cast<std::ptrdiff_t>(settings_.sheets_rate_limit);
  if (known > limit && verdict_.faults[static_cast<std::size_t>(Fault::db_clock_jump)] == 0)
    found_("quota_ignored", std::to_string(known) + " reads of the sheet within a minute");
  check_circuit(books, now_ms);
}

// The stored times are the database's: where its clock jumps, they mean little.
void Manners::check_circuit(const Books& books, std::uint64_t now_ms) {
  if (verdict_.faults[static_cast<std::size_t>(Fault::db_clock_jump)] > 0) return;
  const Known& known = books.known;
  now_ms += known.slack_ms;
  if (now_ms < known.rest_until_ms)
    found_("retry_after_ignored", "the sheet is read " +
                                      std::to_string(known.rest_until_ms - now_ms) +
                                      " ms before the time Google asked for");
  if (known.failures < settings_.breaker_threshold) return;
  const std::uint64_t reopened = known.failures - settings_.breaker_threshold;
  const std::uint64_t times = reopened >= 2 ? kDoublingsMax : std::uint64_t{1} << reopened;
  const std::uint64_t until_ms = known.failed_ms + times * settings_.breaker_timeout_s * kSecondMs;
  if (now_ms < until_ms)
    found_("open_circuit_ignored", "after " + std::to_string(known.failures) +
                                       " failures in a row the sheet is read " +
                                       std::to_string(until_ms - now_ms) + " ms too early");
}

void Manners::check_commit(Books& books, const Flight& flight) {
  if (books.open_commit && *books.open_commit != *flight.body)
    found_("recut_after_unknown", "a commit whose outcome is unknown was followed by another one");
  if (books.refused_commit && !books.open_commit && *books.refused_commit == *flight.body)
    found_("refusal_repeated", "a commit that was refused for a row was sent again unchanged");
  if (books.selection_waits && books.full)
    found_("selection_ignored", "a selection waits, and the full run goes on with another batch");
}

void Manners::on_commit_answered(Books& books, const Flight& flight, const Outcome& outcome,
                                 bool success) {
  books.refused_commit = nullptr;
  if (leaves_open(outcome))
    books.open_commit = flight.body;
  else if (success)
    books.open_commit = nullptr;
  else if (outcome.status == 409 && books.lanes[1].attempts == 1)
    books.refused_commit = flight.body;
  constexpr std::string_view kNobodyWaits = "\"selective_waiting\":0";
  books.selection_waits = success && outcome.body.find("\"committed\"") != std::string::npos &&
                          outcome.body.find(kNobodyWaits) == std::string::npos;
}

void Manners::check_database(Books& books, const Flight& flight, std::uint64_t now_ms) {
  if (is_write(flight) && books.lanes[1].attempts == 1) {
    Known known = books.known;
    // A commit may have been waiting for the rate limit since the database was free.
    if (flight.function() == "sync_commit") known = least(known, books.known_then);
    books.written.emplace(head_of(*flight.body), known);
    books.decided_ms = now_ms;
  }
  if (flight.function() == "sync_commit") check_commit(books, flight);
  ++books.database_sent;
  if (!books.database_answered && books.database_sent > settings_.retry_attempts + 1)
    found_("database_hammered",
           std::to_string(books.database_sent) + " calls to a database that never answered");
  auto& recent = books.database_ms;
  while (!recent.empty() && recent.front() + kSecondMs <= now_ms) recent.pop_front();
  recent.push_back(now_ms);
  if (recent.size() > 2 * settings_.rate_limit)
    found_("rate_ignored", std::to_string(recent.size()) + " database calls within a second");
}

void Manners::on_answered(const Invocation& invocation, const Flight& flight,
                          const Outcome& outcome, std::uint64_t hint_ms, std::uint64_t now_ms) {
  Books& books = books_[invocation.number];
  Lane& lane = books.lanes[static_cast<std::size_t>(flight.target)];
  const bool readable = flight.target == Target::sheets || is_json_object(outcome.body);
  const bool success = is_success(outcome) && readable;
  --lane.under_way;
  // The database's clock is known by what the claim answered, as exactly as it took to answer.
  if (flight.function() == "sync_claim") books.claim_took_ms = now_ms - lane.sent_ms;
  lane.failures = success ? 0 : lane.failures + 1;
  books.hint_ms = hint_ms;
  if (success || outcome.why == "too_large") lane.last.clear();  // half as much is asked for
  if (hint_ms > 0) lane.not_before_ms = std::max(lane.not_before_ms, now_ms + hint_ms);
  if (flight.target == Target::sheets) {
    Known& known = books.known;
    if (outcome.status == 403 || outcome.why == "credentials") lane.stopped = flight.path;
    if (outcome.status == 429)  // the bucket is empty: a token takes its time
      lane.not_before_ms =
          std::max(lane.not_before_ms, now_ms + kMinuteMs / settings_.sheets_rate_limit);
    if (hint_ms > 0) known.rest_until_ms = std::max(known.rest_until_ms, now_ms + hint_ms);
    const bool whole = success && outcome.body.ends_with("]}");
    if (success) known.failures = 0;
    if (whole) known.failures_most = 0;
    if (!whole && (success || counts_as_failure(outcome))) ++known.failures_most;
    if (!counts_as_failure(outcome)) return;
    known.slack_ms = std::max(books.claim_took_ms, known.failures == 0 ? 0 : known.slack_ms);
    ++known.failures;
    known.failed_ms = now_ms;
    return;
  }
  if (is_json_object(outcome.body)) books.database_answered = true;
  books.known_then = books.known;
  if (flight.function() == "sync_commit") on_commit_answered(books, flight, outcome, success);
}

// Full jitter: anywhere between nothing and the ceiling, which doubles up to 16 times the delay.
void Manners::on_waits(const Invocation& invocation, std::uint64_t ms, bool after_failure) {
  if (!after_failure || invocation.launch.job != "sync") return;
  const Books& books = books_[invocation.number];
  const std::uint64_t delay_ms = settings_.retry_delay_ms;
  if (ms > std::max(books.hint_ms, kBackoffMax * delay_ms))
    found_("waits_too_long", "waits " + std::to_string(ms) + " ms after a failure");
  if (books.hint_ms > 0) return;
  if (!books.waited) first_waits_ms_.push_back(ms);
  books_[invocation.number].waited = true;
  ++waits_;
  if (ms == 0) ++waits_zero_;
  for (std::uint64_t times = 1; times <= kBackoffMax; times *= 2)
    if (ms == times * delay_ms) ++waits_full_;
  const std::uint64_t failures = std::max(books.lanes[0].failures, books.lanes[1].failures);
  if (failures < 3) return;
  ++later_waits_;
  if (ms <= delay_ms) ++later_short_;
}

void Manners::judge_jitter() {
  if (waits_ >= kWaitsToJudge && waits_full_ == waits_)
    found_("no_jitter", "all waits after failures are whole ceilings");
  if (waits_ >= kWaitsToJudge && waits_zero_ == waits_)
    found_("no_backoff", "no failure was followed by a wait");
  const auto alike =
      static_cast<std::uint64_t>(std::count(first_waits_ms_.begin(), first_waits_ms_.end(),
                                            first_waits_ms_.empty() ? 0 : first_waits_ms_.front()));
  if (alike >= kWaitsToJudge && alike == first_waits_ms_.size())
    found_("jitter_alike", "each invocation waits the same after its first failure");
  if (later_waits_ >= kLaterToJudge && later_short_ == later_waits_)
    found_("backoff_flat", "waits do not grow with the failures");
}

void Manners::on_finish(const Invocation& invocation, const Json& effect, std::uint64_t now_ms) {
  const std::string_view outcome = effect["outcome"].view();
  const std::string_view cause = effect["document"]["cause"]["code"].view();
  if (cause == "engine_bug" || outcome == "rejected") found_("engine_bug", effect.raw());
  const Launch& launch = invocation.launch;
  const bool in_time = now_ms <= invocation.started_ms + launch.wall_ms;
  if (launch.wall_ms > 0 && !invocation.disturbed && !in_time)
    found_("wall_exceeded",
           "ended after " + std::to_string(now_ms - invocation.started_ms) + " ms");
  check_circuit_cause(invocation, cause);
  const Books& books = books_[invocation.number];
  const bool unavailable = outcome == "unavailable" || launch.job == "request";
  if (books.database_sent > 0 && !books.database_answered && !unavailable)
    found_("unavailable_unsaid",
           "the database never answered, and the invocation ends " + std::string(outcome));
}

// A circuit is only said to be open when it is.
void Manners::check_circuit_cause(const Invocation& invocation, std::string_view cause) {
  const Books& books = books_[invocation.number];
  const auto& faults = verdict_.faults;
  const auto happened = [&](const FaultKind& kind) {
    return kind.group == FaultGroup::database && faults[static_cast<std::size_t>(kind.fault)] > 0;
  };
  const bool others = faults[static_cast<std::size_t>(Fault::db_clock_jump)] > 0 ||
                      faults[static_cast<std::size_t>(Fault::db_outage)] > 0 ||
                      std::any_of(fault_kinds().begin(), fault_kinds().end(), happened);
  if (cause != "circuit_open" || others || invocation.disturbed) return;
  const Known& known = books.known;
  // It was laid down when it was found open; the clocks agree as far as the claims were quick.
  const std::uint64_t clocks_ms = known.slack_ms + books.claim_took_ms;
  if (known.failures_most < settings_.breaker_threshold &&
      known.rest_until_ms + clocks_ms <= books.decided_ms)
    found_("circuit_open_for_nothing",
           "after " + std::to_string(known.failures) + " failures in a row the circuit is open");
}

void Manners::on_end() { judge_jitter(); }

}  // namespace listing_sync::sim
