// Resilience policies: small pure functions of (state, event, now, random). None knows another.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace listing_sync {

/// SplitMix64 (Steele, Lea, Flood 2014): the engine's only source of jitter, seeded by the host.
struct Random {
  std::uint64_t state = 0;
  std::uint64_t next();
  /// Uniform in [0, bound]; bound 0 gives 0.
  std::uint64_t up_to(std::uint64_t bound);
};

/// Exponential back-off with full jitter (Brooker, "Exponential Backoff And Jitter", AWS 2015).
struct Backoff {
  std::uint64_t delay_ms = 1000;  ///< ceiling of the first wait; doubles: 1, 2, 4, 8, 16 s
  std::uint64_t cap_ms = 16'000;
  /// The wait before try number `attempt` + 2 (attempt counts failures, from 0): uniform in
  /// [0, min(cap, delay · 2^attempt)], never below `floor_ms` (a Retry-After is never clamped).
  [[nodiscard]] std::uint64_t wait_ms(std::uint32_t attempt, std::uint64_t floor_ms,
                                      Random& random) const;
};

/// Token bucket (RFC 2697: committed information rate and burst size): `per_minute` tokens a
/// minute, at most `burst` saved up. Kept in 1/60,000 of a token, so that a millisecond at any
/// whole rate is exact; a clock that jumps back grants nothing and loses nothing. `pace` is the
/// rate in force: a target that says "too many" halves it, answers bring it back (additive
/// increase, multiplicative decrease: Chiu and Jain 1989).
struct Bucket {
  std::uint64_t per_minute = 600;
  std::uint64_t burst = 10;
  std::uint64_t pace = 600;       ///< tokens a minute now; at most per_minute
  std::uint64_t level = 600'000;  ///< 60,000 = one token
  std::uint64_t filled_at_ms = 0;
  static Bucket full(std::uint64_t per_minute, std::uint64_t burst, std::uint64_t now_ms);
  /// What another invocation left: its level and pace, `elapsed_ms` ago, within this bucket's own
  /// rate and burst.
  void resume(std::uint64_t level_then, std::uint64_t pace_then, std::uint64_t elapsed_ms,
              std::uint64_t now_ms);
  /// Takes one token and answers 0, or takes none and answers the milliseconds until there is one.
  std::uint64_t take(std::uint64_t now_ms);
  /// The target said "too many requests": half the pace, nothing saved up.
  void slow(std::uint64_t now_ms);
  /// An answer came: a sixteenth of the rate back.
  void relax();

 private:
  void fill(std::uint64_t elapsed_ms, std::uint64_t now_ms);
};

/// Circuit breaker over consecutive failures (Nygard, "Release It!"). Plain state: it is stored, so
/// that failures count across invocations. An open breaker lets one probe through when its wait is
/// over; a failed probe doubles the wait, up to four times the timeout. Every change of state is a
/// new generation: an answer to a call of an older one changes nothing.
struct Breaker {
  enum class State : std::uint8_t { closed, open, half_open };
  State state = State::closed;
  std::uint32_t failures = 0;      ///< consecutive
  std::uint32_t generation = 0;    ///< changes of state so far
  std::uint64_t opened_at_ms = 0;  ///< database time
  std::uint64_t open_for_ms = 0;   ///< how long it stays open; 0: the timeout
  std::uint32_t threshold = 5;
  std::uint64_t timeout_ms = 60'000;

  /// True if a call may go out now; an open breaker whose wait is over becomes half open.
  bool allow(std::uint64_t now_ms);
  /// Until allow() would let a call out; at most the whole wait, however the clock was set.
  [[nodiscard]] std::uint64_t wait_ms(std::uint64_t now_ms) const;
  /// The end of a call that was let out in `of_generation`.
  void on_success(std::uint32_t of_generation);
  void on_failure(std::uint32_t of_generation, std::uint64_t now_ms);
  /// A person says: try again.
  void reset();

 private:
  void become(State next);
};
[[nodiscard]] std::string_view breaker_state_name(Breaker::State state);
/// nullopt where the name is none of breaker_state_name().
[[nodiscard]] std::optional<Breaker::State> breaker_state(std::string_view name);

/// How many rows are committed at once: half as many after a rollback that was due to size or time,
/// twice as many after four good batches, never more than was asked for. Both numbers are stored.
struct BatchSize {
  std::uint32_t size = 500, max = 500;
  std::uint32_t good = 0;  ///< full batches committed since the size changed
  void on_rollback();
  void on_commit(std::uint32_t rows_sent);
};

/// What one invocation may still spend. 0 means unbounded.
struct Budget {
  std::uint64_t wall_ms = 0, requests = 0, rows = 0;
  std::uint64_t started_at_ms = 0, requests_spent = 0, rows_spent = 0;
  /// True if one more request and `reserve` further ones (to end cleanly) fit, with `reserve_ms` of
  /// time left.
  [[nodiscard]] bool allows(std::uint64_t now_ms, std::uint64_t reserve,
                            std::uint64_t reserve_ms) const;
  [[nodiscard]] std::uint64_t wall_left_ms(std::uint64_t now_ms) const;
};

/// `Retry-After` (RFC 9110, 10.2.3): seconds (beyond every number: 10^15 ms), or an HTTP date in
/// any of its three forms (5.6.7), held against the answer's own `Date`; 0 where that has passed.
/// nullopt where it is absent, not understood, or contradicts itself.
[[nodiscard]] std::optional<std::uint64_t> retry_after_ms(std::string_view retry_after,
                                                          std::string_view date);

}  // namespace listing_sync
