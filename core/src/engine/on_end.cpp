// The end of an invocation: the run is closed, or laid down for a later invocation.
#include <algorithm>
#include <utility>

#include "engine/sync.h"
#include "json/json_fields.h"

namespace listing_sync {
namespace {
constexpr std::uint64_t kResumeMsMax = 86'400'000;  // what sync_yield takes
}

// The first cause of a failure stays; a failure outweighs a wish to yield.
void Sync::close(std::string code, std::string message) {
  if (end_ == End::close) return;
  end_ = End::close;
  cause_ = {std::move(code), std::move(message)};
}

void Sync::complete() {
  end_ = End::close;
  completed_ = true;
}

void Sync::yield(std::string code, std::string message, std::uint64_t resume_in_ms) {
  if (end_ != End::none) return;
  end_ = End::yield;
  cause_ = {std::move(code), std::move(message)};
  resume_in_ms_ = resume_in_ms;
}

void Sync::send_end() {
  nlohmann::json body = grant_json();
  Memory memory = this->memory(end_ == End::yield ? next_row_ : 0);
  body["p_state"] = std::move(memory.state);
  body["p_state_version"] = kStateVersion;
  body["p_circuits"] = std::move(memory.circuits);
  if (end_ == End::yield) {
    body["p_resume_in_ms"] = std::min(resume_in_ms_, kResumeMsMax);
    return call(Call::yield, rpc_path("sync_yield"), dump(body));
  }
  body["p_status"] = completed_ ? "completed" : "failed";
  // Rows without a key cannot be followed when others move: then nothing counts as vanished.
  if (sheet_moved_ && completed_) report_["sheet_moved"] = true;
  body["p_report"] = report_;
  if (!completed_) body["p_cause"] = {{"code", cause_.code}, {"message", cause_.message}};
  call(Call::close, rpc_path("sync_close_run"), dump(body));
}

void Sync::on_end_reply(Reply reply) {
  const Verdict& verdict = reply.verdict;
  if (verdict.action == Action::retry_same) return give_up(reply);
  if (verdict.action != Action::proceed)
    return finish("failed", {verdict.code, verdict.message}, false);
  const auto answer = parse_document(reply.body.view());
  const std::string outcome = text_field(answer, "outcome");
  const std::string status = completed_ ? "completed" : "failed";
  if (answer.contains("ledger")) ledger_ = answer["ledger"];
  if (outcome == "yielded") return finish("yielded", cause_, resume_in_ms_ == 0);
  if (outcome == "closed" || (outcome == "run_closed" && text_field(answer, "status") == status))
    return finish(status, cause_, flag_field(answer, "next"));
  if (outcome == "run_closed")
    return finish("cancelled", {outcome, "the run was ended by somebody else"}, true);
  finish("busy", {outcome, "another invocation holds the lease now"}, false);
}

// The database did not answer in the tries there are: the next call begins with a claim.
void Sync::give_up(const Reply& reply) {
  resume_in_ms_ = reply.retry_in_ms;
  finish("unavailable", {reply.verdict.code, reply.verdict.message}, false);
}

void Sync::finish(std::string_view outcome, const Cause& cause, bool more) {
  state_ = State::finished;
  nlohmann::json document = {{"sync_id", grant_.sync_id},
                             {"status", outcome},
                             {"ledger", ledger_},
                             {"cause", nullptr},
                             {"resume_in_ms", resume_in_ms_},
                             {"more", more},
                             {"kind", selective_ ? "selective" : "full"},
                             {"dry_run", grant_.dry_run},
                             {"rows", options_.budget.rows_spent},
                             {"requests",
                              {{"sheets", outbox_.requests(Target::sheets)},
                               {"database", outbox_.requests(Target::database)}}}};
  if (!cause.code.empty()) document["cause"] = {{"code", cause.code}, {"message", cause.message}};
  const bool quiet = outcome == "idle" || outcome == "busy" || outcome == "waiting";
  const bool bad = outcome == "failed" || outcome == "unavailable";
  outbox_.log(bad ? "error" : quiet ? "debug" : "info", "sync_ended", document);
  outbox_.finish(outcome, document);
}

}  // namespace listing_sync
