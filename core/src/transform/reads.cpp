// Reads and pages.
#include "transform/reads.h"

#include <algorithm>
#include <array>
#include <utility>

#include "listing_sync/text.h"

namespace listing_sync {
namespace {

// A batch ends early once its rows reach this size: far below every gateway's limit, and cells of
// 50,000 characters stay welcome.
constexpr std::size_t kBatchBytesMax = std::size_t{4} << 20;
constexpr std::size_t kBatchHeldMax = 1000;

void append_query_value(std::string& path, std::string_view value) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    const bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                            (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
    if (unreserved) {
      path += c;
    } else {
      path += '%';
      path += kHex[byte >> 4];
      path += kHex[byte & 15];
    }
  }
}

Fault range_mismatch() {
  return {"unexpected_shape", "valueRanges",
          "the answer does not hold the ranges that were asked for"};
}

void append_range(std::string& path, const std::string& tab, const std::string& cells) {
  path += "&ranges=";
  append_query_value(path, tab + "!" + cells);
}

}  // namespace

std::string_view read_kind_name(Read::Kind kind) {
  constexpr std::array<std::string_view, 5> kNames = {"header", "snapshot", "page", "rows",
                                                      "whole"};
  return kNames[static_cast<std::size_t>(kind)];
}

Layout layout_of(const Mapping& mapping, const HeaderMatch& match) {
  Layout layout{match.index[mapping.key], 0};
  for (const std::uint32_t at : match.index) layout.last_column = std::max(layout.last_column, at);
  for (const auto& others : match.fallback)
    for (const std::uint32_t at : others) layout.last_column = std::max(layout.last_column, at);
  return layout;
}

std::string read_path(const Mapping& mapping, std::string_view spreadsheet_id, const Layout& layout,
                      const Read& read) {
  std::string path = "/v4/spreadsheets/" + std::string(spreadsheet_id) +
                     "/values:batchGet?majorDimension=ROWS&valueRenderOption=UNFORMATTED_VALUE"
                     "&dateTimeRenderOption=SERIAL_NUMBER&prettyPrint=false";
  const std::string tab = quote_tab(mapping.tab);
  const std::string header = std::to_string(mapping.header_row);
  append_range(path, tab, header + ":" + header);
  if (read.with_keys) {
    const std::string key = column_letters(layout.key_column);
    append_range(path, tab, key + ":" + key);
  }
  const std::string last_column = column_letters(layout.last_column);
  for (const Span& span : read.spans)
    append_range(path, tab,
                 "A" + std::to_string(span.first) + ":" + last_column +
                     (span.last == 0 ? "" : std::to_string(span.last)));
  return path;
}

Page::Page(const Mapping& mapping, Bytes body, Read read)
    : mapping_(mapping), body_(std::move(body)), read_(std::move(read)), reader_(body_.view()) {}

Result<std::unique_ptr<Page>> Page::open(const Mapping& mapping, Bytes body, Read read) {
  std::unique_ptr<Page> page(new Page(mapping, std::move(body), std::move(read)));
  if (auto faults = page->read_header()) return std::move(*faults);
  if (page->read_.with_keys)
    if (auto faults = page->read_keys()) return std::move(*faults);
  if (page->read_.spans.empty())
    if (auto faults = page->read_end()) return std::move(*faults);
  return page;
}

std::optional<Faults> Page::read_header() {
  if (reader_.next_range() && !reader_.next_row(cells_)) cells_.clear();
  if (reader_.fault()) return Faults{*reader_.fault()};
  Result<HeaderMatch> match = match_headers(mapping_, cells_);
  if (!match.ok()) return match.faults();
  match_ = std::move(match).value();
  return std::nullopt;
}

std::optional<Faults> Page::read_keys() {
  keys_ = std::make_unique<KeyIndex>();
  std::string key;
  if (reader_.next_range())
    for (std::uint32_t row = 1; reader_.next_row(cells_); ++row) {
      if (row <= mapping_.header_row) continue;
      const bool readable = cells_.empty() || normalize_key(cells_.front(), key);
      if (readable && !cells_.empty() && !key.empty())
        keys_->add(key_hash(key), row);
      else
        keys_->add_keyless(readable ? 0 : hash64(cells_.front().text, 1), row);
    }
  if (reader_.fault()) return Faults{*reader_.fault()};
  const auto grid = parse_grid_range(reader_.range());
  if (!grid)
    return Faults{{"unexpected_shape", "range",
                   "the key column's answer names no range: '" + reader_.range() + "'"}};
  grid_rows_ = grid->row_last;
  keys_->seal();
  return std::nullopt;
}

// Without rows to come, all of the answer has been read now.
std::optional<Faults> Page::read_end() {
  const bool too_many_ranges = reader_.next_range();
  if (reader_.fault()) return Faults{*reader_.fault()};
  if (too_many_ranges) return Faults{range_mismatch()};
  return std::nullopt;
}

void Page::begin(KeyIndex& keys, const std::unordered_set<std::uint64_t>* selection) {
  last_key_row_ = keys.last_row();
  const bool again = read_.kind == Read::Kind::rows || read_.kind == Read::Kind::whole;
  converter_.emplace(mapping_, match_, keys, selection, again);
}

// Steps to the next row of the current span or of the next one; row_ is its number.
bool Page::next_row() {
  for (;;) {
    if (in_span_ && reader_.next_row(cells_)) {
      ++row_;
      return true;
    }
    if (in_span_) ++span_;
    in_span_ = !reader_.fault() && span_ < read_.spans.size() && reader_.next_range();
    if (!in_span_) return false;
    row_ = read_.spans[span_].first - 1;
  }
}

// Sheets leaves out blank rows at the end of a range. Where keys follow further down they are rows
// of the sheet like any other blank row, so they are counted; below the last key they are only
// grid.
void Page::count_blank_tail(Batch& batch) const {
  if (read_.kind != Read::Kind::page || read_.spans.empty()) return;
  const std::uint32_t last = read_.spans.back().last;
  if (last < last_key_row_ && row_ < last)
    batch.skipped += last - std::max(row_, mapping_.header_row);
}

// Nothing may be used of an answer that is broken at its end. So the last batch is given out once
// the end has been read, and a page of several batches is looked at whole before the first.
Result<bool> Page::fill(Batch& batch, std::size_t rows_max) {
  for (;;) {
    if (!pending_ && !next_row()) return end(batch);
    pending_ = batch.size() >= rows_max || batch.rows.size() >= kBatchBytesMax ||
               batch.held.size() >= kBatchHeldMax;
    if (pending_) return check_whole();
    if (row_ <= mapping_.header_row) continue;
    ++rows_read_;
    converter_->convert(row_, cells_, batch);
    if (read_.kind == Read::Kind::page) batch.next_row = row_ + 1;
  }
}

Result<bool> Page::check_whole() {
  if (std::exchange(checked_, true)) return true;
  if (const auto fault = check_sheet_answer(body_.view())) return *fault;
  return true;
}

Result<bool> Page::end(Batch& batch) {
  const bool short_of_ranges = span_ < read_.spans.size();
  const bool too_many_ranges = !reader_.fault() && reader_.next_range();
  if (reader_.fault()) return *reader_.fault();
  if (short_of_ranges || too_many_ranges) return range_mismatch();
  count_blank_tail(batch);
  if (read_.kind == Read::Kind::page && read_.spans.back().last != 0)
    batch.next_row = read_.spans.back().last + 1;
  return false;
}

}  // namespace listing_sync
