// The bytes of a Google Sheets answer -> rows of cells. Untrusted bytes end here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "listing_sync/result.h"

namespace listing_sync {

enum class CellKind : std::uint8_t { missing, null, string, number, boolean };

/// One cell as Sheets sends it. `text` is
///  - string: the decoded UTF-8 value (escapes resolved),
///  - number: its digits exactly as sent ("9.012345678E9"),
///  - boolean: "true" or "false",
///  - missing, null: empty.
/// The bytes belong to the answer's body or to the reader's arena: valid until the next call of
/// next_row() on that reader.
struct Cell {
  CellKind kind = CellKind::missing;
  /// A string whose `text` is also its JSON form: it may be copied between quotes as it stands.
  /// True also for a decoded text (`\u003d` -> `=`) that needs no escape; never with
  /// lone_surrogate.
  bool verbatim = false;
  /// The string held an unpaired \uD800..\uDFFF escape (decoded as U+FFFD): not a text.
  bool lone_surrogate = false;
  std::string_view text;
};

struct SheetLimits {
  std::size_t depth_max = 64;
  std::size_t body_bytes_max = std::size_t{64} << 20;
  std::size_t cells_per_row_max = 18'278;  // Sheets' own limit of columns
};

/// Pull reader of one `values.get` answer (one range) or `values:batchGet` answer (its
/// `valueRanges`, in order), in ROWS order. One pass, no copy of the body, no look-ahead beyond the
/// row asked for:
///
///     SheetReader reader(body);
///     while (reader.next_range())
///       while (reader.next_row(cells)) …;
///     if (reader.fault()) …;            // always ask: a loop also ends at the first fault
///
/// next_range() skips what is left of the range before it (checking its grammar); after it has
/// answered false without a fault the whole body, to its last byte, was valid JSON (RFC 8259,
/// UTF-8 checked per RFC 3629) of the expected shape. Any order of object members is accepted,
/// unknown members are checked and skipped; a range without `values` has no rows, and null counts
/// as absent. Rows in another order (`majorDimension`), error documents, objects that are neither
/// kind of answer or both are unexpected_shape.
///
/// Faults (code; `where` is "byte N"): truncated_answer, html_answer, not_json, bad_utf8,
/// bad_escape, bad_number, control_character, too_deep, answer_too_large, too_many_cells,
/// unexpected_shape, trailing_bytes. N is the first byte that cannot stand there; of a faulty
/// escape, UTF-8 sequence or value of another shape its first byte; of truncated_answer the body's
/// size: all bytes were right so far, but more had to come.
class SheetReader {
 public:
  /// The bytes of `body` must outlive the reader and its cells.
  explicit SheetReader(std::string_view body, SheetLimits limits = {});
  ~SheetReader();
  /// A reader that was moved from may only be assigned to or destroyed; cells stay valid.
  SheetReader(SheetReader&& other) noexcept;
  SheetReader& operator=(SheetReader&& other) noexcept;

  [[nodiscard]] bool next_range();
  /// Replaces `cells` by the cells of the next row; trailing blanks are absent, as sent.
  [[nodiscard]] bool next_row(std::vector<Cell>& cells);
  /// The `range` member of the current range as Google resolved it ("'物件 一覧'!A1:FZ1000");
  /// complete once the range's rows have been read (it may stand behind them), else maybe empty.
  [[nodiscard]] const std::string& range() const;
  [[nodiscard]] const std::optional<Fault>& fault() const;
  /// Bytes consumed so far; after a fault, its place.
  [[nodiscard]] std::size_t position() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Reads a whole answer and keeps nothing: nullopt if SheetReader would read all of it without a
/// fault. For when nothing may be used of an answer that is broken at its end.
[[nodiscard]] std::optional<Fault> check_sheet_answer(std::string_view body,
                                                      SheetLimits limits = {});

/// "'物件 一覧'!A1:FZ1000" -> rows and columns of the resolved range, 1-based and inclusive.
struct GridRange {
  std::uint32_t row_first = 0, row_last = 0, column_first = 0, column_last = 0;
};
[[nodiscard]] std::optional<GridRange> parse_grid_range(std::string_view range);

/// 0 -> "A", 25 -> "Z", 26 -> "AA" (A1 notation).
[[nodiscard]] std::string column_letters(std::uint32_t index);
/// 物件 一覧 -> '物件 一覧' (quotes doubled): a tab name as A1 notation wants it.
[[nodiscard]] std::string quote_tab(std::string_view tab);

}  // namespace listing_sync
