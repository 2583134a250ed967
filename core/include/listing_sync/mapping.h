// The mapping: which header goes to which column, as what, under which policies.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "listing_sync/pattern.h"
#include "listing_sync/result.h"
#include "listing_sync/sheet.h"

namespace listing_sync {

enum class ColumnType : std::uint8_t {
  text,
  integer,
  number,
  date,
  datetime,
  year_month,
  boolean,
  enumeration,
  url,
  email,
  phone
};
enum class BlankPolicy : std::uint8_t { clear, keep, error };
enum class ErrorCellPolicy : std::uint8_t { keep, clear, error };
enum class InvalidPolicy : std::uint8_t { row, cell };
enum class WritePolicy : std::uint8_t { always, insert };
enum class Unit : std::uint8_t { none, yen, m2 };
enum class MissingPolicy : std::uint8_t { ignore };

/// One mapped column. Strings that are compared with cells (`values` keys, `treat_as_blank`) are
/// stored folded (text.h) and sorted.
struct Column {
  std::vector<std::string> headers;   ///< accepted header names, as written in the mapping
  std::vector<std::string> fallback;  ///< headers whose cell is used where the main cell is blank
  std::string name;                   ///< column of the table
  ColumnType type = ColumnType::text;
  BlankPolicy blank = BlankPolicy::clear;
  ErrorCellPolicy error_cell = ErrorCellPolicy::keep;
  InvalidPolicy invalid = InvalidPolicy::row;
  WritePolicy write = WritePolicy::always;
  Unit unit = Unit::none;
  bool sensitive = false;
  std::optional<std::uint32_t> max_length;  ///< code points
  std::optional<std::int32_t> scale;        ///< decimals, rounded half up
  std::optional<std::string> min, max;      ///< exact plain decimals ("-12.5"); number and integer
  /// `min` and `max` where they are whole and below 10^15 (or absent: the widest): a quick look
  /// that settles most cells.
  std::optional<std::int64_t> min_whole, max_whole;
  std::optional<Pattern> pattern;
  std::vector<std::pair<std::string, std::string>> values;  ///< enum: folded label -> stored value
  std::vector<std::string> treat_as_blank;
  std::int32_t utc_offset_minutes = 0;  ///< datetime: the source's time zone
  std::string json_name;                ///< `"name":`, ready to be written before a value
};

/// A parsed, valid mapping of one source.
struct Mapping {
  std::string source;          ///< registered name, `[a-z0-9][a-z0-9_-]{0,62}`
  std::string spreadsheet_id;  ///< may be empty: then the host's SYNC_SPREADSHEET_ID is used
  std::string tab;
  std::uint32_t header_row = 1;  ///< 1-based
  std::string table;    ///< for documents and doctor; the database has its own registration
  std::size_t key = 0;  ///< index in `columns`
  std::optional<Pattern> key_pattern;
  std::string time_zone;
  MissingPolicy on_missing = MissingPolicy::ignore;
  std::vector<Column> columns;
  std::string hash;  ///< 16 hex digits over the mapping's bytes: a change supersedes an open run
};

/// Reads and checks a mapping file (JSON, its schema is infra/mappings/mapping.schema.json). All
/// faults are returned at once (at most 1,000, then `more_faults`); `where` is a JSON path such as
/// `$.columns[3].type`, or "byte N" for not_json; `message` says what was expected. Codes:
/// not_json, too_large, too_deep, duplicate_field, unknown_field, missing_field, wrong_type, empty,
/// not_accepted, out_of_range, bad_name, bad_decimal, bad_pattern, pattern_too_large,
/// bad_time_zone, policy_not_for_type, conflict, duplicate_column, duplicate_header,
/// unknown_column. What each means: docs/MAPPING.md.
[[nodiscard]] Result<Mapping> parse_mapping(std::string_view json);

/// One column from `type` and a policy object, as vectors/cells.tsv gives them; it has no header
/// and no name. `time_zone` as in the mapping; a datetime cannot do without. Faults as of a
/// mapping.
[[nodiscard]] Result<Column> parse_column(std::string_view type, std::string_view policy_json,
                                          std::string_view time_zone = "");

/// Where each mapped column stands in the sheet (0-based column index).
struct HeaderMatch {
  std::vector<std::uint32_t> index;                  ///< per Mapping::columns
  std::vector<std::vector<std::uint32_t>> fallback;  ///< per Mapping::columns, those that exist
  std::vector<std::string> unmapped;                 ///< headers nobody asked for, as written
};

/// Finds the mapped headers in the header row; both are compared by fold_header(), number cells by
/// their digits. Faults, one per header, all at once (`where`: the header): header_missing (with at
/// most three of the nearest unmapped headers), header_duplicated (with all column letters),
/// header_ambiguous (two accepted names of one column are both present). A missing fallback header
/// is no fault, one that stands twice is.
[[nodiscard]] Result<HeaderMatch> match_headers(const Mapping& mapping,
                                                const std::vector<Cell>& header_row);

}  // namespace listing_sync
