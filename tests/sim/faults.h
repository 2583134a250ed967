// Everything that can go wrong, by name. To add a fault: a line in faults.cpp's table, a name here,
// and the place that makes it happen (network.cpp, host.cpp, editors.cpp, world.cpp).
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace listing_sync::sim {

enum class Fault : std::uint8_t {
  // Google Sheets and the way to it
  quota_429,
  quota_429_seconds,
  quota_429_date,
  sheets_5xx,
  sheets_html_200,
  sheets_html_5xx,
  sheets_truncated,
  sheets_empty_object,
  sheets_401,
  sheets_403,
  sheets_timeout,
  sheets_cut_off,
  sheets_network,
  sheets_slow,
  sheets_too_large,
  sheets_no_credentials,
  sheets_outage,
  // PostgREST, PostgreSQL and the way to them
  db_conflict,
  db_pgrst000,
  db_pgrst001,
  db_pgrst002,
  db_pgrst003,
  db_schema_cache,
  db_html_52x,
  db_gateway_502,
  db_429,
  db_lost_backend,
  db_row_refused,
  db_statement_timeout,
  db_too_large,
  db_network,
  db_answer_lost,
  db_answer_truncated,
  db_late,
  db_twice,
  db_slow,
  db_outage,
  db_clock_jump,
  db_slow_rows,
  // what stands in the table
  rows_locked,
  rows_refused,
  rows_swallowed,
  staff_edits,
  staff_deletes,
  // the host
  host_killed,
  host_frozen,
  host_late_timers,
  tick_twice,
  manual_full,
  manual_selective,
  manual_dry,
  manual_force,
  deploy_mapping,
  deploy_newer_state,
  deploy_older_state,
  // people at the sheet
  edit_cells,
  edit_errors,
  edit_clears,
  edit_sort,
  edit_insert,
  edit_delete,
  edit_move,
  edit_append,
  edit_columns,
  edit_header,
  edit_duplicate_key,
  edit_blank_key,
  edit_error_key,
  edit_foreign_key,
  edit_blank_row,
  edit_empty_sheet,
  edit_tab,
  count_
};

constexpr std::size_t kFaults = static_cast<std::size_t>(Fault::count_);

enum class FaultGroup : std::uint8_t { sheets, database, table, host, edit };

struct FaultKind {
  Fault fault;
  FaultGroup group;
  std::string_view name;
  std::uint32_t weight;  ///< how often it is drawn among those of its group
};

[[nodiscard]] std::span<const FaultKind> fault_kinds();
[[nodiscard]] const FaultKind& kind_of(Fault fault);
[[nodiscard]] std::optional<Fault> fault_named(std::string_view name);

/// A set of kinds.
class FaultSet {
 public:
  void set(Fault fault, bool on = true) { bits_.set(static_cast<std::size_t>(fault), on); }
  [[nodiscard]] bool has(Fault fault) const { return bits_[static_cast<std::size_t>(fault)]; }
  [[nodiscard]] std::size_t size() const { return bits_.count(); }
  FaultSet& operator&=(const FaultSet& other) {
    bits_ &= other.bits_;
    return *this;
  }
  bool operator==(const FaultSet&) const = default;

 private:
  std::bitset<kFaults> bits_;
};

/// How often each kind really happened.
using FaultCounts = std::array<std::uint64_t, kFaults>;

}  // namespace listing_sync::sim
