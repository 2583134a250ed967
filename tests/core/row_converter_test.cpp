// One row of the sheet -> one row object, a held row, a skipped row, or nothing.
#include <doctest/doctest.h>

#include "listing_sync/transform.h"
#include "support/json.h"

namespace listing_sync::testing {
namespace {

/// Rows read by the real reader and converted by the real converter.
class Table {
 public:
  Table(std::string_view columns, const std::string& header, std::string_view more = "")
      : mapping_(mapping_of(columns, more)), layout_(layout_of(header)) {}

  /// Converts `rows` (JSON arrays of cells, from row 2 on). `known`: the keys are known beforehand.
  Batch convert(const std::string& rows, bool known = false, bool again = false,
                const std::unordered_set<std::uint64_t>* selection = nullptr) {
    if (known) learn_keys(rows);
    keys.seal();
    RowConverter converter(mapping_, layout_, keys, selection, again);
    Batch batch;
    each_row(rows, [&](std::uint32_t row, const std::vector<Cell>& cells) {
      converter.convert(row, cells, batch);
    });
    return batch;
  }

  KeyIndex keys;

 private:
  static Mapping mapping_of(std::string_view columns, std::string_view more) {
    auto parsed = parse_mapping(
        R"({"source":"t","spreadsheet_id":"s","tab":"a","table":"public.t","key":"key",)" +
        std::string(more) + "\"columns\":[" + std::string(columns) + "]}");
    if (!parsed.ok()) FAIL(parsed.fault().where << " " << parsed.fault().message);
    return std::move(parsed).value();
  }

  HeaderMatch layout_of(const std::string& header) const {
    const std::string answer = "{\"values\":[" + header + "]}";
    SheetReader reader(answer);
    std::vector<Cell> cells;
    REQUIRE((reader.next_range() && reader.next_row(cells)));
    auto match = match_headers(mapping_, cells);
    REQUIRE(match.ok());
    return std::move(match).value();
  }

  template <class Each>
  static void each_row(const std::string& rows, Each each) {
    const std::string answer = "{\"values\":[" + rows + "]}";
    SheetReader reader(answer);
    std::vector<Cell> cells;
    REQUIRE(reader.next_range());
    for (std::uint32_t row = 2; reader.next_row(cells); ++row) each(row, cells);
    REQUIRE_FALSE(reader.fault().has_value());
  }

  void learn_keys(const std::string& rows) {
    std::string key;
    each_row(rows, [&](std::uint32_t row, const std::vector<Cell>& cells) {
      if (!cells.empty() && normalize_key(cells[layout_.index[mapping_.key]], key) && !key.empty())
        keys.add(key_hash(key), row);
    });
  }

  Mapping mapping_;
  HeaderMatch layout_;
};

const char kColumns[] = R"({"header":"番号","column":"key","type":"text"},)"
                        R"({"header":"値","column":"value","type":"number"})";

TEST_CASE("a row object has its columns in the mapping's order, wherever they stand in the sheet") {
  Table table(kColumns, R"(["値","x","番号"])");
  const Batch batch = table.convert(R"([5,"-","AA1"],[null,"-","AA2"],["","","AA3"])");
  CHECK(batch.rows ==
        R"({"key":"AA1","value":5},{"key":"AA2","value":null},{"key":"AA3","value":null})");
  CHECK(batch.row_numbers == std::vector<std::uint32_t>{2, 3, 4});
  CHECK(batch.hashes[0] == key_hash("AA1"));
  CHECK(batch.size() == 3);
  CHECK(batch.rows.substr(0, batch.row_ends[0]) == R"({"key":"AA1","value":5})");
}

TEST_CASE("a key is stored as it is compared: trimmed, folded, a number by its digits") {
  Table table(kColumns, R"(["番号","値"])");
  const Batch batch = table.convert(R"([" ＡＡ１ ",1],[12345,2])");
  CHECK(batch.rows == R"({"key":"AA1","value":1},{"key":"12345","value":2})");
}

TEST_CASE("a row cut short by Sheets has blank cells at its end") {
  Table table(kColumns, R"(["番号","値"])");
  CHECK(table.convert(R"(["AA1"])").rows == R"({"key":"AA1","value":null})");
}

TEST_CASE("a kept blank and an error cell leave their column out, wherever it stands") {
  const std::string columns = R"({"header":"前","column":"a","type":"text","blank":"keep"},)" +
                              std::string(kColumns) +
                              R"(,{"header":"後","column":"b","type":"text","blank":"keep"})";
  Table table(columns, R"(["前","番号","値","後"])");
  const Batch batch = table.convert(R"(["","AA1","#N/A",""],["x","AA2",1,"y"])");
  CHECK(batch.rows == R"({"key":"AA1"},{"a":"x","key":"AA2","value":1,"b":"y"})");
  CHECK(batch.held.size() == 1);
  CHECK(batch.held[0].code == "error_cell");
  CHECK_FALSE(batch.held[0].whole_row);
  CHECK(batch.failed == 0);
}

TEST_CASE("a lost row leaves nothing behind in the batch, and all its cells are told") {
  const std::string columns =
      std::string(kColumns) + R"(,{"header":"日","column":"day","type":"date"})";
  Table table(columns, R"(["番号","値","日"])");
  const Batch batch =
      table.convert(R"(["AA1","?","2026-02-31"],["AA2",2,"2026-02-28"],["AA3","x",""])");
  CHECK(batch.rows == R"({"key":"AA2","value":2,"day":"2026-02-28"})");
  CHECK(batch.failed == 2);
  CHECK(batch.other_hashes == std::vector<std::uint64_t>{key_hash("AA1"), key_hash("AA3")});
  REQUIRE(batch.held.size() == 3);
  CHECK(batch.held[0].code == "not_a_number");
  CHECK(batch.held[1].code == "impossible_date");
  for (const HeldEntry& entry : batch.held) CHECK(entry.whole_row);
}

TEST_CASE("a required column that is blank costs the row even under invalid=cell") {
  const std::string columns =
      std::string(kColumns) +
      R"(,{"header":"名","column":"name","type":"text","required":true,"invalid":"cell"})";
  Table table(columns, R"(["番号","値","名"])");
  const Batch batch = table.convert(R"(["AA1",1,""],["AA2",2,"x"])");
  CHECK(batch.failed == 1);
  CHECK(batch.held[0].code == "blank_not_allowed");
  CHECK(batch.size() == 1);
}

TEST_CASE("a fallback header stands in where the main cell is blank") {
  const std::string columns =
      std::string(kColumns) +
      R"(,{"header":"住所","column":"address","type":"text","fallback":["所在地","旧住所"]})";
  Table table(columns, R"(["番号","値","所在地","旧住所","住所"])");
  const Batch batch =
      table.convert(R"(["AA1",1,"b","c","a"],["AA2",1,"b","c",""],["AA3",1,"","c"],["AA4",1])");
  CHECK(batch.rows.find(R"("address":"a")") != std::string::npos);
  CHECK(batch.rows.find(R"({"key":"AA2","value":1,"address":"b"})") != std::string::npos);
  CHECK(batch.rows.find(R"({"key":"AA3","value":1,"address":"c"})") != std::string::npos);
  CHECK(batch.rows.find(R"({"key":"AA4","value":1,"address":null})") != std::string::npos);
}

TEST_CASE("a sensitive value is masked in what is held, other values are cut between characters") {
  const std::string columns =
      R"({"header":"番号","column":"key","type":"text"},)"
      R"({"header":"電話","column":"phone","type":"phone","sensitive":true,"invalid":"cell"},)"
      R"({"header":"値","column":"value","type":"number","invalid":"cell"})";
  Table table(columns, R"(["番号","電話","値"])");
  std::string wide;
  for (int i = 0; i < 900; ++i) wide += "値段";
  const Batch batch = table.convert(R"(["AA1","not a phone","x)" + wide + R"("])");
  REQUIRE(batch.held.size() == 2);
  CHECK(batch.held[0].value == "***");
  CHECK(batch.held[1].value.size() <= 2000);
  CHECK(batch.held[1].value.size() > 1990);
  CHECK(wide.rfind(batch.held[1].value.substr(1), 0) == 0);
  CHECK(batch.held[1].value.size() % 3 == 1);
}

TEST_CASE("of a value that is masked or cut a tag tells whether it changed, of others nothing") {
  const std::string columns =
      R"({"header":"番号","column":"key","type":"text"},)"
      R"({"header":"電話","column":"phone","type":"phone","sensitive":true,"invalid":"cell"},)"
      R"({"header":"値","column":"value","type":"number","invalid":"cell"})";
  const auto tags = [&](const std::string& row) {
    const Batch batch = Table(columns, R"(["番号","電話","値"])").convert("[" + row + "]");
    REQUIRE(batch.held.size() == 2);
    return std::pair(batch.held[0].value_tag, batch.held[1].value_tag);
  };
  const std::string wide(3'000, 'x');
  const auto [phone, price] = tags(R"("AA1","not a phone","x")");
  CHECK(phone.has_value());
  CHECK_FALSE(price.has_value());
  CHECK(tags(R"("AA1","not a phone","y")").first == phone);
  CHECK(tags(R"("AA1","no phone either","x")").first != phone);
  CHECK(tags(R"("AA2","not a phone","x")").first != phone);  // who reads it learns of no likeness
  const auto cut = tags(R"("AA1","x",")" + wide + R"(a")").second;
  CHECK(cut.has_value());
  CHECK(tags(R"("AA1","x",")" + wide + R"(b")").second != cut);
}

TEST_CASE("duplicates name each other's rows, at most twenty of them") {
  Table table(kColumns, R"(["番号","値"])");
  std::string rows;
  for (int i = 0; i < 25; ++i) rows += std::string(i == 0 ? "" : ",") + R"(["AA1",1])";
  const Batch batch = table.convert(rows, true);
  CHECK(batch.size() == 0);
  CHECK(batch.failed == 25);
  REQUIRE(batch.held.size() == 1);
  CHECK(batch.held[0].message.find("rows 2, 3, 4") != std::string::npos);
  CHECK(batch.held[0].message.find("and 5 more") != std::string::npos);
}

TEST_CASE("a key with a lone surrogate is not_text, and its row is held by its digest") {
  Table table(kColumns, R"(["番号","値"])");
  const Batch batch = table.convert(R"(["\ud800",1])");
  REQUIRE(batch.held.size() == 1);
  CHECK(batch.held[0].code == "not_text");
  CHECK_FALSE(batch.held[0].has_key);
}

TEST_CASE("a covered key is nothing: neither written nor counted") {
  Table table(kColumns, R"(["番号","値"])");
  table.keys.cover(key_hash("AA1"));
  const Batch batch = table.convert(R"(["AA1",1],["AA2",2])");
  CHECK(batch.row_numbers == std::vector<std::uint32_t>{3});
  CHECK(batch.failed + batch.skipped == 0);
}

TEST_CASE("rows read again count neither their blanks nor what is held of them already") {
  Table table(kColumns, R"(["番号","値"])");
  const std::string rows = R"(["AA1",1],[],["",5],["AA2",2])";
  const Batch first = table.convert(rows, true);
  CHECK(first.skipped == 1);
  CHECK(first.failed == 1);
  const Batch again = table.convert(rows, false, true);
  CHECK(again.empty());
  CHECK(table.convert(R"(["",6])", false, true).failed == 1);
}

TEST_CASE("blank rows below the last key are grid, not rows of the list") {
  Table table(kColumns, R"(["番号","値"])");
  CHECK(table.convert(R"([],["AA1",1],[],[])", true).skipped == 1);
}

TEST_CASE("a selection leaves everything else alone") {
  Table table(kColumns, R"(["番号","値"])");
  const std::unordered_set<std::uint64_t> selection = {key_hash("AA2")};
  const Batch batch =
      table.convert(R"(["AA1",1],["AA2",2],["",5],[],["#REF!",1])", true, false, &selection);
  CHECK(batch.row_numbers == std::vector<std::uint32_t>{3});
  CHECK(batch.failed + batch.skipped == 0);
  CHECK(batch.held.empty());
}

TEST_CASE("a cleared batch is empty; one with nothing but a skipped row is not") {
  Table table(kColumns, R"(["番号","値"])");
  Batch batch = table.convert(R"(["AA1",1])");
  CHECK_FALSE(batch.empty());
  batch.clear();
  CHECK(batch.empty());
  CHECK(batch.rows.empty());
  batch.skipped = 1;
  CHECK_FALSE(batch.empty());
}

}  // namespace
}  // namespace listing_sync::testing
