// Lease and fence: who may write is decided by the last grant alone.
#include <algorithm>

#include "sim/auditor.h"

namespace listing_sync::sim {
namespace {

using testing::Json;

// Hashes in base64, 8 bytes each.
std::size_t hashes_in(std::string_view base64) {
  const auto padding = static_cast<std::size_t>(std::count(base64.begin(), base64.end(), '='));
  return (base64.size() / 4 * 3 - padding) / 8;
}

}  // namespace

testing::Ledger ledger_of(const Json& ledger) {
  testing::Ledger out;
  out.read = ledger["read"].number();
  out.inserted = ledger["inserted"].number();
  out.updated = ledger["updated"].number();
  out.unchanged = ledger["unchanged"].number();
  out.failed = ledger["failed"].number();
  out.skipped = ledger["skipped"].number();
  out.held_cells = ledger["held_cells"].number();
  if (!ledger["expected"].is_null()) out.expected = ledger["expected"].number();
  return out;
}

Auditor::Auditor(Sheet& sheet, ShadowTable& shadow, testing::DatabaseModel& model,
                 const Settings& settings, Verdict& verdict)
    : manners(
          settings, verdict,
          [this](std::string code, std::string text) { found(std::move(code), std::move(text)); }),
      sheet_(sheet),
      shadow_(shadow),
      model_(model),
      verdict_(verdict) {}

void Auditor::found(std::string code, std::string text) {
  if (!verdict_.finding) verdict_.finding = Finding{std::move(code), std::move(text)};
}

void Auditor::on_text(std::string_view what, std::string_view text) {
  if (text.find(kSecret) != std::string_view::npos)
    found("secret_shown",
          std::string(what) + " shows a sensitive cell: " + std::string(text.substr(0, 400)));
}

void Auditor::on_call(const Call& call) {
  if (call.out.is_null()) return;
  if (call.function == "sync_claim") return on_claim(call);
  if (call.function == "sync_commit") return on_commit(call);
  if (call.function == "sync_close_run") return on_close(call);
  if (call.function == "sync_yield") return on_yield(call);
  const bool forced = call.function == "sync_request_run" && call.in["p_force"].flag() &&
                      call.out["outcome"].view() == "recorded";
  if (!forced) return;
  for (auto& [id, run] : runs_)
    if (run.status == "in_progress") run.status = "cancelled";
}

void Auditor::on_claim(const Call& call) {
  const std::string_view outcome = call.out["outcome"].view();
  if (outcome == "busy") return check_busy(call);
  if (outcome != "granted") return;
  check_state(call);
  const std::uint64_t fence = call.out["fence"].number();
  if (fence <= fence_)
    found("fence_not_grown",
          "a grant with fence " + std::to_string(fence) + " came after " + std::to_string(fence_));
  const std::uint64_t seq = call.out["seq"].number();
  if (seq != seq_)
    found("sequence_forgotten",
          "a grant names batch " + std::to_string(seq) + ", the last was " + std::to_string(seq_));
  check_lease(call);
  fence_ = fence;
  Grant& grant = grants_[fence];
  grant.sync_id = call.out["sync_id"].text();
  grant.at = sheet_.tick();
  grant.invocation = call.invocation;
  grant.owner = call.in["p_owner"].text();
  grant.mapping = call.mapping;
  grant.lease_until_ms = call.out["now"].number() + call.in["p_lease_ms"].number();
  take_run(call, grant);
  const Json run = call.out["run"];
  const bool full = run["kind"].view() == "full";
  manners.on_granted(call.invocation, run["forced"].flag() && run["invocations"].number() == 1,
                     full);
}

// Who is sent away must be told the truth: somebody is at work.
void Auditor::check_busy(const Call& call) {
  const auto held = grants_.find(fence_);
  const bool live = held != grants_.end() && !held->second.released &&
                    held->second.lease_until_ms > call.out["now"].number() &&
                    runs_[held->second.sync_id].status == "in_progress";
  if (!live) found("busy_for_nothing", "a claim is refused though nobody holds a live lease");
}

// Progress is only handed to whoever can read it; nobody older than its writer works at all.
void Auditor::check_state(const Call& call) {
  const std::uint64_t version = call.in["p_state_version"].number();
  if (model_.state_version > version)
    found("newer_state_ignored", "granted to a caller older than the stored state");
  const Json state = call.out["state"];
  if (state.is_null()) return;
  if (model_.state_version != version || state_mapping_ != call.mapping)
    found("state_of_others", "the state of another version or mapping is handed out");
  if (state.raw_view() != state_)
    found("state_wrong", "handed out " + state.raw() + ", stored " + state_);
}

void Auditor::keep_state(const Call& call) {
  if (call.in["p_state"].is_null()) return;
  state_ = call.in["p_state"].raw();
  state_mapping_ = call.mapping;
}

void Auditor::check_lease(const Call& call) {
  const auto held = grants_.find(fence_);
  if (held == grants_.end() || held->second.released) return;
  const Grant& grant = held->second;
  if (runs_[grant.sync_id].status != "in_progress") return;
  if (grant.owner == call.in["p_owner"].view()) return;
  if (grant.lease_until_ms > call.out["now"].number())
    found("lease_ignored", "granted to " + call.in["p_owner"].text() + " while " + grant.owner +
                               " holds a live lease");
}

void Auditor::take_run(const Call& call, const Grant& grant) {
  Run& run = runs_[grant.sync_id];
  const Json document = call.out["run"];
  if (!run.seen) {
    run.seen = true;
    run.full = document["kind"].view() == "full";
    run.dry = document["dry_run"].flag();
    for (const Json& key : document["keys"].items()) run.keys.insert(key.text());
    run.claimed_at = grant.at;
    run.claimed_ms = call.now_ms;
    run.mapping = grant.mapping;
  }
  const bool may_ignore = call.in["p_ignore_resume_at"].flag() || document["forced"].flag();
  if (call.out["now"].number() < run.resume_at_ms && !may_ignore)
    found("resume_ignored", "run " + grant.sync_id + " asked for a rest that is not over");
  run.resume_at_ms = 0;
  if (run.status != "in_progress")
    found("closed_run_granted", "run " + grant.sync_id + " was " + run.status);
  if (run.mapping != grant.mapping)
    found("mapping_mixed", "run " + grant.sync_id + " goes on under another mapping");
  if (ledger_of(document["ledger"]).json() != run.ledger.json())
    found("ledger_forgotten",
          "granted with " + document["ledger"].raw() + ", was " + run.ledger.json());
  const std::size_t covered = hashes_in(call.out["covered"].view());
  if (covered != run.covered.size())
    found("covered_forgotten", std::to_string(covered) + " covered keys come with the grant, " +
                                   std::to_string(run.covered.size()) + " were committed");
}

void Auditor::on_yield(const Call& call) {
  if (call.out["outcome"].view() != "yielded") return;
  const std::uint64_t fence = call.in["p_fence"].number();
  if (fence != fence_) return found("stale_fence_wrote", "a yield under an old fence was accepted");
  Grant& grant = grants_[fence];
  keep_state(call);
  if (grant.released) return;  // repeated: the time agreed on first stays
  grant.released = true;
  const std::uint64_t rest_ms = call.in["p_resume_in_ms"].number();
  runs_[grant.sync_id].resume_at_ms = rest_ms == 0 ? 0 : call.out["now"].number() + rest_ms;
  manners.on_stored(call.invocation, call.body, 0);
}

}  // namespace listing_sync::sim
