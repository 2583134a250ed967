// How a batch's rows meet the table: as one row at a time, which comes to the
// same as the SQL's sets, since no key stands twice in a batch.
#include <utility>

#include "support/database_answers.h"
#include "support/database_model_batch.h"

namespace listing_sync::testing {
namespace {

// Calls `use(place, name, cell)` for the cells of a row that an insert (or an update) writes.
template <typename Use>
void each_cell(const SentBatch& batch, const Json& sent, bool inserts, Use use) {
  const JsonItems cells = sent.items();
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string_view name = sent.name(i);
    const BatchColumn* const column = batch.column(i, name);
    if (column != nullptr && (inserts || !column->insert_only)) use(i, name, cells[i].raw_view());
  }
}

bool differs(Row& stored, const SentBatch& batch, const Json& sent) {
  bool different = false;
  each_cell(batch, sent, false, [&](std::size_t i, std::string_view name, std::string_view cell) {
    if (different) return;
    const std::string* const old = stored.find_near(i, name);
    different = old == nullptr || *old != cell;
  });
  return different;
}

bool takes_one(std::map<std::string, int, std::less<>>& times, std::string_view key) {
  const auto found = times.find(key);
  if (found == times.end() || found->second <= 0) return false;
  --found->second;
  return true;
}

}  // namespace

void DatabaseModel::write_rows(const Run& run, const SentBatch& batch, WrittenBatch& written) {
  for (std::size_t i = 0; i < batch.rows.size(); ++i) write_row(run, batch, i, written);
}

void DatabaseModel::write_row(const Run& run, const SentBatch& batch, std::size_t at,
                              WrittenBatch& written) {
  const std::string_view key = batch.keys[at];
  const Json& sent = batch.rows[at];
  if (Refusal why = unreadable(sent); !why.code.empty())
    return void(written.failed.push_back({at, std::move(why)}));
  if (takes_one(locked, key)) return written.locked.push_back(at);
  const auto stored = table.find(key);
  const bool inserts = stored == table.end();
  if (!inserts && !differs(stored->second, batch, sent)) return void(++written.unchanged);
  const auto until = locked_until_ms.find(key);
  if (!inserts && until != locked_until_ms.end() && until->second > host_now_ms_)
    return written.locked.push_back(at);
  Refusal why = inserts ? insert(run, batch, key, sent) : update(run, batch, stored, sent);
  if (!why.code.empty()) return void(written.failed.push_back({at, std::move(why)}));
  ++(inserts ? written.inserted : written.updated);
}

Refusal DatabaseModel::insert(const Run& run, const SentBatch& batch, std::string_view key,
                              const Json& sent) {
  Row row;
  row.reserve(columns.size() + sent.size());
  for (const Column& column : columns) row.add(column.name, column.fallback);
  each_cell(batch, sent, true, [&](std::size_t i, std::string_view name, std::string_view cell) {
    if (std::string* const here = row.find_near(i, name); here != nullptr) {
      *here = cell;
    } else {
      row.add(name, cell);
    }
  });
  if (!updated_at_column.empty()) row[updated_at_column] = time_json(now_ms_);
  if (Refusal why = refusal_of(key, row); !why.code.empty()) return why;
  if (batch.dry_run) return {};
  const auto added = table.emplace(key, std::move(row)).first;
  if (watcher != nullptr) watcher->row_inserted(run, key, added->second);
  return {};
}

Refusal DatabaseModel::update(const Run& run, const SentBatch& batch, Table::iterator stored,
                              const Json& sent) {
  Row row = stored->second;
  each_cell(batch, sent, false, [&](std::size_t i, std::string_view name, std::string_view cell) {
    std::string* const here = row.find_near(i, name);
    if (here == nullptr) return row.add(name, cell);
    if (*here == cell) return;
    *here = cell;
  });
  if (!updated_at_column.empty()) row[updated_at_column] = time_json(now_ms_);
  if (Refusal why = refusal_of(stored->first, row); !why.code.empty()) return why;
  if (batch.dry_run) return {};
  std::swap(stored->second, row);
  if (watcher == nullptr) return {};
  for (const auto& [column, cell] : stored->second) {
    const std::string* const before = row.find(column);
    if (before == nullptr || *before != cell)
      watcher->cell_changed(run, stored->first, column, before == nullptr ? "null" : *before, cell);
  }
  return {};
}

// What cannot be read as its column's type is refused whatever the table holds.
Refusal DatabaseModel::unreadable(const Json& sent) const {
  for (const Column& column : columns) {
    if (column.number_type.empty()) continue;
    const Json cell = sent[column.name];
    if (cell.kind() == Json::Kind::string)
      return {"22P02", column.name, "",
              "invalid input syntax for type " + column.number_type + ": \"…\""};
  }
  return {};
}

Refusal DatabaseModel::refusal_of(std::string_view key, const Row& row) const {
  if (swallowed.count(key) != 0)
    return {"refused_by_trigger", "", "", "a trigger of the table left the row out"};
  if (const auto found = refused.find(key); found != refused.end()) return found->second;
  if (!check) return {};
  return check(key, row).value_or(Refusal());
}

}  // namespace listing_sync::testing
