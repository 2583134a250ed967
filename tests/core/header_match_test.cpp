// Finding the mapped headers: by meaning rather than by bytes, and never by guessing.
#include <doctest/doctest.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "listing_sync/mapping.h"
#include "listing_sync/sheet.h"

using namespace listing_sync;

namespace {

/// A mapping with one text column for each of `headers` (JSON values of `header`); the first is the
/// key.
Mapping mapping_of(std::initializer_list<std::string_view> headers,
                   std::string_view policies_of_last = "") {
  std::string columns;
  std::size_t count = 0;
  for (const std::string_view header : headers) {
    columns += columns.empty() ? "" : ",";
    columns += R"({"header":)" + std::string(header) + R"(,"column":"c)" + std::to_string(count++) +
               R"(","type":"text")";
    if (count == headers.size()) columns += policies_of_last;
    columns += "}";
  }
  auto mapping = parse_mapping(
      R"({"source":"s","tab":"物件一覧","table":"t","key":"c0","columns":[)" + columns + "]}");
  REQUIRE_MESSAGE(mapping.ok(), mapping.fault().message);
  return std::move(mapping).value();
}

Cell text_cell(std::string_view text) { return {CellKind::string, true, false, text}; }

std::vector<Cell> row_of(std::initializer_list<std::string_view> texts) {
  std::vector<Cell> row;
  for (const std::string_view text : texts) row.push_back(text_cell(text));
  return row;
}

HeaderMatch matched(const Mapping& mapping, const std::vector<Cell>& row) {
  const auto match = match_headers(mapping, row);
  REQUIRE_MESSAGE(match.ok(), match.fault().message);
  return match.value();
}

Faults refused(const Mapping& mapping, const std::vector<Cell>& row) {
  const auto match = match_headers(mapping, row);
  REQUIRE(!match.ok());
  return match.faults();
}

using Indices = std::vector<std::uint32_t>;

}  // namespace

TEST_CASE("headers are found wherever they stand") {
  const Mapping mapping = mapping_of({R"("物件番号")", R"("賃料")"});
  CHECK(matched(mapping, row_of({"備考", "賃料", "", "物件番号"})).index == Indices{3, 1});
}

TEST_CASE("width, line breaks and spaces make no difference") {
  const Mapping mapping = mapping_of({R"("物件 No.")", R"("ｵｰﾅｰ名")", "\"面積(m2)\""});
  const auto row = row_of({"　面積（ｍ２）", "物件\nＮｏ．", "オーナー名 "});
  CHECK(matched(mapping, row).index == Indices{1, 2, 0});
}

TEST_CASE("any one of the accepted names will do") {
  const Mapping mapping = mapping_of({R"(["物件番号","管理番号","管理番号 "])"});
  CHECK(matched(mapping, row_of({"x", "管理番号"})).index == Indices{1});
}

TEST_CASE("a number or a truth value as header is compared as it is shown") {
  const Mapping mapping = mapping_of({R"("2024")", R"("1.5")", R"("TRUE")"});
  const std::vector<Cell> row = {{CellKind::boolean, false, false, "true"},
                                 {CellKind::number, false, false, "1.5"},
                                 {CellKind::number, false, false, "2024"}};
  CHECK(matched(mapping, row).index == Indices{2, 1, 0});
}

TEST_CASE("headers nobody asked for are reported as written, blank ones ignored") {
  const Mapping mapping = mapping_of({R"("物件番号")"});
  std::vector<Cell> row = row_of({" 備考 ", "物件番号", "", "　", "備考", "メモ"});
  row.push_back({CellKind::missing, false, false, ""});
  row.push_back({CellKind::null, false, false, ""});
  const HeaderMatch match = matched(mapping, row);
  CHECK(match.index == Indices{1});
  CHECK(match.unmapped == std::vector<std::string>{"備考", "備考", "メモ"});
}

TEST_CASE(
    "fallback headers are found in the mapping's order; those that are missing are no fault") {
  const Mapping mapping =
      mapping_of({R"("物件番号")", R"("電話")"}, R"(,"fallback":["携帯","自宅","ＦＡＸ"])");
  const HeaderMatch match = matched(mapping, row_of({"物件番号", "FAX", "電話", "携帯"}));
  CHECK(match.index == Indices{0, 2});
  CHECK(match.fallback == std::vector<Indices>{{}, {3, 1}});
  CHECK(match.unmapped.empty());
}

TEST_CASE("a missing header stops with the nearest unmapped headers") {
  const Mapping mapping = mapping_of({R"("物件番号")", R"("賃料")"});
  const Faults faults = refused(mapping, row_of({"賃料", "物件No.", "", "取引"}));
  REQUIRE(faults.size() == 1);
  CHECK(faults[0].code == "header_missing");
  CHECK(faults[0].where == "物件番号");
  CHECK(faults[0].message ==
        "header \"物件番号\" is not in row 1 of 物件一覧; nearest: \"物件No.\" (column B)");
}

TEST_CASE("at most three candidates are named, the nearest first") {
  const Mapping mapping = mapping_of({R"("物件番号")"});
  const Faults faults =
      refused(mapping, row_of({"件", "番号", "物件番地", "物件", "物件の番号", "価格"}));
  CHECK(faults[0].message ==
        "header \"物件番号\" is not in row 1 of 物件一覧; nearest: \"物件の番号\" (column E), "
        "\"物件番地\" (column C), \"番号\" (column B)");
}

TEST_CASE("a missing header without any candidate says so plainly") {
  const Mapping mapping = mapping_of({R"("物件番号")", R"(["価格","売価"])"});
  const Faults faults = refused(mapping, {});
  REQUIRE(faults.size() == 2);
  CHECK(faults[0].message == "header \"物件番号\" is not in row 1 of 物件一覧");
  CHECK(faults[1].message == "none of the headers \"価格\", \"売価\" is in row 1 of 物件一覧");
}

TEST_CASE("a mapped header that stands twice stops, an unmapped one does not") {
  const Mapping mapping = mapping_of({R"("物件番号")", R"("価格")"});
  const Faults faults =
      refused(mapping, row_of({"備考", "価格", "備考", "物件番号", "価 格", "価格", "価格 "}));
  REQUIRE(faults.size() == 1);
  CHECK(faults[0].code == "header_duplicated");
  CHECK(faults[0].where == "価格");
  CHECK(faults[0].message ==
        "header \"価格\" stands more than once in row 1 of 物件一覧: columns B, F and G");
}

TEST_CASE("a fallback header that stands twice stops too, and is told once") {
  const Mapping mapping =
      mapping_of({R"("物件番号")", R"("携帯")", R"("電話")"}, R"(,"fallback":["携帯","自宅"])");
  const Faults faults =
      refused(mapping, row_of({"物件番号", "携帯", "電話", "携帯", "自宅", "自宅"}));
  REQUIRE(faults.size() == 2);
  CHECK(faults[0].where == "携帯");
  CHECK(faults[1].where == "自宅");
  CHECK(faults[1].message.find("columns E and F") != std::string::npos);
}

TEST_CASE("two accepted names of one column, both present, are ambiguous") {
  const Mapping mapping = mapping_of({R"(["物件番号","管理番号"])"});
  const Faults faults = refused(mapping, row_of({"管理番号", "x", "物件番号"}));
  REQUIRE(faults.size() == 1);
  CHECK(faults[0].code == "header_ambiguous");
  CHECK(faults[0].message ==
        "more than one accepted header of column \"c0\" is in row 1 of 物件一覧: \"物件番号\" "
        "(column C), \"管理番号\" (column A); only one may be there");
}

TEST_CASE("all faults of a header row are told at once") {
  const Mapping mapping = mapping_of({R"("物件番号")", R"("賃料")", R"(["a","b"])", R"("面積")"});
  const Faults faults = refused(mapping, row_of({"賃料", "賃料", "b", "a", "面積"}));
  REQUIRE(faults.size() == 3);
  CHECK(faults[0].code == "header_missing");
  CHECK(faults[1].code == "header_duplicated");
  CHECK(faults[2].code == "header_ambiguous");
}

TEST_CASE("a hostile header row costs no more than its size") {
  std::string mapped;
  for (int i = 0; i < 999; ++i) {
    mapped += R"(,{"header":")" + std::string(60, 'a') + std::to_string(i) + R"(","column":"d)" +
              std::to_string(i) + R"(","type":"text"})";
  }
  const auto mapping = parse_mapping(R"({"source":"s","tab":"t","table":"t","key":"k","columns":[)"
                                     R"({"header":"k","column":"k","type":"text"})" +
                                     mapped + "]}");
  REQUIRE(mapping.ok());
  const std::string longest(50'000, 'b');
  const std::vector<Cell> row(18'278, text_cell(std::string_view(longest).substr(0, 200)));
  CHECK(refused(mapping.value(), row).size() == 1000);
  const std::vector<Cell> long_row(100, text_cell(longest));
  CHECK(refused(mapping.value(), long_row).size() == 1000);
}
