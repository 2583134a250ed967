// Rows of a sheet -> batches ready to be committed. What is decided about each row is decided here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "listing_sync/bytes.h"
#include "listing_sync/cells.h"
#include "listing_sync/mapping.h"
#include "listing_sync/result.h"
#include "listing_sync/sheet.h"

namespace listing_sync {

/// The keys of one snapshot of the key column, and which of them are covered in this run.
/// 16 bytes a key; keys that are covered but not in the snapshot are kept aside.
class KeyIndex {
 public:
  void add(std::uint64_t hash, std::uint32_t row);
  /// A row that shows no key: blank (`hash` 0), or with something in its place that is none. In
  /// ascending order.
  void add_keyless(std::uint64_t hash, std::uint32_t row);
  /// Sorts; to be called once, after the last add() and before any question.
  void seal();
  /// Takes over what `before` knew to be covered.
  void inherit(const KeyIndex& before);

  [[nodiscard]] bool covered(std::uint64_t hash) const;
  void cover(std::uint64_t hash);
  void uncover(std::uint64_t hash);
  [[nodiscard]] bool contains(std::uint64_t hash) const;
  /// Rows on which the key stands; more than one: a duplicate.
  [[nodiscard]] std::vector<std::uint32_t> rows(std::uint64_t hash) const;
  [[nodiscard]] std::size_t count(std::uint64_t hash) const;
  /// Rows of the keys that are not covered (and in `only`, unless it is null), ascending.
  [[nodiscard]] std::vector<std::uint32_t> uncovered_rows(
      const std::unordered_set<std::uint64_t>* only) const;
  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  [[nodiscard]] std::uint32_t last_row() const { return last_row_; }
  /// Rows above the last key that show none, ascending.
  [[nodiscard]] std::vector<std::uint32_t> keyless_rows() const;
  /// The same for two snapshots in which each key stands on the same row, and so does what stands
  /// in the place of a key.
  [[nodiscard]] std::uint64_t digest() const;

 private:
  struct Entry {
    std::uint64_t hash;
    std::uint32_t row;
    bool covered;
  };
  [[nodiscard]] std::size_t lower(std::uint64_t hash) const;
  struct Gap {
    std::uint32_t first, last;
  };
  std::vector<Entry> entries_;
  std::vector<Gap> gaps_;  ///< rows without a key
  std::unordered_set<std::uint64_t> aside_;
  std::uint32_t last_row_ = 0;
  std::uint64_t keyless_digest_ = 0;
};

/// A row or cell that is not written and waits for review.
struct HeldEntry {
  std::uint32_t row = 0;  ///< 1-based row of the sheet; 0: not in the sheet
  bool has_key = false;   ///< else `hash` is the digest of the row
  bool whole_row = false;
  std::uint64_t hash = 0;
  std::string key;
  std::string column;  ///< empty where the row as a whole is meant
  std::string code;
  std::string message;
  std::string value;  ///< what stands in the cell, at most 500 code points; masked where sensitive
  /// Where `value` does not say all: tells whether the content changed, not what it is. 16 bits.
  std::optional<std::uint16_t> value_tag;
};

/// Rows to be committed together, with what was held and skipped between them.
struct Batch {
  std::string rows;                         ///< JSON objects, separated by commas
  std::vector<std::uint32_t> row_ends;      ///< end of each object in `rows`
  std::vector<std::uint32_t> row_numbers;   ///< of each object
  std::vector<std::uint64_t> hashes;        ///< of each object's key
  std::vector<std::uint64_t> other_hashes;  ///< held and skipped keys, digests of key-less rows
  std::vector<HeldEntry> held;
  std::uint32_t failed = 0;    ///< rows held
  std::uint32_t skipped = 0;   ///< blank rows, keys outside key_pattern
  std::uint32_t next_row = 0;  ///< where reading would go on after this batch; a hint only
  [[nodiscard]] std::size_t size() const { return row_ends.size(); }
  [[nodiscard]] bool empty() const;
  void clear();
};

/// Converts rows of one layout. Every row ends in exactly one of: a row object, `failed`,
/// `skipped`, or nothing at all because its key is covered already or not selected.
class RowConverter {
 public:
  /// `selection`: hashes of the wanted keys, or null for all. `again`: the rows have been read
  /// before, so blank ones are counted already. Rows without a key are known by their content.
  /// What is passed must outlive the converter.
  RowConverter(const Mapping& mapping, HeaderMatch layout, KeyIndex& keys,
               const std::unordered_set<std::uint64_t>* selection, bool again = false);
  void convert(std::uint32_t row, const std::vector<Cell>& cells, Batch& batch);
  [[nodiscard]] const HeaderMatch& layout() const { return layout_; }

 private:
  [[nodiscard]] const Cell& cell_of(std::size_t column, const std::vector<Cell>& cells);
  [[nodiscard]] bool has_content(const std::vector<Cell>& cells);
  void skip_blank(std::uint32_t row, Batch& batch) const;
  void hold_keyless(std::uint32_t row, const std::vector<Cell>& cells, std::string_view code,
                    Batch& batch);
  void hold_duplicates(std::uint64_t hash, Batch& batch);
  void convert_columns(std::uint32_t row, std::uint64_t hash, const std::vector<Cell>& cells,
                       Batch& batch);
  [[nodiscard]] bool convert_column(std::size_t i, std::uint32_t row, std::uint64_t hash,
                                    const Cell& cell, Batch& batch, bool& lost);
  void hold_cell(const Column& column, std::uint32_t row, std::uint64_t hash, const Cell& cell,
                 std::string_view code, Batch& batch) const;

  /// What is known of a column before its cells are seen.
  struct Piece {
    std::uint32_t at;   ///< its place in the sheet
    bool plain;         ///< a blank cell means `blank`, nothing else
    std::string name;   ///< `,"name":`
    std::string blank;  ///< `,"name":null`, or nothing under blank=keep
  };

  const Mapping& mapping_;
  HeaderMatch layout_;
  std::vector<Piece> pieces_;
  KeyIndex& keys_;
  const std::unordered_set<std::uint64_t>* selection_;
  bool again_;
  std::unordered_set<std::uint64_t> digests_;  ///< of rows without a key, met here first
  CellScratch scratch_;
  std::string key_;
};

/// Hash of a normalised key: what "covered" is a set of.
[[nodiscard]] std::uint64_t key_hash(std::string_view key);

}  // namespace listing_sync
