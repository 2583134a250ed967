// Finding the mapped headers in the sheet's header row.
#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "listing_sync/cells.h"
#include "listing_sync/mapping.h"
#include "listing_sync/text.h"
#include "mapping/fault_list.h"
#include "mapping/nearest.h"

namespace listing_sync {
namespace mapping {
namespace {

constexpr std::size_t kHeaderDifferencePercent = 100;  // something in common is enough to be shown

struct SheetHeader {
  std::uint32_t index = 0;
  std::string text;    // as written
  std::string folded;  // as compared
};

std::string header_text(const Cell& cell) {
  std::string text;
  switch (cell.kind) {
    case CellKind::string:
      text = trim(cell.text);
      break;
    case CellKind::number:  // 2024 as a header is compared by its digits
      if (!normalize_key(cell, text)) text = cell.text;
      break;
    case CellKind::boolean:
      text = cell.text == "true" ? "TRUE" : "FALSE";
      break;
    case CellKind::missing:
    case CellKind::null:
      break;
  }
  return text;
}

std::vector<SheetHeader> read_headers(const std::vector<Cell>& row) {
  std::vector<SheetHeader> headers;
  for (std::size_t i = 0; i < row.size(); ++i) {
    SheetHeader header{static_cast<std::uint32_t>(i), header_text(row[i]), {}};
    header.folded = fold_header(header.text);
    if (!header.folded.empty()) headers.push_back(std::move(header));
  }
  return headers;
}

/// One match of one mapping with one header row.
class Matcher {
 public:
  Matcher(const Mapping& mapping, const std::vector<Cell>& row)
      : mapping_(mapping), headers_(read_headers(row)) {
    for (const SheetHeader& header : headers_) {
      places_[header.folded].push_back(header.index);
    }
    for (const Column& column : mapping.columns) {
      for (const std::string& name : column.headers) claimed_.insert(fold_header(name));
      for (const std::string& name : column.fallback) claimed_.insert(fold_header(name));
    }
    for (const SheetHeader& header : headers_) {
      if (claimed_.count(header.folded) == 0) unmapped_.push_back(&header);
    }
  }

  Result<HeaderMatch> match();

 private:
  /// An accepted name that stands in the sheet.
  struct Found {
    std::string name;
    std::uint32_t index = 0;
  };

  std::optional<std::uint32_t> match_column(const Column& column);
  std::vector<std::uint32_t> match_fallback(const Column& column);
  std::vector<Found> find(const std::vector<std::string>& names);
  void report_missing(const Column& column);
  void report_duplicated(const std::string& name, const std::vector<std::uint32_t>& places);
  void report_ambiguous(const Column& column, const std::vector<Found>& found);

  [[nodiscard]] std::string header_row() const {
    return "row " + std::to_string(mapping_.header_row) + " of " + mapping_.tab;
  }

  const Mapping& mapping_;
  std::vector<SheetHeader> headers_;
  std::map<std::string, std::vector<std::uint32_t>> places_;  // by folded text
  std::set<std::string> claimed_;
  std::vector<const SheetHeader*> unmapped_;
  std::set<std::string> duplicates_reported_;
  std::optional<NearestNames> nearest_;  // made when the first header is missing
  FaultList faults_;
};

std::string list_of_columns(const std::vector<std::uint32_t>& places) {
  std::string result;
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (i != 0) result += i + 1 == places.size() ? " and " : ", ";
    result += column_letters(places[i]);
  }
  return result;
}

Result<HeaderMatch> Matcher::match() {
  HeaderMatch result;
  for (const Column& column : mapping_.columns) {
    result.index.push_back(match_column(column).value_or(0));
    result.fallback.push_back(match_fallback(column));
  }
  if (!faults_.empty()) return faults_.take();
  for (const SheetHeader* header : unmapped_) result.unmapped.push_back(header->text);
  return result;
}

std::optional<std::uint32_t> Matcher::match_column(const Column& column) {
  const std::vector<Found> found = find(column.headers);
  if (found.empty()) {
    report_missing(column);
    return std::nullopt;
  }
  if (found.size() > 1) report_ambiguous(column, found);
  return found.front().index;
}

std::vector<std::uint32_t> Matcher::match_fallback(const Column& column) {
  std::vector<std::uint32_t> places;
  for (const Found& found : find(column.fallback)) places.push_back(found.index);
  return places;
}

/// The names that stand in the sheet, each once however it is spelled; one that stands there twice
/// is reported.
std::vector<Matcher::Found> Matcher::find(const std::vector<std::string>& names) {
  std::vector<Found> found;
  std::set<std::string> seen;
  for (const std::string& name : names) {
    const std::string folded = fold_header(name);
    const auto place = places_.find(folded);
    if (place == places_.end() || !seen.insert(folded).second) continue;
    found.push_back({name, place->second.front()});
    if (place->second.size() > 1 && duplicates_reported_.insert(folded).second) {
      report_duplicated(name, place->second);
    }
  }
  return found;
}

void Matcher::report_missing(const Column& column) {
  if (!nearest_) {
    std::vector<std::string_view> names;
    for (const SheetHeader* header : unmapped_) names.push_back(header->folded);
    nearest_.emplace(names);
  }
  const std::string& first = column.headers.front();
  std::string names = "header ";
  if (column.headers.size() > 1) names = "none of the headers ";
  for (const std::string& name : column.headers) {
    names += (&name == &first ? "" : ", ") + in_quotes(name);
  }
  std::string message =
      names + " is " + (column.headers.size() > 1 ? "" : "not ") + "in " + header_row();
  std::string separator = "; nearest: ";
  for (const std::size_t i : nearest_->find(fold_header(first), kHeaderDifferencePercent)) {
    message += separator + in_quotes(unmapped_[i]->text) + " (column " +
               column_letters(unmapped_[i]->index) + ")";
    separator = ", ";
  }
  faults_.add("header_missing", first, std::move(message));
}

void Matcher::report_duplicated(const std::string& name, const std::vector<std::uint32_t>& places) {
  faults_.add("header_duplicated", name,
              "header " + in_quotes(name) + " stands more than once in " + header_row() +
                  ": columns " + list_of_columns(places));
}

void Matcher::report_ambiguous(const Column& column, const std::vector<Found>& found) {
  std::string names;
  for (const Found& each : found) {
    if (!names.empty()) names += ", ";
    names += in_quotes(each.name) + " (column " + column_letters(each.index) + ")";
  }
  faults_.add("header_ambiguous", found.front().name,
              "more than one accepted header of column " + in_quotes(column.name) + " is in " +
                  header_row() + ": " + names + "; only one may be there");
}

}  // namespace
}  // namespace mapping

Result<HeaderMatch> match_headers(const Mapping& mapping, const std::vector<Cell>& header_row) {
  return mapping::Matcher(mapping, header_row).match();
}

}  // namespace listing_sync
