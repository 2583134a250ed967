// One request at a time on its way to one target: rate limit, send, classify, back off, send again.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/circuit.h"
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
  bool outcome_open = false;      ///< it may have been carried out all the same
};

/// What the invocation can still afford for a request.
struct Allowance {
  bool again = true;  ///< one more request
  std::uint64_t wait_max_ms = UINT64_MAX;
  std::uint64_t timeout_max_ms = UINT64_MAX;
};

class Lane {
 public:
  explicit Lane(Circuit& circuit) : circuit_(circuit) {}
  void configure(const Backoff& backoff, std::uint32_t attempts_max);

  [[nodiscard]] bool busy() const { return request_.has_value(); }
  /// True while the request is held back by a timer: it is not counted as made yet.
  [[nodiscard]] bool holds_back() const { return busy() && timing_; }
  /// `delay_ms`: not to be sent before. What does not fit the allowance ends as budget_spent.
  void send(Request request, std::uint64_t now_ms, std::uint64_t delay_ms,
            const Allowance& allowance, Outbox& outbox);
  /// True if the event is the answer or the timer this lane waits for.
  [[nodiscard]] bool expects(const Event& event) const {
    return busy() && event.id == waiting_for_ && (event.type == EventType::timer) == timing_;
  }
  /// Takes the expected event. A final answer frees the lane; so does what the invocation cannot
  /// afford: the reply is then retry_same, with code budget_spent where nothing was sent for it.
  [[nodiscard]] std::optional<Reply> take(Event& event, const Allowance& allowance, Random& random,
                                          Outbox& outbox);
  /// Of the circuit, when the present or last request was sent.
  [[nodiscard]] std::uint32_t generation() const { return generation_; }
  /// When the present or last request was sent last.
  [[nodiscard]] std::uint64_t sent_at_ms() const { return sent_at_ms_; }
  /// Forgets the request; its answer, if it still comes, is a late one.
  void drop(Outbox& outbox);

 private:
  void dispatch(std::uint64_t now_ms, const Allowance& allowance, Outbox& outbox);
  void wait(std::uint64_t ms, const Allowance& allowance, Outbox& outbox);
  [[nodiscard]] Verdict judge(const Event& event);
  [[nodiscard]] std::optional<Reply> on_timer(const Event& event, const Allowance& allowance,
                                              Outbox& outbox);
  [[nodiscard]] std::optional<Reply> renew(Event& event, const Allowance& allowance,
                                           Verdict verdict, Outbox& outbox);
  [[nodiscard]] std::optional<Reply> retry(const Event& event, const Allowance& allowance,
                                           Verdict verdict, Random& random, Outbox& outbox);
  Reply give_up(Verdict verdict, std::uint64_t retry_in_ms, Outbox& outbox);
  Reply finish(Verdict verdict, Bytes body, Outbox& outbox);

  Circuit& circuit_;
  std::optional<Request> request_;
  Backoff backoff_;
  std::uint32_t attempts_max_ = 3, failures_ = 0, repeats_ = 0;
  std::uint32_t waiting_for_ = 0, fetch_id_ = 0, generation_ = 0;
  std::uint64_t timeout_ms_ = 0, sent_at_ms_ = 0;
  std::uint64_t unaffordable_ms_ = 0;  ///< a wait that does not fit: the timer only says so
  bool timing_ = false;                ///< waiting_for_ is a timer
  bool outcome_open_ = false;          ///< an earlier try may have been carried out all the same
  bool renewed_ = false, renew_next_ = false;
};

}  // namespace listing_sync
