// Questions end in exactly one HTTP answer, whatever the database says.
#include "engine/question.h"

#include <algorithm>
#include <array>
#include <utility>

#include "database/requests.h"
#include "engine/answers.h"
#include "json/json_fields.h"
#include "report/documents.h"
#include "report/lists.h"

namespace listing_sync {
namespace {

using nlohmann::json;

// Somebody is waiting for the answer: one repetition, soon.
constexpr std::uint32_t kRepetitionsMax = 1;
constexpr std::uint64_t kDelayMs = 100;
constexpr std::uint64_t kPatienceMs = 2'000;
constexpr Allowance kPatience{true, kPatienceMs, UINT64_MAX};
constexpr std::uint64_t kComeBackS = 30;

json or_null(const std::string& text) { return text.empty() ? json(nullptr) : json(text); }

Request call(std::string_view function, const json& arguments) {
  return {Target::database, rpc_path(function), dump(arguments)};
}

}  // namespace

bool Question::is_job(const std::string& job) {
  constexpr std::array<std::string_view, 12> kJobs = {"request", "status", "health",  "overview",
                                                      "due",     "prune",  "history", "errors",
                                                      "review",  "retry",  "alerts",  "metrics"};
  return std::find(kJobs.begin(), kJobs.end(), job) != kJobs.end();
}

Question::Question(Mapping mapping, Options options, Outbox& outbox)
    : mapping_(std::move(mapping)),
      options_(std::move(options)),
      outbox_(outbox),
      circuit_(Target::database, outbox),
      database_(circuit_) {
  random_.state = options_.random_seed;
}

void Question::start(std::uint64_t now_ms) {
  state_ = State::asking;
  circuit_.configure(Bucket::full(options_.rate_limit * 60, options_.rate_limit, now_ms),
                     UINT32_MAX, options_.breaker_timeout_ms);
  database_.configure({kDelayMs, kDelayMs}, std::min(kRepetitionsMax, options_.retry_attempts));
  database_.send(request(), now_ms, 0, {true, kPatienceMs, options_.timeout_ms}, outbox_);
}

Request Question::request() const {
  const std::string& job = options_.job;
  const json source = mapping_.source, interval_ms = options_.interval_ms;
  if (job == "status") return call("sync_read_status", {{"p_sync_id", options_.sync_id}});
  if (job == "health")
    return call("sync_read_health", {{"p_source", source}, {"p_interval_ms", interval_ms}});
  if (job == "overview")
    return call("sync_read_overview",
                {{"p_sources", options_.sources}, {"p_interval_ms", interval_ms}});
  if (job == "due")
    return call("sync_read_due", {{"p_sources", options_.sources},
                                  {"p_interval_ms", interval_ms},
                                  {"p_keep_days", options_.keep_days},
                                  {"p_silent_ms", options_.alerts.silent_ms}});
  if (job == "prune")
    return call("sync_prune", {{"p_source", source}, {"p_keep_days", options_.keep_days}});
  if (job == "metrics") return call("sync_read_metrics", {{"p_sources", options_.sources}});
  return job == "request" ? run_request() : review_request();
}

// What the review asks for: lists page by page, and a person's word on held entries.
Request Question::review_request() const {
  const std::string& job = options_.job;
  const json& asked = options_.request;
  const auto given = [&](const char* name) { return member(asked, name); };
  json arguments = {{"p_source", mapping_.source}};
  if (job == "retry") {
    arguments.update({{"p_ids", given("ids")}, {"p_mapping_hash", mapping_.hash}});
    return call("sync_retry_errors", arguments);
  }
  if (job == "review") {
    arguments.update({{"p_ids", given("ids")}, {"p_action", given("action")}});
    return call("sync_resolve_errors", arguments);
  }
  arguments["p_limit"] = given("limit");
  if (job == "history") {
    arguments["p_before"] = given("before");
    return call("sync_read_history", arguments);
  }
  arguments["p_state"] = given("state");
  if (job == "alerts") return call("sync_read_alerts", arguments);
  arguments.update({{"p_after_id", given("after")},
                    {"p_code", given("code")},
                    {"p_column", given("column")},
                    {"p_search", given("search")},
                    {"p_with_values", flag_field(asked, "with_values")}});
  return call("sync_read_errors", arguments);
}

Request Question::run_request() const {
  const json& asked = options_.request;
  const json& keys = member(asked, "keys");
  const std::uint64_t batch_size = number_field(asked, "batch_size");
  return call("sync_request_run",
              {{"p_source", mapping_.source},
               {"p_trigger", options_.trigger},
               {"p_kind", keys.is_array() ? "selective" : "full"},
               {"p_keys", keys},
               {"p_dry_run", flag_field(asked, "dry_run")},
               {"p_force", flag_field(asked, "force")},
               {"p_batch_size", batch_size == 0 ? json(nullptr) : json(batch_size)},
               {"p_mapping_hash", mapping_.hash}});
}

void Question::on_event(Event& event) {
  if (state_ == State::finished || !database_.expects(event)) return;
  auto reply = database_.take(event, kPatience, random_, outbox_);
  if (!reply) return;
  if (reply->verdict.action != Action::proceed) return on_failure(*reply);
  on_answer(parse_document(reply->body.view()));
}

void Question::on_answer(const json& document) {
  const std::string& job = options_.job;
  const std::string outcome = text_field(document, "outcome");
  const json& run = member(document, "run");
  const std::string source = text_field(run, "source", mapping_.source.c_str());
  if (outcome == "unknown_run" || source != mapping_.source)
    return problem(404, "unknown_run", "Not Found", "this source has no run with this id");
  if (outcome == "unknown_source") return on_unknown_source();
  if (job == "request" || job == "retry") return on_requested(document);
  answer(200, document_of(document));
}

json Question::document_of(const json& facts) const {
  const std::string& job = options_.job;
  if (job == "status") return status_document(member(facts, "run"));
  if (job == "health") return health_document(facts, options_.interval_ms);
  if (job == "overview") return overview_document(facts, options_.interval_ms);
  if (job == "due") return due_document(facts);
  if (job == "history") return history_document(facts);
  if (job == "errors") return errors_document(facts);
  if (job == "alerts") return alerts_document(facts);
  if (job == "review") return {{"changed", number_field(facts, "changed")}};
  return facts;  // prune and metrics: numbers, which the host reads
}

void Question::on_requested(const json& document) {
  const std::string outcome = text_field(document, "outcome");
  if (outcome == "recorded" || outcome == "already_queued")
    return answer(202, {{"syncId", member(document, "sync_id")},
                        {"status", member(document, "status")},
                        {"startedAt", or_null(text_field(document, "started_at"))}});
  if (outcome == "force_too_soon") {
    const std::uint64_t wait_s = (number_field(document, "retry_after_ms") + 999) / 1000;
    return problem(
        429, outcome, "Too Many Requests",
        "a run was forced less than a minute ago; try again in " + std::to_string(wait_s) + " s",
        {{"retry-after", std::to_string(wait_s)}});
  }
  if (outcome == "queue_full")
    return problem(429, outcome, "Too Many Requests", "100 selective runs are waiting already",
                   {{"retry-after", "60"}});
  if (outcome == "nothing_to_retry")
    return problem(409, outcome, "Conflict", "none of these entries waits for review any more");
  problem(502, "unexpected_answer", "Bad Gateway", "the database answered '" + outcome + "'");
}

void Question::on_unknown_source() {
  problem(503, "unknown_source", "Service Unavailable",
          "the source '" + mapping_.source + "' is not registered: call sync_register_source");
}

void Question::on_failure(const Reply& reply) {
  const Verdict& verdict = reply.verdict;
  if (verdict.code == "PT404") return on_unknown_source();  // the only thing it is said of here
  if (verdict.action != Action::retry_same)
    return problem(502, "database_refused", "Bad Gateway", verdict.code + ": " + verdict.message);
  if (options_.job != "health" && options_.job != "overview")
    return problem(
        503, "database_unavailable", "Service Unavailable", verdict.message,
        {{"retry-after", std::to_string(std::max(kComeBackS, reply.retry_in_ms / 1000))}});
  answer(503, {{"status", "unknown"},
               {"reasons", {{{"code", verdict.code}, {"message", verdict.message}}}}});
}

void Question::problem(std::uint16_t status, std::string_view code, std::string_view title,
                       std::string_view detail, json headers) {
  state_ = State::finished;
  finish_problem(outbox_, status, code, title, detail, std::move(headers));
}

void Question::answer(std::uint16_t status, const json& body) {
  state_ = State::finished;
  finish_answer(outbox_, status, body);
}

}  // namespace listing_sync
