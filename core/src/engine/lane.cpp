// A lane keeps its request until the final answer, so that a repetition sends the same bytes.
#include "engine/lane.h"

#include <algorithm>
#include <utility>

namespace listing_sync {

void Lane::configure(Bucket bucket, const Backoff& backoff, std::uint32_t attempts_max) {
  bucket_ = bucket;
  backoff_ = backoff;
  attempts_max_ = attempts_max;
}

void Lane::send(Request request, std::uint64_t now_ms, std::uint64_t delay_ms,
                std::uint64_t timeout_ms, Outbox& outbox) {
  request_ = std::move(request);
  timeout_ms_ = timeout_ms;
  failures_ = 0;
  outcome_open_ = renewed_ = renew_next_ = false;
  if (delay_ms > 0)
    wait(delay_ms, outbox);
  else
    dispatch(now_ms, timeout_ms, outbox);
}

void Lane::wait(std::uint64_t ms, Outbox& outbox) {
  waiting_for_ = outbox.wait(ms);
  timing_ = true;
}

void Lane::dispatch(std::uint64_t now_ms, std::uint64_t timeout_ms, Outbox& outbox) {
  if (const std::uint64_t wait_ms = bucket_.take(now_ms); wait_ms > 0) return wait(wait_ms, outbox);
  outbox.disown_body(fetch_id_);
  fetch_id_ = waiting_for_ = outbox.fetch(*request_, timeout_ms, std::exchange(renew_next_, false));
  timing_ = false;
}

std::optional<Reply> Lane::take(Event& event, const Allowance& allowance, Random& random,
                                Outbox& outbox) {
  if (event.type == EventType::timer) {
    if (!allowance.again)
      return finish({Action::retry_same, "budget_spent", "the budget of this call is spent"}, {},
                    outbox);
    dispatch(event.now_ms, std::min(timeout_ms_, allowance.timeout_max_ms), outbox);
    return std::nullopt;
  }
  Verdict verdict = judge(event);
  if (verdict.action == Action::renew) return renew(event, allowance, std::move(verdict), outbox);
  if (verdict.action == Action::retry_same)
    return retry(event, allowance, std::move(verdict), random, outbox);
  return finish(std::move(verdict), std::move(event.body), outbox);
}

// Only a batch can be cut, and only where no earlier try of it may have been carried out: after an
// unknown outcome nothing but the same bytes may go out under that sequence number.
Verdict Lane::judge(const Event& event) {
  const Target target = request_->target;
  Verdict verdict = classify(target, {event.status, event.why, event.message, event.body.view()});
  if (target == Target::sheets) return verdict;
  const bool wants_cut = verdict.action == Action::cut_smaller || verdict.action == Action::isolate;
  const bool cannot_cut = verdict.action == Action::cut_smaller && !request_->may_cut;
  if (cannot_cut || (wants_cut && outcome_open_)) verdict.action = Action::retry_same;
  outcome_open_ = outcome_open_ || leaves_outcome_open(verdict.code);
  return verdict;
}

std::optional<Reply> Lane::renew(Event& event, const Allowance& allowance, Verdict verdict,
                                 Outbox& outbox) {
  if (std::exchange(renewed_, true) || !allowance.again) {
    verdict.action = Action::stop;
    return finish(std::move(verdict), {}, outbox);
  }
  renew_next_ = true;
  dispatch(event.now_ms, std::min(timeout_ms_, allowance.timeout_max_ms), outbox);
  return std::nullopt;
}

std::optional<Reply> Lane::retry(const Event& event, const Allowance& allowance, Verdict verdict,
                                 Random& random, Outbox& outbox) {
  const std::uint64_t floor_ms = retry_after_ms(event.retry_after, event.date).value_or(0);
  const std::uint64_t wait_ms = backoff_.wait_ms(failures_, floor_ms, random);
  outbox.log("warn", "request_failed",
             {{"target", target_name(request_->target)},
              {"code", verdict.code},
              {"message", verdict.message},
              {"failures", failures_ + 1},
              {"retry_in_ms", wait_ms}});
  if (++failures_ > attempts_max_ || !allowance.again || wait_ms > allowance.wait_max_ms) {
    Reply reply = finish(std::move(verdict), {}, outbox);
    reply.retry_in_ms = wait_ms;
    return reply;
  }
  wait(wait_ms, outbox);
  return std::nullopt;
}

Reply Lane::finish(Verdict verdict, Bytes body, Outbox& outbox) {
  drop(outbox);
  return {std::move(verdict), std::move(body), 0, outcome_open_};
}

void Lane::drop(Outbox& outbox) {
  outbox.disown_body(fetch_id_);
  request_.reset();
}

}  // namespace listing_sync
