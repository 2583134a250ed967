// The questions.
#include <algorithm>
#include <optional>
#include <utility>

#include "database/requests.h"
#include "json/json_fields.h"
#include "listing_sync/cells.h"
#include "listing_sync/mapping.h"
#include "listing_sync/query.h"
#include "report/explanations.h"
#include "report/sheet_document.h"
#include "transform/reads.h"

namespace listing_sync {
namespace {

using nlohmann::json;

json faults_json(const Faults& faults) {
  json list = json::array();
  for (const Fault& fault : faults)
    list.push_back({{"code", fault.code}, {"where", fault.where}, {"message", fault.message}});
  return {{"faults", std::move(list)}};
}

json fault_json(const char* code, const char* where, const char* message) {
  return faults_json({{code, where, message}});
}

std::string_view action_word(CellAction action) {
  constexpr std::array<std::string_view, 5> kWords = {"write", "clear", "keep", "keep_error_cell",
                                                      "invalid"};
  return kWords[static_cast<std::size_t>(action)];
}

json convert(const json& question) {
  const json& policy = member(question, "policy");
  const Result<Column> column =
      parse_column(text_field(question, "type"), policy.is_null() ? "{}" : dump(policy),
                   text_field(question, "time_zone"));
  if (!column.ok()) return faults_json(column.faults());
  // The cell travels the way a cell of a sheet does.
  const std::string answer = "{\"values\":[[" + text_field(question, "cell") + "]]}";
  SheetReader reader(answer);
  std::vector<Cell> cells;
  if (!reader.next_range() || !reader.next_row(cells) || cells.size() != 1)
    return reader.fault() ? faults_json({*reader.fault()})
                          : fault_json("unexpected_shape", "cell", "must be one JSON value");
  CellScratch scratch;
  std::string value;
  const CellResult result = convert_cell(column.value(), cells[0], scratch, value);
  return {{"action", action_word(result.action)},
          {"code", cell_code_name(result.code)},
          {"value", value}};
}

std::string_view blank_word(BlankPolicy policy) {
  constexpr std::array<std::string_view, 3> kWords = {"clear", "keep", "error"};
  return kWords[static_cast<std::size_t>(policy)];
}

json column_json(const Column& column) {
  return {{"name", column.name},
          {"headers", column.headers},
          {"fallback", column.fallback},
          {"type", type_word(column.type)},
          {"blank", blank_word(column.blank)},
          {"write", column.write == WritePolicy::insert ? "insert" : "always"},
          {"max_length", column.max_length ? json(*column.max_length) : json(nullptr)},
          {"scale", column.scale ? json(*column.scale) : json(nullptr)},
          {"unit", column.unit == Unit::none ? json(nullptr)
                                             : json(column.unit == Unit::yen ? "yen" : "m2")},
          {"sensitive", column.sensitive}};
}

json describe_columns(const Bytes& body) {
  const Result<Mapping> parsed = parse_mapping(body.view());
  if (!parsed.ok()) return faults_json(parsed.faults());
  json columns = json::array();
  for (const Column& column : parsed.value().columns) columns.push_back(column_json(column));
  return {{"header_row", parsed.value().header_row}, {"columns", std::move(columns)}};
}

// The header row travels the way the rows of a sheet do.
json match(const json& question, const Bytes& body) {
  const Result<Mapping> parsed = parse_mapping(body.view());
  if (!parsed.ok()) return faults_json(parsed.faults());
  const std::string answer = "{\"values\":[" + dump(member(question, "header_row")) + "]}";
  SheetReader reader(answer);
  std::vector<Cell> cells;
  if (!reader.next_range() || !reader.next_row(cells))
    return reader.fault() ? faults_json({*reader.fault()})
                          : fault_json("unexpected_shape", "header_row", "must be a list of cells");
  const Result<HeaderMatch> found = match_headers(parsed.value(), cells);
  if (!found.ok()) return faults_json(found.faults());
  return {{"index", found.value().index}, {"unmapped", found.value().unmapped}};
}

json held_json(const HeldEntry& entry) {
  return {{"row", entry.row},
          {"key", entry.has_key ? json(entry.key) : json(nullptr)},
          {"column", entry.column},
          {"code", entry.code},
          {"message", entry.message.empty() ? explain_code(entry.code) : entry.message},
          {"value", entry.value},
          {"kind", entry.whole_row ? "row" : "cell"}};
}

}  // namespace

struct Queries::Impl {
  std::string answer, bytes;
  std::optional<Mapping> mapping;
  std::unique_ptr<Page> page;
  KeyIndex keys;

  json dispatch(const json& question, Bytes body);
  json describe_mapping(const Bytes& body) const;
  json open_transform(const json& question, Bytes body);
  json next_of_transform(const json& question);
};

Queries::Queries() : impl_(std::make_unique<Impl>()) {}
Queries::~Queries() = default;

std::string_view Queries::ask(std::string_view question_json, Bytes body) {
  const json question = parse_document(question_json);
  impl_->bytes.clear();
  impl_->answer = dump(impl_->dispatch(question, std::move(body)));
  return impl_->answer;
}

std::string_view Queries::bytes() const { return impl_->bytes; }

json Queries::Impl::dispatch(const json& question, Bytes body) {
  const std::string name = text_field(question, "query");
  if (name == "version") return {{"version", "0.1.0"}, {"state_version", kStateVersion}};
  if (name == "convert") return convert(question);
  if (name == "mapping") return describe_mapping(body);
  if (name == "columns") return describe_columns(body);
  if (name == "match_headers") return match(question, body);
  if (name == "transform_open") return open_transform(question, std::move(body));
  if (name == "transform_next") return next_of_transform(question);
  return fault_json("bad_query", "query", "unknown question");
}

json Queries::Impl::describe_mapping(const Bytes& body) const {
  const Result<Mapping> parsed = parse_mapping(body.view());
  if (!parsed.ok()) return faults_json(parsed.faults());
  const Mapping& found = parsed.value();
  return {{"source", found.source},
          {"table", found.table},
          {"tab", found.tab},
          {"spreadsheet_id", found.spreadsheet_id},
          {"key", found.columns[found.key].name},
          {"columns", found.columns.size()},
          {"hash", found.hash}};
}

json Queries::Impl::open_transform(const json& question, Bytes body) {
  page.reset();
  Result<Mapping> parsed = parse_mapping(text_field(question, "mapping"));
  if (!parsed.ok()) return faults_json(parsed.faults());
  mapping = std::move(parsed).value();
  Read read{Read::Kind::page, flag_field(question, "with_keys"), {{mapping->header_row + 1, 0}}};
  Result<std::unique_ptr<Page>> opened = Page::open(*mapping, std::move(body), std::move(read));
  if (!opened.ok()) return faults_json(opened.faults());
  page = std::move(opened).value();
  auto found = page->take_keys();
  keys = found ? std::move(*found) : KeyIndex();
  page->begin(keys, nullptr);
  return {{"unmapped", page->match().unmapped}};
}

json Queries::Impl::next_of_transform(const json& question) {
  if (!page) return fault_json("bad_query", "query", "no transform is open");
  Batch batch;
  std::swap(batch.rows, bytes);  // keeps its capacity from batch to batch
  batch.rows = '[';
  const std::uint64_t rows_max =
      std::clamp<std::uint64_t>(number_field(question, "rows_max", 500), 1, std::uint64_t{1} << 20);
  const Result<bool> more = page->fill(batch, static_cast<std::size_t>(rows_max));
  if (!more.ok()) {
    page.reset();
    return faults_json(more.faults());
  }
  if (!more.value()) page.reset();
  json held = json::array();
  for (const HeldEntry& entry : batch.held) held.push_back(held_json(entry));
  batch.rows += ']';
  bytes = std::move(batch.rows);
  return {{"rows", batch.size()},   {"row_numbers", batch.row_numbers}, {"held", std::move(held)},
          {"failed", batch.failed}, {"skipped", batch.skipped},         {"done", !page}};
}

}  // namespace listing_sync
