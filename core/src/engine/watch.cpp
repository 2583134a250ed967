// What is planned is recorded before it is sent: a crash in between costs two minutes, until the
// claim on the delivery ends, and the next watch sends it. What arrives twice has the same id.
#include "engine/watch.h"

#include <algorithm>
#include <utility>

#include "alerts/delivery.h"
#include "alerts/plan.h"
#include "database/requests.h"
#include "engine/answers.h"
#include "json/json_fields.h"

namespace listing_sync {
namespace {

using nlohmann::json;

constexpr std::uint64_t kDatabasePatienceMs = 2'000, kDatabaseDelayMs = 100;
constexpr std::uint32_t kDatabaseRepetitionsMax = 1;
constexpr std::uint64_t kDeliveryTimeoutMs = 10'000, kDeliveryPatienceMs = 10'000;
constexpr std::uint64_t kDeliveriesPerMinute = 60, kDeliveriesBurst = 5;
constexpr std::uint64_t kDeliveriesMax = 20;  // at once; a later watch takes the others
// All deliveries of a watch end before the claim on the first of them does (two minutes).
constexpr std::uint64_t kDeliveringMsMax = 60'000;
constexpr std::uint64_t kSettlingMs = 3'000;
constexpr std::uint64_t kAnswerBytesMax = std::uint64_t{1} << 20;  // nobody has that much to say
constexpr std::string_view kDeliveryPath = "/delivery";            // the host knows the address

std::string_view logged_as(const std::string& change) {
  if (change == "opened") return "alert_opened";
  return change == "reminded" ? "alert_reminded" : "alert_resolved";
}

}  // namespace

bool Watch::is_job(const std::string& job) { return job == "watch" || job == "alert_test"; }

Watch::Watch(Mapping mapping, Options options, Outbox& outbox)
    : mapping_(std::move(mapping)),
      options_(std::move(options)),
      outbox_(outbox),
      database_circuit_(Target::database, outbox),
      alerts_circuit_(Target::alerts, outbox),
      database_(database_circuit_),
      alerts_(alerts_circuit_),
      counts_(
          {{"opened", 0}, {"reminded", 0}, {"resolved", 0}, {"delivered", 0}, {"undelivered", 0}}) {
  random_.state = options_.random_seed;
}

void Watch::start(std::uint64_t now_ms) {
  state_ = State::asking;
  outbox_.limit_answers(kAnswerBytesMax);
  started_ms_ = now_ms_ = now_ms;
  database_circuit_.configure(Bucket::full(options_.rate_limit * 60, options_.rate_limit, now_ms),
                              UINT32_MAX, options_.breaker_timeout_ms);
  alerts_circuit_.configure(Bucket::full(kDeliveriesPerMinute, kDeliveriesBurst, now_ms),
                            UINT32_MAX, options_.breaker_timeout_ms);
  database_.configure({kDatabaseDelayMs, kDatabaseDelayMs},
                      std::min(kDatabaseRepetitionsMax, options_.retry_attempts));
  alerts_.configure(options_.backoff, options_.retry_attempts);
  if (options_.job == "alert_test") return start_test();
  call(Step::looking, "sync_watch",
       {{"p_source", mapping_.source}, {"p_interval_ms", options_.interval_ms}});
}

void Watch::on_event(Event& event) {
  now_ms_ = event.now_ms;
  if (state_ == State::finished) return;
  if (database_.expects(event)) {
    auto reply = database_.take(event, database_allowance(), random_, outbox_);
    if (reply) on_database_reply(std::move(*reply));
  } else if (alerts_.expects(event)) {
    const auto reply = alerts_.take(event, delivery_allowance(), random_, outbox_);
    if (reply) return step_ == Step::testing ? on_tested(*reply) : on_delivered(*reply);
  }
}

void Watch::call(Step step, std::string_view function, const json& arguments) {
  step_ = step;
  database_.send({Target::database, rpc_path(function), dump(arguments), false}, now_ms_, 0,
                 database_allowance(), outbox_);
}

void Watch::on_database_reply(Reply reply) {
  const Verdict& verdict = reply.verdict;
  if (verdict.action != Action::proceed)
    return finish(verdict.action == Action::retry_same ? "unavailable" : "failed", &verdict);
  const json answer = parse_document(reply.body.view());
  if (step_ == Step::looking) return on_facts(answer);
  if (step_ == Step::recording) return on_recorded(answer);
  finish("completed", nullptr);
}

void Watch::on_facts(const json& facts) {
  if (text_field(facts, "outcome") != "found") {
    const Verdict unknown{Action::stop, "unknown_source", "the source is not registered"};
    return finish("failed", &unknown);
  }
  const AlertPlan plan = plan_alerts(find_alerts(facts, options_.alerts), facts, options_.alerts);
  const std::uint64_t left = requests_left();
  if (plan.empty() || left == 0) return finish("completed", nullptr);
  // One request for this, one to say how the deliveries went.
  const std::uint64_t affordable = left > 2 ? left - 2 : 0;
  call(Step::recording, "sync_record_alerts",
       {{"p_source", mapping_.source},
        {"p_changes", plan.changes},
        {"p_deliver", options_.alerts.deliver},
        {"p_limit", std::min(affordable, kDeliveriesMax)}});
}

void Watch::on_recorded(const json& answer) {
  if (const json& applied = member(answer, "applied"); applied.is_array())
    for (const json& change : applied) {
      const std::string what = text_field(change, "do");
      counts_[what] = number_field(counts_, what.c_str()) + 1;
      outbox_.log(what == "resolved" ? "info" : "warn", logged_as(what),
                  {{"source", mapping_.source}, {"rule", member(change, "rule")}});
    }
  if (const json& ours = member(answer, "deliveries"); ours.is_array())
    deliveries_.assign(ours.begin(), ours.end());
  deliver_next();
}

void Watch::deliver_next() {
  if (next_ == deliveries_.size()) return settle();
  step_ = Step::delivering;
  if (!delivery_allowance().again || delivery_ms_left() == 0) {
    const Verdict spent{Action::retry_same, "budget_spent", "the budget of this call is spent"};
    return give_up_the_rest({spent, {}, 0, false});
  }
  alerts_.send({Target::alerts, std::string(kDeliveryPath),
                delivery_body(mapping_.source, deliveries_[next_]), false},
               now_ms_, 0, delivery_allowance(), outbox_);
}

// A webhook that does not answer is not asked again for each event: they share its fate.
void Watch::on_delivered(const Reply& reply) {
  if (reply.verdict.action == Action::retry_same) return give_up_the_rest(reply);
  note(deliveries_[next_++], reply);
  deliver_next();
}

void Watch::give_up_the_rest(const Reply& reply) {
  for (; next_ < deliveries_.size(); ++next_) note(deliveries_[next_], reply);
  settle();
}

void Watch::note(const json& delivery, const Reply& reply) {
  const Verdict& verdict = reply.verdict;
  const bool delivered = verdict.action == Action::proceed;
  const bool tried = verdict.code != "budget_spent";
  const std::uint64_t attempt = number_field(delivery, "attempt");
  const std::uint64_t retry_in_ms =
      delivered || !tried ? 0 : redeliver_in_ms(attempt, reply.retry_in_ms);
  results_.push_back({{"id", member(delivery, "id")},
                      {"event_number", member(delivery, "event_number")},
                      {"attempt", attempt},
                      {"outcome", delivered ? "delivered"
                                  : tried   ? "failed"
                                            : "untried"},
                      {"error", delivered ? "" : verdict.code + ": " + verdict.message},
                      {"retry_in_ms", retry_in_ms},
                      {"remind_in_ms", remind_in_ms(number_field(delivery, "reminders"))}});
  const char* const counter = delivered ? "delivered" : "undelivered";
  counts_[counter] = number_field(counts_, counter) + 1;
  if (delivered) return;
  outbox_.log("warn", "alert_undelivered",
              {{"source", mapping_.source},
               {"rule", member(delivery, "rule")},
               {"event", member(delivery, "event")},
               {"attempt", attempt},
               {"code", verdict.code},
               {"message", verdict.message},
               {"retry_in_ms", retry_in_ms}});
}

void Watch::settle() {
  if (results_.empty()) return finish("completed", nullptr);
  call(Step::settling, "sync_record_deliveries",
       {{"p_source", mapping_.source}, {"p_results", results_}});
}

void Watch::start_test() {
  step_ = Step::testing;
  if (!options_.alerts.deliver) {
    state_ = State::finished;
    return finish_problem(
        outbox_, 409, "alerts_not_configured", "Conflict",
        "SYNC_ALERT_WEBHOOK_URL is not set: alerts are stored, and nobody is told");
  }
  alerts_.configure({kDatabaseDelayMs, kDatabaseDelayMs}, 1);  // somebody waits
  alerts_.send({Target::alerts, std::string(kDeliveryPath),
                test_body(mapping_.source, options_.instance), false},
               now_ms_, 0, delivery_allowance(), outbox_);
}

void Watch::on_tested(const Reply& reply) {
  state_ = State::finished;
  const Verdict& verdict = reply.verdict;
  if (verdict.action == Action::proceed) return finish_answer(outbox_, 200, {{"delivered", true}});
  finish_problem(outbox_, 502, "alert_not_delivered", "Bad Gateway",
                 verdict.code + ": " + verdict.message);
}

void Watch::finish(std::string_view outcome, const Verdict* cause) {
  state_ = State::finished;
  json document = counts_;
  document["status"] = outcome;
  document["more"] = false;
  document["cause"] = nullptr;
  document["requests"] = {{"database", outbox_.requests(Target::database)},
                          {"alerts", outbox_.requests(Target::alerts)}};
  if (cause != nullptr) {
    document["cause"] = {{"code", cause->code}, {"message", cause->message}};
    outbox_.log("warn", "watch_failed",
                {{"source", mapping_.source}, {"code", cause->code}, {"message", cause->message}});
  }
  outbox_.finish(outcome, document);
}

std::uint64_t Watch::requests_left() const {
  if (options_.budget.requests == 0) return UINT64_MAX;
  const std::uint64_t made = outbox_.requests(Target::database) + outbox_.requests(Target::alerts);
  return options_.budget.requests - std::min(made, options_.budget.requests);
}

std::uint64_t Watch::delivery_ms_left() const {
  const std::uint64_t spent_ms = now_ms_ - std::min(started_ms_, now_ms_);
  const std::uint64_t left_ms = std::min(options_.budget.wall_left_ms(now_ms_),
                                         kDeliveringMsMax - std::min(spent_ms, kDeliveringMsMax));
  return left_ms - std::min(left_ms, kSettlingMs);
}

Allowance Watch::database_allowance() const {
  const std::uint64_t left_ms = options_.budget.wall_left_ms(now_ms_);
  return {requests_left() > 0, std::min(kDatabasePatienceMs, left_ms),
          std::min(options_.timeout_ms, left_ms)};
}

// One request is kept back, to say how it went; a test has nothing to say.
Allowance Watch::delivery_allowance() const {
  const std::uint64_t left_ms = delivery_ms_left();
  return {requests_left() > (step_ == Step::testing ? 0 : 1),
          std::min(kDeliveryPatienceMs, left_ms),
          std::min({kDeliveryTimeoutMs, options_.timeout_ms, left_ms})};
}

}  // namespace listing_sync
