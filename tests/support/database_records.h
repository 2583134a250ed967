// The records of the database model: runs with their ledgers, batches and held
// entries. Times are the database's own, in epoch milliseconds; 0 is null.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace listing_sync::testing {

struct Ledger {
  std::uint64_t read = 0, inserted = 0, updated = 0, unchanged = 0, failed = 0, skipped = 0,
                held_cells = 0;
  std::optional<std::uint64_t> expected;
  [[nodiscard]] bool balances() const {
    return read == inserted + updated + unchanged + failed + skipped;
  }
  [[nodiscard]] std::string json() const;
};

/// What one batch held: by the core, or refused by the database.
struct Held {
  std::string key, column, code, kind;
  std::uint64_t row = 0;
  bool keyless = false;  ///< then `digest` tells it from others
  std::string digest, message;
  std::int64_t hash = 0;
  std::string value = "null";     ///< JSON text
  std::string tag = "null";       ///< JSON text, of a value that does not say all
  std::string row_json = "null";  ///< the row number as it came
  std::string document;           ///< as a run's errors show it

  /// Two entries of one identity are one entry of sync_errors.
  [[nodiscard]] std::string identity() const;
};

/// A row of sync_errors.
struct HeldEntry {
  std::uint64_t id = 0;
  Held held;
  std::string sync_id;  ///< the run that saw a change last
  std::uint64_t first_seen_ms = 0, last_seen_ms = 0, seen_count = 1, resolved_at_ms = 0;
  std::uint64_t ignored_at_ms = 0;
  std::string resolved_by;
  [[nodiscard]] bool open() const { return resolved_at_ms == 0; }
  [[nodiscard]] std::string_view state() const {
    if (!open()) return "resolved";
    return ignored_at_ms == 0 ? "open" : "ignored";
  }
};

/// A row of sync_batches.
struct StoredBatch {
  std::string digest;
  std::string answer;  ///< the members between outcome and lease_until
  std::vector<std::int64_t> covered, held_keyless;
};

/// A batch as it is remembered after its run, for whoever counts what was counted.
struct PastBatch {
  std::uint64_t seq = 0;
  StoredBatch batch;
};

/// A row of sync_runs.
struct Run {
  std::string sync_id, kind = "full", trigger = "manual", status = "in_progress";
  std::string cause, cause_message;
  std::vector<std::string> keys;
  bool dry_run = false, forced = false;
  std::uint64_t batch_size = 0;  ///< 0: none was asked for
  std::uint64_t requested_at_ms = 0, started_at_ms = 0, completed_at_ms = 0, resume_at_ms = 0;
  std::uint64_t invocations = 0, stalled = 0, errors_count = 0;
  std::string mapping_hash;  ///< "": null
  Ledger ledger;
  std::vector<std::string> errors;  ///< the first 100, as JSON
  std::string report = "null";

  std::map<std::uint64_t, StoredBatch> batches;
  // Not in the database: what an auditor wants to know of the past.
  std::vector<Held> held;       ///< in the order in which they came, of repeated batches once
  std::vector<PastBatch> past;  ///< batches deleted with the run's end, where history is kept

  [[nodiscard]] bool open() const { return status == "queued" || status == "in_progress"; }
};

}  // namespace listing_sync::testing
