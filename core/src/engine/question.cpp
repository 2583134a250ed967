// Questions end in exactly one HTTP answer, whatever the database says.
#include "engine/question.h"

#include <algorithm>
#include <utility>

#include "database/requests.h"
#include "json/json_fields.h"
#include "report/documents.h"

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

}  // namespace

bool Question::is_job(const std::string& job) {
  return job == "request" || job == "status" || job == "health" || job == "overview" ||
         job == "due" || job == "prune";
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
  if (options_.job == "status")
    return {Target::database, rpc_path("sync_read_status"),
            dump({{"p_sync_id", options_.sync_id}})};
  if (options_.job == "health")
    return {Target::database, rpc_path("sync_read_health"),
            dump({{"p_source", mapping_.source}, {"p_interval_ms", options_.interval_ms}})};
  if (options_.job == "overview")
    return {Target::database, rpc_path("sync_read_overview"),
            dump({{"p_sources", options_.sources}, {"p_interval_ms", options_.interval_ms}})};
  if (options_.job == "due")
    return {Target::database, rpc_path("sync_read_due"),
            dump({{"p_sources", options_.sources},
                  {"p_interval_ms", options_.interval_ms},
                  {"p_keep_days", options_.keep_days}})};
  if (options_.job == "prune")
    return {Target::database, rpc_path("sync_prune"),
            dump({{"p_source", mapping_.source}, {"p_keep_days", options_.keep_days}})};
  return run_request();
}

Request Question::run_request() const {
  const json& asked = options_.request;
  const json& keys = member(asked, "keys");
  const std::uint64_t batch_size = number_field(asked, "batch_size");
  return {Target::database, rpc_path("sync_request_run"),
          dump({{"p_source", mapping_.source},
                {"p_trigger", options_.trigger},
                {"p_kind", keys.is_array() ? "selective" : "full"},
                {"p_keys", keys},
                {"p_dry_run", flag_field(asked, "dry_run")},
                {"p_force", flag_field(asked, "force")},
                {"p_batch_size", batch_size == 0 ? json(nullptr) : json(batch_size)},
                {"p_mapping_hash", mapping_.hash}})};
}

void Question::on_event(Event& event) {
  if (state_ == State::finished || !database_.expects(event)) return;
  auto reply = database_.take(event, kPatience, random_, outbox_);
  if (!reply) return;
  if (reply->verdict.action != Action::proceed) return on_failure(*reply);
  on_answer(parse_document(reply->body.view()));
}

void Question::on_answer(const json& document) {
  const std::string outcome = text_field(document, "outcome");
  const json& run = member(document, "run");
  const std::string source = text_field(run, "source", mapping_.source.c_str());
  if (outcome == "unknown_run" || source != mapping_.source)
    return problem(404, "unknown_run", "Not Found", "this source has no run with this id");
  if (outcome == "unknown_source") return on_unknown_source();
  if (options_.job == "status") return answer(200, status_document(run), {});
  if (options_.job == "health")
    return answer(200, health_document(document, options_.interval_ms), {});
  if (options_.job == "overview")
    return answer(200, overview_document(document, options_.interval_ms), {});
  if (options_.job == "due") return answer(200, due_document(document), {});
  if (options_.job == "prune") return answer(200, document, {});
  on_requested(document);
}

void Question::on_requested(const json& document) {
  const std::string outcome = text_field(document, "outcome");
  if (outcome == "recorded" || outcome == "already_queued")
    return answer(202,
                  {{"syncId", member(document, "sync_id")},
                   {"status", member(document, "status")},
                   {"startedAt", or_null(text_field(document, "started_at"))}},
                  {});
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
  problem(502, "unexpected_answer", "Bad Gateway", "sync_request_run answered '" + outcome + "'");
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
  answer(503,
         {{"status", "unknown"},
          {"reasons", {{{"code", verdict.code}, {"message", verdict.message}}}}},
         {});
}

void Question::problem(std::uint16_t status, std::string_view code, std::string_view title,
                       std::string_view detail, json headers) {
  state_ = State::finished;
  outbox_.finish("answered", {{"http_status", status},
                              {"content_type", "application/problem+json"},
                              {"headers", std::move(headers)},
                              {"body", problem_document(status, code, title, detail)}});
}

void Question::answer(std::uint16_t status, const json& body, json headers) {
  state_ = State::finished;
  outbox_.finish("answered", {{"http_status", status},
                              {"content_type", "application/json"},
                              {"headers", headers.is_null() ? json::object() : std::move(headers)},
                              {"body", body}});
}

}  // namespace listing_sync
