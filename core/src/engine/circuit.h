// What is known of one target's health: its breaker, its token bucket, the rest it asked for. It is
// stored with every commit, close and yield, under the fence, so that the next invocation goes on
// where this one stopped: counting failures, backing off, keeping to the rate.
#pragma once

#include <cstdint>
#include <deque>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "engine/outbox.h"
#include "listing_sync/policy.h"

namespace listing_sync {

/// How a call failed, as far as the circuit cares.
struct CallFailure {
  std::string_view code;
  std::uint64_t retry_after_ms = 0;  ///< what the target asked for
  bool too_many = false;             ///< HTTP 429
};

class Circuit {
 public:
  Circuit(Target target, Outbox& outbox) : target_(target), outbox_(outbox) {}
  void configure(Bucket bucket, std::uint32_t threshold, std::uint64_t timeout_ms);
  /// Takes over what claim answered. `ahead_ms`: the database's clock, in which stored times are,
  /// minus the host's. What cannot be read counts as never stored.
  void restore(const nlohmann::json& stored, std::uint64_t now_ms, std::uint64_t ahead_ms);
  [[nodiscard]] nlohmann::json stored(std::uint64_t now_ms) const;

  /// 0: a request may go out, and is counted. Else the milliseconds until the rate allows one.
  std::uint64_t take(std::uint64_t now_ms) { return bucket_.take(now_ms); }
  /// Until the target may be called again: it asked for a rest, or the breaker is open.
  [[nodiscard]] std::uint64_t wait_ms(std::uint64_t now_ms) const;
  /// Where the breaker's wait is over: one probe.
  void probe(std::uint64_t now_ms);
  /// A person says: try again. The rest a target asked for stays.
  void reset(std::uint64_t now_ms);

  /// To be kept with a call and handed back with its end.
  [[nodiscard]] std::uint32_t generation() const { return breaker_.generation; }
  void on_success(std::uint32_t generation, std::uint64_t now_ms);
  void on_failure(std::uint32_t generation, const CallFailure& failure, std::uint64_t now_ms);
  /// Consecutive failures, also those of earlier invocations: where the back-off stands.
  [[nodiscard]] std::uint32_t failures() const { return breaker_.failures; }

 private:
  struct Transition {
    std::uint64_t at_ms;
    std::string from, to, cause;
  };
  [[nodiscard]] std::uint64_t database_ms(std::uint64_t now_ms) const { return now_ms + ahead_ms_; }
  void note(Breaker::State before, std::string_view cause, std::uint64_t now_ms);
  void restore_breaker(const nlohmann::json& stored, std::uint64_t now_ms);
  void restore_bucket(const nlohmann::json& stored, std::uint64_t now_ms);

  Target target_;
  Outbox& outbox_;
  Breaker breaker_;
  Bucket bucket_;
  std::uint64_t ahead_ms_ = 0;
  std::uint64_t rest_until_ms_ = 0;  ///< database time
  std::deque<Transition> transitions_;
};

}  // namespace listing_sync
