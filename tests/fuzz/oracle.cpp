// The oracle: nlohmann's SAX events -> a flat tree -> the shape sheet.h describes. Compiled with
// the core's flags (no exceptions); the only file of the tests that includes nlohmann.
#include "oracle.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "listing_sync/text.h"

namespace listing_sync::fuzz {
namespace {

constexpr std::string_view kMarker = "\xEF\xB7\x90";       // U+FDD0
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

// ---- nlohmann's events as a flat tree: members keep their order and their doubles

enum class Kind { null, boolean, number, string, array, object };

struct Node {
  Kind kind = Kind::null;
  std::string text;
  double number = 0;
  std::vector<std::string> names;  // of an object's items
  std::vector<std::size_t> items;
};

class Tree {
 public:
  explicit Tree(std::size_t depth_max) : depth_max_(depth_max) {}

  [[nodiscard]] const Node& operator[](std::size_t index) const { return nodes_[index]; }
  [[nodiscard]] bool overflow() const { return overflow_; }

  // The SAX interface.
  bool null() { return add({}); }
  bool boolean(bool value) { return add({Kind::boolean, value ? "true" : "false", 0, {}, {}}); }
  bool number_integer(std::int64_t value) { return add_number(static_cast<double>(value)); }
  bool number_unsigned(std::uint64_t value) { return add_number(static_cast<double>(value)); }
  bool number_float(double value, const std::string&) { return add_number(value); }
  bool string(std::string& value) { return add({Kind::string, value, 0, {}, {}}); }
  bool binary(nlohmann::json::binary_t&) { return false; }
  bool start_object(std::size_t) { return open({Kind::object, {}, 0, {}, {}}); }
  bool start_array(std::size_t) { return open({Kind::array, {}, 0, {}, {}}); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool key(std::string& name) {
    nodes_[open_.back()].names.push_back(name);
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception& error) {
    overflow_ = error.id == 406;  // out_of_range: no double for this number
    return false;
  }

 private:
  bool add_number(double value) { return add({Kind::number, {}, value, {}, {}}); }
  bool add(Node node) {
    if (!open_.empty()) nodes_[open_.back()].items.push_back(nodes_.size());
    nodes_.push_back(std::move(node));
    return true;
  }
  bool open(Node node) {
    add(std::move(node));
    open_.push_back(nodes_.size() - 1);
    return open_.size() <= depth_max_;
  }
  bool close() {
    open_.pop_back();
    return true;
  }

  std::size_t depth_max_;
  bool overflow_ = false;
  std::vector<Node> nodes_;
  std::vector<std::size_t> open_;
};

// ---- unpaired surrogates

std::optional<std::uint32_t> unit_at(std::string_view body, std::size_t at) {
  if (body.substr(at, 2) != "\\u" || body.size() - at < 6) return std::nullopt;
  const std::string digits(body.substr(at + 2, 4));
  if (digits.find_first_not_of("0123456789abcdefABCDEF") != std::string::npos) return std::nullopt;
  return static_cast<std::uint32_t>(std::strtoul(digits.c_str(), nullptr, 16));
}

/// Unpaired surrogate escapes -> the marker's escape, of the same length and as valid as they are.
std::string mark_lone_surrogates(std::string body) {
  bool in_string = false;
  for (std::size_t at = 0; at < body.size(); ++at) {
    if (body[at] == '"') in_string = !in_string;
    if (!in_string || body[at] != '\\') continue;
    const auto unit = unit_at(body, at);
    if (unit && (*unit & 0xF800U) == 0xD800U) {
      const auto next = unit_at(body, at + 6);
      const bool pair = *unit < 0xDC00 && next && (*next & 0xFC00U) == 0xDC00U;
      if (pair) {
        at += 6;
      } else {
        body.replace(at, 6, "\\ufdd0");
      }
    }
    ++at;  // whatever is escaped is no quote that ends the string
  }
  return body;
}

bool mentions_marker(std::string_view body) {
  constexpr std::string_view digits = "fdd0";
  const auto same = [](char a, char b) { return (a | 0x20) == b || a == b; };
  return body.find(kMarker) != std::string_view::npos ||
         std::search(body.begin(), body.end(), digits.begin(), digits.end(), same) != body.end();
}

bool replace_markers(std::string& text) {
  bool found = false;
  for (auto at = text.find(kMarker); at != std::string::npos; at = text.find(kMarker, at)) {
    text.replace(at, kMarker.size(), kReplacement);
    found = true;
  }
  return found;
}

// ---- the shape, as sheet.h has it

/// The item called `name`; `twice` is set where there are several.
const Node* member(const Tree& tree, const Node& object, std::string_view name, bool& twice) {
  const Node* found = nullptr;
  for (std::size_t index = 0; index < object.names.size(); ++index) {
    if (object.names[index] != name) continue;
    if (found != nullptr) twice = true;
    found = &tree[object.items[index]];
  }
  return found;
}

std::optional<std::vector<OracleCell>> row_of(const Tree& tree, const Node& node,
                                              const SheetLimits& limits) {
  if (node.kind != Kind::array || node.items.size() > limits.cells_per_row_max) return {};
  std::vector<OracleCell> cells;
  for (const std::size_t item : node.items) {
    const Node& value = tree[item];
    OracleCell cell{CellKind::null, false, value.text, value.number};
    switch (value.kind) {
      case Kind::null:
        break;
      case Kind::boolean:
        cell.kind = CellKind::boolean;
        break;
      case Kind::number:
        cell.kind = CellKind::number;
        break;
      case Kind::string:
        cell.kind = CellKind::string;
        cell.lone_surrogate = replace_markers(cell.text);
        break;
      case Kind::array:
      case Kind::object:
        return {};
    }
    cells.push_back(std::move(cell));
  }
  return cells;
}

std::optional<OracleRange> range_of(const Tree& tree, const Node& object,
                                    const SheetLimits& limits) {
  if (object.kind != Kind::object) return {};
  OracleRange result;
  bool twice = false;
  const Node* const range = member(tree, object, "range", twice);
  const Node* const dimension = member(tree, object, "majorDimension", twice);
  const Node* const values = member(tree, object, "values", twice);
  if (twice) return {};
  if (range != nullptr && range->kind != Kind::null) {
    if (range->kind != Kind::string) return {};
    result.range = range->text;
    replace_markers(result.range);
  }
  if (dimension != nullptr && dimension->kind != Kind::null) {
    if (dimension->kind != Kind::string || dimension->text != "ROWS") return {};
  }
  if (values == nullptr || values->kind == Kind::null) return result;
  if (values->kind != Kind::array) return {};
  for (const std::size_t item : values->items) {
    auto row = row_of(tree, tree[item], limits);
    if (!row) return {};
    result.rows.push_back(std::move(*row));
  }
  return result;
}

std::optional<std::vector<OracleRange>> ranges_of(const Tree& tree, const SheetLimits& limits) {
  const Node& root = tree[0];
  if (root.kind != Kind::object) return {};
  bool twice = false;
  if (member(tree, root, "error", twice) != nullptr) return {};
  const Node* const list = member(tree, root, "valueRanges", twice);
  bool single = false;
  for (const std::string_view name : {"range", "majorDimension", "values"}) {
    if (member(tree, root, name, twice) != nullptr) single = true;
  }
  if (twice || single == (list != nullptr)) return {};
  std::vector<OracleRange> ranges;
  if (single) {
    auto range = range_of(tree, root, limits);
    if (!range) return {};
    ranges.push_back(std::move(*range));
  } else if (list->kind == Kind::array) {
    for (const std::size_t item : list->items) {
      auto range = range_of(tree, tree[item], limits);
      if (!range) return {};
      ranges.push_back(std::move(*range));
    }
  } else if (list->kind != Kind::null) {
    return {};
  }
  return ranges;
}

// ---- the comparison

/// Everything one pass of a SheetReader said.
struct Reading {
  std::vector<OracleRange> ranges;
  std::optional<Fault> fault;
  std::string complaint;  // a broken promise seen on the way
};

bool is_number_byte(char byte) {
  return std::string_view("0123456789+-.eE").find(byte) != std::string_view::npos;
}

std::string check_number(std::string_view body, std::string_view text) {
  const std::less_equal<> before;
  const char* const end = body.data() + body.size();
  if (!before(body.data(), text.data()) || !before(text.data() + text.size(), end)) {
    return "a number's text does not lie in the body";
  }
  const bool whole =
      !is_number_byte(*(text.data() - 1)) && !is_number_byte(text.data()[text.size()]);
  return whole ? "" : "a number's text is not all of its digits";
}

std::string check_cell(std::string_view body, const Cell& cell) {
  switch (cell.kind) {
    case CellKind::missing:
      return "a cell that was read is missing";
    case CellKind::null:
      return cell.text.empty() ? "" : "a null cell has a text";
    case CellKind::number:
      return check_number(body, cell.text);
    case CellKind::boolean:
      return cell.text == "true" || cell.text == "false" ? "" : "a boolean is neither";
    case CellKind::string: {
      std::string json;
      append_json_string(json, cell.text);
      const bool same = json == '"' + std::string(cell.text) + '"' && !cell.lone_surrogate;
      return cell.verbatim == same ? ""
                                   : "verbatim does not tell whether the text is its JSON form";
    }
  }
  return "a cell of no kind";
}

OracleCell copy_of(const Cell& cell) {
  OracleCell copy{cell.kind, cell.lone_surrogate, std::string(cell.text), 0};
  if (cell.kind == CellKind::number) {
    copy.number = std::strtod(copy.text.c_str(), nullptr);
    copy.text.clear();
  }
  return copy;
}

Reading read_all(std::string_view body, const SheetLimits& limits) {
  Reading reading;
  SheetReader reader(body, limits);
  std::vector<Cell> cells(3);  // what an earlier row left must not matter
  while (reader.next_range()) {
    OracleRange range;
    while (reader.next_row(cells)) {
      auto& row = range.rows.emplace_back();
      for (const Cell& cell : cells) {
        if (reading.complaint.empty()) reading.complaint = check_cell(body, cell);
        row.push_back(copy_of(cell));
      }
    }
    range.range = reader.range();
    reading.ranges.push_back(std::move(range));
  }
  reading.fault = reader.fault();
  if (reader.next_range() || reader.next_row(cells) || !cells.empty()) {
    reading.complaint = "the reader goes on after its end";
  }
  const std::size_t end = reader.fault() ? reader.position() : body.size();
  if (reader.position() != end) reading.complaint = "position() is not the end of the body";
  if (reader.fault() && reader.fault()->where != "byte " + std::to_string(reader.position())) {
    reading.complaint = "position() is not where the fault is";
  }
  return reading;
}

std::string describe(const std::optional<Fault>& fault) {
  return fault ? fault->code + " at " + fault->where : "no fault";
}

bool same_fault(const std::optional<Fault>& a, const std::optional<Fault>& b) {
  return describe(a) == describe(b) && (!a || a->message == b->message);
}

std::string check_fault(const Fault& fault, std::string_view body) {
  static constexpr std::array<std::string_view, 12> kCodes = {
      "truncated_answer", "html_answer",    "not_json",          "bad_utf8",
      "bad_escape",       "bad_number",     "control_character", "too_deep",
      "answer_too_large", "too_many_cells", "unexpected_shape",  "trailing_bytes"};
  if (std::find(kCodes.begin(), kCodes.end(), fault.code) == kCodes.end()) {
    return "unknown code " + fault.code;
  }
  const bool at_end = fault.where == "byte " + std::to_string(body.size());
  if ((fault.code == "truncated_answer") != at_end) return "truncated is not at the end";
  return fault.message.empty() ? "a fault without a message" : "";
}

/// A reader that takes only some rows, then only some ranges, must meet the same fault.
std::string check_other_ways(std::string_view body, const SheetLimits& limits,
                             const std::optional<Fault>& fault) {
  const auto checked = check_sheet_answer(body, limits);
  if (!same_fault(checked, fault)) return "check_sheet_answer says " + describe(checked);
  SheetReader reader(body, limits);
  std::vector<Cell> cells;
  for (std::size_t rows = 0; reader.next_range(); ++rows) {
    for (std::size_t row = 0; row < rows % 3 && reader.next_row(cells); ++row) {
    }
  }
  return same_fault(reader.fault(), fault) ? "" : "read in part: " + describe(reader.fault());
}

/// Every cut of an accepted answer before its last byte is a truncated answer; one is tried.
std::string check_cut(std::string_view body, const SheetLimits& limits) {
  const std::size_t last = body.find_last_not_of(" \t\r\n");
  const std::size_t size = hash64(body) % (last + 1);
  const std::unique_ptr<char[]> exact(new char[size]);  // so that a sanitizer sees its end
  std::copy_n(body.begin(), size, exact.get());
  const auto fault = check_sheet_answer({exact.get(), size}, limits);
  if (fault && fault->code == "truncated_answer") return "";
  return "cut after " + std::to_string(size) + " bytes: " + describe(fault);
}

bool same_cell(const OracleCell& a, const OracleCell& b) {
  return a.kind == b.kind && a.lone_surrogate == b.lone_surrogate && a.text == b.text &&
         !(a.number < b.number) && !(b.number < a.number);
}

bool same_range(const OracleRange& a, const OracleRange& b) {
  return a.range == b.range &&
         std::equal(a.rows.begin(), a.rows.end(), b.rows.begin(), b.rows.end(),
                    [](const auto& x, const auto& y) {
                      return std::equal(x.begin(), x.end(), y.begin(), y.end(), same_cell);
                    });
}

}  // namespace

OracleAnswer ask_oracle(std::string_view body, const SheetLimits& limits) {
  if (body.size() > limits.body_bytes_max) return {};
  if (body.find('\0') != std::string_view::npos || body.starts_with("\xEF\xBB\xBF")) return {};
  if (mentions_marker(body)) return {Verdict::unknown, {}};
  Tree tree(limits.depth_max);
  if (!nlohmann::json::sax_parse(mark_lone_surrogates(std::string(body)), &tree)) {
    return {tree.overflow() ? Verdict::unknown : Verdict::refused, {}};
  }
  auto ranges = ranges_of(tree, limits);
  if (!ranges) return {};
  return {Verdict::accepted, std::move(*ranges)};
}

std::string differences(std::string_view body, const SheetLimits& limits) {
  const Reading reading = read_all(body, limits);
  if (!reading.complaint.empty()) return reading.complaint;
  if (reading.fault) {
    if (auto complaint = check_fault(*reading.fault, body); !complaint.empty()) return complaint;
  }
  if (auto complaint = check_other_ways(body, limits, reading.fault); !complaint.empty()) {
    return complaint;
  }
  const OracleAnswer oracle = ask_oracle(body, limits);
  if (oracle.verdict == Verdict::unknown) return "";
  if ((oracle.verdict == Verdict::accepted) == reading.fault.has_value()) {
    return reading.fault ? "accepted by the oracle, but " + describe(reading.fault)
                         : "refused by the oracle, but read without a fault";
  }
  if (reading.fault) return "";
  if (!std::equal(reading.ranges.begin(), reading.ranges.end(), oracle.ranges.begin(),
                  oracle.ranges.end(), same_range)) {
    return "the ranges or cells differ";
  }
  return check_cut(body, limits);
}

}  // namespace listing_sync::fuzz
