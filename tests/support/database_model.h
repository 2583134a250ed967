// The sync_* functions over one source in memory, as docs/DATABASE.md has them: lease and fence,
// sequence and digest, covered keys, ledger, held entries, refused and locked rows. Held to the
// real
// SQL by nothing but care so far; a member per fact, so that a test can look and tamper.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "support/http.h"
#include "support/json.h"

namespace listing_sync::testing {

struct Ledger {
  std::uint64_t read = 0, inserted = 0, updated = 0, unchanged = 0, failed = 0, skipped = 0,
                held_cells = 0, expected = 0;
  [[nodiscard]] bool balances() const {
    return read == inserted + updated + unchanged + failed + skipped;
  }
  [[nodiscard]] std::string json() const;
};

struct Held {
  std::string key, column, code, kind;
  std::uint64_t row = 0;
};

struct StoredBatch {
  std::string digest, answer;
  std::vector<std::int64_t> covered;
};

struct Run {
  std::string sync_id, kind = "full", trigger = "manual", status = "in_progress", cause;
  std::vector<std::string> keys;
  bool dry_run = false;
  std::uint64_t batch_size = 0;  ///< 0: none was asked for
  std::uint64_t resume_at_ms = 0, invocations = 0;
  std::string mapping_hash;
  Ledger ledger;
  std::vector<Held> held;
  std::map<std::uint64_t, StoredBatch> batches;
  std::string report = "null";
};

class DatabaseModel {
 public:
  using Row = std::map<std::string, std::string>;  ///< column -> JSON text

  std::string key_column = "key";
  std::map<std::string, Row> table;
  std::vector<Run> runs;
  std::uint64_t clock_ahead_ms = 1'800'000'000'000;  ///< this clock minus the host's

  // Faults of the data, not of the network.
  std::map<std::string, std::string> refused;  ///< key -> SQLSTATE
  std::map<std::string, int> locked;           ///< key -> how many times still
  std::size_t rows_max = 1000;                 ///< more: `too_many`
  Outcome too_many = {500, R"({"code":"57014","message":"canceling statement"})", "", "{}"};

  // What sync_state holds.
  std::uint64_t fence = 0, seq = 0, lease_until_ms = 0, state_version = 0;
  std::string owner, sync_id, state = "null", mapping_hash, circuits = "null";

  /// Records a run, as sync_request_run does.
  Run& request(std::string kind, std::vector<std::string> keys = {}, bool dry_run = false);
  [[nodiscard]] Run& run(std::string_view id);
  /// Answers POST /rest/v1/rpc/`function`.
  Outcome call(std::string_view function, const Json& arguments, std::uint64_t host_now_ms);

 private:
  Outcome claim(const Json& in);
  Outcome commit(const Json& in);
  Outcome close_run(const Json& in);
  Outcome yield(const Json& in);
  [[nodiscard]] Run* next_run();
  Run& superseded(Run& run);
  [[nodiscard]] std::string covered_of(const Run& run) const;
  /// The answer to a call that must not be carried out (again); empty: it is to be.
  [[nodiscard]] std::string answer_unwritten(const Json& in, bool commits);
  void store(const Json& in);
  std::string write_row(const Json& row, bool dry_run, Ledger& counts);
  [[nodiscard]] std::string lease_json() const;
  [[nodiscard]] Outcome answer(std::string_view outcome, std::string more = "") const;

  std::uint64_t now_ms_ = 0;
  std::uint64_t last_id_ = 0;
};

}  // namespace listing_sync::testing
