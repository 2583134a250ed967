// The lease: asked for first, and everything of the run is written under it.
#include <algorithm>
#include <utility>

#include "engine/sync.h"
#include "json/json_fields.h"
#include "listing_sync/cells.h"

namespace listing_sync {
namespace {
constexpr std::uint64_t kBatchSizeMax = 1000;  // what sync_commit takes
constexpr std::uint64_t kStalledMax = 20;      // invocations in a row that committed nothing
constexpr std::uint64_t kBytesPerRowMax = std::uint64_t{64} << 20;  // the whole of an answer
constexpr std::uint64_t kGridRowsMax = 10'000'000;  // Sheets' limit of cells: one column of them
}  // namespace

void Sync::send_claim() {
  state_ = State::claiming;
  call(Call::claim, rpc_path("sync_claim"),
       dump({{"p_source", mapping_.source},
             {"p_owner", options_.instance},
             {"p_lease_ms", options_.lease_ms},
             {"p_mapping_hash", mapping_.hash},
             {"p_state_version", kStateVersion},
             {"p_open_scheduled", options_.trigger == "scheduled"},
             {"p_ignore_resume_at", options_.ignore_resume_at},
             {"p_interval_ms", options_.interval_ms}}));
}

void Sync::on_claim_reply(Reply reply) {
  const Verdict& verdict = reply.verdict;
  if (verdict.action == Action::retry_same) return give_up(reply);
  if (verdict.action != Action::proceed)
    return finish("failed", {verdict.code, verdict.message}, false);
  const auto answer = parse_document(reply.body.view());
  const std::string outcome = text_field(answer, "outcome");
  if (outcome == "granted") return on_granted(answer);
  if (outcome == "waiting") resume_in_ms_ = number_field(answer, "resume_in_ms");
  if (outcome == "busy" || outcome == "idle" || outcome == "waiting")
    return finish(outcome, {}, false);
  if (outcome == "state_too_new")
    return finish(
        "failed",
        {outcome,
         "a newer version of Listing Sync has written this source's state: deploy that version"},
        false);
  finish("failed", {"unexpected_answer", "sync_claim answered neither granted nor busy nor idle"},
         false);
}

void Sync::on_granted(const nlohmann::json& answer) {
  const nlohmann::json& run = member(answer, "run");
  grant_ = {mapping_.source,
            text_field(answer, "sync_id"),
            number_field(answer, "fence"),
            number_field(answer, "seq"),
            options_.lease_ms,
            flag_field(run, "dry_run")};
  selective_ = text_field(run, "kind") == "selective";
  batch_.size = batch_.max = static_cast<std::uint32_t>(std::clamp<std::uint64_t>(
      number_field(run, "batch_size", options_.batch_size), 1, kBatchSizeMax));
  ledger_ = member(run, "ledger");
  select_keys(member(run, "keys"));
  std::vector<std::uint64_t> covered;
  const bool readable = decode_hashes(text_field(answer, "covered"), covered);
  for (const std::uint64_t hash : covered) keys_.cover(hash);
  outbox_.log("info", "run_claimed",
              {{"sync_id", grant_.sync_id},
               {"kind", text_field(run, "kind")},
               {"fence", grant_.fence},
               {"covered", covered.size()},
               {"dry_run", grant_.dry_run}});
  state_ = State::opening;
  if (!readable)
    return close("unexpected_answer", "sync_claim answered covered keys that cannot be read");
  recall(member(answer, "state"));
  // Against the time of sending: a late answer then makes this clock run ahead, which keeps waits
  // longer, not shorter.
  recall_circuits(answer, number_field(answer, "now") - database_.sent_at_ms());
  if (number_field(run, "stalled") >= kStalledMax)
    return close("no_progress", std::to_string(kStalledMax) +
                                    " invocations in a row could commit nothing; what stopped them "
                                    "is in the log and in the circuits");
  if (flag_field(run, "forced") && number_field(run, "invocations") == 1) {
    sheets_circuit_.reset(now_ms_);
    database_circuit_.reset(now_ms_);
  }
  if (const std::uint64_t wait_ms = rest_ms(); wait_ms > 0)
    return yield("circuit_open", "a target failed too often or asked for a rest", wait_ms);
  sheets_circuit_.probe(now_ms_);
  database_circuit_.probe(now_ms_);
  open_sheet();
}

std::uint64_t Sync::rest_ms() const {
  return std::max(sheets_circuit_.wait_ms(now_ms_), database_circuit_.wait_ms(now_ms_));
}

// Google counts a deployment's reads, not a source's: each source has an equal part of them. A full
// bucket and a minute's refill together stay below the limit of any one minute.
void Sync::recall_circuits(const nlohmann::json& answer, std::uint64_t ahead_ms) {
  const std::uint64_t sources = std::max<std::uint64_t>(1, number_field(answer, "sources", 1));
  const std::uint64_t burst = options_.sheets_rate_limit * 3 / 10;
  sheets_circuit_.configure(
      Bucket::full((options_.sheets_rate_limit - burst) / sources, burst / sources, now_ms_),
      options_.breaker_threshold, options_.breaker_timeout_ms);
  const nlohmann::json& circuits = member(answer, "circuits");
  const nlohmann::json& database = member(circuits, "database");
  sheets_circuit_.restore(member(circuits, "sheets"), now_ms_, ahead_ms);
  database_circuit_.restore(database, now_ms_, ahead_ms);
  batch_.size = static_cast<std::uint32_t>(
      std::clamp<std::uint64_t>(number_field(database, "batch_size", batch_.max), 1, batch_.max));
  batch_.good = static_cast<std::uint32_t>(
      std::min<std::uint64_t>(number_field(database, "batch_good"), batch_.max));
  page_rows_ = batch_.max;
}

void Sync::recall(const nlohmann::json& state) {
  if (state.is_object() && state.contains("key_column")) {
    layout_ = Layout{static_cast<std::uint32_t>(number_field(state, "key_column")),
                     static_cast<std::uint32_t>(number_field(state, "last_column"))};
    bytes_per_row_ = std::min(number_field(state, "bytes_per_row"), kBytesPerRowMax);
    // Where to go on is only known for the very run that stored it.
    if (text_field(state, "sync_id") == grant_.sync_id) {
      next_row_ = static_cast<std::uint32_t>(
          std::min<std::uint64_t>(number_field(state, "next_row"), kGridRowsMax));
      keys_digest_ = text_field(state, "keys_digest");
      sheet_moved_ = flag_field(state, "sheet_moved");
    }
  }
  resume_row_ = selective_ ? mapping_.header_row + 1 : next_row_;
}

// Keys as they were asked for are normalised like keys of the sheet.
void Sync::select_keys(const nlohmann::json& keys) {
  if (!selective_ || !keys.is_array()) return;
  std::string key;
  for (const nlohmann::json& asked : keys) {
    if (!asked.is_string()) continue;
    const std::string text = asked.get<std::string>();
    Cell cell;
    cell.kind = CellKind::string;
    cell.text = text;
    if (!normalize_key(cell, key) || key.empty()) key = text;
    if (selected_.insert(key_hash(key)).second) wanted_.emplace_back(key_hash(key), key);
  }
}

}  // namespace listing_sync
