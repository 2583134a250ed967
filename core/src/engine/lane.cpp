// A lane keeps its request until the final answer, so that a repetition sends the same bytes.
#include "engine/lane.h"

#include <algorithm>
#include <utility>

namespace listing_sync {
namespace {

// Repetitions of all requests of one invocation: an end even where every other call fails.
constexpr std::uint32_t kRepeatsMax = 50;

Verdict budget_spent() {
  return {Action::retry_same, "budget_spent", "the budget of this call is spent"};
}

}  // namespace

void Lane::configure(const Backoff& backoff, std::uint32_t attempts_max) {
  backoff_ = backoff;
  attempts_max_ = attempts_max;
}

void Lane::send(Request request, std::uint64_t now_ms, std::uint64_t delay_ms,
                const Allowance& allowance, Outbox& outbox) {
  request_ = std::move(request);
  timeout_ms_ = allowance.timeout_max_ms;
  failures_ = 0;
  unaffordable_ms_ = 0;
  outcome_open_ = renewed_ = renew_next_ = false;
  if (delay_ms > 0)
    wait(delay_ms, allowance, outbox);
  else
    dispatch(now_ms, allowance, outbox);
}

// A wait that does not fit is not begun: the timer comes at once and ends the request.
void Lane::wait(std::uint64_t ms, const Allowance& allowance, Outbox& outbox) {
  const bool fits = ms <= allowance.wait_max_ms;
  unaffordable_ms_ = fits ? 0 : ms;
  waiting_for_ = outbox.wait(fits ? ms : 0);
  timing_ = true;
}

void Lane::dispatch(std::uint64_t now_ms, const Allowance& allowance, Outbox& outbox) {
  if (const std::uint64_t wait_ms = circuit_.take(now_ms); wait_ms > 0)
    return wait(wait_ms, allowance, outbox);
  outbox.disown_body(fetch_id_);
  fetch_id_ = waiting_for_ =
      outbox.fetch(*request_, std::min(timeout_ms_, allowance.timeout_max_ms),
                   std::exchange(renew_next_, false));
  generation_ = circuit_.generation();
  sent_at_ms_ = now_ms;
  timing_ = false;
}

std::optional<Reply> Lane::take(Event& event, const Allowance& allowance, Random& random,
                                Outbox& outbox) {
  if (event.type == EventType::timer) return on_timer(event, allowance, outbox);
  Verdict verdict = judge(event);
  if (verdict.action == Action::renew) return renew(event, allowance, std::move(verdict), outbox);
  if (verdict.action == Action::retry_same)
    return retry(event, allowance, std::move(verdict), random, outbox);
  return finish(std::move(verdict), std::move(event.body), outbox);
}

std::optional<Reply> Lane::on_timer(const Event& event, const Allowance& allowance,
                                    Outbox& outbox) {
  if (unaffordable_ms_ > 0) return give_up(budget_spent(), unaffordable_ms_, outbox);
  if (!allowance.again) return give_up(budget_spent(), 0, outbox);
  dispatch(event.now_ms, allowance, outbox);
  return std::nullopt;
}

// Only a batch can be cut, and only where no earlier try of it may have been carried out: after an
// unknown outcome nothing but the same bytes may go out under that sequence number. What is too
// large and cannot be cut will never fit.
Verdict Lane::judge(const Event& event) {
  const Target target = request_->target;
  Verdict verdict = classify(target, {event.status, event.why, event.message, event.body.view()});
  if (target != Target::database) return verdict;
  const bool wants_cut = verdict.action == Action::cut_smaller || verdict.action == Action::isolate;
  if (wants_cut && outcome_open_) {
    verdict.action = Action::retry_same;
  } else if (verdict.action == Action::cut_smaller && !request_->may_cut) {
    const bool size = verdict.code == "http_413" || verdict.code == "PT413";
    verdict.action = size ? Action::stop : Action::retry_same;
  }
  outcome_open_ = outcome_open_ || leaves_outcome_open(verdict.code);
  return verdict;
}

std::optional<Reply> Lane::renew(Event& event, const Allowance& allowance, Verdict verdict,
                                 Outbox& outbox) {
  if (!allowance.again) return give_up(budget_spent(), 0, outbox);
  if (std::exchange(renewed_, true)) {
    verdict.action = Action::stop;
    return finish(std::move(verdict), {}, outbox);
  }
  renew_next_ = true;
  dispatch(event.now_ms, allowance, outbox);
  return std::nullopt;
}

// The back-off stands where the target's failures stand, also those of earlier invocations.
std::optional<Reply> Lane::retry(const Event& event, const Allowance& allowance, Verdict verdict,
                                 Random& random, Outbox& outbox) {
  const std::uint64_t floor_ms = retry_after_ms(event.retry_after, event.date).value_or(0);
  circuit_.on_failure(generation_, {verdict.code, floor_ms, event.status == 429}, event.now_ms);
  const std::uint32_t position = std::max(circuit_.failures(), 1u) - 1;
  const std::uint64_t wait_ms = backoff_.wait_ms(position, floor_ms, random);
  outbox.log("warn", "request_failed",
             {{"target", target_name(request_->target)},
              {"code", verdict.code},
              {"message", verdict.message},
              {"failures", circuit_.failures()},
              {"retry_in_ms", wait_ms}});
  const bool capped = ++failures_ > attempts_max_ || ++repeats_ > kRepeatsMax;
  const std::uint64_t rest_ms = std::max(wait_ms, circuit_.wait_ms(event.now_ms));
  if (capped || !allowance.again || rest_ms > wait_ms || wait_ms > allowance.wait_max_ms)
    return give_up(std::move(verdict), rest_ms, outbox);
  wait(wait_ms, allowance, outbox);
  return std::nullopt;
}

Reply Lane::give_up(Verdict verdict, std::uint64_t retry_in_ms, Outbox& outbox) {
  Reply reply = finish(std::move(verdict), {}, outbox);
  reply.retry_in_ms = retry_in_ms;
  return reply;
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
