// tests/vectors/mappings.tsv: what the core says of each mapping. The schema's side of the same
// table is tests/local/mapping-schema.test.js.
#include <doctest/doctest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

#include "listing_sync/mapping.h"

namespace {

std::string file_text(const std::string& path) {
  std::ifstream file(std::string(LISTING_SYNC_SOURCE_DIR) + "/" + path, std::ios::binary);
  REQUIRE_MESSAGE(file.good(), path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size()) {
    text.replace(at, what.size(), by);
  }
}

std::string codes_of(const std::string& mapping) {
  const auto parsed = listing_sync::parse_mapping(mapping);
  if (parsed.ok()) return "ok";
  std::string codes;
  for (const auto& fault : parsed.faults()) codes += (codes.empty() ? "" : " ") + fault.code;
  return codes;
}

}  // namespace

TEST_CASE("every mapping of the table is accepted or refused with the codes it names") {
  std::istringstream lines(file_text("tests/vectors/mappings.tsv"));
  int count = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line.front() == '#') continue;
    const std::size_t first = line.find('\t');
    const std::size_t second = line.find('\t', first + 1);
    REQUIRE_MESSAGE(second != std::string::npos, line);
    std::string mapping = line.substr(second + 1);
    replace_all(mapping, "<TOP>", R"("source":"s","tab":"t","table":"x","key":"k")");
    replace_all(mapping, "<KEY>", R"({"header":"K","column":"k","type":"text"})");
    CHECK_MESSAGE(codes_of(mapping) == line.substr(0, first), line);
    ++count;
  }
  CHECK(count > 100);
}

TEST_CASE("the example mapping of property listings is valid") {
  const auto parsed =
      listing_sync::parse_mapping(file_text("infra/mappings/property-listings.json"));
  REQUIRE(parsed.ok());
  CHECK(parsed.value().columns.size() > 100);
}
