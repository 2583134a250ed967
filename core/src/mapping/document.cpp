// JSON events -> values.
#include "mapping/document.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

namespace listing_sync::mapping {
namespace {

constexpr int kNumberOverflow = 406;  // nlohmann's out_of_range: "number overflow"

std::string line_and_column(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const std::size_t line_break = before.rfind('\n');
  const std::size_t column =
      line_break == std::string_view::npos ? offset + 1 : offset - line_break;
  return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

/// Receives nlohmann's parse events; every function answers whether to go on.
class Reader {
 public:
  using Json = nlohmann::json;

  Reader(std::string_view text, FaultList& faults) : text_(text), faults_(faults) {}

  Value take() { return std::move(document_); }

  bool null() { return add({}); }
  bool boolean(bool value) { return add({ValueKind::boolean, value, {}, {}, {}}); }
  bool number_integer(Json::number_integer_t value) { return number(std::to_string(value)); }
  bool number_unsigned(Json::number_unsigned_t value) { return number(std::to_string(value)); }
  bool number_float(Json::number_float_t, const Json::string_t& digits) { return number(digits); }
  bool string(Json::string_t& text) {
    return add({ValueKind::text, false, std::move(text), {}, {}});
  }
  bool binary(Json::binary_t&) { return false; }  // no JSON has it; the interface wants it
  bool start_object(std::size_t) { return open(ValueKind::object); }
  bool start_array(std::size_t) { return open(ValueKind::list); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }

  bool key(Json::string_t& name) {
    Level& level = levels_.back();
    level.value.names.push_back(name);
    if (!level.names_seen.insert(name).second) {
      faults_.add("duplicate_field", path(),
                  "the field " + in_quotes(name) + " stands more than once in its object");
    }
    return true;
  }

  bool parse_error(std::size_t position, const std::string&, const Json::exception& error) {
    const std::size_t offset = std::min(position == 0 ? 0 : position - 1, text_.size());
    if (error.id == kNumberOverflow) {
      faults_.add("bad_decimal", path(),
                  "the number before " + line_and_column(text_, offset) + " is too large");
    } else {
      refuse(offset);
    }
    return false;
  }
  void refuse(std::size_t offset) {
    const std::string_view why = offset == text_.size() ? ": it ends too early" : "";
    faults_.add(
        "not_json", "byte " + std::to_string(offset),
        "the mapping is not valid JSON at " + line_and_column(text_, offset) + std::string(why));
  }

 private:
  struct Level {
    Value value;
    std::set<std::string> names_seen;
  };

  bool number(std::string digits) {
    return add({ValueKind::number, false, std::move(digits), {}, {}});
  }
  bool open(ValueKind kind) {
    if (levels_.size() == kDepthMax) {
      faults_.add("too_deep", path(),
                  "the mapping is nested deeper than " + std::to_string(kDepthMax) + " levels");
      return false;
    }
    levels_.push_back({{kind, false, {}, {}, {}}, {}});
    return true;
  }
  bool close() {
    Value value = std::move(levels_.back().value);
    levels_.pop_back();
    return add(std::move(value));
  }
  bool add(Value value) {
    (levels_.empty() ? document_ : levels_.back().value.items.emplace_back()) = std::move(value);
    return true;
  }
  [[nodiscard]] std::string path() const {
    std::string result = "$";
    for (const auto& [value, names_seen] : levels_) {
      if (value.kind == ValueKind::list) {
        result = item_path(result, value.items.size());
      } else if (!value.names.empty()) {
        result = member_path(result, value.names.back());
      }
    }
    return result;
  }

  std::string_view text_;
  FaultList& faults_;
  Value document_;
  std::vector<Level> levels_;
};

}  // namespace

const Value* Value::find(std::string_view name) const {
  const auto found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? nullptr : &items[static_cast<std::size_t>(found - names.begin())];
}

std::string_view kind_name(const Value& value) {
  switch (value.kind) {
    case ValueKind::null:
      return "null";
    case ValueKind::boolean:
      return "true or false";
    case ValueKind::number:
      return "a number";
    case ValueKind::text:
      return "a text";
    case ValueKind::list:
      return "a list";
    case ValueKind::object:
      return "an object";
  }
  return "";
}

std::optional<Value> read_document(std::string_view json, FaultList& faults) {
  if (json.size() > kDocumentBytesMax) {
    faults.add("too_large", "$",
               "the mapping has " + std::to_string(json.size()) + " bytes; at most " +
                   std::to_string(kDocumentBytesMax) + " are allowed");
    return std::nullopt;
  }
  Reader reader(json, faults);
  // nlohmann takes a NUL for the end and would not see what stands behind it.
  if (const std::size_t nul = json.find('\0'); nul != std::string_view::npos) {
    reader.refuse(nul);
    return std::nullopt;
  }
  if (!nlohmann::json::sax_parse(json, &reader)) return std::nullopt;
  return reader.take();
}

}  // namespace listing_sync::mapping
