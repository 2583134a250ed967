// Members of JSON objects, by type.
#include "mapping/fields.h"

#include <algorithm>
#include <utility>

#include "cells/decimal.h"
#include "listing_sync/text.h"
#include "mapping/nearest.h"

namespace listing_sync::mapping {
namespace {

std::string wrong_type(std::string_view expected, const Value& found) {
  return "expected " + std::string(expected) + ", found " + std::string(kind_name(found));
}

}  // namespace

std::string joined(std::span<const std::string_view> names) {
  std::string result;
  for (const std::string_view name : names) {
    if (!result.empty()) result += ", ";
    result += name;
  }
  return result;
}

std::optional<std::string> read_text(const Value& value, const std::string& path,
                                     FaultList& faults) {
  if (value.kind != ValueKind::text) {
    faults.add("wrong_type", path, wrong_type("a text", value));
    return std::nullopt;
  }
  if (trim(value.text).empty()) {
    faults.add("empty", path, "expected a text that is not blank");
    return std::nullopt;
  }
  return value.text;
}

void Fields::refuse_unknown(std::span<const std::string_view> known) const {
  for (const std::string& name : object_.names) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    const std::string hint = faults_.full() ? "" : suggestion(name, known);
    fault("unknown_field", name,
          "unknown field " + in_quotes(name) + hint + "; known are " + joined(known));
  }
}

const Value* Fields::find_needed(std::string_view name, Need need,
                                 std::string_view expected) const {
  const Value* member = find(name);
  if (member == nullptr && need == Need::required) {
    fault("missing_field", name,
          "the field " + in_quotes(name) + " is missing: expected " + std::string(expected));
  }
  return member;
}

const Value* Fields::find_array(std::string_view name, Need need) const {
  const Value* member = find_needed(name, need, "a list");
  if (member == nullptr) return nullptr;
  if (member->kind != ValueKind::list) {
    fault("wrong_type", name, wrong_type("a list", *member));
    return nullptr;
  }
  if (member->items.empty()) {
    fault("empty", name, "expected a list that is not empty");
    return nullptr;
  }
  return member;
}

const Value* Fields::find_object(std::string_view name, Need need) const {
  const Value* member = find_needed(name, need, "an object");
  if (member == nullptr) return nullptr;
  if (member->kind != ValueKind::object) {
    fault("wrong_type", name, wrong_type("an object", *member));
    return nullptr;
  }
  if (member->items.empty()) {
    fault("empty", name, "expected an object that is not empty");
    return nullptr;
  }
  return member;
}

std::optional<std::string> Fields::text(std::string_view name, Need need) const {
  const Value* member = find_needed(name, need, "a text");
  return member == nullptr ? std::nullopt : read_text(*member, path_of(name), faults_);
}

std::vector<std::string> Fields::texts(std::string_view name) const {
  std::vector<std::string> result;
  const Value* list = find_array(name, Need::optional);
  if (list == nullptr) return result;
  for (std::size_t i = 0; i < list->items.size(); ++i) {
    auto text = read_text(list->items[i], item_path(path_of(name), i), faults_);
    if (text) result.push_back(std::move(*text));
  }
  return result;
}

std::vector<std::string> Fields::text_or_texts(std::string_view name, Need need) const {
  const Value* member = find_needed(name, need, "a text or a list of texts");
  if (member == nullptr) return {};
  if (member->kind == ValueKind::list) return texts(name);
  if (member->kind != ValueKind::text) {
    fault("wrong_type", name, wrong_type("a text or a list of texts", *member));
    return {};
  }
  auto only = read_text(*member, path_of(name), faults_);
  if (!only) return {};
  return {std::move(*only)};
}

std::optional<bool> Fields::flag(std::string_view name) const {
  const Value* member = find(name);
  if (member == nullptr) return std::nullopt;
  if (member->kind != ValueKind::boolean) {
    fault("wrong_type", name, wrong_type("true or false", *member));
    return std::nullopt;
  }
  return member->boolean;
}

std::optional<std::uint32_t> Fields::whole(std::string_view name, std::uint32_t min,
                                           std::uint32_t max) const {
  const Value* member = find(name);
  if (member == nullptr) return std::nullopt;
  const std::string expected =
      "a whole number from " + std::to_string(min) + " to " + std::to_string(max);
  if (member->kind != ValueKind::number) {
    fault("wrong_type", name, wrong_type(expected, *member));
    return std::nullopt;
  }
  std::string digits;
  Decimal value(digits);
  // 3.0 is the whole number 3, as in JSON Schema.
  const bool whole =
      parse_json_number(member->text, value) == NumberForm::normal && is_whole(value);
  const std::int64_t number = whole ? small_whole_part(value) : -1;
  if (number < min || number > max) {
    fault("out_of_range", name, "expected " + expected + ", found " + member->text);
    return std::nullopt;
  }
  return static_cast<std::uint32_t>(number);
}

std::optional<std::string> Fields::decimal(std::string_view name) const {
  const Value* member = find(name);
  if (member == nullptr) return std::nullopt;
  if (member->kind != ValueKind::number && member->kind != ValueKind::text) {
    fault("wrong_type", name, wrong_type("a number, or a text that holds one", *member));
    return std::nullopt;
  }
  std::string digits;
  Decimal value(digits);
  if (parse_json_number(member->text, value) != NumberForm::normal) {
    fault("bad_decimal", name, in_quotes(member->text) + " is no decimal number such as -12.5");
    return std::nullopt;
  }
  std::string plain;
  append_plain(plain, value);
  return plain;
}

std::optional<std::size_t> Fields::choice_index(std::string_view name,
                                                std::span<const std::string_view> names,
                                                Need need) const {
  const std::string expected = "one of " + joined(names);
  const Value* member = find_needed(name, need, expected);
  if (member == nullptr) return std::nullopt;
  if (member->kind != ValueKind::text) {
    fault("wrong_type", name, wrong_type(expected, *member));
    return std::nullopt;
  }
  const std::string& value = member->text;
  const auto found = std::find(names.begin(), names.end(), value);
  if (found == names.end()) {
    fault("not_accepted", name,
          in_quotes(value) + " is not accepted" + suggestion(value, names) + "; expected " +
              expected);
    return std::nullopt;
  }
  return static_cast<std::size_t>(found - names.begin());
}

}  // namespace listing_sync::mapping
