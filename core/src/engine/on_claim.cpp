// The lease: asked for first, and everything of the run is written under it.
#include <algorithm>
#include <utility>

#include "engine/sync.h"
#include "json/json_fields.h"
#include "listing_sync/cells.h"

namespace listing_sync {
namespace {
constexpr std::uint64_t kBatchSizeMax = 1000;       // what sync_commit takes
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
             {"p_ignore_resume_at", options_.ignore_resume_at}}));
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
  database_ahead_ms_ = number_field(answer, "now") - now_ms_;
  selective_ = text_field(run, "kind") == "selective";
  batch_size_ = static_cast<std::size_t>(std::clamp<std::uint64_t>(
      number_field(run, "batch_size", options_.batch_size), 1, kBatchSizeMax));
  page_rows_ = static_cast<std::uint32_t>(batch_size_);
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
  recall(member(answer, "state"), member(answer, "circuits"));
  if (const std::uint64_t wait_ms = sheets_breaker_.wait_ms(database_now_ms()); wait_ms > 0)
    return yield("circuit_open", "Google Sheets failed too often; it is left alone for a while",
                 wait_ms);
  (void)sheets_breaker_.allow(database_now_ms());
  open_sheet();
}

void Sync::recall(const nlohmann::json& state, const nlohmann::json& circuits) {
  if (state.is_object() && state.contains("key_column")) {
    layout_ = Layout{static_cast<std::uint32_t>(number_field(state, "key_column")),
                     static_cast<std::uint32_t>(number_field(state, "last_column"))};
    // Where to go on is only known for the very run that stored it.
    if (text_field(state, "sync_id") == grant_.sync_id) {
      next_row_ = static_cast<std::uint32_t>(
          std::min<std::uint64_t>(number_field(state, "next_row"), kGridRowsMax));
      keys_digest_ = text_field(state, "keys_digest");
      sheet_moved_ = flag_field(state, "sheet_moved");
    }
  }
  resume_row_ = selective_ ? mapping_.header_row + 1 : next_row_;
  const nlohmann::json& sheets = member(circuits, "sheets");
  const std::string breaker = text_field(sheets, "state");
  if (breaker == "open") sheets_breaker_.state = Breaker::State::open;
  if (breaker == "half-open") sheets_breaker_.state = Breaker::State::half_open;
  sheets_breaker_.failures = static_cast<std::uint32_t>(number_field(sheets, "failures"));
  sheets_breaker_.opened_at_ms = number_field(sheets, "opened_at_ms");
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
