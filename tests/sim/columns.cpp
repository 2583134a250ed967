// One maker per type of column; each knows its type's rules from tests/vectors/RULES.md.
#include "sim/columns.h"

#include <array>

#include "support/json.h"

namespace listing_sync::sim {
namespace {

using testing::quoted;

constexpr std::size_t kOrdinaryValues = 24;
constexpr std::uint32_t kSerialOf2026 = 46023;

std::string two(std::uint32_t number) { return (number < 10 ? "0" : "") + std::to_string(number); }

std::string wide(std::uint64_t number) {
  std::string out;
  for (const char c : std::to_string(number)) {
    out += "\xEF\xBC";
    out += static_cast<char>(0x90 + (c - '0'));
  }
  return out;
}

std::string with_commas(std::uint64_t number) {
  std::string out = std::to_string(number);
  for (std::size_t at = out.size(); at > 3; at -= 3) out.insert(at - 3, 1, ',');
  return out;
}

struct Made {
  std::string cell, stored;
};

Made text(Dice& dice, std::size_t i) {
  const std::string word = "備考 " + std::to_string(i);
  switch (dice.below(6)) {
    case 0:
      return {quoted("  " + word + "　"), quoted(word)};
    case 1:
      return {std::to_string(1000 + i), quoted(std::to_string(1000 + i))};
    case 2:
      return {"\"line\\n\\\"two\\\" " + std::to_string(i) + "\"",
              "\"line\\n\\\"two\\\" " + std::to_string(i) + "\""};
    default:
      return {quoted(word), quoted(word)};
  }
}

Made integer(Dice& dice, std::size_t) {
  const std::uint64_t number = dice.between(1, 90'000);
  const std::string digits = std::to_string(number);
  switch (dice.below(4)) {
    case 0:
      return {quoted(with_commas(number)), digits};
    case 1:
      return {quoted(wide(number)), digits};
    default:
      return {digits, digits};
  }
}

Made yen(Dice& dice, std::size_t) {
  const std::uint64_t man = dice.between(1, 9'999);
  const std::string stored = std::to_string(man) + "0000";
  switch (dice.below(4)) {
    case 0:
      return {quoted(std::to_string(man) + "万円"), stored};
    case 1:
      return {quoted("1億" + std::to_string(man) + "万円"),
              std::to_string(100'000'000 + man * 10'000)};
    case 2:
      return {quoted("¥" + with_commas(man * 10'000)), stored};
    default:
      return {stored, stored};
  }
}

Made area(Dice& dice, std::size_t) {
  const std::uint64_t whole = dice.between(10, 500);
  const std::string number = std::to_string(whole) + "." + std::to_string(dice.between(1, 9));
  return dice.chance(300) ? Made{quoted(number + "㎡"), number} : Made{number, number};
}

Made date(Dice& dice, std::size_t) {
  const std::uint32_t serial = kSerialOf2026 + static_cast<std::uint32_t>(dice.below(1000));
  const std::string iso = date_of_serial(serial);
  const auto part = [&](std::size_t from) {
    return std::to_string(std::stoul(iso.substr(from, from == 0 ? 4 : 2)));
  };
  switch (dice.below(4)) {
    case 0:
      return {quoted(part(0) + "/" + part(5) + "/" + part(8)), quoted(iso)};
    case 1:
      return {quoted("令和" + std::to_string(std::stoul(part(0)) - 2018) + "年" + part(5) + "月" +
                     part(8) + "日"),
              quoted(iso)};
    default:
      return {std::to_string(serial), quoted(iso)};
  }
}

Made year_month(Dice& dice, std::size_t) {
  const auto year = static_cast<std::uint32_t>(dice.between(1980, 2025));
  const auto month = static_cast<std::uint32_t>(dice.between(1, 12));
  const std::string stored = quoted(std::to_string(year) + "-" + two(month));
  if (dice.chance(500))
    return {quoted(std::to_string(year) + "年" + std::to_string(month) + "月"), stored};
  return {quoted(std::to_string(year) + "/" + two(month)), stored};
}

Made boolean(Dice& dice, std::size_t) {
  constexpr std::array<std::pair<const char*, const char*>, 6> kForms = {{{"true", "true"},
                                                                          {"\"○\"", "true"},
                                                                          {"\"有\"", "true"},
                                                                          {"false", "false"},
                                                                          {"\"無\"", "false"},
                                                                          {"\"×\"", "false"}}};
  const auto& [cell, stored] = dice.pick(kForms);
  return {cell, stored};
}

Made label(Dice& dice, std::size_t) {
  constexpr std::array<std::pair<const char*, const char*>, 4> kForms = {
      {{"\"公開中\"", "\"public\""},
       {"\" 公開中\"", "\"public\""},
       {"\"マンション\"", "\"condo\""},
       {"\"ﾏﾝｼｮﾝ\"", "\"condo\""}}};
  const auto& [cell, stored] = dice.pick(kForms);
  return {cell, stored};
}

Made url(Dice&, std::size_t i) {
  const std::string address = quoted("https://example.com/p/" + std::to_string(i));
  return {address, address};
}

Made email(Dice&, std::size_t i) {
  const std::string address = quoted("agent" + std::to_string(i) + "@example.com");
  return {address, address};
}

Made phone(Dice& dice, std::size_t i) {
  const std::string number = std::to_string(312'345'000 + i);
  if (dice.chance(400)) return {number, quoted("0" + number)};
  const std::string dashed = "03-1234-" + std::to_string(5000 + i);
  return {quoted(dashed), quoted(dashed)};
}

struct Type {
  const char* name;
  const char* policies;
  const char* invalid_cell;
  const char* invalid_code;
  Made (*make)(Dice&, std::size_t);
};

constexpr std::array<Type, 11> kTypes = {
    {{"text", R"(,"max_length":40)",
      "\"This is one sentence of very many words, too long for its column.\"", "too_long", text},
     {"integer", R"(,"min":0)", "\"三つ\"", "not_a_number", integer},
     {"number", R"(,"unit":"yen")", "\"応相談\"", "not_a_number", yen},
     {"number", R"(,"unit":"m2","scale":2)", "\"50～60\"", "ambiguous_range", area},
     {"date", "", "\"2026/02/31\"", "impossible_date", date},
     {"enum", R"(,"values":{"公開中":"public","マンション":"condo"})", "\"倉庫\"", "not_in_values",
      label},
     {"boolean", "", "\"たぶん\"", "not_a_boolean", boolean},
     {"year_month", "", "\"いつか\"", "not_a_date", year_month},
     {"url", "", "\"example\"", "not_a_url", url},
     {"email", "", "\"agent at example\"", "not_an_email", email},
     {"phone", "", "\"12\"", "not_a_phone", phone}}};

struct Policies {
  enum Blank { blank_clear, blank_keep, blank_error } blank = blank_clear;
  enum Error { error_keep, error_clear, error_error } error = error_keep;
  bool cell = false;  ///< invalid: cell
};

Policies draw_policies(Dice& dice) {
  Policies policies;
  const std::uint64_t blank = dice.below(10), error = dice.below(10);
  policies.blank = blank < 6   ? Policies::blank_clear
                   : blank < 9 ? Policies::blank_keep
                               : Policies::blank_error;
  policies.error = error < 7   ? Policies::error_keep
                   : error < 9 ? Policies::error_clear
                               : Policies::error_error;
  policies.cell = dice.chance(500);
  return policies;
}

// docs/MAPPING.md, "Policies": what a blank, an error cell and an invalid cell come to.
void append_special_values(SimColumn& column, const Type& type, const Policies& policies) {
  const bool row_is_lost = !policies.cell || policies.blank == Policies::blank_error;
  const Fate invalid = row_is_lost ? Fate::held_row : Fate::held_cell;
  Value blank{"", "", Fate::clear, "", true};
  if (policies.blank == Policies::blank_keep) blank.fate = Fate::keep;
  if (policies.blank == Policies::blank_error) blank = {"", "", invalid, "blank_not_allowed", true};
  Value error{"\"#REF!\"", "", Fate::held_cell, "error_cell"};
  if (policies.error == Policies::error_clear) error = {"\"#REF!\"", "", Fate::clear, ""};
  if (policies.error == Policies::error_error) error.fate = invalid;
  Value loading = error;
  loading.cell = "\"Loading...\"";
  column.values = {blank, error, loading, {type.invalid_cell, "", invalid, type.invalid_code}};
}

// Blank to people, and not absent: white space, and what stands for "none".
void append_blank_values(SimColumn& column) {
  Value blank = column.values[kBlankValue];
  if (blank.fate == Fate::held_row) return;
  for (const char* cell : {"\" \"", "\"　\"", "\"-\""}) {
    blank.cell = cell;
    column.values.push_back(blank);
  }
}

std::string policy_fields(const SimColumn& column, const Type& type, const Policies& policies) {
  constexpr std::array kBlank = {"", R"(,"blank":"keep")", R"(,"blank":"error")"};
  constexpr std::array kError = {"", R"(,"error_cell":"clear")", R"(,"error_cell":"error")"};
  std::string fields = type.policies;
  fields += R"(,"treat_as_blank":["-"])";
  fields += kBlank[policies.blank];
  fields += kError[policies.error];
  if (policies.cell) fields += R"(,"invalid":"cell")";
  if (column.insert_only) fields += R"(,"write":"insert")";
  if (column.sensitive) fields += R"(,"sensitive":true)";
  return fields;
}

std::string column_object(const SimColumn& column, const char* type, const std::string& fields) {
  return "{\"header\":" + quoted(column.header) + ",\"column\":" + quoted(column.name) +
         ",\"type\":\"" + type + "\"" + fields + "}";
}

SimColumn make_column(std::size_t number, const Type& type, Dice& dice) {
  SimColumn column;
  column.name = "c" + std::to_string(number);
  column.header = "項目 " + std::to_string(number);
  Policies policies = draw_policies(dice);
  if (number == 1) policies = Policies();  // one column that is always written, blank or not
  column.insert_only = number > 1 && dice.chance(100);
  column.sensitive = type.make == text && number > 1 && dice.chance(200);
  append_special_values(column, type, policies);
  if (column.sensitive)
    column.values[kInvalidValue].cell = quoted(std::string(kSecret) + std::string(60, 's'));
  for (std::size_t i = 0; i < kOrdinaryValues; ++i) {
    Made made = type.make(dice, i);
    if (column.sensitive) {
      made.cell = made.stored = quoted(std::string(kSecret) + std::to_string(i));
    }
    column.values.push_back({made.cell, made.stored, Fate::write, ""});
  }
  append_blank_values(column);
  column.mapping = column_object(column, type.name, policy_fields(column, type, policies));
  return column;
}

std::string mapping_of(const Columns& columns, std::size_t number, std::uint64_t header_row) {
  std::string list;
  for (std::size_t i = 0; i < columns.size(number); ++i)
    list += (i == 0 ? "" : ",") + columns.list[i].mapping;
  return R"({"source":"listings","tab":)" + quoted(columns.tab) + R"(,"header_row":)" +
         std::to_string(header_row) +
         R"(,"table":"public.listings","key":"key","key_pattern":"^AA\\d+$","columns":[)" + list +
         "]}";
}

}  // namespace

std::string date_of_serial(std::uint32_t serial) {
  constexpr std::array<std::uint32_t, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  std::uint32_t year = 2026, month = 0, days = serial - kSerialOf2026;
  const auto days_of_month = [&] {
    const bool leap = year % 4 == 0;  // right until 2099
    return kDays[month] + (month == 1 && leap ? 1 : 0);
  };
  for (; days >= days_of_month(); month = (month + 1) % 12, year += month == 0 ? 1 : 0)
    days -= days_of_month();
  return std::to_string(year) + "-" + two(month + 1) + "-" + two(days + 1);
}

Columns make_columns(std::size_t count, std::uint64_t header_row, Dice& dice) {
  Columns columns;
  SimColumn key;
  key.name = "key";
  key.header = "物件番号";
  key.mapping = column_object(key, "text", "");
  columns.list.push_back(std::move(key));
  for (std::size_t i = 1; i < count; ++i)
    columns.list.push_back(make_column(i, i == 1 ? kTypes[0] : dice.pick(kTypes), dice));
  for (std::size_t i = 0; i < kMappings; ++i)
    columns.mapping[i] = mapping_of(columns, i, header_row);
  return columns;
}

}  // namespace listing_sync::sim
