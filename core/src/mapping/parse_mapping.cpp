// The mapping file as a whole: its source, and what must hold between its columns.
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "listing_sync/mapping.h"
#include "listing_sync/text.h"
#include "mapping/column.h"
#include "mapping/document.h"
#include "mapping/fault_list.h"
#include "mapping/fields.h"
#include "mapping/nearest.h"
#include "mapping/time_zone.h"

namespace listing_sync {
namespace mapping {
namespace {

constexpr std::size_t kColumnsMax = 1000;
constexpr std::size_t kTableBytesMax = 127;  // schema, dot, name
constexpr std::size_t kSpreadsheetIdMax = 128;
constexpr std::size_t kSourceMax = 63;
constexpr std::uint32_t kHeaderRowMax = 10'000'000;  // Sheets' limit of cells

constexpr std::array<std::string_view, 11> kFields = {
    "$schema", "source",      "spreadsheet_id", "tab",        "header_row", "table",
    "key",     "key_pattern", "time_zone",      "on_missing", "columns"};
constexpr std::array<std::string_view, 1> kOnMissing = {"ignore"};
constexpr std::string_view kTimeZones = "UTC, Asia/Tokyo, Japan or an offset such as +09:00";

bool is_lower_alnum(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

void read_source(const Fields& fields, Mapping& mapping) {
  const auto source = fields.text("source", Need::required);
  if (!source) return;
  const bool valid = source->size() <= kSourceMax && is_lower_alnum(source->front()) &&
                     std::all_of(source->begin(), source->end(),
                                 [](char c) { return is_lower_alnum(c) || c == '_' || c == '-'; });
  if (!valid) {
    fields.fault("bad_name", "source",
                 in_quotes(*source) +
                     " is no source name: expected 1 to 63 of a-z, 0-9, - and _, beginning with a "
                     "letter or digit");
  }
  mapping.source = *source;
}

void read_spreadsheet_id(const Fields& fields, Mapping& mapping) {
  const auto id = fields.text("spreadsheet_id", Need::optional);
  if (!id) return;
  const bool valid =
      id->size() <= kSpreadsheetIdMax && std::all_of(id->begin(), id->end(), [](char c) {
        return is_lower_alnum(c) || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
      });
  if (!valid) {
    fields.fault("bad_name", "spreadsheet_id",
                 in_quotes(*id) +
                     " is no spreadsheet id: expected the part of the sheet's address between /d/ "
                     "and /edit");
  }
  mapping.spreadsheet_id = *id;
}

/// The time zone, and with it how every datetime column is read.
void read_time_zone(const Fields& fields, Mapping& mapping) {
  const auto datetime =
      std::find_if(mapping.columns.begin(), mapping.columns.end(),
                   [](const Column& column) { return column.type == ColumnType::datetime; });
  const bool needed = datetime != mapping.columns.end();
  if (needed && fields.find("time_zone") == nullptr) {
    fields.fault("missing_field", "time_zone",
                 "the column " + in_quotes(datetime->name) +
                     " is a datetime, so the field \"time_zone\" "
                     "must say whose time the sheet holds: " +
                     std::string(kTimeZones));
    return;
  }
  const auto time_zone = fields.text("time_zone", Need::optional);
  if (!time_zone) return;
  const auto offset = utc_offset_minutes(*time_zone);
  if (!offset) {
    fields.fault("bad_time_zone", "time_zone",
                 in_quotes(*time_zone) + " is not supported: expected " + std::string(kTimeZones));
    return;
  }
  mapping.time_zone = *time_zone;
  for (Column& column : mapping.columns) {
    if (column.type == ColumnType::datetime) column.utc_offset_minutes = *offset;
  }
}

std::string column_path(std::size_t index) { return item_path("$.columns", index); }

void read_columns(const Fields& fields, Mapping& mapping) {
  const Value* columns = fields.find_array("columns", Need::required);
  if (columns == nullptr) return;
  if (columns->items.size() > kColumnsMax) {
    fields.fault("too_large", "columns",
                 "a mapping has at most " + std::to_string(kColumnsMax) + " columns, found " +
                     std::to_string(columns->items.size()));
    return;
  }
  for (std::size_t i = 0; i < columns->items.size(); ++i) {
    mapping.columns.push_back(read_column(columns->items[i], column_path(i), fields.faults()));
  }
}

void check_columns_differ(const Mapping& mapping, FaultList& faults) {
  std::map<std::string_view, std::size_t> first_of_name;
  std::map<std::string, std::size_t> first_of_header;
  for (std::size_t i = 0; i < mapping.columns.size(); ++i) {
    const Column& column = mapping.columns[i];
    const auto [name, new_name] = first_of_name.emplace(column.name, i);
    if (!new_name && !column.name.empty()) {
      faults.add("duplicate_column", column_path(i) + ".column",
                 "the column " + in_quotes(column.name) + " is written by " +
                     column_path(name->second) + " already");
    }
    for (const std::string& header : column.headers) {
      const auto [claim, unclaimed] = first_of_header.emplace(fold_header(header), i);
      if (unclaimed || claim->second == i) continue;
      faults.add("duplicate_header", column_path(i) + ".header",
                 "the header " + in_quotes(header) + " is claimed by " +
                     column_path(claim->second) + " already");
    }
  }
}

void read_key(const Fields& fields, Mapping& mapping) {
  mapping.key_pattern = read_pattern(fields, "key_pattern");
  const auto key = fields.text("key", Need::required);
  if (!key || mapping.columns.empty()) return;
  const auto column = std::find_if(mapping.columns.begin(), mapping.columns.end(),
                                   [&](const Column& each) { return each.name == *key; });
  if (column == mapping.columns.end()) {
    std::vector<std::string_view> names;
    for (const Column& each : mapping.columns) names.push_back(each.name);
    fields.fault(
        "unknown_column", "key",
        "no item of \"columns\" has the column " + in_quotes(*key) + suggestion(*key, names));
    return;
  }
  mapping.key = static_cast<std::size_t>(column - mapping.columns.begin());
  check_key_column(column_path(mapping.key), *column, fields.faults());
}

void read_mapping(const Value& document, Mapping& mapping, FaultList& faults) {
  const Fields fields(document, "$", faults);
  fields.refuse_unknown(kFields);
  if (fields.find("$schema") != nullptr) (void)fields.text("$schema", Need::optional);
  read_source(fields, mapping);
  read_spreadsheet_id(fields, mapping);
  mapping.tab = fields.text("tab", Need::required).value_or("");
  mapping.header_row = fields.whole("header_row", 1, kHeaderRowMax).value_or(1);
  mapping.table = read_name(fields, "table", kTableBytesMax).value_or("");
  mapping.on_missing =
      fields.choice<MissingPolicy>("on_missing", kOnMissing).value_or(MissingPolicy::ignore);
  read_columns(fields, mapping);
  check_columns_differ(mapping, faults);
  read_key(fields, mapping);
  read_time_zone(fields, mapping);
}

std::optional<Value> read_object(std::string_view json, FaultList& faults) {
  std::optional<Value> document = read_document(json, faults);
  if (!document || document->kind == ValueKind::object) return document;
  faults.add("wrong_type", "$", "expected an object, found " + std::string(kind_name(*document)));
  return std::nullopt;
}

}  // namespace
}  // namespace mapping

Result<Mapping> parse_mapping(std::string_view json) {
  mapping::FaultList faults;
  Mapping mapping;
  const auto document = mapping::read_object(json, faults);
  if (document) mapping::read_mapping(*document, mapping, faults);
  if (!faults.empty()) return faults.take();
  mapping.hash = hex64(hash64(json));
  return mapping;
}

Result<Column> parse_column(std::string_view type, std::string_view policy_json,
                            std::string_view time_zone) {
  mapping::FaultList faults;
  const auto policies = mapping::read_object(policy_json, faults);
  if (!policies) return faults.take();
  Column column = mapping::read_nameless_column(type, *policies, faults);
  const auto offset = mapping::utc_offset_minutes(time_zone);
  if (!offset && (column.type == ColumnType::datetime || !time_zone.empty())) {
    faults.add("bad_time_zone", "$.time_zone",
               mapping::in_quotes(time_zone) + " is not supported: expected " +
                   std::string(mapping::kTimeZones));
  }
  if (!faults.empty()) return faults.take();
  column.utc_offset_minutes = offset.value_or(0);
  return column;
}

}  // namespace listing_sync
