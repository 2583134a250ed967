// A lane keeps its request until the final answer, so that a repetition sends the same bytes.
#include "engine/lane.h"

#include <utility>

namespace listing_sync {

void Lane::configure(Bucket bucket, const Backoff& backoff, std::uint32_t attempts_max) {
  bucket_ = bucket;
  backoff_ = backoff;
  attempts_max_ = attempts_max;
}

void Lane::send(Request request, std::uint64_t now_ms, std::uint64_t delay_ms,
                std::uint64_t timeout_ms, Outbox& outbox) {
  target_ = request.target;
  request_ = std::move(request);
  timeout_ms_ = timeout_ms;
  failures_ = 0;
  renewed_ = renew_next_ = false;
  if (delay_ms > 0)
    waiting_for_ = outbox.wait(delay_ms);
  else
    dispatch(now_ms, outbox);
}

void Lane::dispatch(std::uint64_t now_ms, Outbox& outbox) {
  if (const std::uint64_t wait_ms = bucket_.take(now_ms); wait_ms > 0) {
    waiting_for_ = outbox.wait(wait_ms);
    return;
  }
  outbox.disown_body(fetch_id_);
  fetch_id_ = waiting_for_ =
      outbox.fetch(*request_, timeout_ms_, std::exchange(renew_next_, false));
}

std::optional<Reply> Lane::take(Event& event, std::uint64_t wait_max_ms, Random& random,
                                Outbox& outbox) {
  if (event.type == EventType::timer) {
    dispatch(event.now_ms, outbox);
    return std::nullopt;
  }
  Verdict verdict = classify(target_, {event.status, event.why, event.message, event.body.view()});
  if (verdict.action == Action::renew) {
    if (std::exchange(renewed_, true)) {
      verdict.action = Action::stop;
      return finish(std::move(verdict), {}, outbox);
    }
    renew_next_ = true;
    dispatch(event.now_ms, outbox);
    return std::nullopt;
  }
  if (verdict.action != Action::retry_same)
    return finish(std::move(verdict), std::move(event.body), outbox);
  const std::uint64_t floor_ms = retry_after_ms(event.retry_after, event.date).value_or(0);
  const std::uint64_t wait_ms = backoff_.wait_ms(failures_, floor_ms, random);
  outbox.log("warn", "request_failed",
             {{"target", target_name(target_)},
              {"code", verdict.code},
              {"message", verdict.message},
              {"failures", failures_ + 1},
              {"retry_in_ms", wait_ms}});
  if (++failures_ > attempts_max_ || wait_ms > wait_max_ms) {
    Reply reply = finish(std::move(verdict), {}, outbox);
    reply.retry_in_ms = wait_ms;
    return reply;
  }
  waiting_for_ = outbox.wait(wait_ms);
  return std::nullopt;
}

Reply Lane::finish(Verdict verdict, Bytes body, Outbox& outbox) {
  drop(outbox);
  return {std::move(verdict), std::move(body), 0};
}

void Lane::drop(Outbox& outbox) {
  outbox.disown_body(fetch_id_);
  request_.reset();
}

}  // namespace listing_sync
