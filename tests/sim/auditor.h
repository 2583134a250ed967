// Knows the true history of sheet and table and holds every promise of DESIGN, section 7, against
// what it sees pass by: requests, answers, effects. Believes neither the engine nor the model.
//
// To add a promise: a check in the file of its subject (audit_commits: writes; audit_claims: lease
// and fence; audit_closes: what a finished run leaves; manners: budgets, rates, waits), which
// calls found() with a stable code and a sentence. Ask first when the promise does NOT hold: a
// check that accuses correct behaviour is as bad as one that sleeps.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "sim/manners.h"
#include "sim/settings.h"
#include "sim/shadow_table.h"
#include "sim/sheet.h"
#include "sim/verdict.h"
#include "support/database_model.h"

namespace listing_sync::sim {

/// A call of a sync_* function as it was carried out.
struct Call {
  std::string_view function;
  testing::Json in, out;  ///< out: null unless the answer was a 200
  std::uint64_t invocation = 0;
  std::size_t mapping = 0;
  std::uint64_t now_ms = 0;
  std::string_view body;
};

[[nodiscard]] testing::Ledger ledger_of(const testing::Json& ledger);

class Auditor {
 public:
  Auditor(Sheet& sheet, ShadowTable& shadow, testing::DatabaseModel& model,
          const Settings& settings, Verdict& verdict);

  // audit_claims.cpp, audit_commits.cpp, audit_closes.cpp
  void on_call(const Call& call);
  Manners manners;
  /// What is logged, stored or answered may not show sensitive cells.
  void on_text(std::string_view what, std::string_view text);
  /// A deploy makes the stored progress unreadable, all but the covered keys.
  void on_state_dropped() { state_dropped_at_ = sheet_.tick(); }
  /// From now on nothing goes wrong any more.
  void on_calm(std::uint64_t now_ms) { calm_ms_ = now_ms; }
  /// True once a full run that began after that has completed.
  [[nodiscard]] bool recovered() const { return recovered_; }

  void found(std::string code, std::string text);

 private:
  struct Run {
    bool full = true, dry = false, seen = false;
    std::set<std::string, std::less<>> keys;  ///< selective: those asked for
    Moment claimed_at = 0;                    ///< first granted
    std::uint64_t claimed_ms = 0;
    std::size_t mapping = 0;
    testing::Ledger ledger;
    std::unordered_set<std::int64_t> covered;
    std::set<std::string> held_keys;  ///< of rows that were held or refused
    std::uint64_t refused = 0, held_locked = 0, resume_at_ms = 0;
    std::string status = "in_progress";
  };
  struct Grant {
    std::string sync_id, owner;
    Moment at = 0;
    std::uint64_t invocation = 0, lease_until_ms = 0;
    std::size_t mapping = 0;
    std::set<std::string> locked;  ///< keys that were answered as locked
    bool released = false;
  };

  void check_busy(const Call& call);
  void check_state(const Call& call);
  void keep_state(const Call& call);
  void check_lease(const Call& call);
  void take_run(const Call& call, const Grant& grant);
  void on_claim(const Call& call);
  void on_commit(const Call& call);
  void on_close(const Call& call);
  void on_yield(const Call& call);

  void count_refusal(std::string_view code);
  void on_batch(const Call& call, Grant& grant, Run& run);
  void check_row_sent(const std::string& key, const testing::Json& row, const Grant& grant,
                      const Run& run);
  void check_held(const testing::Json& held, const Grant& grant, Run& run);
  [[nodiscard]] bool cell_was_bad(const std::string& key, const testing::Json& held,
                                  const Grant& grant) const;
  void cover(const Call& call, Run& run, const std::unordered_set<std::string>& locked);
  void add_up(const Call& call, Run& run, const testing::Ledger& by_table);

  void check_cause(const Call& call, const Run& run);
  void check_vanished(const Call& call, const Run& run);
  void check_selection(const Run& run);
  void check_nothing_lost(const Run& run);
  void check_listing(const SheetRow& row, const Run& run);
  void check_stored(const SheetRow& row, const Run& run);
  void check_calm_ledger(const Run& run);
  void check_table();
  void check_held_entries(const Run& run);
  void add_expected(const SheetRow& row, std::size_t mapping,
                    std::set<std::array<std::string, 3>>& expected) const;
  [[nodiscard]] bool is_held(const std::string& key) const;
  [[nodiscard]] std::size_t held_without_key() const;

  Sheet& sheet_;
  ShadowTable& shadow_;
  testing::DatabaseModel& model_;
  Verdict& verdict_;

  std::map<std::uint64_t, Grant> grants_;  ///< by fence
  std::unordered_map<std::string, Run> runs_;
  std::uint64_t fence_ = 0, seq_ = 0;
  std::string last_digest_, state_;
  std::size_t state_mapping_ = 0;
  std::optional<std::uint64_t> calm_ms_;
  Moment state_dropped_at_ = 0;
  bool recovered_ = false;
};

}  // namespace listing_sync::sim
