// The table of faults.
#include "sim/faults.h"

namespace listing_sync::sim {
namespace {

using G = FaultGroup;

constexpr std::array<FaultKind, kFaults> kKinds = {{
    {Fault::quota_429, G::sheets, "quota_429", 3},
    {Fault::quota_429_seconds, G::sheets, "quota_429_seconds", 3},
    {Fault::quota_429_date, G::sheets, "quota_429_date", 2},
    {Fault::sheets_5xx, G::sheets, "sheets_5xx", 4},
    {Fault::sheets_html_200, G::sheets, "sheets_html_200", 2},
    {Fault::sheets_html_5xx, G::sheets, "sheets_html_5xx", 2},
    {Fault::sheets_truncated, G::sheets, "sheets_truncated", 3},
    {Fault::sheets_empty_object, G::sheets, "sheets_empty_object", 2},
    {Fault::sheets_401, G::sheets, "sheets_401", 2},
    {Fault::sheets_403, G::sheets, "sheets_403", 1},
    {Fault::sheets_timeout, G::sheets, "sheets_timeout", 2},
    {Fault::sheets_cut_off, G::sheets, "sheets_cut_off", 2},
    {Fault::sheets_network, G::sheets, "sheets_network", 3},
    {Fault::sheets_slow, G::sheets, "sheets_slow", 3},
    {Fault::sheets_too_large, G::sheets, "sheets_too_large", 3},
    {Fault::sheets_no_credentials, G::sheets, "sheets_no_credentials", 1},
    {Fault::sheets_outage, G::host, "sheets_outage", 0},
    {Fault::db_conflict, G::database, "db_conflict", 3},
    {Fault::db_pgrst000, G::database, "db_pgrst000", 2},
    {Fault::db_pgrst001, G::database, "db_pgrst001", 2},
    {Fault::db_pgrst002, G::database, "db_pgrst002", 2},
    {Fault::db_pgrst003, G::database, "db_pgrst003", 2},
    {Fault::db_schema_cache, G::database, "db_schema_cache", 2},
    {Fault::db_html_52x, G::database, "db_html_52x", 2},
    {Fault::db_gateway_502, G::database, "db_gateway_502", 3},
    {Fault::db_429, G::database, "db_429", 2},
    {Fault::db_lost_backend, G::database, "db_lost_backend", 2},
    {Fault::db_row_refused, G::database, "db_row_refused", 2},
    {Fault::db_statement_timeout, G::database, "db_statement_timeout", 3},
    {Fault::db_too_large, G::database, "db_too_large", 1},
    {Fault::db_network, G::database, "db_network", 3},
    {Fault::db_answer_lost, G::database, "db_answer_lost", 5},
    {Fault::db_answer_truncated, G::database, "db_answer_truncated", 3},
    {Fault::db_late, G::database, "db_late", 4},
    {Fault::db_twice, G::database, "db_twice", 4},
    {Fault::db_slow, G::database, "db_slow", 3},
    {Fault::db_outage, G::host, "db_outage", 0},
    {Fault::db_clock_jump, G::host, "db_clock_jump", 0},
    {Fault::db_slow_rows, G::table, "db_slow_rows", 1},
    {Fault::rows_locked, G::table, "rows_locked", 4},
    {Fault::rows_refused, G::table, "rows_refused", 1},
    {Fault::rows_swallowed, G::table, "rows_swallowed", 1},
    {Fault::staff_edits, G::table, "staff_edits", 6},
    {Fault::staff_deletes, G::table, "staff_deletes", 3},
    {Fault::host_killed, G::host, "host_killed", 0},
    {Fault::host_frozen, G::host, "host_frozen", 0},
    {Fault::host_late_timers, G::host, "host_late_timers", 0},
    {Fault::tick_twice, G::host, "tick_twice", 0},
    {Fault::manual_full, G::host, "manual_full", 0},
    {Fault::manual_selective, G::host, "manual_selective", 0},
    {Fault::manual_dry, G::host, "manual_dry", 0},
    {Fault::manual_force, G::host, "manual_force", 0},
    {Fault::deploy_mapping, G::host, "deploy_mapping", 0},
    {Fault::deploy_newer_state, G::host, "deploy_newer_state", 0},
    {Fault::deploy_older_state, G::host, "deploy_older_state", 0},
    {Fault::edit_cells, G::edit, "edit_cells", 10},
    {Fault::edit_errors, G::edit, "edit_errors", 4},
    {Fault::edit_clears, G::edit, "edit_clears", 4},
    {Fault::edit_sort, G::edit, "edit_sort", 4},
    {Fault::edit_insert, G::edit, "edit_insert", 5},
    {Fault::edit_delete, G::edit, "edit_delete", 5},
    {Fault::edit_move, G::edit, "edit_move", 5},
    {Fault::edit_append, G::edit, "edit_append", 4},
    {Fault::edit_columns, G::edit, "edit_columns", 3},
    {Fault::edit_header, G::edit, "edit_header", 1},
    {Fault::edit_duplicate_key, G::edit, "edit_duplicate_key", 3},
    {Fault::edit_blank_key, G::edit, "edit_blank_key", 3},
    {Fault::edit_error_key, G::edit, "edit_error_key", 2},
    {Fault::edit_foreign_key, G::edit, "edit_foreign_key", 2},
    {Fault::edit_blank_row, G::edit, "edit_blank_row", 2},
    {Fault::edit_empty_sheet, G::edit, "edit_empty_sheet", 1},
    {Fault::edit_tab, G::edit, "edit_tab", 1},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kFaults; ++i)
    if (static_cast<std::size_t>(kKinds[i].fault) != i) return false;
  return true;
}
static_assert(in_order(), "the table follows the enumeration");

}  // namespace

std::span<const FaultKind> fault_kinds() { return kKinds; }

const FaultKind& kind_of(Fault fault) { return kKinds[static_cast<std::size_t>(fault)]; }

std::optional<Fault> fault_named(std::string_view name) {
  for (const FaultKind& kind : kKinds)
    if (kind.name == name) return kind.fault;
  return std::nullopt;
}

}  // namespace listing_sync::sim
