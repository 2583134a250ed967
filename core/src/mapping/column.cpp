// Reading one column.
#include "mapping/column.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <utility>

#include "cells/decimal.h"
#include "listing_sync/text.h"

namespace listing_sync::mapping {
namespace {

constexpr std::size_t kNameBytesMax = 63;  // PostgreSQL cuts longer identifiers
constexpr std::uint32_t kScaleMax = 20;
constexpr std::uint32_t kMaxLengthMax = 1'000'000;  // a cell of Sheets holds 50,000

// In the order of the enumerations.
constexpr std::array<std::string_view, 11> kTypes = {"text",     "integer",    "number",  "date",
                                                     "datetime", "year_month", "boolean", "enum",
                                                     "url",      "email",      "phone"};
constexpr std::array<std::string_view, 3> kBlank = {"clear", "keep", "error"};
constexpr std::array<std::string_view, 3> kErrorCell = {"keep", "clear", "error"};
constexpr std::array<std::string_view, 2> kInvalid = {"row", "cell"};
constexpr std::array<std::string_view, 2> kWrite = {"always", "insert"};
constexpr std::array<std::string_view, 2> kUnit = {"yen", "m2"};

// Who it is, then how it is treated.
constexpr std::array<std::string_view, 18> kFields = {
    "header",     "column",         "type",     "blank",   "required",
    "error_cell", "invalid",        "write",    "pattern", "min",
    "max",        "max_length",     "values",   "unit",    "scale",
    "fallback",   "treat_as_blank", "sensitive"};
constexpr std::size_t kIdentityFields = 3;

/// A policy that has a meaning for some types only.
struct TypedPolicy {
  std::string_view name;
  std::span<const ColumnType> types;
};
// Booleans and enums are closed lists: neither a pattern nor a length says more.
constexpr std::array kOpenTypes = {ColumnType::text, ColumnType::integer,  ColumnType::number,
                                   ColumnType::date, ColumnType::datetime, ColumnType::year_month,
                                   ColumnType::url,  ColumnType::email,    ColumnType::phone};
constexpr std::array kNumberTypes = {ColumnType::integer, ColumnType::number};
constexpr std::array kFractionTypes = {ColumnType::number};
constexpr std::array kLabelTypes = {ColumnType::enumeration};
constexpr std::array kTypedPolicies = {
    TypedPolicy{"pattern", kOpenTypes}, TypedPolicy{"max_length", kOpenTypes},
    TypedPolicy{"min", kNumberTypes},   TypedPolicy{"max", kNumberTypes},
    TypedPolicy{"unit", kNumberTypes},  TypedPolicy{"scale", kFractionTypes},
    TypedPolicy{"values", kLabelTypes}};

std::string_view type_name(ColumnType type) { return kTypes[static_cast<std::size_t>(type)]; }

std::string type_names(std::span<const ColumnType> types) {
  std::string result;
  for (const ColumnType type : types) {
    if (!result.empty()) result += ", ";
    result += type_name(type);
  }
  return result;
}

bool has(std::span<const ColumnType> types, ColumnType type) {
  return std::find(types.begin(), types.end(), type) != types.end();
}

void check_policies_fit(const Fields& fields, ColumnType type) {
  for (const TypedPolicy& policy : kTypedPolicies) {
    if (fields.find(policy.name) == nullptr || has(policy.types, type)) continue;
    fields.fault("policy_not_for_type", policy.name,
                 in_quotes(policy.name) + " does not fit type " + in_quotes(type_name(type)) +
                     "; it fits " + type_names(policy.types));
  }
}

/// `required: true` is `blank: error` in one word; a blank policy beside it must not say otherwise.
void read_blank(const Fields& fields, Column& column) {
  const auto blank = fields.choice<BlankPolicy>("blank", kBlank);
  const bool required = fields.flag("required").value_or(false);
  if (blank) column.blank = *blank;
  if (!required) return;
  if (blank && *blank != BlankPolicy::error) {
    fields.fault("conflict", "blank",
                 "\"required\": true means \"blank\": \"error\"; leave one of the two out");
  }
  column.blank = BlankPolicy::error;
}

/// Both as Fields::decimal() writes them.
bool is_less(const std::string& a, const std::string& b) {
  std::string a_digits, b_digits;
  Decimal left(a_digits), right(b_digits);
  return parse_json_number(a, left) == NumberForm::normal &&
         parse_json_number(b, right) == NumberForm::normal && compare(left, right) < 0;
}

/// `limit` where it is whole and below 10^15, `absent` where there is none.
std::optional<std::int64_t> quick_limit(const std::optional<std::string>& limit,
                                        std::int64_t absent) {
  constexpr std::size_t kDigitsMax = 15;
  if (!limit) return absent;
  const bool negative = limit->front() == '-';
  const std::string_view digits = std::string_view(*limit).substr(negative ? 1 : 0);
  if (digits.empty() || digits.size() > kDigitsMax) return std::nullopt;
  std::int64_t whole = 0;
  for (const char digit : digits) {
    if (digit < '0' || digit > '9') return std::nullopt;
    whole = whole * 10 + (digit - '0');
  }
  return negative ? -whole : whole;
}

void read_bounds(const Fields& fields, Column& column) {
  column.min = fields.decimal("min");
  column.min_whole = quick_limit(column.min, INT64_MIN);
  column.max = fields.decimal("max");
  column.max_whole = quick_limit(column.max, INT64_MAX);
  if (column.min && column.max && is_less(*column.max, *column.min)) {
    fields.fault("conflict", "min", "min " + *column.min + " is above max " + *column.max);
  }
}

Unit read_unit(const Fields& fields) {
  const auto index = fields.choice<std::size_t>("unit", kUnit);
  if (!index) return Unit::none;
  return *index == 0 ? Unit::yen : Unit::m2;
}

/// Labels folded and sorted, as cells are compared with them.
void read_values(const Fields& fields, Column& column, Need need) {
  const Value* values = fields.find_object("values", need);
  if (values == nullptr) return;
  const std::string path = fields.path_of("values");
  std::map<std::string, std::string> stored;
  for (std::size_t i = 0; i < values->items.size(); ++i) {
    const std::string& written = values->names[i];
    const std::string label_path = member_path(path, written);
    const auto value = read_text(values->items[i], label_path, fields.faults());
    std::string label = fold_header(written);
    if (label.empty()) {
      fields.faults().add("empty", label_path, "a label must not be blank");
      continue;
    }
    if (!value) continue;
    const auto [entry, added] = stored.emplace(std::move(label), *value);
    if (added || entry->second == *value) continue;
    fields.faults().add("conflict", label_path,
                        "the label " + in_quotes(written) + " reads like another one (" +
                            in_quotes(entry->first) + ") that stands for " +
                            in_quotes(entry->second) + ", not " + in_quotes(*value));
  }
  column.values.assign(stored.begin(), stored.end());
}

void read_treat_as_blank(const Fields& fields, Column& column) {
  for (const std::string& text : fields.texts("treat_as_blank")) {
    column.treat_as_blank.push_back(fold_header(text));
  }
  std::sort(column.treat_as_blank.begin(), column.treat_as_blank.end());
}

void read_fallback(const Fields& fields, Column& column) {
  column.fallback = fields.texts("fallback");
  for (const std::string& fallback : column.fallback) {
    const bool own = std::any_of(
        column.headers.begin(), column.headers.end(),
        [&](const std::string& header) { return fold_header(header) == fold_header(fallback); });
    if (!own) continue;
    fields.fault(
        "conflict", "fallback",
        "the header " + in_quotes(fallback) + " is the column's own, it cannot stand in for it");
  }
}

void read_policies(const Fields& fields, std::optional<ColumnType> type, Column& column) {
  if (type) check_policies_fit(fields, *type);
  read_blank(fields, column);
  column.error_cell =
      fields.choice<ErrorCellPolicy>("error_cell", kErrorCell).value_or(ErrorCellPolicy::keep);
  column.invalid = fields.choice<InvalidPolicy>("invalid", kInvalid).value_or(InvalidPolicy::row);
  // A row without a value that is required is never written in part.
  if (column.blank == BlankPolicy::error) column.invalid = InvalidPolicy::row;
  column.write = fields.choice<WritePolicy>("write", kWrite).value_or(WritePolicy::always);
  column.pattern = read_pattern(fields, "pattern");
  read_bounds(fields, column);
  column.max_length = fields.whole("max_length", 1, kMaxLengthMax);
  if (const auto scale = fields.whole("scale", 0, kScaleMax)) {
    column.scale = static_cast<std::int32_t>(*scale);
  }
  column.unit = read_unit(fields);
  const bool is_enum = type == ColumnType::enumeration;
  read_values(fields, column, is_enum ? Need::required : Need::optional);
  read_treat_as_blank(fields, column);
  read_fallback(fields, column);
  column.sensitive = fields.flag("sensitive").value_or(false);
}

}  // namespace

std::optional<Pattern> read_pattern(const Fields& fields, std::string_view name) {
  const auto source = fields.text(name, Need::optional);
  if (!source) return std::nullopt;
  Result<Pattern> pattern = Pattern::compile(*source);
  if (pattern.ok()) return std::move(pattern).value();
  const Fault& fault = pattern.fault();
  fields.fault(fault.code, name, in_quotes(*source) + ", " + fault.where + ": " + fault.message);
  return std::nullopt;
}

std::optional<std::string> read_name(const Fields& fields, std::string_view name,
                                     std::size_t bytes_max) {
  auto text = fields.text(name, Need::required);
  if (!text) return std::nullopt;
  const bool printable = std::none_of(text->begin(), text->end(), [](char c) {
    return static_cast<unsigned char>(c) < ' ' || c == 0x7F;
  });
  if (printable && text->size() <= bytes_max) return text;
  fields.fault("bad_name", name,
               in_quotes(*text) + " is no name: expected 1 to " + std::to_string(bytes_max) +
                   " bytes without control characters");
  return std::nullopt;
}

Column read_column(const Value& item, const std::string& path, FaultList& faults) {
  Column column;
  if (item.kind != ValueKind::object) {
    faults.add("wrong_type", path, "expected an object, found " + std::string(kind_name(item)));
    return column;
  }
  const Fields fields(item, path, faults);
  fields.refuse_unknown(kFields);
  column.headers = fields.text_or_texts("header", Need::required);
  column.name = read_name(fields, "column", kNameBytesMax).value_or("");
  append_json_string(column.json_name, column.name);
  column.json_name += ':';
  const auto type = fields.choice<ColumnType>("type", kTypes, Need::required);
  column.type = type.value_or(ColumnType::text);
  read_policies(fields, type, column);
  return column;
}

Column read_nameless_column(std::string_view type, const Value& policies, FaultList& faults) {
  Column column;
  const Value type_text{ValueKind::text, false, std::string(type), {}, {}};
  const Value identity{ValueKind::object, false, {}, {"type"}, {type_text}};
  const auto known_type = Fields(identity, "$", faults).choice<ColumnType>("type", kTypes);
  column.type = known_type.value_or(ColumnType::text);
  const Fields fields(policies, "$", faults);
  fields.refuse_unknown(std::span(kFields).subspan(kIdentityFields));
  read_policies(fields, known_type, column);
  return column;
}

void check_key_column(const std::string& path, Column& column, FaultList& faults) {
  const auto refuse = [&](bool wrong, std::string_view field, std::string_view message) {
    if (wrong) faults.add("conflict", member_path(path, field), std::string(message));
  };
  refuse(column.type != ColumnType::text, "type", "the key column must have type \"text\"");
  refuse(column.blank == BlankPolicy::keep, "blank",
         "the key column cannot keep what is stored: a row without a key is held");
  refuse(column.error_cell == ErrorCellPolicy::clear, "error_cell",
         "the key column cannot be cleared: a row with an error cell as key is held");
  refuse(column.write == WritePolicy::insert, "write",
         "the key column is written always: it finds the row");
  refuse(column.sensitive, "sensitive",
         "the key column cannot be sensitive: held rows are named by it");
  refuse(!column.fallback.empty(), "fallback", "the key column has no fallback");
  refuse(!column.treat_as_blank.empty(), "treat_as_blank",
         "the key column has no texts for blank; use \"key_pattern\" to skip rows");
  column.invalid = InvalidPolicy::row;
}

}  // namespace listing_sync::mapping
