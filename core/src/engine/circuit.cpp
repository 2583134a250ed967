// Stored as {state, failures, generation, opened_at_ms, open_for_ms, rest_until_ms, pace, level,
// filled_at_ms, transitions: [{at_ms, from, to, cause}]}; all times are the database's.
#include "engine/circuit.h"

#include <algorithm>
#include <utility>

#include "json/json_fields.h"

namespace listing_sync {
namespace {

constexpr std::size_t kTransitionsMax = 8;
constexpr std::uint64_t kRestMsMax = 86'400'000;  // what sync_yield takes: a day

std::uint32_t small_field(const nlohmann::json& object, const char* name) {
  return static_cast<std::uint32_t>(
      std::min<std::uint64_t>(number_field(object, name), UINT32_MAX));
}

}  // namespace

void Circuit::configure(Bucket bucket, std::uint32_t threshold, std::uint64_t timeout_ms) {
  bucket_ = bucket;
  breaker_.threshold = threshold;
  breaker_.timeout_ms = timeout_ms;
}

void Circuit::restore(const nlohmann::json& stored, std::uint64_t now_ms, std::uint64_t ahead_ms) {
  ahead_ms_ = ahead_ms;
  if (!stored.is_object()) return;
  restore_breaker(stored, now_ms);
  restore_bucket(stored, now_ms);
  rest_until_ms_ = number_field(stored, "rest_until_ms");
  transitions_.clear();
  if (const nlohmann::json& past = member(stored, "transitions"); past.is_array())
    for (const nlohmann::json& entry : past)
      transitions_.push_back({number_field(entry, "at_ms"), text_field(entry, "from"),
                              text_field(entry, "to"), text_field(entry, "cause")});
  while (transitions_.size() > kTransitionsMax) transitions_.pop_front();
}

void Circuit::restore_breaker(const nlohmann::json& stored, std::uint64_t now_ms) {
  breaker_.state = breaker_state(text_field(stored, "state")).value_or(Breaker::State::closed);
  breaker_.failures = small_field(stored, "failures");
  breaker_.generation = small_field(stored, "generation");
  // Opened in the future: the clock was set back since. It opened now, so that its wait passes.
  breaker_.opened_at_ms = std::min(number_field(stored, "opened_at_ms"), database_ms(now_ms));
  breaker_.open_for_ms = number_field(stored, "open_for_ms");
}

// What this invocation has already taken (the claim) stays taken.
void Circuit::restore_bucket(const nlohmann::json& stored, std::uint64_t now_ms) {
  if (!stored.contains("level")) return;
  const std::uint64_t full = Bucket::full(bucket_.per_minute, bucket_.burst, now_ms).level;
  const std::uint64_t taken = full - std::min(full, bucket_.level);
  const std::uint64_t then_ms = number_field(stored, "filled_at_ms");
  const std::uint64_t elapsed_ms =
      database_ms(now_ms) > then_ms ? database_ms(now_ms) - then_ms : 0;
  bucket_.resume(number_field(stored, "level"), number_field(stored, "pace", bucket_.per_minute),
                 elapsed_ms, now_ms);
  bucket_.level -= std::min(bucket_.level, taken);
}

nlohmann::json Circuit::stored(std::uint64_t now_ms) const {
  nlohmann::json transitions = nlohmann::json::array();
  for (const Transition& transition : transitions_)
    transitions.push_back({{"at_ms", transition.at_ms},
                           {"from", transition.from},
                           {"to", transition.to},
                           {"cause", transition.cause}});
  const std::uint64_t idle_ms =
      now_ms > bucket_.filled_at_ms ? now_ms - bucket_.filled_at_ms : std::uint64_t{0};
  return {{"state", breaker_state_name(breaker_.state)},
          {"failures", breaker_.failures},
          {"generation", breaker_.generation},
          {"opened_at_ms", breaker_.opened_at_ms},
          {"open_for_ms", breaker_.open_for_ms},
          {"rest_until_ms", rest_until_ms_},
          {"pace", bucket_.pace},
          {"level", bucket_.level},
          {"filled_at_ms", database_ms(now_ms) - idle_ms},
          {"transitions", std::move(transitions)}};
}

std::uint64_t Circuit::wait_ms(std::uint64_t now_ms) const {
  const std::uint64_t now = database_ms(now_ms);
  const std::uint64_t rest_ms = rest_until_ms_ > now ? rest_until_ms_ - now : 0;
  // Farther away than any rest can be: the clock was set back.
  return std::max(breaker_.wait_ms(now), rest_ms > kRestMsMax ? 0 : rest_ms);
}

void Circuit::probe(std::uint64_t now_ms) {
  const Breaker::State before = breaker_.state;
  (void)breaker_.allow(database_ms(now_ms));
  note(before, "probe", now_ms);
}

void Circuit::reset(std::uint64_t now_ms) {
  const Breaker::State before = breaker_.state;
  breaker_.reset();
  note(before, "forced", now_ms);
}

void Circuit::on_success(std::uint32_t generation, std::uint64_t now_ms) {
  const Breaker::State before = breaker_.state;
  breaker_.on_success(generation);
  bucket_.relax();
  note(before, "answered", now_ms);
}

void Circuit::on_failure(std::uint32_t generation, const CallFailure& failure,
                         std::uint64_t now_ms) {
  const Breaker::State before = breaker_.state;
  breaker_.on_failure(generation, database_ms(now_ms));
  if (failure.too_many) bucket_.slow(now_ms);
  const std::uint64_t rest_ms = std::min(failure.retry_after_ms, kRestMsMax);
  if (rest_ms > 0) rest_until_ms_ = std::max(rest_until_ms_, database_ms(now_ms) + rest_ms);
  note(before, failure.code, now_ms);
}

void Circuit::note(Breaker::State before, std::string_view cause, std::uint64_t now_ms) {
  if (before == breaker_.state) return;
  Transition transition{database_ms(now_ms), std::string(breaker_state_name(before)),
                        std::string(breaker_state_name(breaker_.state)), std::string(cause)};
  outbox_.log(breaker_.state == Breaker::State::open ? "warn" : "info", "circuit_changed",
              {{"target", target_name(target_)},
               {"from", transition.from},
               {"to", transition.to},
               {"cause", transition.cause},
               {"failures", breaker_.failures}});
  transitions_.push_back(std::move(transition));
  if (transitions_.size() <= kTransitionsMax) return;
  // Since when it has not been closed is not forgotten over the probes that followed.
  const bool began_here = transitions_.front().from == "closed" &&
                          std::none_of(transitions_.begin(), transitions_.end(),
                                       [](const Transition& past) { return past.to == "closed"; });
  transitions_.erase(transitions_.begin() + (began_here ? 1 : 0));
}

}  // namespace listing_sync
