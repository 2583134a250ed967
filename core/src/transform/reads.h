// What is asked of Google Sheets, and how an answer is taken apart.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "listing_sync/bytes.h"
#include "listing_sync/transform.h"

namespace listing_sync {

/// Rows first..last, 1-based and inclusive; last 0: to the end of the tab.
struct Span {
  std::uint32_t first = 0, last = 0;
};

/// One batchGet: always the header row, so that header and rows are one snapshot.
struct Read {
  enum class Kind : std::uint8_t { header, snapshot, page, rows, whole };
  Kind kind = Kind::header;
  bool with_keys = false;
  std::vector<Span> spans;
};
[[nodiscard]] std::string_view read_kind_name(Read::Kind kind);

/// Where the mapped columns are believed to stand; checked against every header row.
struct Layout {
  std::uint32_t key_column = 0, last_column = 0;
};
[[nodiscard]] Layout layout_of(const Mapping& mapping, const HeaderMatch& match);

/// The request path of a read (Sheets API v4, spreadsheets.values.batchGet).
[[nodiscard]] std::string read_path(const Mapping& mapping, std::string_view spreadsheet_id,
                                    const Layout& layout, const Read& read);

/// One answered read on its way through the converter. Owns the answer's bytes.
class Page {
 public:
  /// Reads the header row and, where asked for, the key column. Faults: those of SheetReader and
  /// match_headers.
  static Result<std::unique_ptr<Page>> open(const Mapping& mapping, Bytes body, Read read);

  [[nodiscard]] const HeaderMatch& match() const { return match_; }
  /// The snapshot of the key column; only where the read was made with keys, and once.
  [[nodiscard]] std::unique_ptr<KeyIndex> take_keys() { return std::move(keys_); }
  [[nodiscard]] std::uint32_t grid_rows() const { return grid_rows_; }

  /// Binds the page to what it is converted with; before the first fill().
  void begin(KeyIndex& keys, const std::unordered_set<std::uint64_t>* selection);
  /// Converts until the batch holds `rows_max` rows or is large enough. False: the page is used up.
  [[nodiscard]] Result<bool> fill(Batch& batch, std::size_t rows_max);
  [[nodiscard]] std::uint64_t rows_read() const { return rows_read_; }
  [[nodiscard]] std::size_t bytes() const { return body_.view().size(); }
  [[nodiscard]] const Read& read() const { return read_; }
  [[nodiscard]] const std::vector<Span>& spans() const { return read_.spans; }

 private:
  Page(const Mapping& mapping, Bytes body, Read read);
  [[nodiscard]] std::optional<Faults> read_header();
  [[nodiscard]] std::optional<Faults> read_keys();
  [[nodiscard]] std::optional<Faults> read_end();
  [[nodiscard]] bool next_row();
  [[nodiscard]] Result<bool> check_whole();
  [[nodiscard]] Result<bool> end(Batch& batch);
  void count_blank_tail(Batch& batch) const;

  const Mapping& mapping_;
  Bytes body_;
  Read read_;
  SheetReader reader_;
  HeaderMatch match_;
  std::unique_ptr<KeyIndex> keys_;
  std::optional<RowConverter> converter_;
  std::vector<Cell> cells_;
  std::uint32_t grid_rows_ = 0, row_ = 0, last_key_row_ = 0;
  std::uint64_t rows_read_ = 0;
  std::size_t span_ = 0;
  bool in_span_ = false;
  bool checked_ = false;  ///< the answer is sound to its last byte
  bool pending_ = false;  ///< cells_ hold a row that is not converted yet
};

}  // namespace listing_sync
