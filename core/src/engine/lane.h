// One request at a time on its way to one target: rate limit, send, classify, back off, send again.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/event.h"
#include "engine/outbox.h"
#include "listing_sync/classify.h"
#include "listing_sync/policy.h"

namespace listing_sync {

/// How a lane's request ended; nullopt from take() means that it goes on.
struct Reply {
  Verdict verdict;
  Bytes body;                     ///< for proceed
  std::uint64_t retry_in_ms = 0;  ///< retry_same, given up for now: not to be tried before
};

class Lane {
 public:
  void configure(Bucket bucket, const Backoff& backoff, std::uint32_t attempts_max);

  [[nodiscard]] bool busy() const { return request_.has_value(); }
  /// `delay_ms`: not to be sent before.
  void send(Request request, std::uint64_t now_ms, std::uint64_t delay_ms, std::uint64_t timeout_ms,
            Outbox& outbox);
  /// True if `id` is the answer or the timer this lane waits for.
  [[nodiscard]] bool expects(std::uint32_t id) const { return busy() && id == waiting_for_; }
  /// Takes the expected event. A final answer frees the lane; so does a wait longer than
  /// `wait_max_ms`, which the invocation cannot afford.
  [[nodiscard]] std::optional<Reply> take(Event& event, std::uint64_t wait_max_ms, Random& random,
                                          Outbox& outbox);
  /// Consecutive failures of the present request.
  [[nodiscard]] std::uint32_t failures() const { return failures_; }
  void drop(Outbox& outbox);

 private:
  void dispatch(std::uint64_t now_ms, Outbox& outbox);
  Reply finish(Verdict verdict, Bytes body, Outbox& outbox);

  std::optional<Request> request_;
  Bucket bucket_;
  Backoff backoff_;
  Target target_ = Target::database;
  std::uint32_t attempts_max_ = 3, failures_ = 0, waiting_for_ = 0, fetch_id_ = 0;
  std::uint64_t timeout_ms_ = 0;
  bool renewed_ = false, renew_next_ = false;
};

}  // namespace listing_sync
