// The sheet is compared with the table cell by cell, by the test's own reading of both.
#include "support/listings.h"

#include <map>

namespace listing_sync::testing {

std::string listings_mapping(std::string_view more) {
  return R"({"source":"listings","tab":"物件 一覧","table":"public.listings","key":"key",)" +
         std::string(more) + (more.empty() ? "" : ",") +
         R"("columns":[{"header":"番号","column":"key","type":"text"},)"
         R"({"header":"賃料","column":"rent","type":"number"},)"
         R"({"header":"備考","column":"note","type":"text","invalid":"cell","max_length":20}]})";
}

std::string listing_key(std::uint32_t number) {
  std::string digits = std::to_string(number);
  return "K" + std::string(digits.size() < 5 ? 5 - digits.size() : 0, '0') + digits;
}

std::vector<std::string> listing_row(std::uint32_t number) {
  return {quoted(listing_key(number)), std::to_string(50'000 + number),
          quoted("備考 " + std::to_string(number))};
}

HostModel world_of(std::uint32_t count, std::uint32_t header_row) {
  HostModel world;
  world.sheet.grid_columns = 3;
  world.sheet.grid_rows = header_row;
  world.sheet.row(header_row) = {"\"番号\"", "\"賃料\"", "\"備考\""};
  for (std::uint32_t i = 1; i <= count; ++i) world.sheet.row(header_row + i) = listing_row(i);
  return world;
}

Started sync_started(std::string_view mapping_more, std::string_view options, std::string budgets) {
  Started started;
  started.mapping = listings_mapping(mapping_more);
  started.options = R"({"retry_delay_ms":100,"rate_limit":1000)" +
                    (options.empty() ? std::string() : "," + std::string(options)) + "}";
  started.budgets = std::move(budgets);
  return started;
}

Invocation run_to_end(HostModel& world, const Started& started) {
  Invocation invocation;
  for (int i = 0; i < 50; ++i) {
    invocation = world.run(started);
    if (invocation.outcome != "yielded") return invocation;
    world.now_ms += invocation.document["resume_in_ms"].number();
  }
  return invocation;
}

std::string differences(const HostModel& world, std::uint32_t header_row) {
  std::map<std::string, std::pair<int, const std::vector<std::string>*>> wanted;
  for (std::size_t i = header_row; i < world.sheet.rows.size(); ++i) {
    const auto& cells = world.sheet.rows[i];
    if (cells.empty() || cells[0].empty()) continue;
    auto& entry = wanted[Json::parse(cells[0]).text()];
    ++entry.first;
    entry.second = &cells;
  }
  std::size_t single = 0;
  for (const auto& [key, entry] : wanted) {
    if (entry.first > 1) continue;
    ++single;
    const auto found = world.database.table.find(key);
    if (found == world.database.table.end()) return key + " is missing in the table";
    const auto& cells = *entry.second;
    const auto at = [&](std::size_t i) { return i < cells.size() ? cells[i] : std::string(); };
    if (found->second.at("rent") != at(1) || found->second.at("note") != at(2))
      return key + " differs";
  }
  if (world.database.table.size() != single) return "the table holds rows the sheet does not";
  return "";
}

}  // namespace listing_sync::testing
