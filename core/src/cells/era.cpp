// The table of eras. A new era is one line more, and the last day of the one before it.
#include "cells/era.h"

namespace listing_sync {
namespace {

// 明治 was proclaimed back to 1868-01-25. 大正 and 昭和 began on the day on which their forerunner
// ended, so that day has two names for one date; the two later changes came at midnight.
constexpr Era kEras[] = {
    {"令和", "R", {2019, 5, 1}, {9999, 12, 31}}, {"平成", "H", {1989, 1, 8}, {2019, 4, 30}},
    {"昭和", "S", {1926, 12, 25}, {1989, 1, 7}}, {"大正", "T", {1912, 7, 30}, {1926, 12, 25}},
    {"明治", "M", {1868, 1, 25}, {1912, 7, 30}},
};

}  // namespace

const Era* take_era(Cursor& at) {
  for (const Era& era : kEras)
    if (at.skip(era.name) || at.skip(era.letter)) return &era;
  return nullptr;
}

bool lies_in(const Era& era, const CivilDate& date) {
  const bool whole_month = date.day == 0;
  const CivilDate from{date.year, date.month, whole_month ? 1 : date.day};
  const CivilDate to{date.year, date.month,
                     whole_month ? days_in_month(date.year, date.month) : date.day};
  return days_from_civil(to) >= days_from_civil(era.first) &&
         days_from_civil(from) <= days_from_civil(era.last);
}

}  // namespace listing_sync
