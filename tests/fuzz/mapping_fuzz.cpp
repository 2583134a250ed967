// Any bytes as a mapping: accepted, and then whole and able to match headers, or refused with
// faults that can be shown.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "listing_sync/mapping.h"
#include "text/pattern_utf8.h"

namespace {

using namespace listing_sync;

void require(bool holds) {
  if (!holds) std::abort();
}

bool is_one_line_of_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const pattern::Decoded decoded = pattern::decode(text, at);
    if (!decoded.valid || decoded.point < ' ') return false;
    at += decoded.size;
  }
  return !text.empty();
}

void check_faults(const Faults& faults) {
  require(faults.size() <= 1001);
  for (const Fault& fault : faults) {
    require(!fault.code.empty());
    require(is_one_line_of_utf8(fault.where));
    require(is_one_line_of_utf8(fault.message));
  }
}

void check_mapping(const Mapping& mapping) {
  require(mapping.key < mapping.columns.size());
  require(mapping.columns[mapping.key].type == ColumnType::text);
  require(mapping.header_row >= 1);
  require(mapping.hash.size() == 16);
  for (const Column& column : mapping.columns) {
    require(!column.headers.empty() && !column.name.empty() && column.json_name.back() == ':');
    require((column.type == ColumnType::enumeration) == !column.values.empty());
  }
}

/// A header row that holds every first header, and one that holds none.
void check_headers(const Mapping& mapping) {
  std::vector<Cell> row;
  for (const Column& column : mapping.columns) {
    row.push_back({CellKind::string, false, false, column.headers.front()});
  }
  const auto whole = match_headers(mapping, row);
  require(!whole.ok() || whole.value().index.size() == mapping.columns.size());
  row.assign(1, {CellKind::number, false, false, "20261123"});
  const auto other = match_headers(mapping, row);
  if (!other.ok()) check_faults(other.faults());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(bytes), size);
  const auto mapping = parse_mapping(input);
  if (mapping.ok()) {
    check_mapping(mapping.value());
    check_headers(mapping.value());
  } else {
    check_faults(mapping.faults());
  }
  // The first byte chooses a type, the rest are its policies.
  constexpr std::string_view kTypes[] = {"text", "integer", "number", "datetime", "enum", "phone"};
  if (input.empty()) return 0;
  const auto column = parse_column(kTypes[bytes[0] % 6], input.substr(1), "Asia/Tokyo");
  if (!column.ok()) check_faults(column.faults());
  return 0;
}
