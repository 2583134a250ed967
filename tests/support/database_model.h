// The sync_* functions over one source in memory, as docs/DATABASE.md and the migrations have them,
// held to the real SQL by tests/sql/model-against-sql.test.js. A public member per fact, so that a
// test can look and tamper; hooks for what happens to a database beside the calls.
//
//   database_model.cpp           the dispatch, the clock, what tests set up
//   database_model_requests.cpp  sync_request_run
//   database_model_claims.cpp    sync_claim
//   database_model_commits.cpp   sync_commit: who may, in which order, what it leaves behind
//   database_model_batch.{h,cpp} a commit's arguments, and batches that contradict themselves
//   database_model_rows.cpp      how a batch's rows meet the table
//   database_model_held.cpp      held entries
//   database_model_closing.cpp   sync_close_run, sync_yield
//   database_model_reports.cpp   sync_read_*, sync_resolve_errors, sync_prune
//   database_answers.{h,cpp}     the form of answers, refusals and times
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "support/database_records.h"
#include "support/database_table.h"
#include "support/http.h"
#include "support/json.h"

namespace listing_sync::testing {

/// Told of everything that changes, at the moment it does; rolled back changes are never told.
class DatabaseWatcher {
 public:
  virtual ~DatabaseWatcher() = default;
  virtual void row_inserted(const Run& /*run*/, std::string_view /*key*/, const Row& /*row*/) {}
  virtual void cell_changed(const Run& /*run*/, std::string_view /*key*/,
                            std::string_view /*column*/, std::string_view /*before*/,
                            std::string_view /*after*/) {}
  /// A batch was applied; `before` is the run's ledger without it. Repetitions are not told.
  virtual void committed(const Run& /*run*/, std::uint64_t /*seq*/, const StoredBatch& /*batch*/,
                         const Ledger& /*before*/) {}
  /// Completed, failed, cancelled or superseded; its batches are still there.
  virtual void run_ended(const Run& /*run*/) {}
};

struct SentBatch;     // a commit's arguments
struct WrittenBatch;  // what became of its rows

class DatabaseModel {
 public:
  using Row = testing::Row;  ///< column -> JSON text

  std::string source;                  ///< "": answers for any name; else others are unknown_source
  std::uint64_t sources = 1;           ///< registered sources in all
  std::string id_prefix = "00000000";  ///< of the runs' ids: 8 digits, other sources have others
  std::string key_column = "key";
  std::string updated_at_column;  ///< "": none is registered
  std::vector<Column> columns;    ///< empty: whatever is sent is there, absent cells stay absent
  Table table;
  std::deque<Run> runs;
  std::deque<HeldEntry> held;                        ///< sync_errors, the oldest first
  std::uint64_t clock_ahead_ms = 1'800'000'000'000;  ///< this clock minus the host's; may jump
  bool keeps_history = false;                        ///< fills Run::past

  // What happens to the data beside the calls; the network is the host's.
  std::map<std::string, Refusal, std::less<>> refused;  ///< by key; while it would be written
  std::map<std::string, int, std::less<>> locked;       ///< by key: how many times still
  std::map<std::string, std::uint64_t, std::less<>> locked_until_ms;  ///< by key, in host time
  std::set<std::string, std::less<>> swallowed;  ///< keys a trigger leaves out silently
  /// Constraints and triggers: asked for each row about to be inserted or updated.
  std::function<std::optional<Refusal>(std::string_view key, const Row& row)> check;
  std::size_t rows_max = 1000;  ///< a commit of more rows: `too_many`
  Outcome too_many = {500, R"({"code":"57014","message":"canceling statement"})", "", "{}"};
  bool state_locked = false;  ///< another transaction is at this source's row of sync_state
  DatabaseWatcher* watcher = nullptr;

  // What sync_state holds. "" and "null" are null.
  std::uint64_t fence = 0, seq = 0, lease_until_ms = 0, state_version = 0;
  std::string owner, sync_id, state = "null", mapping_hash, circuits = "null";

  /// Records a run, as sync_request_run does.
  Run& request(std::string kind, std::vector<std::string> keys = {}, bool dry_run = false);
  /// Throws where there is none.
  [[nodiscard]] Run& run(std::string_view id);
  [[nodiscard]] const Run* find_run(std::string_view id) const;
  /// Staff edits the table: a cell, a whole row. False where there is no such row.
  bool set_cell(std::string_view key, std::string_view column, std::string_view json);
  bool delete_row(std::string_view key) { return table.erase(std::string(key)) > 0; }
  [[nodiscard]] std::size_t held_open_count() const;
  [[nodiscard]] std::size_t held_ignored_count() const;

  /// Answers POST /rest/v1/rpc/`function`.
  Outcome call(std::string_view function, const Json& arguments, std::uint64_t host_now_ms);

 private:
  using Answered = std::optional<Outcome>;

  // requests
  Outcome request_run(const Json& in);
  Outcome force_run(Run asked);
  Outcome queue_run(Run asked);
  [[nodiscard]] Outcome request_answer(std::string_view outcome, const Run& run) const;
  Run& open_run(Run asked, std::string_view status);
  // claims
  Outcome claim(const Json& in);
  Outcome grant(Run& run, const Json& in);
  [[nodiscard]] bool lease_is_live() const;
  void open_scheduled_run(const std::string& hash, std::uint64_t interval_ms);
  [[nodiscard]] Run* next_run();
  Run& supersede(Run& run, const std::string& hash);
  // commits
  Outcome commit(const Json& in);
  [[nodiscard]] Answered answer_unwritten(const Json& in) const;
  [[nodiscard]] Outcome repeat(const StoredBatch& batch, const Json& in) const;
  [[nodiscard]] Answered refuse_version(const Json& in) const;
  Outcome record(const Json& in, Run& run, const SentBatch& batch, const WrittenBatch& written);
  void count(Run& run, const SentBatch& batch, const WrittenBatch& written) const;
  [[nodiscard]] std::size_t selective_waiting(const Run& but) const;
  void store_state(const Json& in, const Run& run);
  // batches
  [[nodiscard]] Answered read_batch(const Json& in, SentBatch& batch) const;
  [[nodiscard]] Answered read_columns(const Json& in, SentBatch& batch) const;
  // rows
  void write_rows(const Run& run, const SentBatch& batch, WrittenBatch& written);
  void write_row(const Run& run, const SentBatch& batch, std::size_t at, WrittenBatch& written);
  Refusal insert(const Run& run, const SentBatch& batch, std::string_view key, const Json& sent);
  Refusal update(const Run& run, const SentBatch& batch, Table::iterator stored, const Json& sent);
  [[nodiscard]] Refusal unreadable(const Json& sent) const;
  [[nodiscard]] Refusal refusal_of(std::string_view key, const Row& row) const;
  // held entries
  void resolve_covered(const std::vector<Held>& now_held, const std::vector<std::int64_t>& covered);
  void record_held(const Run& run, const std::vector<Held>& now_held);
  void resolve_vanished(const Run& run);
  // closing
  Outcome close_run(const Json& in);
  Outcome yield(const Json& in);
  [[nodiscard]] Answered answer_released(const Json& in) const;
  void end_run(Run& run, std::string_view status, std::string_view cause, std::string message);
  void drop_batches(Run& run) const;
  void give_lease_back(const Json& in, const Run& run);
  // reports
  [[nodiscard]] Outcome read_status(const Json& in) const;
  [[nodiscard]] Outcome read_health() const;
  [[nodiscard]] Outcome read_history(const Json& in) const;
  [[nodiscard]] Outcome read_errors(const Json& in) const;
  [[nodiscard]] std::vector<const Run*> youngest_first() const;
  [[nodiscard]] const Run* last_success() const;
  Outcome resolve_errors(const Json& in);
  Outcome prune(const Json& in);
  // answers
  [[nodiscard]] ObjectText answer(std::string_view outcome) const;
  [[nodiscard]] Outcome stale_fence() const;
  [[nodiscard]] Outcome run_closed(std::string_view id) const;

  std::uint64_t now_ms_ = 0, host_now_ms_ = 0;
  std::uint64_t last_id_ = 0, last_held_id_ = 0;
};

}  // namespace listing_sync::testing
