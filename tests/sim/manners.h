// Bounded and polite: budgets, attempts, rates, waits, circuits. Judged by what leaves the host and
// what comes back alone; keeps books of its own on what an engine can know.
//
// What an invocation learns is worth nothing to the next one until it is stored with a commit, a
// yield or a close: so these books are kept twice, as an invocation knows them (Known) and as the
// deployment does (stored_).
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sim/host.h"
#include "sim/settings.h"
#include "sim/verdict.h"

namespace listing_sync::sim {

class Manners {
 public:
  using Found = std::function<void(std::string code, std::string text)>;
  Manners(const Settings& settings, const Verdict& verdict, Found found)
      : settings_(settings), verdict_(verdict), found_(std::move(found)) {}

  void on_granted(std::uint64_t invocation, bool forced, bool full);
  /// A commit, yield or close was carried out; `rows`: committed by it.
  void on_stored(std::uint64_t invocation, std::string_view body, std::uint64_t rows);
  void on_sent(const Invocation& invocation, const Flight& flight, std::uint64_t now_ms);
  /// `hint_ms`: what Retry-After asked for.
  void on_answered(const Invocation& invocation, const Flight& flight,
                   const testing::Outcome& outcome, std::uint64_t hint_ms, std::uint64_t now_ms);
  void on_waits(const Invocation& invocation, std::uint64_t ms, bool after_failure);
  void on_finish(const Invocation& invocation, const testing::Json& effect, std::uint64_t now_ms);
  void on_end();

 private:
  /// What can be known of Google Sheets.
  struct Known {
    std::uint64_t rest_until_ms = 0;  ///< Retry-After
    std::uint64_t failures = 0;       ///< consecutive, at least
    std::uint64_t failures_most = 0;  ///< with answers that turned out to be broken
    std::uint64_t failed_ms = 0;      ///< the last of them
    std::uint64_t slack_ms = 0;       ///< how far the stored times may be off
    std::uint64_t reads = 0;          ///< sent by this invocation
  };
  struct Lane {
    std::string last;  ///< what was sent last and has not succeeded
    std::uint64_t attempts = 0, failures = 0, not_before_ms = 0, under_way = 0, sent_ms = 0;
    std::string stopped;  ///< what was refused for good
  };
  struct Books {
    Known known, known_then;                         ///< then: when the database answered last
    std::unordered_map<std::string, Known> written;  ///< by the first bytes of a body
    Lane lanes[2];
    std::uint64_t claim_took_ms = 0, decided_ms = 0, sent = 0, rows = 0, renewals = 0,
                  database_sent = 0, hint_ms = 0;
    std::uint64_t granted_at = 0;  ///< in the order of grants and writes
    bool waited = false;           ///< after a failure, once
    bool granted = false, database_answered = false, full = false;
    bool selection_waits = false;                       ///< said by the last commit's answer
    std::shared_ptr<const std::string> refused_commit;  ///< for one of its rows
    std::deque<std::uint64_t> database_ms;              ///< sent in the last second
    std::shared_ptr<const std::string> open_commit;     ///< its outcome is unknown
  };
  struct ReadSent {
    std::uint64_t ms, invocation;
    std::uint64_t stored_at;  ///< in the order of grants and writes; 0: not yet
  };

  /// What was surely known, where either may be what was stored.
  [[nodiscard]] static Known least(const Known& a, const Known& b);
  void check_budgets(const Invocation& invocation, const Flight& flight, std::uint64_t now_ms);
  void check_attempts(Books& books, const Flight& flight, std::uint64_t now_ms);
  void check_read(const Invocation& invocation, Books& books, std::uint64_t now_ms);
  void check_circuit(const Books& books, std::uint64_t now_ms);
  void check_commit(Books& books, const Flight& flight);
  void on_commit_answered(Books& books, const Flight& flight, const testing::Outcome& outcome,
                          bool success);
  void check_database(Books& books, const Flight& flight, std::uint64_t now_ms);
  void check_circuit_cause(const Invocation& invocation, std::string_view cause);
  void judge_jitter();

  const Settings& settings_;
  const Verdict& verdict_;
  Found found_;
  std::unordered_map<std::uint64_t, Books> books_;  ///< by invocation
  Known stored_;
  std::uint64_t order_ = 0;                    ///< of grants and writes
  std::deque<ReadSent> reads_;                 ///< of the last minute
  std::vector<std::uint64_t> first_waits_ms_;  ///< of each invocation
  std::uint64_t waits_ = 0, waits_full_ = 0, waits_zero_ = 0, later_waits_ = 0, later_short_ = 0;
};

}  // namespace listing_sync::sim
