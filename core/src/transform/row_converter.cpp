// One row of the sheet -> one row object, a held row, a skipped row, or nothing.
#include <algorithm>

#include "listing_sync/text.h"
#include "listing_sync/transform.h"
#include "text/append.h"

namespace listing_sync {
namespace {

constexpr std::size_t kHeldValueBytesMax = 2000;  // 500 code points of at most 4 bytes
constexpr Cell kMissing{};

std::string_view first_bytes(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  while (bytes_max > 0 && (static_cast<unsigned char>(text[bytes_max]) & 0xC0) == 0x80) --bytes_max;
  return text.substr(0, bytes_max);
}

std::string list_rows(const std::vector<std::uint32_t>& rows) {
  constexpr std::size_t kShown = 20;
  std::string text;
  for (std::size_t i = 0; i < rows.size() && i < kShown; ++i)
    text += (i == 0 ? "" : ", ") + std::to_string(rows[i]);
  return rows.size() > kShown ? text + " and " + std::to_string(rows.size() - kShown) + " more"
                              : text;
}

// A cell Sheets left out, or sent as "": blank under every policy.
bool is_absent(const Cell& cell) {
  return cell.kind == CellKind::missing || cell.kind == CellKind::null ||
         (cell.kind == CellKind::string && cell.text.empty());
}

bool row_is_lost(const Mapping& mapping, const Column& column) {
  return column.invalid == InvalidPolicy::row || column.blank == BlankPolicy::error ||
         &column == &mapping.columns[mapping.key];
}

}  // namespace

bool Batch::empty() const {
  return row_ends.empty() && other_hashes.empty() && held.empty() && failed == 0 && skipped == 0;
}

void Batch::clear() {
  rows.clear();
  row_ends.clear();
  row_numbers.clear();
  hashes.clear();
  other_hashes.clear();
  held.clear();
  failed = skipped = next_row = 0;
}

RowConverter::RowConverter(const Mapping& mapping, HeaderMatch layout, KeyIndex& keys,
                           const std::unordered_set<std::uint64_t>* selection, bool again)
    : mapping_(mapping),
      layout_(std::move(layout)),
      keys_(keys),
      selection_(selection),
      again_(again) {
  pieces_.reserve(mapping.columns.size());
  for (std::size_t i = 0; i < mapping.columns.size(); ++i) {
    const Column& column = mapping.columns[i];
    Piece piece{layout_.index[i], false, "," + column.json_name, ""};
    piece.plain = layout_.fallback[i].empty() && column.blank != BlankPolicy::error;
    if (column.blank == BlankPolicy::clear) piece.blank = piece.name + "null";
    pieces_.push_back(std::move(piece));
  }
}

const Cell& RowConverter::cell_of(std::size_t column, const std::vector<Cell>& cells) {
  const std::uint32_t at = layout_.index[column];
  const Cell& main = at < cells.size() ? cells[at] : kMissing;
  if (layout_.fallback[column].empty() || !is_blank(mapping_.columns[column], main, scratch_))
    return main;
  for (const std::uint32_t other : layout_.fallback[column])
    if (other < cells.size() && !is_blank(mapping_.columns[column], cells[other], scratch_))
      return cells[other];
  return main;
}

bool RowConverter::has_content(const std::vector<Cell>& cells) {
  for (std::size_t i = 0; i < mapping_.columns.size(); ++i)
    if (!is_blank(mapping_.columns[i], cell_of(i, cells), scratch_)) return true;
  return false;
}

void RowConverter::convert(std::uint32_t row, const std::vector<Cell>& cells, Batch& batch) {
  const Cell& key_cell = cell_of(mapping_.key, cells);
  if (!normalize_key(key_cell, key_)) {
    if (selection_ == nullptr)
      hold_keyless(row, cells, key_cell.lone_surrogate ? "not_text" : "error_cell", batch);
    return;
  }
  if (key_.empty()) {
    if (selection_ != nullptr) return;
    if (has_content(cells))
      hold_keyless(row, cells, "missing_key", batch);
    else
      skip_blank(row, batch);
    return;
  }
  const std::uint64_t hash = key_hash(key_);
  if (keys_.covered(hash) || (selection_ != nullptr && selection_->count(hash) == 0)) return;
  keys_.cover(hash);
  if (mapping_.key_pattern && !mapping_.key_pattern->matches(key_)) {
    batch.skipped += static_cast<std::uint32_t>(std::max<std::size_t>(1, keys_.count(hash)));
    batch.other_hashes.push_back(hash);
    return;
  }
  if (keys_.count(hash) > 1) return hold_duplicates(hash, batch);
  convert_columns(row, hash, cells, batch);
}

// Below the last key there is only grid: blank rows there are no rows of the list.
void RowConverter::skip_blank(std::uint32_t row, Batch& batch) const {
  const bool within_list = keys_.size() == 0 || row < keys_.last_row();
  if (within_list && !again_) ++batch.skipped;
}

void RowConverter::hold_keyless(std::uint32_t row, const std::vector<Cell>& cells,
                                std::string_view code, Batch& batch) {
  std::string content;
  for (std::size_t i = 0; i < mapping_.columns.size(); ++i)
    append_json_string(content, cell_of(i, cells).text);
  HeldEntry entry;
  entry.row = row;
  entry.whole_row = true;
  entry.hash = hash64(content, 1);  // another seed than keys: a digest never meets a key
  const bool known = keys_.covered(entry.hash);
  const bool met_here = !digests_.insert(entry.hash).second;
  if (known && !met_here) return;  // dealt with before this page: read again, or moved down
  ++batch.failed;
  if (known) return;  // the same content on another row: one entry stands for both
  keys_.cover(entry.hash);
  batch.other_hashes.push_back(entry.hash);
  const Column& key = mapping_.columns[mapping_.key];
  entry.column = key.name;
  entry.code = code;
  entry.message =
      code == "missing_key" ? "the row has content but no key" : "the key cannot be read";
  if (!key.sensitive)
    entry.value = first_bytes(cell_of(mapping_.key, cells).text, kHeldValueBytesMax);
  batch.held.push_back(std::move(entry));
}

void RowConverter::hold_duplicates(std::uint64_t hash, Batch& batch) {
  const std::vector<std::uint32_t> rows = keys_.rows(hash);
  batch.failed += static_cast<std::uint32_t>(rows.size());
  batch.other_hashes.push_back(hash);
  HeldEntry entry;
  entry.row = rows.front();
  entry.has_key = entry.whole_row = true;
  entry.hash = hash;
  entry.key = key_;
  entry.column = mapping_.columns[mapping_.key].name;
  entry.code = "duplicate_key";
  entry.message = "the key stands on rows " + list_rows(rows);
  entry.value = key_;
  batch.held.push_back(std::move(entry));
}

void RowConverter::hold_cell(const Column& column, std::uint32_t row, std::uint64_t hash,
                             const Cell& cell, std::string_view code, Batch& batch) const {
  HeldEntry entry;
  entry.row = row;
  entry.has_key = true;
  entry.hash = hash;
  entry.key = key_;
  entry.column = column.name;
  entry.code = code;
  const std::string_view shown = first_bytes(cell.text, kHeldValueBytesMax);
  const bool masked = column.sensitive && !cell.text.empty();
  entry.value = masked ? "***" : std::string(shown);
  if (masked || shown.size() < cell.text.size())
    entry.value_tag = static_cast<std::uint16_t>(hash64(cell.text, hash));
  batch.held.push_back(std::move(entry));
}

// Each column is written as `,"name":value`; the first comma becomes the opening brace in the end.
void RowConverter::convert_columns(std::uint32_t row, std::uint64_t hash,
                                   const std::vector<Cell>& cells, Batch& batch) {
  const std::size_t before = batch.rows.size(), held_start = batch.held.size();
  std::string& out = batch.rows;
  bool lost = false;
  if (!batch.row_ends.empty()) out += ',';
  const std::size_t row_start = out.size();
  for (std::size_t i = 0; i < pieces_.size(); ++i) {
    const Piece& piece = pieces_[i];
    const Cell& cell = piece.plain && piece.at < cells.size() ? cells[piece.at] : cell_of(i, cells);
    if (piece.plain && is_absent(cell)) {
      append_bytes(out, piece.blank);
      continue;
    }
    const std::size_t column_start = out.size();
    append_bytes(out, piece.name);
    if (!convert_column(i, row, hash, cell, batch, lost)) out.resize(column_start);
  }
  if (lost) {
    out.resize(before);
    for (std::size_t i = held_start; i < batch.held.size(); ++i) batch.held[i].whole_row = true;
    ++batch.failed;
    batch.other_hashes.push_back(hash);
    return;
  }
  out[row_start] = '{';
  out += '}';
  batch.row_ends.push_back(static_cast<std::uint32_t>(out.size()));
  batch.row_numbers.push_back(row);
  batch.hashes.push_back(hash);
}

// One cell behind its column's name. False: nothing is to be said of the column.
bool RowConverter::convert_column(std::size_t i, std::uint32_t row, std::uint64_t hash,
                                  const Cell& cell, Batch& batch, bool& lost) {
  const Column& column = mapping_.columns[i];
  std::string& out = batch.rows;
  const std::size_t value_start = out.size();
  const CellResult result = convert_cell(column, cell, scratch_, out);
  if (result.action == CellAction::write) {
    if (i != mapping_.key) return true;
    out.resize(value_start);  // the key is stored as it is compared
    append_json_string(out, key_);
    return true;
  }
  if (result.action == CellAction::clear) {
    out += "null";
    return true;
  }
  if (result.action == CellAction::keep) return false;
  const bool error_cell = result.action == CellAction::keep_error_cell;
  hold_cell(column, row, hash, cell, error_cell ? "error_cell" : cell_code_name(result.code),
            batch);
  lost = lost || (!error_cell && row_is_lost(mapping_, column));
  return false;
}

}  // namespace listing_sync
