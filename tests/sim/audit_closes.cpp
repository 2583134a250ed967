// What a finished run leaves behind: nothing lost, nothing wiped, nothing held for no reason.
#include <algorithm>

#include "sim/auditor.h"

namespace listing_sync::sim {
namespace {

using testing::Json;

bool was_unchanged(const SheetRow& row, Moment since) {
  return row.stands() && row.now.since <= since;
}

}  // namespace

void Auditor::on_close(const Call& call) {
  if (call.out["outcome"].view() != "closed") return;
  const std::uint64_t fence = call.in["p_fence"].number();
  Grant& grant = grants_[fence];
  Run& run = runs_[grant.sync_id];
  if (fence != fence_ || grant.released || run.status != "in_progress")
    return found("stale_fence_wrote", "a close under an old fence was accepted");
  grant.released = true;
  manners.on_stored(call.invocation, call.body, 0);
  run.status = call.in["p_status"].text();
  if (call.out["status"].view() != run.status)
    found("status_wrong", "closed as " + run.status + ", answered " + call.out["status"].text());
  if (ledger_of(call.out["ledger"]).json() != run.ledger.json())
    found("ledger_wrong",
          "closed with " + call.out["ledger"].raw() + ", adds up to " + run.ledger.json());
  keep_state(call);
  check_table();
  check_vanished(call, run);
  if (run.status != "completed") {
    ++verdict_.runs_failed;
    return check_cause(call, run);
  }
  ++verdict_.runs_completed;
  check_nothing_lost(run);
  check_selection(run);
  check_calm_ledger(run);
  if (!calm_ms_ || !run.full || run.dry || run.claimed_ms < *calm_ms_) return;
  check_held_entries(run);
  recovered_ = true;
}

// A run may only fail for what really was wrong.
void Auditor::check_cause(const Call& call, const Run& run) {
  const std::string code = call.in["p_cause"]["code"].text();
  const bool calm = calm_ms_ && run.claimed_ms >= *calm_ms_;
  const auto happened = [&](std::initializer_list<Fault> faults) {
    return std::any_of(faults.begin(), faults.end(), [&](Fault fault) {
      return verdict_.faults[static_cast<std::size_t>(fault)] > 0;
    });
  };
  bool justified = false;
  if (code.rfind("header_", 0) == 0)
    justified = !sheet_.header_was_sound_since(run.claimed_at);
  else if (code == "sheet_unstable")
    justified = sheet_.edited_at() > run.claimed_at || run.held_locked > 0;
  else if (code == "INVALID_ARGUMENT")
    justified =
        sheet_.edited_at() > run.claimed_at || !sheet_.header_was_sound_since(run.claimed_at);
  else if (code == "all_refused")
    justified = happened({Fault::rows_refused, Fault::rows_swallowed});
  else if (code == "PERMISSION_DENIED" || code == "http_403")
    justified = !calm && happened({Fault::sheets_403});
  else if (code == "credentials")
    justified = !calm && happened({Fault::sheets_no_credentials});
  else if (code == "UNAUTHENTICATED")
    justified = !calm && happened({Fault::sheets_401});
  else if (code == "html_answer" || code == "not_json" || code == "truncated_answer" ||
           code == "unexpected_shape")
    justified = !calm && happened({Fault::sheets_html_200, Fault::sheets_truncated,
                                   Fault::sheets_empty_object});
  else if (code == "too_large")
    justified = happened({Fault::sheets_too_large});
  else if (code == "23505")
    justified = happened({Fault::db_row_refused});
  else if (code == "57014")
    justified = happened({Fault::db_statement_timeout, Fault::db_slow_rows});
  else if (code == "http_413")
    justified = happened({Fault::db_too_large});
  else if (code == "PGRST003")
    justified = happened({Fault::db_pgrst003});
  else if (code == "no_progress")
    justified = !calm;
  if (!justified)
    found("failed_without_cause", "a run was closed as failed: " + call.in["p_cause"].raw());
}

// Only a calm, completed full run knows what has left the sheet.
void Auditor::check_vanished(const Call& call, const Run& run) {
  const bool moved = call.in["p_report"]["sheet_moved"].flag();
  if (run.full && !run.dry && !moved && run.status == "completed") return;
  for (const testing::HeldEntry& entry : model_.held)
    if (entry.resolved_by == "vanished" && entry.resolved_at_ms == call.out["now"].number())
      found("resolved_for_nothing", "a run that cannot know has resolved " + entry.held.key + "." +
                                        entry.held.column + " as vanished");
}

// A key that was asked for and never stood in the sheet is held as such.
void Auditor::check_selection(const Run& run) {
  for (const std::string& key : run.keys) {
    const KeyHistory* history = sheet_.key(key);
    const bool stood = history != nullptr &&
                       history->ever(run.claimed_at, [](std::uint32_t count) { return count > 0; });
    if (!stood && run.held_keys.count(key) == 0)
      found("absent_key_unsaid", key + " was asked for, is in no row, and nobody says so");
  }
}

void Auditor::check_nothing_lost(const Run& run) {
  std::set<std::string> keyless;
  for (const SheetRow* row : sheet_.rows()) {
    if (!was_unchanged(*row, run.claimed_at)) continue;
    const Content& content = row->now.content;
    if (content.kind == KeyKind::listing && (run.full || run.keys.count(content.key) != 0))
      check_listing(*row, run);
    if (run.full && sheet_.has_no_key(content, run.mapping))
      keyless.insert(sheet_.cells_of(content, run.mapping));
  }
  if (run.dry) return;
  const std::size_t held = held_without_key();
  if (held < keyless.size())
    found("keyless_lost", std::to_string(keyless.size()) +
                              " rows without a key stood unchanged through the run, " +
                              std::to_string(held) + " are held");
}

void Auditor::check_listing(const SheetRow& row, const Run& run) {
  const Content& content = row.now.content;
  const KeyHistory& history = *sheet_.key(content.key);
  const bool was_single = history.ever(run.claimed_at, [](std::uint32_t n) { return n == 1; });
  const bool was_double = history.ever(run.claimed_at, [](std::uint32_t n) { return n > 1; });
  // What was held may have been written since by a selection.
  const bool was_held = run.held_keys.count(content.key) != 0;
  if (was_held && (run.dry || is_held(content.key))) return;
  if (was_double && !was_single)
    return found("held_row_lost", content.key + " stands more than once and is not held");
  if (!was_double && !sheet_.is_written(content, run.mapping))
    return found("held_row_lost", content.key + " is invalid and not held");
  if (!was_double && !run.dry) check_stored(row, run);
}

// The stored values are what the sheet says, but for what staff typed while the run went on.
void Auditor::check_stored(const SheetRow& row, const Run& run) {
  const Content& content = row.now.content;
  const ShadowRow* stored = shadow_.find(content.key);
  if (stored == nullptr) {
    const ShadowRow* gone = shadow_.remembered(content.key);
    if (gone != nullptr && gone->deleted_at > run.claimed_at) return;
    return found("row_lost", content.key +
                                 " stood unchanged through a completed run and is neither "
                                 "in the table nor held");
  }
  for (std::size_t i = 1; i < sheet_.columns().size(run.mapping); ++i) {
    const SimColumn& column = sheet_.columns().list[i];
    const Value& value = column.values[content.values[i]];
    if (column.insert_only || stored->staff_at[i] > run.claimed_at) continue;
    if (value.fate != Fate::write && value.fate != Fate::clear) continue;
    const std::string& expected = value.fate == Fate::write ? value.stored : "null";
    if (stored->values[i] != expected)
      found("value_lost", content.key + "." + column.name + " is " + stored->values[i] +
                              ", the sheet says " + expected);
  }
}

// Where nobody touched the sheet during the run, every row is counted exactly once. Blank rows are
// counted by where reading goes on: they may count again when a deploy drops that.
void Auditor::check_calm_ledger(const Run& run) {
  if (!run.full || sheet_.edited_at() > run.claimed_at || state_dropped_at_ > run.claimed_at)
    return;
  const auto& rows = sheet_.rows();
  std::size_t last_key = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Content& content = rows[i]->now.content;
    if (content.kind == KeyKind::listing || content.kind == KeyKind::foreign) last_key = i + 1;
  }
  std::uint64_t written = 0, held = 0, skipped = 0;
  // Rows without a key and with the same cells are told apart only where they are read together.
  std::uint64_t alike = 0;
  std::set<std::string> keyless;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Content& content = rows[i]->now.content;
    if (sheet_.is_blank(content, run.mapping))
      skipped += i < last_key ? 1 : 0;
    else if (content.kind == KeyKind::foreign)
      ++skipped;
    else if (sheet_.is_written(content, run.mapping) && sheet_.key(content.key)->count() == 1)
      ++written;
    else
      ++held;
    if (sheet_.has_no_key(content, run.mapping) &&
        !keyless.insert(sheet_.cells_of(content, run.mapping)).second)
      ++alike;
  }
  const testing::Ledger& ledger = run.ledger;
  const std::uint64_t stored = ledger.inserted + ledger.updated + ledger.unchanged;
  const std::uint64_t by_table = run.refused + run.held_locked;
  const bool all_held =
      ledger.failed <= held + by_table && ledger.failed + alike >= held + by_table;
  // Without any key a blank row counts where Google answers it, which hangs on unmapped cells too.
  const bool all_skipped = last_key == 0 || ledger.skipped == skipped;
  if (stored + by_table == written && all_held && all_skipped) return;
  found("ledger_not_the_sheet",
        "nobody touched the sheet, which has " + std::to_string(written) + " good rows, " +
            std::to_string(held) + " bad and " + std::to_string(skipped) + " to skip (" +
            std::to_string(by_table) + " refused by the table): " + ledger.json());
}

}  // namespace listing_sync::sim
