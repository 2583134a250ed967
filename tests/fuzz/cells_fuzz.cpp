// libFuzzer target: any bytes as the text of a cell, and as a cell of a Sheets answer, through
// every type under many policies. What is written is one JSON value, converts to itself, and
// nothing else is touched.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "listing_sync/cells.h"
#include "listing_sync/mapping.h"
#include "listing_sync/sheet.h"

namespace {

using namespace listing_sync;  // NOLINT(google-build-using-namespace)

struct Policy {
  std::string_view type, json;
};

constexpr Policy kPolicies[] = {
    {"text", "{}"},
    {"text", R"({"max_length":5,"pattern":"^[^a]*b?$","blank":"keep","error_cell":"clear"})"},
    {"text", R"({"treat_as_blank":["様","-","0"],"required":true})"},
    {"integer", "{}"},
    {"integer", R"({"min":-5,"max":1e3})"},
    {"number", "{}"},
    {"number", R"({"unit":"yen","min":0})"},
    {"number", R"({"unit":"m2"})"},
    {"number", R"({"unit":"m2","scale":1,"max":99999.5})"},
    {"number", R"({"scale":0,"treat_as_blank":["応相談"]})"},
    {"date", "{}"},
    {"date", R"({"error_cell":"error","treat_as_blank":["未定"]})"},
    {"year_month", "{}"},
    {"datetime", "{}"},
    {"boolean", "{}"},
    {"enum", R"({"values":{"公開中":"public","ﾏﾝｼｮﾝ":"a\"b\u0001","1":"one","TRUE":"yes"}})"},
    {"url", "{}"},
    {"url", R"({"max_length":30})"},
    {"email", "{}"},
    {"phone", "{}"},
    {"phone", R"({"pattern":"^0"})"},
};

void expect(bool holds, const char* promise, const Column& column, std::string_view cell) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s (type %d)\ncell: %.*s\n", promise, static_cast<int>(column.type),
               static_cast<int>(cell.size()), cell.data());
  std::abort();
}

std::vector<Column> make_columns() {
  std::vector<Column> columns;
  for (const Policy& policy : kPolicies) {
    Result<Column> column = parse_column(policy.type, policy.json, "Asia/Tokyo");
    if (!column.ok()) {
      std::fprintf(stderr, "%s\n", column.fault().message.c_str());
      std::abort();
    }
    columns.push_back(std::move(column).value());
  }
  return columns;
}

/// The one cell of an answer whose only row holds `json`; the cell lives as long as the reader.
class OneCell {
 public:
  explicit OneCell(std::string_view json)
      : answer_(R"({"values":[[)" + std::string(json) + "]]}"), reader_(answer_) {
    ok_ = reader_.next_range() && reader_.next_row(cells_) && cells_.size() == 1 &&
          !check_sheet_answer(answer_);
  }
  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] const Cell& cell() const { return cells_.front(); }

 private:
  std::string answer_;
  SheetReader reader_;
  std::vector<Cell> cells_;
  bool ok_ = false;
};

/// Whether what such a column writes is read back as the same value.
bool is_stable(const Column& column) {
  return column.treat_as_blank.empty() && column.type != ColumnType::datetime &&
         column.type != ColumnType::enumeration;
}

void check_written(const Column& column, std::string_view text, const std::string& written) {
  const OneCell again(written);
  expect(again.ok(), "what is written is one JSON value", column, text);
  if (!is_stable(column)) return;
  CellScratch scratch;
  std::string second;
  const CellResult result = convert_cell(column, again.cell(), scratch, second);
  expect(result.action == CellAction::write && second == written, "it converts to itself", column,
         text);
}

void check_cell(const Column& column, const Cell& cell, bool is_utf8, CellScratch& scratch) {
  constexpr std::string_view kBefore = "{\"a\":";
  std::string out(kBefore);
  const CellResult result = convert_cell(column, cell, scratch, out);
  expect(out.compare(0, kBefore.size(), kBefore) == 0, "nothing before is touched", column,
         cell.text);
  const std::string written = out.substr(kBefore.size());
  expect(written.empty() == (result.action != CellAction::write), "only a write appends", column,
         cell.text);
  expect((result.code == CellCode::none) == (result.action != CellAction::invalid),
         "invalid has a code", column, cell.text);
  if (is_blank(column, cell, scratch))
    expect(result.action != CellAction::write, "a blank cell is never written", column, cell.text);
  if (is_utf8 && result.action == CellAction::write) check_written(column, cell.text, written);

  std::string key, again;
  if (is_utf8 && normalize_key(cell, key) &&
      normalize_key({CellKind::string, false, false, key}, again))
    expect(key == again, "a key is its own key", column, cell.text);
}

/// Judged by the reader; what a JSON string cannot hold as it is gives way to a letter.
bool is_utf8(std::string_view text) {
  std::string quoted = "\"";
  for (const char byte : text) {
    const bool fits = static_cast<unsigned char>(byte) >= 0x20 && byte != '"' && byte != '\\';
    quoted += fits ? byte : 'x';
  }
  return OneCell(quoted + '"').ok();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static const std::vector<Column> columns = make_columns();
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const Cell typed{CellKind::string, false, false, text};
  const bool valid = is_utf8(text);
  const OneCell sent(text);
  CellScratch scratch;
  for (const Column& column : columns) {
    check_cell(column, typed, valid, scratch);
    if (sent.ok()) check_cell(column, sent.cell(), true, scratch);
  }
  return 0;
}
