// Reading a commit's arguments, and refusing a batch that contradicts itself
// before anything is written, in the order of the SQL.
#include "support/database_model_batch.h"

#include <algorithm>

#include "support/database_answers.h"

namespace listing_sync::testing {
namespace {

constexpr std::size_t kRowsMax = 1000;

Held read_held(const Json& in) {
  Held held;
  held.key = in["key"].text();
  held.keyless = in["key"].is_null();
  if (held.keyless) held.digest = in["digest"].text();
  held.column = in["column"].text();
  held.code = in["code"].text();
  held.kind = in["kind"].is_null() ? "row" : in["kind"].text();
  held.message = in["message"].text();
  held.row = in["row"].number();
  held.hash = in["hash"].integer();
  if (!in["row"].is_null()) held.row_json = in["row"].raw();
  if (!in["value"].is_null()) held.value = in["value"].raw();
  if (in.has("tag")) held.tag = in["tag"].raw();
  ObjectText document;
  for (std::size_t i = 0; i < in.size(); ++i) {
    const std::string_view name = in.name(i);
    if (name != "value" && name != "tag" && name != "digest" && name != "hash" && name != "i")
      document.json(name, in[i].raw_view());
  }
  held.document = document.done();
  return held;
}

bool has_identity(const Json& held) {
  const std::string_view kind = held["kind"].is_null() ? "row" : held["kind"].view();
  return !held["code"].is_null() && !held["hash"].is_null() && (kind == "row" || kind == "cell") &&
         !(held["key"].is_null() && held["digest"].is_null()) &&
         !(kind == "cell" && held["column"].is_null());
}

bool negative(const Json& count) { return !count.is_null() && count.integer() < 0; }

std::string_view wrong_counts(const Json& counts) {
  for (const char* name : {"failed", "skipped", "held_cells", "expected"})
    if (negative(counts[name])) return "p_counts are not negative";
  return "";
}

bool names_twice(std::vector<std::string_view> names) {
  if (std::is_sorted(names.begin(), names.end(), std::less_equal<>())) return false;
  std::sort(names.begin(), names.end());
  return std::adjacent_find(names.begin(), names.end()) != names.end();
}

}  // namespace

const BatchColumn* SentBatch::column(std::size_t place, std::string_view name) const {
  if (place < columns.size() && columns[place].name == name) return &columns[place];
  const auto found = std::find_if(columns.begin(), columns.end(),
                                  [&](const BatchColumn& column) { return column.name == name; });
  return found == columns.end() ? nullptr : &*found;
}

DatabaseModel::Answered DatabaseModel::read_batch(const Json& in, SentBatch& batch) const {
  batch.arguments = in;
  const JsonItems rows = in["p_rows"].items();
  if (rows.size() > kRowsMax)
    return refusal(413, "batch_too_large",
                   "a batch has at most 1000 rows, this one has " + std::to_string(rows.size()));
  if (in["p_digest"].is_null()) return bad_request("p_seq and p_digest are needed");
  batch.rows.reserve(rows.size());
  batch.keys.reserve(rows.size());
  bool keyless = false;
  for (const Json& row : rows) {
    const Json key = row[key_column];
    keyless = keyless || key.is_null();
    batch.rows.push_back(row);
    batch.keys.push_back(key.view());
  }
  for (const Json& number : in["p_row_numbers"].items())
    batch.row_numbers.push_back(number.raw_view());
  if (batch.row_numbers.size() != rows.size())
    return bad_request("p_row_numbers has one number per row");
  bool null_hash = false;
  for (const Json& hash : in["p_covered"].items()) {
    null_hash = null_hash || hash.is_null();
    batch.covered.push_back(hash.integer());
  }
  if (batch.covered.size() < rows.size() || null_hash)
    return bad_request("p_covered begins with one hash per row");
  if (keyless) return bad_request("a row has no key");
  const Json counts = in["p_counts"];
  if (const std::string_view wrong = wrong_counts(counts); !wrong.empty())
    return bad_request(wrong);
  batch.failed = counts["failed"].number();
  batch.skipped = counts["skipped"].number();
  batch.held_cells = counts["held_cells"].number();
  if (!counts["expected"].is_null()) batch.expected = counts["expected"].number();
  if (!in["p_held"].is_null() && in["p_held"].kind() != Json::Kind::array)
    return bad_request("p_held is an array");
  for (const Json& entry : in["p_held"].items()) {
    if (!has_identity(entry))
      return bad_request(
          "each of p_held has a code, a hash, a key or a "
          "digest, and a column where its kind is "
          "cell");
    batch.held.push_back(read_held(entry));
  }
  if (names_twice(batch.keys))
    return refusal(400, "duplicate_key_in_batch", "a key occurs twice in the batch");
  return std::nullopt;
}

DatabaseModel::Answered DatabaseModel::read_columns(const Json& in, SentBatch& batch) const {
  const JsonItems insert_only = in["p_insert_only"].items();
  std::vector<std::string_view> names;
  std::string unwritable;
  for (const Json& name : in["p_columns"].items()) {
    names.push_back(name.view());
    const auto known = std::find_if(columns.begin(), columns.end(), [&](const Column& column) {
      return column.name == name.view() && column.writable;
    });
    const bool writable = columns.empty() || known != columns.end();
    if (!writable || (!updated_at_column.empty() && name.view() == updated_at_column))
      unwritable += (unwritable.empty() ? "" : ", ") + name.text();
    const bool once = std::any_of(insert_only.begin(), insert_only.end(),
                                  [&](const Json& other) { return other.view() == name.view(); });
    batch.columns.push_back({name.view(), once});
  }
  if (!unwritable.empty())
    return refusal(400, "column_not_writable",
                   "table public." + source + " has no such writable column: " + unwritable);
  if (std::find(names.begin(), names.end(), key_column) == names.end())
    return bad_request("p_columns must contain the key column");
  if (names_twice(names)) return bad_request("p_columns names a column twice");
  return std::nullopt;
}

}  // namespace listing_sync::testing
